"""Generated activity for benches, straight into a lake: few do much and few files are changed often (Zipf)."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.lake.place import Place
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.activity import STORED

MONTHS = 24
IN_A_FILE = 500_000
BEGIN = np.datetime64("2024-01-01", "us")
SPAN = np.datetime64("2026-01-01", "us") - BEGIN
VERBS = ("change", "commit", "review", "step", "post", "attend")
SHARES = (0.62, 0.12, 0.10, 0.08, 0.06, 0.02)
STEPS = 24
"""How many different steps cases have."""
Numbers = npt.NDArray[np.int64]


class Size(NamedTuple):
    """How many rows, and of what: the organisation grows with its activity."""

    rows: int
    fixed: int | None = None
    """How many people there are, where the organisation does not grow; its paths are a hundred for each of them."""

    @property
    def people(self) -> int:
        """One for each two thousand rows."""
        return self.fixed or max(50, self.rows // 2_000)

    @property
    def paths(self) -> int:
        """One for each twenty rows, to two million."""
        return min(2_000_000, max(1_000, self.rows // 20 if self.fixed is None else self.fixed * 100))

    @property
    def threads(self) -> int:
        """Commits, discussions: one for each five rows."""
        return max(100, self.rows // 5)

    @property
    def teams(self) -> int:
        """Eight people each."""
        return max(5, self.people // 8)


def fill(place: Place, size: Size, seed: int = 7) -> list[str]:
    """Write so many rows; the names of the files. Each file is of one month, as an import leaves them."""
    dice = np.random.default_rng(seed)
    names = []
    left = size.rows
    for month in range(MONTHS):
        here = left // (MONTHS - month)
        left -= here
        for begin in range(0, here, IN_A_FILE):
            rows = _rows(dice, size, month, min(IN_A_FILE, here - begin))
            name, _ = place.keep(f"activity/bench/{_month(month)}", rows)
            names.append(name)
    return names


def tables(size: Size) -> dict[str, pa.Table]:
    """The organisation: people in teams of teams, agents, bots, zones of paths."""
    people = [f"person:p{number}" for number in range(size.people)]
    actors = [f"actor:{number}" for number in range(size.people)]
    sorts = ["bot" if number % 97 == 1 else "agent" if number % 53 == 2 else "person" for number in range(size.people)]
    teams = [f"team:{number}" for number in range(size.teams)]
    zones = [f"zone:{number}" for number in range(max(3, size.teams // 2))]
    paths = [_path(number) for number in range(size.paths)]
    made = {
        "actor": {"actor": actors, "party": people, "sort": sorts, "confidence": [1.0] * len(people)},
        "party": {"party": people, "label": [one.upper() for one in people], "sort": sorts},
        "member": {"party": people, "team": [teams[number % size.teams] for number in range(size.people)]},
        "team": {"team": teams, "label": teams},
        "zone": {"zone": zones, "label": zones, "owner": [teams[number % size.teams] for number in range(len(zones))]},
        "path_zone": {
            "source": ["git:bench"] * size.paths,
            "path": paths,
            "zone": [zones[number % len(zones)] for number in range(size.paths)],
        },
        "snapshot": {"moment": [datetime(2026, 1, 1)], "sequence": [1]},
    }
    return {name: _table(name, made.get(name, {})) for name in ORGANISATION}


def _table(name: str, columns: dict[str, list[object]]) -> pa.Table:
    schema = ORGANISATION[name].schema
    count = len(next(iter(columns.values()), []))
    arrays = [
        pa.array(columns[one.name], one.type) if one.name in columns else pa.nulls(count, one.type) for one in schema
    ]
    return pa.table(arrays, schema=schema)


def _rows(dice: np.random.Generator, size: Size, month: int, count: int) -> pa.Table:
    """Rows of one month: each thread is somebody's, at about one time, and its rows follow each other."""
    threads, lengths = _lengths(dice, size, count)
    own = np.repeat(np.arange(len(threads)), lengths)[:count]
    actor = _zipf(dice, size.people, len(threads))[own]
    # A tenth of the rows of a thread are another's: reviews, answers.
    actor = np.where(dice.random(count) < 0.1, _zipf(dice, size.people, count), actor)
    width = SPAN / MONTHS
    times = BEGIN + (width * month) + (dice.random(len(threads))[own] * 0.999 * width.astype(np.int64)).astype("m8[us]")
    verb = dice.choice(len(VERBS), count, p=SHARES)
    path = _zipf(dice, size.paths, count)
    thread = [f"t{number}" for number in threads.tolist()]
    target = pa.array(_zipf(dice, size.people, count), mask=~np.isin(verb, (2, 4)))
    columns = {
        "source": _coded(np.zeros(count, np.int64), ["git:bench"]),
        "key": pa.FixedSizeBinaryArray.from_buffers(pa.binary(16), count, [None, pa.py_buffer(dice.bytes(16 * count))]),
        "moment": pa.array(np.minimum(times, BEGIN + width * (month + 1) - np.timedelta64(1, "us"))),
        "actor": _named(actor, "actor:"),
        "verb": _coded(verb, list(VERBS)),
        "object": _objects(dice, verb, path),
        "target": _named(target, "actor:"),
        "work": _named(pa.array(threads[own] % (size.threads // 4 + 1)), "work:w"),
        "size": pa.array(np.floor(dice.pareto(1.2, count) * 10) + 1),
        "thread": _coded(own, thread),
    }
    arrays = [columns.get(one.name, pa.nulls(count, one.type)).cast(one.type) for one in STORED]
    return pa.table(arrays, schema=STORED).sort_by([("moment", "ascending"), ("key", "ascending")])


def _lengths(dice: np.random.Generator, size: Size, count: int) -> tuple[Numbers, Numbers]:
    lengths = np.minimum(1 + np.floor(dice.pareto(1.5, count // 2 + 10) * 2), 200).astype(np.int64)
    needed = int(np.searchsorted(np.cumsum(lengths), count)) + 1
    return dice.integers(0, size.threads, needed), lengths[:needed]


def _zipf(dice: np.random.Generator, many: int, count: int) -> Numbers:
    """Numbers below ``many``, the n-th of them about one n-th as often as the first."""
    return np.minimum(np.floor(np.power(float(many), dice.random(count))).astype(np.int64) - 1, many - 1)


def _coded(index: Numbers, values: list[str]) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(index, pa.int32()), pa.array(values, pa.string()))


def _named(numbers: Numbers | pa.Array, prefix: str) -> pa.Array:
    coded = pa.array(numbers).dictionary_encode()
    values = pa.array([f"{prefix}{number}" for number in coded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices, values)


def _objects(dice: np.random.Generator, verb: Numbers, path: Numbers) -> pa.Array:
    """A step of a case has one of a few names; everything else is about a path."""
    step = pa.array([f"step {number}" for number in range(STEPS)]).take(pa.array(_zipf(dice, STEPS, len(verb))))
    paths = _paths(path).cast(pa.string())
    return pc.if_else(pa.array(verb == VERBS.index("step")), step, paths).dictionary_encode()


def _paths(numbers: Numbers) -> pa.Array:
    coded = pa.array(numbers).dictionary_encode()
    values = pa.array([_path(number) for number in coded.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(coded.indices, values)


def _path(number: int) -> str:
    return f"part{number % 37}/unit{number % 1009}/file{number}.py"


def _month(number: int) -> str:
    return f"{2024 + number // 12}-{number % 12 + 1:02}"
