"""What truck factor and knock-out share: the files that are there, who is an author of them, and who is still here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from dateutil.relativedelta import relativedelta
from scipy import sparse

from counterpoint.measures.authorship import Flags, authors
from counterpoint.measures.declaration import Asked, Need, Setting, Tables
from counterpoint.measures.requiring import Codes, Numbers, in_order

SOURCE = (
    "Avelino, Passos, Hora, Valente, A novel approach for estimating truck factors, ICPC 2016: greedy, unpruned; "
    "degree of authorship of Fritz and others, ICSE 2010"
)
INPUTS: Mapping[str, str] = {
    "wrote": "authorship.sql",
    "last": "last_seen.sql",
    "status": "select party, status from party where status is not null",
    "periods": "select period, ends from period",
}
AWAY = Setting(
    "away",
    12,
    "who did nothing at all for so many months before the end of the period is not here any more; 0: all are",
)
MOVES = Setting(
    "moves", 0, "1: moving a file without changing it counts as changing it, as in the study; 0: it counts for nothing"
)
NEED = Need(
    "changes of files",
    "select count(*) from activity where verb = 'change' and sort <> 'bot'",
    "counterpoint trace REPOSITORY brings them in",
)
GONE = frozenset({"left", "gone", "inactive", "archived", "stopped", "alumnus"})
"""What a party's status is called where it is not here any more."""


@dataclass(frozen=True)
class Standing:
    """The files that are there when a period ends: the unit of each, who is an author of it, and who is here.

    ``authored`` is files × parties, of everybody who ever changed one; ``here`` says who is still here.
    """

    period: date | None
    units: list[str]
    unit: Codes
    parties: list[str]
    authored: sparse.csr_array
    here: Flags

    def of(self, unit: int) -> sparse.csr_array:
        """The files of a unit."""
        return self.authored[np.flatnonzero(self.unit == unit)]

    def present(self, authored: sparse.csr_array) -> sparse.csr_array:
        """Authors who are here: nobody who left keeps a file up."""
        found = sparse.csr_array(authored, copy=True)
        found.data = self.here[found.indices]
        found.eliminate_zeros()
        return found


def standings(tables: Tables, asked: Asked) -> Iterator[Standing]:
    """How it stands at the end of every period, by everything that was done from the first day asked until then."""
    every = sorted(tables["periods"].to_pylist(), key=lambda row: row["period"] or date.min)
    status = {row["party"] for row in tables["status"].to_pylist() if row["status"] in GONE}
    months = int(asked.settings.get(AWAY.name, AWAY.default))
    for row in every:
        wrote, last = (_until(tables[name], row["period"]) for name in ("wrote", "last"))
        if wrote.num_rows:
            seen = last.group_by("party").aggregate([("seen", "max")])
            bound = datetime.combine(row["ends"], datetime.min.time()) - relativedelta(months=months)
            recent = {
                one["party"]
                for one in seen.to_pylist()
                if one["party"] not in status and (not months or one["seen_max"] >= bound)
            }
            yield _standing(wrote, asked, row["period"], recent)


def _until(rows: pa.Table, period: date | None) -> pa.Table:
    if period is None:
        return rows
    return rows.filter(pc.less_equal(rows["period"], pa.scalar(period, pa.date32())))


def _standing(wrote: pa.Table, asked: Asked, period: date | None, recent: set[str]) -> Standing:
    names = pc.binary_join_element_wise(wrote["source"].cast(pa.string()), wrote["file"].cast(pa.string()), "\0")
    file, files = in_order(names)
    unit = _units(wrote, asked)
    there, gone = (_latest(wrote[name], file, len(files)) for name in ("there", "gone"))
    automatic = wrote["automatic"].to_numpy(zero_copy_only=False).astype(bool)
    told = pc.is_valid(unit).to_numpy(zero_copy_only=False)
    theirs = ~automatic & told & (there >= gone)[file] & (there > 0)[file]
    wrote, file = wrote.filter(pa.array(theirs)), file[theirs]
    place, inside = np.unique(file, return_inverse=True)
    compact = inside.astype(np.int32)
    party, parties = in_order(wrote["party"])
    unit_code, units = in_order(unit.filter(pa.array(theirs)))
    creations, changes = _as_created(wrote, compact, len(place))
    cells, inverse = np.unique(compact.astype(np.int64) * max(len(parties), 1) + party, return_inverse=True)
    made, edits = (np.zeros(len(cells)) for _ in range(2))
    np.add.at(made, inverse, creations)
    np.add.at(edits, inverse, changes)
    did = made + edits > 0  # who only removed or moved it knows nothing of it for that
    cells, made, edits = cells[did], made[did], edits[did]
    rows, columns = (part.astype(np.int32) for part in np.divmod(cells, max(len(parties), 1)))
    of_file = np.zeros(len(place), np.int32)
    of_file[compact] = unit_code
    authored = authors(rows, columns, made, edits, (len(place), len(parties)))
    return Standing(period, units, of_file, parties, authored, np.array([one in recent for one in parties], dtype=bool))


def _units(wrote: pa.Table, asked: Asked) -> pa.ChunkedArray:
    if asked.grain in ("zone", "source"):
        return wrote[asked.grain].cast(pa.string())
    return pa.chunked_array([pa.array([""] * wrote.num_rows, pa.string())])


def _latest(times: pa.ChunkedArray, file: Codes, files: int) -> npt.NDArray[np.int64]:
    """The latest time of each file, in microseconds; 0 where there is none."""
    numbers = pc.fill_null(times.cast(pa.timestamp("us")).cast(pa.int64()), 0).to_numpy(zero_copy_only=False)
    latest = np.zeros(files, np.int64)
    np.maximum.at(latest, file, numbers)
    return latest


def _as_created(wrote: pa.Table, file: Codes, files: int) -> tuple[Numbers, Numbers]:
    """Creations and changes; where a source does not tell them apart, the first change of a file created it."""
    creations, changes = (wrote[name].to_numpy().astype(np.float64, copy=True) for name in ("creations", "changes"))
    made = np.bincount(file, weights=creations, minlength=files) > 0
    began = wrote["began"].cast(pa.timestamp("us")).cast(pa.int64()).to_numpy()
    order = np.lexsort((np.arange(len(began)), began))
    first = order[np.unique(file[order], return_index=True)[1]]
    first = first[~made[file[first]] & (changes[first] > 0)]
    creations[first] += 1
    changes[first] -= 1
    return creations, changes
