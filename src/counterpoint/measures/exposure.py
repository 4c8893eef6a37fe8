"""What truck factor and knock-out share: the files that are there, who is an author of them, and who is still here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from dateutil.relativedelta import relativedelta
from scipy import sparse

from counterpoint.measures.authorship import Flags, authors
from counterpoint.measures.declaration import Asked, Need, Setting, Tables
from counterpoint.measures.open_hours import Ticks
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
    whole = _Wrote.of(tables["wrote"], asked)
    for row in every:
        wrote, last = whole.until(row["period"]), _until(tables["last"], row["period"])
        if len(wrote.file):
            seen = last.group_by("party").aggregate([("seen", "max")])
            bound = datetime.combine(row["ends"], datetime.min.time()) - relativedelta(months=months)
            recent = {
                one["party"]
                for one in seen.to_pylist()
                if one["party"] not in status and (not months or one["seen_max"] >= bound)
            }
            yield _standing(wrote, row["period"], recent)


def _until(rows: pa.Table, period: date | None) -> pa.Table:
    if period is None:
        return rows
    return rows.filter(pc.less_equal(rows["period"], pa.scalar(period, pa.date32())))


@dataclass(frozen=True)
class _Wrote:
    """The rows of ``authorship.sql`` as numbers, by file, party and period: told once, and looked at for each period.

    Codes are in the order of ``units`` and ``parties``, -1 where there is no unit. Times are microseconds, 0 where
    there is none; periods are days since 1970, 0 where all time is one.
    """

    file: Codes
    party: Codes
    unit: Codes
    period: Codes
    automatic: Flags
    creations: Numbers
    changes: Numbers
    began: Ticks
    there: Ticks
    gone: Ticks
    parties: list[str]
    units: list[str]

    @classmethod
    def of(cls, wrote: pa.Table, asked: Asked) -> _Wrote:
        """Those of a table."""
        source, _ = in_order(wrote["source"].cast(pa.string()))
        name, names = in_order(wrote["file"].cast(pa.string()))
        _, file = np.unique(source.astype(np.int64) * max(len(names), 1) + name, return_inverse=True)
        party, parties = in_order(wrote["party"].cast(pa.string()))
        unit, units = _units(wrote, asked)
        period = _whole(wrote["period"].cast(pa.int32()))
        order = np.lexsort((period, party, file))
        began, there, gone = (
            _whole(wrote[one].cast(pa.timestamp("us")).cast(pa.int64()))[order] for one in ("began", "there", "gone")
        )
        return cls(
            file=file[order].astype(np.int32),
            party=party[order],
            unit=unit[order],
            period=period[order].astype(np.int32),
            automatic=wrote["automatic"].to_numpy().astype(bool)[order],
            creations=wrote["creations"].to_numpy().astype(np.float64)[order],
            changes=wrote["changes"].to_numpy().astype(np.float64)[order],
            began=began,
            there=there,
            gone=gone,
            parties=parties,
            units=units,
        )

    def until(self, period: date | None) -> _Wrote:
        """The rows of the periods until one, and of that."""
        return self if period is None else self.at(self.period <= (period - date(1970, 1, 1)).days)

    def at(self, rows: Flags) -> _Wrote:
        """Some of the rows."""
        columns = [one.name for one in fields(self) if one.name not in ("parties", "units")]
        return replace(self, **{name: getattr(self, name)[rows] for name in columns})

    def begins(self) -> npt.NDArray[np.int64]:
        """At which row each file begins."""
        return np.flatnonzero(np.concatenate([[True], self.file[1:] != self.file[:-1]]))


def _whole(numbers: pa.ChunkedArray) -> Ticks:
    found: Ticks = pc.fill_null(numbers, 0).to_numpy().astype(np.int64)
    return found


def _units(wrote: pa.Table, asked: Asked) -> tuple[Codes, list[str]]:
    if asked.grain not in ("zone", "source"):
        return np.zeros(wrote.num_rows, np.int32), [""]
    names = wrote[asked.grain].cast(pa.string())
    codes = np.full(wrote.num_rows, -1, np.int32)
    told = pc.is_valid(names).to_numpy()
    codes[told], units = in_order(names.drop_null())
    return codes, units


def _standing(wrote: _Wrote, period: date | None, recent: set[str]) -> Standing:
    begins = wrote.begins()
    there, gone = (np.maximum.reduceat(one, begins) for one in (wrote.there, wrote.gone))
    stands = (there >= gone) & (there > 0)
    count = np.diff(np.append(begins, len(wrote.file)))
    wrote = wrote.at(~wrote.automatic & (wrote.unit >= 0) & np.repeat(stands, count))
    if not len(wrote.file):
        nobody = np.zeros(0, dtype=bool)
        return Standing(period, [], np.zeros(0, np.int32), [], sparse.csr_array((0, 0), dtype=bool), nobody)
    begins = wrote.begins()
    file = np.repeat(np.arange(len(begins), dtype=np.int32), np.diff(np.append(begins, len(wrote.file))))
    party, column = np.unique(wrote.party, return_inverse=True)
    unit, of_file = np.unique(wrote.unit[_last(wrote.there, begins, file)], return_inverse=True)
    creations, changes = _as_created(wrote, begins, file)
    cells = np.flatnonzero(np.concatenate([[True], (np.diff(file) != 0) | (np.diff(column) != 0)]))
    made, edits = (np.add.reduceat(one, cells) for one in (creations, changes))
    did = made + edits > 0  # who only removed or moved it knows nothing of it for that
    cells, made, edits = cells[did], made[did], edits[did]
    shape = len(begins), len(party)
    authored = authors(file[cells], column[cells].astype(np.int32), made, edits, shape)
    parties = [wrote.parties[one] for one in party.tolist()]
    here = np.array([one in recent for one in parties], dtype=bool)
    units = [wrote.units[one] for one in unit.tolist()]
    return Standing(period, units, of_file.astype(np.int32), parties, authored, here)


def _last(times: Ticks, begins: npt.NDArray[np.int64], file: Codes) -> npt.NDArray[np.int64]:
    """The row of each file with the latest time; of several the first."""
    latest = np.flatnonzero(times == np.maximum.reduceat(times, begins)[file])
    return latest[np.unique(file[latest], return_index=True)[1]]


def _as_created(wrote: _Wrote, begins: npt.NDArray[np.int64], file: Codes) -> tuple[Numbers, Numbers]:
    """Creations and changes; where a source does not tell them apart, the first change of a file created it.

    Of several at one time it is that of the party that sorts first.
    """
    creations, changes = wrote.creations.copy(), wrote.changes.copy()
    made = np.add.reduceat(creations, begins) > 0
    first = _last(-wrote.began, begins, file)
    first = first[~made & (changes[first] > 0)]
    creations[first] += 1
    changes[first] -= 1
    return creations, changes
