"""What rituals cost, what comes of them, and whether that wears off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Need, Setting, Tables, Window
from counterpoint.measures.ritual_rates import Trend, Windows, later_half, rate_ratio, slope, working_time
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import Estimate
from counterpoint.measures.units import MEMBERS, Units

LEAST_PEOPLE = 5
"""A meeting that the shared state does not know is told by itself only where so many people were asked to it."""
_YEAR = timedelta(days=365.25)
_CAME = ("accepted", "organizer")
_OTHERS = "other meetings"
_NOT_YET = "not yet known: "


@dataclass
class Held:
    """One time that a ritual took place, with what everybody answered."""

    begins: datetime
    minutes: float | None
    answers: dict[str, str] = field(default_factory=dict)

    @property
    def people(self) -> tuple[int, int, int] | None:
        """How many were there at least, probably and at most; None where nobody says anything of it."""
        if not self.answers:
            return None
        said = list(self.answers.values())
        present = said.count("present")
        if present:
            return present, present, present
        probably = sum(one in _CAME for one in said)
        return 0, probably, probably + sum(one not in (*_CAME, "declined") for one in said)

    @property
    def came(self) -> set[str]:
        """Who was there, as far as can be told."""
        recorded = "present" in self.answers.values()
        return {who for who, one in self.answers.items() if one == "present" or (one in _CAME and not recorded)}


@dataclass(frozen=True)
class Ritual:
    """A ritual with the times that it took place within one period, and whose it is."""

    name: str
    label: str
    held: Sequence[Held]
    invited: frozenset[str]

    @property
    def group(self) -> frozenset[str]:
        """Those among whom something may come of it: who came, else who is expected."""
        came = frozenset().union(*(one.came for one in self.held))
        return came or self.invited


@dataclass(frozen=True)
class Record:
    """What happened, whenever: moments with the people that it belongs to; how many sources tell of such things."""

    outcomes: Sequence[tuple[datetime, frozenset[str]]]
    changes: Sequence[tuple[datetime, frozenset[str]]]
    sources: int
    now: datetime


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    settings = {one.name: asked.settings.get(one.name, one.default) for one in RITUAL.settings}
    record = _record(tables)
    units = Units(asked.grain, tables["members"])
    known = {row["ritual"]: row for row in tables["rituals"].to_pylist()}
    gathered: dict[tuple[date | None, str], list[Ritual]] = {}
    for (period, name), held in _held(tables, asked, record.now).items():
        row = known.get(name, {})
        one = Ritual(name, row.get("label") or name, held, _expected(tables, name))
        for unit in units.of(row.get("zone"), row.get("owner")):
            gathered.setdefault((period, unit), []).append(one)
    rows: list[dict[str, Any]] = []
    for (period, unit), every in gathered.items():
        head = {"period": period, "unit": unit}
        listed, others = _told_apart(every, known)
        for one in listed:
            more = {**head, "ritual": one.name, "label": one.label}
            rows += [{**more, **row} for row in (*_costs(one), *_came_of_it(one, record, settings))]
        if others is not None:
            rows += [{**head, "ritual": _OTHERS, "label": _OTHERS, **row} for row in _costs(others)]
        rows += [{**head, "ritual": "", **row} for row in _totals([*listed, *([others] if others else [])])]
    return result(rows, RITUAL.extras)


def _held(tables: Tables, asked: Asked, now: datetime) -> dict[tuple[date | None, str], list[Held]]:
    """Every occurrence that is past and was asked for, by period and ritual, in order."""
    answers: dict[str, dict[str, str]] = {}
    for row in tables["attendance"].to_pylist():
        answers.setdefault(row["occurrence"], {})[row["party"]] = row["answer"] or "present"
    since = datetime.combine(asked.since, time()) if asked.since else datetime.min
    until = min(datetime.combine(asked.until, time()) if asked.until else datetime.max, now)
    found: dict[tuple[date | None, str], list[Held]] = {}
    for row in sorted(tables["occurrences"].to_pylist(), key=lambda one: (one["begins"], one["occurrence"])):
        if since <= row["begins"] < until:
            one = Held(row["begins"], row["minutes"], answers.get(row["occurrence"], {}))
            found.setdefault((_period(row["begins"].date(), asked.window), row["ritual"]), []).append(one)
    return found


def _expected(tables: Tables, ritual: str) -> frozenset[str]:
    """Who is expected at a ritual; of a team, its people as well."""
    named = {row["party"] for row in tables["invited"].to_pylist() if row["ritual"] == ritual}
    inside = {row["party"] for row in tables["members"].to_pylist() if row["team"] in named}
    return frozenset(named | inside)


def _record(tables: Tables) -> Record:
    def gathered(name: str) -> list[tuple[datetime, frozenset[str]]]:
        whose: dict[tuple[Any, ...], set[str]] = {}
        for row in tables[name].to_pylist():
            whose.setdefault((row["moment"], row.get("kind") or "", row["thing"]), set()).add(row["party"])
        return sorted(((key[0], frozenset(parties)) for key, parties in whose.items()), key=lambda one: one[0])

    (sources,) = tables["sources"].to_pylist()
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None) or datetime.max
    return Record(gathered("outcomes"), gathered("changes"), sources["sources"], now)


def _told_apart(every: Sequence[Ritual], known: Mapping[str, Any]) -> tuple[list[Ritual], Ritual | None]:
    """The rituals that are told by themselves, and the small meetings that nobody made known, as one."""
    listed: list[Ritual] = []
    small: list[Ritual] = []
    for one in every:
        people = set().union(*(held.answers for held in one.held))
        (listed if one.name in known or len(people) >= LEAST_PEOPLE else small).append(one)
    people = set().union(*(held.answers for one in small for held in one.held))
    if len(people) < LEAST_PEOPLE:
        return listed, None
    together = sorted((held for one in small for held in one.held), key=lambda one: one.begins)
    return listed, Ritual(_OTHERS, _OTHERS, together, frozenset())


def _row(figure: str, found: Estimate, **more: Any) -> dict[str, Any]:
    value, low, high, n, missing = found
    return {"figure": figure, "value": value, "low": low, "high": high, "n": n, "missing": missing, **more}


def _costs(one: Ritual) -> Iterator[dict[str, Any]]:
    n = len(one.held)
    yield _row("occurrences", Estimate(n, None, None, n))
    yield _row("clock_hours", _clock_hours(one))
    yield _row("hours", _hours(one))
    heads = [held.people for held in one.held if held.people is not None]
    if not heads:
        yield _row("attendance", Estimate(None, None, None, 0, "attendance: counterpoint trace CALENDAR.ics"))
        return
    least, probably, most = (float(np.mean(each)) for each in zip(*heads, strict=True))
    missing = None if len(heads) == n else f"the attendance of {n - len(heads)} of {n} occurrences: they are left out"
    yield _row("attendance", Estimate(probably, least, most, len(heads), missing))


def _clock_hours(one: Ritual) -> Estimate:
    n = len(one.held)
    lengths = [held.minutes for held in one.held if held.minutes is not None]
    if len(lengths) < n:
        low = sum(lengths) / 60 if lengths else None
        return Estimate(None, low, None, len(lengths), f"how long {n - len(lengths)} of {n} took")
    return Estimate(sum(lengths) / 60, None, None, n)


def _hours(one: Ritual) -> Estimate:
    """Hours of people; nothing is added up that nobody stated."""
    n = len(one.held)
    known = [
        (held.minutes / 60, held.people) for held in one.held if held.minutes is not None and held.people is not None
    ]
    least, probably, most = (sum(hours * people[which] for hours, people in known) for which in range(3))
    if len(known) == n:
        return Estimate(probably, least, most, n)
    long = sum(held.minutes is None for held in one.held)
    silent = sum(held.people is None for held in one.held)
    parts = [f"how long {long} of {n} took"] if long else []
    parts += [f"who was at {silent} of {n}"] if silent else []
    people = sum(not party.startswith("team:") for party in one.invited)
    clock = _clock_hours(one).value
    bound = clock * people if not known and people and clock is not None else None
    return Estimate(None, least if known else None, bound, len(known), "; ".join(parts))


def _came_of_it(one: Ritual, record: Record, settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What comes of a ritual, and trends. Where it is not yet known, one row says why, and no row says nothing."""
    missing = _too_little(one, record, settings)
    held, days = list(one.held), float(settings["days"])
    if not missing:
        # What came before anything was recorded at all is no time in which nothing came of it.
        first = working_time(record.outcomes[0][0])
        held = [each for each in held if working_time(each.begins) + days >= first]
        if len(held) < settings["least"]:
            missing = f"{settings['least']} occurrences since anything is recorded; there are {len(held)}"
    if missing:
        yield _row("yield_ratio", Estimate(None, None, None, len(held), _NOT_YET + missing))
    else:
        yield from _yield(held, one.group, record, days)
    if len(one.held) >= settings["least"]:
        years = _years(one.held)
        for figure, trend in (
            ("attendance_trend", _attendance_trend(one.held, years)),
            ("agenda_trend", _agenda_trend(one.held, years, one.group, record)),
        ):
            if trend.estimate.value is not None:
                yield _trend(figure, trend)


