"""The work that comes to each area: items of each class in a week, hours of one, and how many touch other areas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Protocol

from counterpoint.model.times import day, moment
from counterpoint.questions.whatif.areas import Areas
from counterpoint.questions.whatif.intervals import rate_of, share_of
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.ties import Ties
from counterpoint.questions.whatif.week import Hours
from counterpoint.simulation.known import DECLARED, MEASURED, SETTINGS, Known, assumed
from counterpoint.simulation.organisation import Stream

WORK = "work"
"""What work without a class is called."""
SEEN = "work that activity shows"
LEAST_BEGUN = 20
"""On fewer beginnings than so many, no rate is measured."""
LEAST_WEEKS = 8
"""Over fewer weeks than so many, no rate is measured."""
MOST_ON_A_DAY = 0.25
"""Where more of all beginnings than so much fall on one day, that day is one of writing down, and not of beginning."""
YEAR = 52.0
"""Weeks."""
RANGE = 4.0
"""An amount that nobody states may be so many times smaller or larger."""


class Fit(Protocol):
    """What was measured of an area's activity: :class:`counterpoint.simulation.calibration.areas.FittedArea`."""

    @property
    def cases(self) -> int: ...
    @property
    def weekly(self) -> Known | None: ...
    @property
    def efforts(self) -> tuple[float, ...]: ...
    @property
    def touching(self) -> Known | None: ...


@dataclass(frozen=True, slots=True)
class Rates:
    """How the number of items in a week was found, the same way for all: *measured*, *declared* or *assumed*."""

    origin: str
    works: frozenset[str]
    """Those that the rate is counted on."""
    weeks: float
    """Over so many weeks, where it is measured."""
    shown: float = 1.0
    """The share of those that it is counted on which items on record stand for; others are done for long."""


