"""What rituals cost, what comes of them, and whether that wears off."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Need, Setting, Tables, Window
from counterpoint.measures.ritual_costs import Held, Ritual, costs, row_of, totals
from counterpoint.measures.ritual_rates import Trend, Windows, later_half, rate_ratio, slope, working_time
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import Estimate
from counterpoint.measures.units import MEMBERS, Units

LEAST_PEOPLE = 5
"""A meeting that the shared state does not know is told by itself only where so many people were asked to it."""
_YEAR = timedelta(days=365.25)
_OTHERS = "other meetings"
_NOT_YET = "not yet known: "


@dataclass(frozen=True)
class Happened:
    """Things that happened, in order, each to be found by everybody that it belongs to."""

    moments: Sequence[datetime]
    of_party: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, table: pa.Table, now: datetime) -> Happened:
        """Out of rows of one party each; the same thing of the same moment is one."""
        whose: dict[tuple[datetime, str, str], set[str]] = {}
        for row in table.to_pylist():
            if row["moment"] is not None and row["moment"] <= now:
                whose.setdefault((row["moment"], row.get("kind") or "", row["thing"]), set()).add(row["party"])
        found: dict[str, list[int]] = {}
        ordered = sorted(whose)
        for index, key in enumerate(ordered):
            for party in whose[key]:
                found.setdefault(party, []).append(index)
        return cls([key[0] for key in ordered], found)

    def among(self, group: frozenset[str]) -> list[datetime]:
        """The moments of what belongs to any of a group, in order; each thing once."""
        indices = {index for party in group for index in self.of_party.get(party, ())}
        return [self.moments[index] for index in sorted(indices)]


@dataclass(frozen=True)
class Record:
    """What happened, how many sources tell of what comes of meetings, and the time as of which all that is known."""

    outcomes: Happened
    changes: Happened
    sources: int
    now: datetime


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    settings = {one.name: asked.settings.get(one.name, one.default) for one in RITUAL.settings}
    record = _record(tables)
    units = Units(asked.grain, tables["members"])
    known = {row["ritual"]: row for row in tables["rituals"].to_pylist()}
    expected = _expected(tables)
    gathered: dict[tuple[date | None, str], list[Ritual]] = {}
    for (period, name), held in _held(tables, asked, record.now).items():
        row = known.get(name, {})
        one = Ritual(name, row.get("label") or name, held, expected.get(name, frozenset()))
        for unit in units.of(row.get("zone"), row.get("owner")):
            gathered.setdefault((period, unit), []).append(one)
    rows: list[dict[str, Any]] = []
    for (period, unit), every in gathered.items():
        head = {"period": period, "unit": unit}
        listed, others = _told_apart(every, known)
        for one in listed:
            more = {**head, "ritual": one.name, "label": one.label}
            rows += [{**more, **row} for row in (*costs(one), *_came_of_it(one, record, settings))]
        if others is not None:
            rows += [{**head, "ritual": _OTHERS, "label": _OTHERS, **row} for row in costs(others)]
        rows += [{**head, "ritual": "", **row} for row in totals([*listed, *([others] if others else [])])]
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


def _expected(tables: Tables) -> Mapping[str, frozenset[str]]:
    """Who is expected at each ritual; of a team, its people as well."""
    inside: dict[str, set[str]] = {}
    for row in tables["members"].to_pylist():
        inside.setdefault(row["team"], set()).add(row["party"])
    named: dict[str, set[str]] = {}
    for row in tables["invited"].to_pylist():
        named.setdefault(row["ritual"], set()).update({row["party"]} | inside.get(row["party"], set()))
    return {ritual: frozenset(parties) for ritual, parties in named.items()}


def _record(tables: Tables) -> Record:
    (sources,) = tables["sources"].to_pylist()
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None) or datetime.max
    return Record(Happened.of(tables["outcomes"], now), Happened.of(tables["changes"], now), sources["sources"], now)


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


def _came_of_it(one: Ritual, record: Record, settings: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """What comes of a ritual, and trends. Where it is not yet known, one row says why, and no row says nothing."""
    missing = _too_little(one, record, settings)
    held, days = list(one.held), float(settings["days"])
    if not missing:
        # What came before anything was recorded at all is no time in which nothing came of it.
        first = working_time(record.outcomes.moments[0])
        held = [each for each in held if working_time(each.begins) + days >= first]
        if len(held) < settings["least"]:
            missing = f"{settings['least']} occurrences since anything is recorded; there are {len(held)}"
    if missing:
        yield row_of("yield_ratio", Estimate(None, None, None, len(held), _NOT_YET + missing))
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
    moments = np.array(
        [at for at in map(working_time, record.outcomes.among(group)) if windows.first <= at <= windows.last]
    )
    which = windows.which(moments)
    inside, n = int((which >= 0).sum()), len(held)
    yield row_of("outcomes", Estimate(inside / n, None, None, n))
    yield row_of("yield_ratio", rate_ratio(inside, windows.inside, len(moments) - inside, windows.outside))
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
    if not record.outcomes.moments:
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
    return row_of(figure, found.estimate, p=found.p)


def _attendance_trend(held: Sequence[Held], years: Any) -> Trend:
    heads = [one.people for one in held]
    if any(one is None for one in heads):
        return Trend(Estimate(None, None, None, 0, "attendance of all of them"), None)
    return slope(years, np.array([one[1] for one in heads if one is not None], dtype=np.float64))


def _agenda_trend(held: Sequence[Held], years: Any, group: frozenset[str], record: Record) -> Trend:
    """Of how much there was to talk about: what changed between an occurrence and the one before it."""
    moments = np.array(record.changes.among(group), dtype="datetime64[us]")
    if not len(moments):  # nothing known is not nothing changed
        return Trend(Estimate(None, None, None, 0, "any change of what these people own"), None)
    edges = np.searchsorted(np.sort(moments), np.array([one.begins for one in held], dtype="datetime64[us]"))
    return slope(years[1:], np.diff(edges).astype(np.float64))


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
        "sources": "ritual_sources.sql",
    },
    by_period=False,
)
