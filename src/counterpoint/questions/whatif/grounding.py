"""From a ledger to what what-ifs are asked of: the organisation as a model, in balance, held against its past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterpoint.errors import InvalidInput
from counterpoint.lake.crowds import LEAST_PEOPLE
from counterpoint.ledger.traces import trace_files
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.questions.measuring import Measuring
from counterpoint.questions.moment import Asking
from counterpoint.questions.whatif.asking import Ground
from counterpoint.questions.whatif.calibrating import cases_seen
from counterpoint.questions.whatif.organisation import Modelled, modelled
from counterpoint.simulation.balance import balanced
from counterpoint.simulation.calibration.areas import FittedArea, fitted
from counterpoint.simulation.calibration.cases import Cases
from counterpoint.simulation.calibration.holding import MOST, Held, held, of_areas, split
from counterpoint.simulation.organisation import Organisation

_TRACE = "counterpoint trace REPOSITORY brings some in"


def grounded(measuring: Measuring, seed: int = 1, progress: Progress = nobody_watching) -> Ground:
    """An organisation as it is now, with what its activity says of its areas; and how well such a model, fitted to the
    first part of that activity, predicts the rest.

    Raises:
        InvalidInput: there is nothing in it to simulate.
        StoreError: the lake cannot be read.
    """
    with measuring.ledger.read() as snapshot:
        asking = Asking(snapshot)
        found = modelled(asking)
        if not trace_files(snapshot.connection):
            return _ground(found, None, f"there is no activity to hold the model against ({_TRACE})")
        cases = cases_seen(measuring, None, progress).cases
        fits = of_groups(fitted(cases, found.zones)) if len(cases) else {}
        if not fits:
            why = f"in no zone of the model's areas do {LEAST_PEOPLE} people or more have cases of the activity"
            return _ground(found, None, why)
        progress("holding the model against the past", 0, 0)
        return _ground(modelled(asking, fits), *_held(asking, cases, found, seed))


def of_groups(fits: Mapping[str, FittedArea]) -> dict[str, FittedArea]:
    """Without what was measured of fewer than five people: how long work takes these, and how busy they are, is told to
    nobody else, and answers tell every number that they rest on. Areas in which nobody is named stay."""
    return {name: one for name, one in fits.items() if not 0 < one.people < LEAST_PEOPLE}


def _ground(found: Modelled, error: float | None, words: str) -> Ground:
    return Ground(balanced(found.organisation), tuple(map(str, found.notes)), error, words)


@dataclass(frozen=True)
class _Past:
    organisation: Organisation
    areas: frozenset[str]


def _held(asking: Asking, cases: Cases, found: Modelled, seed: int) -> tuple[float | None, str]:
    """How far off the model is on the past, and what that was found on; or None, and why it is not known."""
    ours = of_areas(cases, found.zones, {one.name for one in found.organisation.areas})
    if not len(ours):
        return None, "no case of the activity belongs to a zone of the model's areas"
    past = _past(asking, split(ours).past)
    if past is None:
        return None, "no area had enough cases in the first part of the activity to fit a model to"
    parts = split(of_areas(cases, found.zones, past.areas))
    if not parts.enough:
        return None, (
            f"the activity has too few cases to fit a model to one part of it and hold it against the rest "
            f"({int(parts.known.over.sum())} and {len(parts.rest)})"
        )
    here = held(past.organisation, past.areas, parts, seed)
    return here.error, _words(here)


def _past(asking: Asking, cases: Cases) -> _Past | None:
    """The model as it would have been with what was known then of the activity, whose zones have the areas' names."""
    every = of_groups(fitted(cases))
    fits = {name: one for name, one in every.items() if one.weekly and one.efforts}
    if not fits:
        return None
    try:
        return _Past(balanced(modelled(asking, fits).organisation), frozenset(fits))
    except InvalidInput:
        return None


def _words(here: Held) -> str:
    days = " / ".join(f"{one / 24:.2g}" for one in here.predicted)
    seen = " / ".join(f"{one / 24:.2g}" for one in here.observed)
    said = (
        f"10, 50 and 90 of 100 cases take no longer than {days} days by a model of the first part of the activity; "
        f"in the {here.cases} cases after it, it was {seen}"
    )
    if here.error >= MOST:
        said = f"{said}: the model does not predict this past"
    if here.naive_error < here.error:
        return f"{said}; the past itself predicts better, being off by {here.naive_error:.0%}"
    return said
