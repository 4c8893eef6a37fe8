"""What a history of activity says of each zone: how much work comes, how long it takes, and how often it comes back.

For models that are built from an organisation's own state, where these numbers take the place of assumptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from counterpoint.simulation.calibration.cases import Cases, Flags, Floats, Indices
from counterpoint.simulation.calibration.services import services
from counterpoint.simulation.calibration.working_week import WEEK, WorkingWeek
from counterpoint.simulation.known import MEASURED, Known

LEAST = 5
"""On fewer than so many, nothing is said to be measured."""
STEP, REVIEW, LANDED = "step", "review", "landed"
"""The kinds of events that mean something here (:data:`~counterpoint.simulation.calibration.cases.EVENTS`)."""


@dataclass(frozen=True, slots=True)
class FittedArea:
    """What was measured of one zone. What could not be measured, or on fewer than five cases, is None or empty.

    ``cases`` counts the zone's own cases, ``people`` who did something in them. ``weekly`` is how many cases begin
    in a week (with Garwood's interval; its sample are those cases), ``arrivals`` the same per hour on the clock.
    ``leads`` are the hours on the clock from the first event of a case to its last, for those cases that had time
    enough to end; ``services`` the working hours that single events took, where that is told or can be told from
    what the case and who did it did before (:mod:`counterpoint.simulation.calibration.services`); ``efforts`` their
    sums, by case. Of commits and messages there are none: nothing tells when work on them began, and while a review
    is waited for nobody works. ``reviews`` are hours on the clock from when something was done to when it was
    looked at by somebody else, or landed after somebody had looked. ``returning`` is the share of cases that came
    back to an activity after another; ``touching`` the share that touched other zones as well; both with Wilson's
    interval.
    """

    zone: str
    cases: int
    people: int
    weekly: Known | None
    arrivals: Known | None
    leads: tuple[float, ...]
    services: tuple[float, ...]
    efforts: tuple[float, ...]
    reviews: tuple[float, ...]
    returning: Known | None
    touching: Known | None


def fitted(cases: Cases, zone_of: Mapping[str, str] | None = None) -> Mapping[str, FittedArea]:
    """What a history says of each zone, by the zone's name.

    A case belongs to the zone that most of its events, or of what it changed, are in; of several that are equal, to the
    first by name. ``zone_of`` says by which name the model has a zone (several may be one area of it); zones that it
    does not name are left out, and touching them counts for nothing. Without it zones keep their names. Cases in no
    zone are left out.

    The history is taken to begin with the first event of all cases and to be over with their last, also of a zone that
    fell silent. Cases that began so late that nine of ten would not be over count among arrivals and not among
    ``leads``; what they take is seen too short otherwise.
    """
    if not len(cases):
        return {}
    found = _named(cases, zone_of)
    week = WorkingWeek.seen(found.end)
    first, last = float(cases.begin.min()), float(cases.end.max())
    taken = services(found, week)
    settled = found.begin <= last - float(np.quantile(found.lead, 0.9)) if len(found) else np.zeros(0, bool)
    areas = {}
    for code, zone in enumerate(found.zones):
        mine = found.own_zone == code
        if mine.any():
            areas[zone] = _area(zone, found, (mine, mine & settled), taken, last - first)
    return areas


def _named(cases: Cases, zone_of: Mapping[str, str] | None) -> Cases:
    """The cases with zones by the names of the model."""
    if zone_of is None:
        return cases
    return cases.zoned([zone_of.get(one) for one in cases.zones])


def _area(zone: str, cases: Cases, which: tuple[Flags, Flags], taken: Floats, span: float) -> FittedArea:
    """Of a zone: which cases are its own, and which of them had time enough to end."""
    mine, settled = which
    numbers = cases.numbers[mine]
    rows = np.isin(cases.case, numbers)
    done = rows & np.isfinite(taken) & _worked(cases)
    efforts = np.zeros(len(cases.case_names))
    np.add.at(efforts, cases.case[done], taken[done])
    timed = np.unique(cases.case[done])
    returns = _returning(cases)[mine & _stepwise(cases)]
    touching = cases.zones_touched[mine] > 1
    count = int(mine.sum())
    weekly = _rate(count, span / WEEK)
    return FittedArea(
        zone,
        count,
        len(np.unique(cases.resource[rows & (cases.resource >= 0)])),
        weekly,
        None if weekly is None else _scaled(weekly, 1 / WEEK),
        _enough(cases.lead[settled]),
        _enough(taken[done]),
        _enough(efforts[timed]),
        _enough(_reviews(cases, rows)),
        _share(returns, "cases that came back to an activity"),
        _share(touching, "cases that touched other zones") if len(cases.zones) > 1 else None,
    )


def _returning(cases: Cases) -> Flags:
    """Which cases did something again after something else came between."""
    new_run = np.ones(len(cases.case), bool)
    new_run[1:] = (cases.activity[1:] != cases.activity[:-1]) | (cases.case[1:] != cases.case[:-1])
    runs = np.bincount(cases.case[new_run], minlength=len(cases.case_names))
    each = np.unique(np.stack([cases.case, cases.activity], axis=1), axis=0)
    kinds = np.bincount(each[:, 0], minlength=len(cases.case_names))
    found: Flags = (runs > kinds)[cases.numbers]
    return found


def _stepwise(cases: Cases) -> Flags:
    """Which cases are of steps of a process, where coming back would be seen."""
    if STEP not in cases.kinds:
        return np.zeros(len(cases), bool)
    found: Flags = cases.kind[cases.firsts] == cases.kinds.index(STEP)
    return found


def _worked(cases: Cases) -> Flags:
    """Which events are pieces of work: steps, and those of which nothing else is told."""
    step = cases.kinds.index(STEP) if STEP in cases.kinds else -1
    found: Flags = (cases.kind == step) | (cases.kind < 0)
    return found


def _reviews(cases: Cases, rows: Flags) -> Floats:
    """Hours from a case's beginning to the first look at it that has a time of its own, else to when it landed."""
    reviewed, landed = (
        cases.kind == cases.kinds.index(one) if one in cases.kinds else np.zeros(len(cases.case), bool)
        for one in (REVIEW, LANDED)
    )
    begin = np.zeros(len(cases.case_names))
    begin[cases.numbers] = cases.begin
    looked_at = np.isin(cases.case, cases.case[reviewed])
    counts = rows & looked_at & (reviewed | landed)
    later = counts & (cases.end > begin[cases.case])
    first = _firsts(cases.case, later & reviewed)
    at_landing = _firsts(cases.case, later & landed & ~np.isin(cases.case, cases.case[later & reviewed]))
    places = np.concatenate([first, at_landing])
    found: Floats = cases.end[places] - begin[cases.case[places]]
    return found


def _firsts(case: Indices, which: Flags) -> Indices:
    """The first row of each case among some rows; rows are in order."""
    rows = np.flatnonzero(which)
    _, at = np.unique(case[rows], return_index=True)
    return rows[at]


def _enough(values: Floats) -> tuple[float, ...]:
    return tuple(sorted(values.tolist())) if len(values) >= LEAST else ()


def _rate(count: int, weeks: float) -> Known | None:
    """Cases a week, with F. Garwood's exact interval (Biometrika 28, 1936)."""
    if count < LEAST or weeks < 1:
        return None
    low, high = stats.chi2.ppf(0.025, 2 * count) / 2, stats.chi2.ppf(0.975, 2 * count + 2) / 2
    why = f"{count:,} cases that began in {weeks:,.0f} weeks"
    return Known(count / weeks, float(low) / weeks, float(high) / weeks, MEASURED, count, why)


def _scaled(known: Known, factor: float) -> Known:
    return Known(known.value * factor, known.low * factor, known.high * factor, known.origin, known.sample, known.why)


def _share(which: Flags, what: str) -> Known | None:
    """A share, with E. B. Wilson's score interval (JASA 22, 1927)."""
    n = len(which)
    if n < LEAST:
        return None
    share, z = float(which.mean()), float(stats.norm.ppf(0.975))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    low, high = max(middle - half, 0.0), min(middle + half, 1.0)
    return Known(share, min(low, share), max(high, share), MEASURED, n, f"{what}: {int(which.sum()):,} of {n:,}")
