"""Cases: pieces of work as activity shows them, each a row of events, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.errors import InvalidInput

Indices = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

EVENTS = pa.schema(
    [
        pa.field("case", pa.string(), nullable=False),
        pa.field("activity", pa.string(), nullable=False),
        pa.field("resource", pa.string()),
        pa.field("zone", pa.string()),
        pa.field("start", pa.timestamp("us")),
        pa.field("end", pa.timestamp("us"), nullable=False),
        pa.field("place", pa.float64()),
        pa.field("kind", pa.string()),
    ]
)
"""One event of a case: what was done, by whom, in which zone, from when (where that is told) to when, in UTC; its place
among events of one moment; and what it is: ``step`` of a process, ``review``, ``landed``, or anything else."""
TOUCHED = pa.schema(
    [
        pa.field("case", pa.string(), nullable=False),
        pa.field("zone", pa.string(), nullable=False),
        pa.field("times", pa.int64(), nullable=False),
    ]
)
"""That a case touched a zone, and how often: for cases whose events are in no zone themselves."""
_HOUR = 3_600_000_000


@dataclass(frozen=True)
class Cases:
    """Events of cases, ordered by case and time; ``case``, ``activity``, ``resource`` and ``zone`` are numbers, -1
    where nothing is told.

    Times are hours since 1970 in UTC. ``start`` is not a number (NaN) where nobody tells when an event began. A case
    begins with its first event and is over with its last; whether one that is over will not go on after all, nobody can
    see. ``touched`` has a row for each case and zone, with how often the one touched the other.
    """

    case: Indices
    activity: Indices
    resource: Indices
    zone: Indices
    start: Floats
    end: Floats
    kind: Indices
    touched: Indices
    case_names: tuple[str, ...]
    activities: tuple[str, ...]
    resources: tuple[str, ...]
    zones: tuple[str, ...]
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, events: pa.Table, touched: pa.Table | None = None) -> Cases:
        """Out of a table of schema :data:`EVENTS` and one of :data:`TOUCHED`; columns that may be empty may be lacking.

        Raises:
            InvalidInput: an event has no case, activity or time.
        """
        for name in ("case", "activity", "end"):
            if name not in events.column_names or events[name].null_count:
                raise InvalidInput(f"an event without its {name} belongs to no case", hint="leave such rows out")
        case, case_names = coded(events, "case")
        activity, activities = coded(events, "activity")
        resource, resources = coded(events, "resource")
        zone, zones = coded(events, "zone")
        kind, kinds = coded(events, "kind")
        start, end = _hours(events, "start"), _hours(events, "end")
        place = np.zeros(len(end))
        if "place" in events.column_names:
            place = _numbers(events["place"].fill_null(0.0))
        pairs = np.zeros((0, 3), np.int64)
        if touched is not None and touched.num_rows:
            pairs, zones, zone = _touched(touched, case_names, zones, zone)
        order = np.lexsort((place, end, case))
        return cls(
            case[order], activity[order], resource[order], zone[order], start[order], end[order], kind[order], pairs,
            tuple(case_names), tuple(activities), tuple(resources), tuple(zones), tuple(kinds),
        )  # fmt: skip

    def __len__(self) -> int:
        """How many cases have an event."""
        return len(self.numbers)

    @cached_property
    def firsts(self) -> Indices:
        """The row of the first event of each case."""
        return np.flatnonzero(np.concatenate([[True], self.case[1:] != self.case[:-1]])[: len(self.case)])

    @cached_property
    def numbers(self) -> Indices:
        """The number of each case that has an event, in order."""
        return self.case[self.firsts]

    @cached_property
    def lasts(self) -> Indices:
        """The row of the last event of each case."""
        return np.append(self.firsts[1:], len(self.case)) - 1 if len(self.case) else self.firsts

    @cached_property
    def begin(self) -> Floats:
        """When each case began: when its first event did, where that is told, else when that was done."""
        begun = np.fmin(self.start, self.end)
        return np.minimum.reduceat(begun, self.firsts) if len(begun) else begun

    @cached_property
    def lead(self) -> Floats:
        """How long each case took from its first event to its last so far, in hours on the clock."""
        return np.maximum(self.end[self.lasts] - self.begin, 0.0)

    def until(self, moment: float) -> Cases:
        """What was known at a moment: the events that were over by then, and nothing of any other."""
        return self._rows(self.end <= moment)._compact()

    def only(self, which: Flags) -> Cases:
        """Some of the cases, said for each in the order of :attr:`numbers`, with all of their events."""
        return self._rows(np.isin(self.case, self.numbers[which]))._compact()

    def zoned(self, names: Sequence[str | None]) -> Cases:
        """With another name for each of :attr:`zones`; None is no zone any more. Several may become one."""
        zones = tuple(sorted({one for one in names if one is not None}))
        number = {name: code for code, name in enumerate(zones)}
        moved = np.array([-1 if one is None else number[one] for one in names] + [-1], np.int64)
        touched = self.touched.copy()
        touched[:, 1] = moved[touched[:, 1]]
        return replace(self, zone=moved[self.zone], touched=touched[touched[:, 1] >= 0], zones=zones)

    def drawn(self, places: Indices) -> Cases:
        """Cases by their place in :attr:`numbers`, each as often as it is named: as if they were different cases."""
        counts = np.diff(np.append(self.firsts, len(self.case)))[places]
        rows = np.repeat(self.firsts[places] - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        rows += np.arange(len(rows))
        found = self._rows(rows)
        names = tuple(map(self.case_names.__getitem__, self.numbers[places].tolist()))
        case = np.repeat(np.arange(len(places)), counts)
        return replace(found, case=case, touched=np.zeros((0, 3), np.int64), case_names=names)

    @cached_property
    def own_zone(self) -> Indices:
        """The zone of each case: the one that most of what it touched, or of its events, is in; -1 for none."""
        case, zone, times = self._touches
        found = np.full(len(self.case_names), -1, np.int64)
        # The most frequent comes last, and of those that are as frequent the first by name.
        order = np.lexsort((-zone, times, case))
        found[case[order]] = zone[order]
        return found[self.numbers]

    @cached_property
    def zones_touched(self) -> Indices:
        """How many zones each case touched."""
        return np.bincount(self._touches[0], minlength=len(self.case_names))[self.numbers]

    @cached_property
    def _touches(self) -> tuple[Indices, Indices, Indices]:
        """Each case and zone that have to do with one another, once, and how often they do."""
        here = self.zone >= 0
        case = np.concatenate([self.case[here], self.touched[:, 0]])
        zone = np.concatenate([self.zone[here], self.touched[:, 1]])
        times = np.concatenate([np.ones(int(here.sum()), np.int64), self.touched[:, 2]])
        both, place = np.unique(case * max(len(self.zones), 1) + zone, return_inverse=True)
        total = np.bincount(place, weights=times, minlength=len(both)).astype(np.int64)
        return both // max(len(self.zones), 1), both % max(len(self.zones), 1), total

    def _compact(self) -> Cases:
        """The same with names and numbers of nothing but what is in it: it tells nothing of what was left out."""
        case, case_names = _renumbered(self.case, self.case_names)
        touched = self.touched[np.isin(self.touched[:, 0], self.numbers)]
        pairs = np.searchsorted(self.numbers, touched[:, 0])
        both, zones = _renumbered(np.concatenate([self.zone, touched[:, 1]]), self.zones)
        zone, of_pairs = np.split(both, [len(self.zone)])
        activity, activities = _renumbered(self.activity, self.activities)
        resource, resources = _renumbered(self.resource, self.resources)
        kind, kinds = _renumbered(self.kind, self.kinds)
        found = np.stack([pairs, of_pairs, touched[:, 2]], axis=1)
        return Cases(
            case, activity, resource, zone, self.start, self.end, kind, found, case_names, activities, resources, zones,
            kinds,
        )  # fmt: skip

    def _rows(self, which: Any) -> Cases:
        return replace(
            self, case=self.case[which], activity=self.activity[which], resource=self.resource[which],
            zone=self.zone[which], start=self.start[which], end=self.end[which], kind=self.kind[which],
        )  # fmt: skip


def coded(table: pa.Table, name: str) -> tuple[Indices, list[str]]:
    """A column of texts as numbers, -1 where it is empty, and the texts in order; all empty where there is none."""
    if name not in table.column_names:
        return np.full(table.num_rows, -1, np.int64), []
    array = pc.dictionary_encode(table[name].cast(pa.string()).combine_chunks())
    values = array.dictionary.to_pylist()
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    ranked = sorted(range(len(values)), key=lambda one: values[one])
    rank = np.full(len(values) + 1, -1, np.int64)
    rank[ranked] = np.arange(len(values))
    return rank[codes], [values[one] for one in ranked]


def _renumbered(codes: Indices, names: Sequence[str]) -> tuple[Indices, tuple[str, ...]]:
    """Codes without gaps, in the order that they had, and their names; -1 stays."""
    there = np.unique(codes[codes >= 0])
    return np.where(codes < 0, -1, np.searchsorted(there, codes)), tuple(names[one] for one in there.tolist())


def _touched(
    table: pa.Table, cases: Sequence[str], zones: Sequence[str], zone: Indices
) -> tuple[Indices, list[str], Indices]:
    """The known cases with the zones that they touched and how often; the names of all zones; and the zones of events
    by their new numbers."""
    every = sorted({*zones, *pc.unique(table["zone"]).to_pylist()})
    number = {name: code for code, name in enumerate(every)}
    moved = np.array([number[name] for name in zones] + [-1], np.int64)
    case, names = coded(table, "case")
    known = {name: code for code, name in enumerate(cases)}
    to_case = np.array([known.get(name, -1) for name in names] + [-1], np.int64)[case]
    found, names = coded(table, "zone")
    to_zone = np.array([number[name] for name in names] + [-1], np.int64)[found]
    times = _numbers(table["times"]).astype(np.int64)
    pairs = np.stack([to_case, to_zone, times], axis=1)
    return pairs[to_case >= 0], every, moved[zone]


def _hours(table: pa.Table, name: str) -> Floats:
    """Times as hours since 1970; not a number where there is none."""
    if name not in table.column_names:
        return np.full(table.num_rows, np.nan)
    ticks = table[name].cast(pa.timestamp("us")).cast(pa.int64())
    found = _numbers(ticks.fill_null(0)).astype(np.float64) / _HOUR
    found[np.asarray(table[name].is_null())] = np.nan
    return found


def _numbers(column: Any) -> npt.NDArray[Any]:
    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    found: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return found