class Streams:
    """The streams of work of an organisation; ``fits`` are what was measured of areas."""

    def __init__(self, items: Items, areas: Areas, ties: Ties, hours: Hours, fits: Mapping[str, Fit]) -> None:
        self._items, self._areas, self._ties = items, areas, ties
        self._state, self._hours, self._fits = items.state, hours, fits

    @cached_property
    def of_area(self) -> dict[str, dict[str, list[str]]]:
        """The items of every area, by class."""
        found: dict[str, dict[str, list[str]]] = {}
        for item, area in self._areas.of_item.items():
            sort = self._state.text(item, "class") or WORK
            found.setdefault(area, {}).setdefault(sort, []).append(item)
        return found

    @cached_property
    def shown(self) -> dict[str, Fit]:
        """What was measured of areas, where it is enough to stand in for their items."""
        return {area: one for area, one in self._fits.items() if one.weekly is not None and one.efforts}

    @cached_property
    def counts(self) -> dict[str, int]:
        """The items of every area that has any; where activity stands in for them, its cases."""
        found = {area: sum(map(len, sorts.values())) for area, sorts in self.of_area.items()}
        return {**found, **{area: max(found.get(area, 0), one.cases) for area, one in self.shown.items()}}

    def made(self) -> tuple[Stream, ...]:
        """All of them, by area and class."""
        found = []
        for area in sorted({*self.of_area, *self.shown}):
            sorts = self.of_area.get(area, {})
            fit = self.shown.get(area)
            if fit is not None and fit.weekly is not None:
                touching = fit.touching or self._touching([one for items in sorts.values() for one in items])
                volume = _mean(fit.efforts, MEASURED, "working hours that the events of a case took")
                found.append(Stream(area, SEEN, fit.weekly, volume, touching, fit.efforts))
                continue
            for sort, items in sorted(sorts.items()):
                rest = self._volume(items), self._touching(items)
                found.append(Stream(area, sort, self._weekly(items), *rest, under_way=self._under_way(items)))
        return tuple(found)

    def _under_way(self, items: list[str]) -> int | None:
        """How many of them are being worked at: the active ones; where none is said to be, those that were accepted."""
        stands = Counter(self._state.text(one, "status") for one in items)
        return stands["active"] or stands["accepted"] or None

    def _touching(self, items: list[str]) -> Known:
        if not items:
            return assumed(0, 0, 1, "nothing says whether it touches other areas")
        hits = sum(1 for one in items if one in self._ties.touching)
        return share_of(hits, len(items), f"{hits:,} of {len(items):,} items touch other areas")

    def _volume(self, items: list[str]) -> Known:
        stated = [
            float(days) * self._hours.day
            for one in items
            if isinstance(days := self._state.value(one, "estimate"), int | float) and days > 0
        ]
        if not stated:
            return SETTINGS["volume"].usual
        return _mean(stated, DECLARED, f"the estimates of {len(stated):,} of {len(items):,} items")

    def _weekly(self, items: list[str]) -> Known:
        rates = self.rates
        if rates.origin == MEASURED:
            count = sum(1 for one in items if one in rates.works)
            why = f"{count:,} began in {rates.weeks:,.0f} weeks"
            if rates.shown < 1:
                why += f", and {1 - rates.shown:.0%} of all that began are done for long"
            return rate_of(count, rates.weeks * rates.shown, why)
        if rates.origin == DECLARED and (stated := [one for one in items if one in rates.works]):
            value = sum(1 / self._weeks_of(one) for one in stated) * len(items) / len(stated)
            return Known(value, value, value, DECLARED, len(stated), f"{len(items):,} items over their periods")
        value = len(items) / YEAR
        return assumed(value, value / RANGE, value * RANGE, f"in proportion to {len(items):,} items on record")

    @cached_property
    def rates(self) -> Rates:
        """How the rates are found: on when work began, else on the periods that it states, else not at all."""
        if (found := self._measured()) is not None:
            return found
        today = self._state.now[:10]
        items = list(self._areas.of_item)
        stated = frozenset(
            one for one in items if (span := self._period(one)) is not None and span[0] <= today <= span[1]
        )
        if stated and len(stated) * 2 >= len(items):
            return Rates(DECLARED, stated, 0.0)
        return Rates("assumed", frozenset(), 0.0)

    def _measured(self) -> Rates | None:
        begun = self._items.begun
        now = moment(self._state.now)
        recent = {one: when for one, when in begun.items() if moment(when) >= now - timedelta(weeks=YEAR)}
        some = recent if len(recent) >= LEAST_BEGUN else begun
        if len(some) < LEAST_BEGUN:
            return None
        days = [when[:10] for when in some.values()]
        weeks = YEAR if some is recent and len(recent) < len(begun) else (now - moment(min(some.values()))).days / 7
        if weeks < LEAST_WEEKS or max(Counter(days).values()) > MOST_ON_A_DAY * len(days):
            return None
        if some is recent:
            return Rates(MEASURED, frozenset(some), weeks)
        # Over a longer time, what is done for long began too, though it is no item any more.
        current = sum(1 for one in some if one in self._areas.of_item)
        return Rates(MEASURED, frozenset(some), weeks, current / len(some)) if current else None

    def _period(self, work: str) -> tuple[str, str] | None:
        text = self._state.text(work, "period")
        first, _, last = (text or "").partition("/")
        return (first, last) if first and last else None

    def _weeks_of(self, work: str) -> float:
        first, last = self._period(work) or ("", "")
        return max(1.0, round(((day(last) - day(first)).days + 1) / 7))


def _mean(values: list[float] | tuple[float, ...], origin: str, why: str) -> Known:
    """The mean, within 1.96 standard errors of it."""
    number = len(values)
    mean = sum(values) / number
    spread = sum((one - mean) ** 2 for one in values) / (number - 1) if number > 1 else 0.0
    half = 1.959964 * (spread / number) ** 0.5
    return Known(mean, max(mean - half, 0.0), mean + half, origin, number, why)
