"""When people work, as far as activity shows: the hours of the day and the days of the week in which things happen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from counterpoint.simulation.calibration.cases import Flags, Floats, Indices
from counterpoint.simulation.steps import Calendar

WEEK = 168
_MONDAY = 96.0
"""Hours from the beginning of 1970, a Thursday, to its first Monday."""
LEAST_EVENTS = 200
SELDOM = 0.2
"""An hour of the day, or a day, in which less than this share of the average happens is not worked in."""
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class WorkingWeek:
    """Which hours of the day (in UTC) and which days of the week are worked in; seven times 24 hours where nothing
    shows otherwise."""

    hours: tuple[int, ...] = tuple(range(24))
    days: tuple[int, ...] = tuple(range(7))

    @classmethod
    def seen(cls, moments: Floats) -> WorkingWeek:
        """Out of the moments of events, in hours since 1970: what is seldom used is closed. From 200 events on; fewer
        do not show it, and everything counts as open."""
        if len(moments) < LEAST_EVENTS:
            return cls()
        place = _place(moments)
        by_hour = np.bincount((place % 24).astype(np.int64), minlength=24)
        by_day = np.bincount((place // 24).astype(np.int64), minlength=7)
        hours, days = (np.flatnonzero(one >= SELDOM * one.mean()) for one in (by_hour, by_day))
        return cls(tuple(map(int, hours)), tuple(map(int, days)))

    @property
    def weekly(self) -> float:
        """Working hours in a week."""
        return float(len(self.hours) * len(self.days))

    @property
    def always(self) -> bool:
        """Is every hour worked in?"""
        return self.weekly == WEEK

    def between(self, begin: Floats, end: Floats) -> Floats:
        """Working hours between moments."""
        return self.worked(end) - self.worked(begin)

    def worked(self, moments: Floats) -> Floats:
        """Working hours from a fixed Monday long ago up to each moment."""
        weeks = np.floor((moments - _MONDAY) / WEEK)
        place = moments - _MONDAY - weeks * WEEK
        slot = np.minimum(place.astype(np.int64), WEEK - 1)
        within = (place - slot) * self._open[slot]
        found: Floats = weeks * self.weekly + self._before[slot] + within
        return found

    def moment(self, worked: Floats) -> Floats:
        """The first moment at which so many working hours have passed: the inverse of :meth:`worked`."""
        weeks = np.floor(worked / self.weekly)
        rest = worked - weeks * self.weekly
        slot = self._slots[np.minimum(rest.astype(np.int64), len(self._slots) - 1)]
        return weeks * WEEK + _MONDAY + slot + (rest - np.floor(rest))

    def calendar(self) -> Calendar | None:
        """The same for the engine, whose week begins at time 0; None where every hour is open."""
        if self.always:
            return None
        spans: list[tuple[float, float]] = []
        for slot in self._slots.tolist():
            if spans and spans[-1][1] == slot:
                spans[-1] = (spans[-1][0], slot + 1.0)
            else:
                spans.append((float(slot), slot + 1.0))
        return Calendar(tuple(spans), float(WEEK))

    def __str__(self) -> str:
        """As people read it: ``Mon Tue Wed 07-17 UTC``."""
        if self.always:
            return "every hour of the week"
        spans: list[list[int]] = []
        for hour in self.hours:
            if spans and spans[-1][1] == hour:
                spans[-1][1] = hour + 1
            else:
                spans.append([hour, hour + 1])
        days = "every day" if len(self.days) == len(DAYS) else " ".join(DAYS[one] for one in self.days)
        return f"{days} {', '.join(f'{first:02d}-{last:02d}' for first, last in spans)} UTC"

    @cached_property
    def _open(self) -> Flags:
        slots = np.arange(WEEK)
        return np.isin(slots % 24, self.hours) & np.isin(slots // 24, self.days)

    @cached_property
    def _before(self) -> Floats:
        return np.concatenate([[0.0], np.cumsum(self._open)[:-1]])

    @cached_property
    def _slots(self) -> Indices:
        return np.flatnonzero(self._open)


def _place(moments: Floats) -> Floats:
    """Where in its week each moment is, in hours from Monday's beginning."""
    found: Floats = (moments - _MONDAY) % WEEK
    return found