def _yield(held: Sequence[Held], group: frozenset[str], record: Record, days: float) -> Iterator[dict[str, Any]]:
    windows = _windows(held, days, record.now)
    mine = [moment for moment, parties in record.outcomes if parties & group and moment <= record.now]
    moments = np.array([at for at in map(working_time, mine) if windows.first <= at <= windows.last])
    which = windows.which(moments)
    inside, n = int((which >= 0).sum()), len(held)
    yield _row("outcomes", Estimate(inside / n, None, None, n))
    yield _row("yield_ratio", rate_ratio(inside, windows.inside, len(moments) - inside, windows.outside))
    counts = np.bincount(which[which >= 0], minlength=n).astype(np.float64)
    yield _trend("yield_trend", later_half(_years(held), counts))


def _years(held: Sequence[Held]) -> npt.NDArray[np.float64]:
    return np.array([(one.begins - held[0].begins) / _YEAR for one in held])


def _too_little(one: Ritual, record: Record, settings: Mapping[str, Any]) -> str:
    """Why nothing is said of what comes of a ritual; empty where there is enough."""
    if len(one.held) < settings["least"]:
        return f"{settings['least']} occurrences; there are {len(one.held)}"
    if not one.group:
        return "who takes part: attendance, or participants in the state"
    if not record.outcomes:
        return "decisions, commitments, unblocked work, settled contradictions or changed dates: none is recorded"
    if record.sources < settings["sources"]:
        return f"{settings['sources']} sources that tell what comes of meetings; there is {record.sources}"
    return ""


