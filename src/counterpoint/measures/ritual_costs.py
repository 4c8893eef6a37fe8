"""What a ritual takes: how often, how long, of how many; nothing is added up that nobody stated."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from counterpoint.measures.sureness import Estimate

_CAME = ("accepted", "organizer")


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


def row_of(figure: str, found: Estimate, **more: Any) -> dict[str, Any]:
    """A row of the result."""
    value, low, high, n, missing = found
    return {"figure": figure, "value": value, "low": low, "high": high, "n": n, "missing": missing, **more}


def costs(one: Ritual) -> Iterator[dict[str, Any]]:
    """The figures of what one ritual takes."""
    n = len(one.held)
    yield row_of("occurrences", Estimate(n, None, None, n))
    yield row_of("clock_hours", clock_hours(one))
    yield row_of("hours", _hours(one))
    heads = [held.people for held in one.held if held.people is not None]
    if not heads:
        yield row_of("attendance", Estimate(None, None, None, 0, "attendance: counterpoint trace CALENDAR.ics"))
        return
    least, probably, most = (float(np.mean(each)) for each in zip(*heads, strict=True))
    missing = None if len(heads) == n else f"the attendance of {n - len(heads)} of {n} occurrences: they are left out"
    yield row_of("attendance", Estimate(probably, least, most, len(heads), missing))


def clock_hours(one: Ritual) -> Estimate:
    """How long it took, by the clock."""
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
    clock = clock_hours(one).value
    bound = clock * people if not known and people and clock is not None else None
    return Estimate(None, least if known else None, bound, len(known), "; ".join(parts))


def totals(every: Sequence[Ritual]) -> Iterator[dict[str, Any]]:
    """The same of all of them together."""
    n = sum(len(one.held) for one in every)
    yield row_of("occurrences", Estimate(n, None, None, n))
    for figure, of in (("clock_hours", clock_hours), ("hours", _hours)):
        yield row_of(figure, _sum([of(one) for one in every]))


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