def _windows(held: Sequence[Held], days: float, now: datetime) -> Windows:
    begins = [working_time(one.begins) for one in held]
    over = [one.begins + timedelta(minutes=one.minutes or 0) for one in held]
    ends = [working_time(one) + days for one in over]
    # The time after the last occurrence, up to when the next would be, belongs to the comparison as well.
    rhythm = float(np.median(np.diff(begins))) if len(begins) > 1 else days
    last = min(max(*ends, begins[-1] + rhythm), working_time(now))
    return Windows.after(begins, ends, last)


def _trend(figure: str, found: Trend) -> dict[str, Any]:
    return _row(figure, found.estimate, p=found.p)


def _attendance_trend(held: Sequence[Held], years: Any) -> Trend:
    heads = [one.people for one in held]
    if any(one is None for one in heads):
        return Trend(Estimate(None, None, None, 0, "attendance of all of them"), None)
    return slope(years, np.array([one[1] for one in heads if one is not None], dtype=np.float64))


def _agenda_trend(held: Sequence[Held], years: Any, group: frozenset[str], record: Record) -> Trend:
    """Of how much there was to talk about: what changed between an occurrence and the one before it."""
    moments = np.array([moment for moment, parties in record.changes if parties & group], dtype="datetime64[us]")
    if not len(moments):  # nothing known is not nothing changed
        return Trend(Estimate(None, None, None, 0, "any change of what these people own"), None)
    edges = np.searchsorted(np.sort(moments), np.array([one.begins for one in held], dtype="datetime64[us]"))
    return slope(years[1:], np.diff(edges).astype(np.float64))


def _totals(every: Sequence[Ritual]) -> Iterator[dict[str, Any]]:
    n = sum(len(one.held) for one in every)
    yield _row("occurrences", Estimate(n, None, None, n))
    for figure, of in (("clock_hours", _clock_hours), ("hours", _hours)):
        yield _row(figure, _sum([of(one) for one in every]))


def _sum(every: Sequence[Estimate]) -> Estimate:
    lacking = sum(one.value is None for one in every)
    n = sum(one.n for one in every)
    if lacking:
        known = [one.low if one.low is not None else one.value for one in every]
        low = sum(one for one in known if one is not None) if any(one is not None for one in known) else None
        return Estimate(None, low, None, n, f"the hours of {lacking} of {len(every)} rituals")
    value = sum(one.value or 0.0 for one in every)
    ends: list[float | None] = [
        sum(float(end) for end in each if end is not None) if all(end is not None for end in each) else None
        for each in ([one.low for one in every], [one.high for one in every])
    ]
    return Estimate(value, ends[0], ends[1], n)


def _period(day: date, window: Window) -> date | None:
    """The first day of the period that a day is in; weeks begin on Mondays."""
    match window:
        case "all":
            return None
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


RITUAL = Measure(
    name="ritual",
    system="C6",
    question="What do our meetings cost, what comes of them, and does it wear off?",
    about="For each ritual: its hours, who comes, and what its people bring about in it and in the two working days "
    "after it (decisions, commitments, unblocked work, settled contradictions, changed dates), against how often the "
    "same people bring that about otherwise. Where a row names no ritual it is of all of them.",
    source="hours = attendees × length × occurrences. yield_ratio: ratio of two Poisson rates given their sum "
    "(Przyborowski and Wilenski 1940; interval of Clopper and Pearson 1934), in time without weekends. Trends: Theil "
    "1950 and Sen 1968; p of Mann 1945 and Kendall. low and high of hours and attendance: low counts whom a record "
    "has, value who accepted, high also who answered maybe or not at all",
    limits="What is brought about shortly after a meeting need not have come of it: meetings are held when something "
    "is due. What comes in bunches makes intervals too narrow. No evidence is not no value: meetings in which people "
    "come to trust each other leave nothing here.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("occurrences", "times", "how often it took place"),
        Figure("clock_hours", "hours", "how long that took, by the clock"),
        Figure("hours", "hours", "of people: attendees × length × occurrences"),
        Figure("attendance", "people", "at one occurrence, on average"),
        Figure(
            "outcomes", "per occurrence", "of the kinds named above, in it or within two working days, by its people"
        ),
        Figure("yield_ratio", "times", "their rate then over the rate at which the same people have them otherwise"),
        Figure("yield_trend", "times", "outcomes of the later half of its occurrences over those of the earlier half"),
        Figure("attendance_trend", "people per year", "the slope of attendance"),
        Figure("agenda_trend", "changes per year", "the slope of how much changed between occurrences, of its people"),
    ),
    needs=(
        Need(
            "occurrences of rituals",
            "select (select count(*) from occurrence where status in ('held', 'unknown')) "
            "+ (select count(*) from activity where verb = 'attend')",
            "state rituals with their schedules, import a calendar, or counterpoint trace CALENDAR.ics",
        ),
    ),
    settings=(
        Setting("days", 2, "how many working days after a ritual something still counts as come of it"),
        Setting("least", 8, "occurrences below which nothing is said of what comes of a ritual"),
        Setting("sources", 2, "sources that must tell of outcomes or attendance before anything is said of them"),
    ),
    extras=(
        Extra("ritual", pa.string(), "which ritual; empty for all of them together", key=True),
        Extra("label", pa.string(), "what it is called"),
        Extra("p", pa.float64(), "of a trend: how likely one as steep is where there is none"),
    ),
    kernel=_kernel,
    inputs={
        "rituals": "select ritual, label, owner, zone from ritual",
        "invited": "select ritual, party from invited",
        "members": MEMBERS,
        "snapshot": "select moment from snapshot",
        "occurrences": "ritual_occurrences.sql",
        "attendance": "ritual_attendance.sql",
        "outcomes": "ritual_outcomes.sql",
        "changes": "ritual_changes.sql",
        "sources": "select (select count(distinct source) from change) "
        "+ (select count(*) from (select 1 as one from activity where verb = 'attend' limit 1) as attended) "
        "+ (select count(*) from (select 1 as one from act limit 1) as acted "
        "where not exists (select 1 from change where source = 'protocol')) as sources",
    },
    by_period=False,
)
