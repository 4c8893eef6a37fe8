"""What requirements, congruence, gaps and waste share: their inputs, their settings, and one period as matrices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from scipy import sparse

from counterpoint.measures.declaration import Asked, Need, Setting, Tables
from counterpoint.measures.requiring import Codes, Numbers, coded, coupled, in_order, required, worked

Flags = npt.NDArray[np.bool_]

SOURCE = (
    "CR = T_A · T_D · T_Aᵀ and congruence: Cataldo, Wagstrom, Herbsleb, Carley, Identification of coordination "
    "requirements, CSCW 2006; Cataldo, Herbsleb, Carley, Socio-technical congruence, ESEM 2008"
)
LIMITS = (
    "What leaves no trace is not seen: a word across the desk looks like a gap. Two who changed what hangs together "
    "need not have needed each other. A study of 25 projects (Mauerer and others, TSE 2022) found no relation of "
    "congruence to bugs or churn; that work is done 32 % sooner where it is high is from one company's data. Compare "
    "it with your own outcomes before you act on it."
)
INPUTS: Mapping[str, str] = {
    name: f"{name}.sql" for name in ("touches", "changed", "depends", "belongs", "large", "together", "met")
}
SETTINGS: tuple[Setting, ...] = (
    Setting(
        "through",
        "changes",
        "what makes work hang together: changes (files changed in one commit), files (the same file alone), or work "
        "(work items with declared dependencies)",
    ),
    Setting("largest", 50, "changes of more files than this are left out: they reformat, move or vendor"),
    Setting(
        "common",
        0.25,
        "files that more than this share of the people worked on in the period, and more than ten, are left out: "
        "change logs, lock files; 1 keeps all",
    ),
    Setting(
        "weight",
        "none",
        "none: by how often; once: however often, so that what is changed all the time does not hide the rest; idf: "
        "what many work on weighs less, by ln(1 + people / people on it)",
    ),
    Setting("least", 0.0, "how much must be required of two before they are required to coordinate: more than this"),
    Setting(
        "ways",
        "commit,review,report,merge,post,attend,handoff",
        "what counts as coordination; commit is writing one commit together",
    ),
    Setting("crowd", 25, "a discussion or meeting of more people than this is no coordination of any two of them"),
)
WORK_NEED = Need(
    "work that people did",
    "select count(*) from activity where sort <> 'bot' and (verb = 'change' or work is not null)",
    "counterpoint trace REPOSITORY brings changes in",
)
TIES_NEED = Need(
    "traces of coordination",
    "select count(*) from activity where sort <> 'bot' and (verb in ('review', 'report', 'merge', 'post', 'attend') "
    "or target is not null)",
    "reviews come with a repository, discussions with mail, meetings with a calendar: counterpoint trace PATH",
)
NO_UNITS = "no team or zone is known in which anybody worked"
_FEW = 10
_BELONGS = pa.schema([("party", pa.string()), ("unit", pa.string())])


def chosen(asked: Asked, name: str) -> Any:
    """A setting of coordination as it was asked for, else its default."""
    return asked.settings.get(name, {one.name: one.default for one in SETTINGS}[name])


@dataclass(frozen=True)
class Field:
    """One period: a row for each unit and party in it, sorted by both, and what it did to which things.

    ``hangs`` is T_D (None: the identity). ``met`` says which parties coordinated (party × party, symmetric).
    ``large`` counts the changes left out, ``common`` the things.
    """

    period: date | None
    units: list[str]
    parties: list[str]
    things: list[str]
    unit: Codes
    party: Codes
    did: sparse.csr_array
    hangs: sparse.csr_array | None
    met: sparse.csr_array
    unseen: int
    large: int
    common: int
    least: float

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.party)

    @cached_property
    def begins(self) -> Codes:
        """At which row each unit begins, and at the end the number of rows."""
        return np.searchsorted(self.unit, np.arange(len(self.units) + 1)).astype(np.int32)

    def blocks(self) -> Iterator[Block]:
        """CR with what is required and what was met, in blocks of rows, each pair of rows once."""
        for start, weight in required(self.did, self.hangs):
            rows = np.arange(start, start + len(weight), dtype=np.int32)
            columns = np.arange(start, self.rows, dtype=np.int32)
            two = self.party[rows][:, None] != self.party[columns][None, :]
            two &= rows[:, None] < columns[None, :]
            yield self._block(rows, columns, weight, two)

    def between(self, rows: Codes, columns: Codes) -> Block:
        """The same for some rows against some others; a pair may be in it both ways."""
        right = self.did[columns].T if self.hangs is None else self.hangs @ self.did[columns].T
        weight = (self.did[rows] @ right).toarray()
        return self._block(rows, columns, weight, self.party[rows][:, None] != self.party[columns][None, :])

    def _block(self, rows: Codes, columns: Codes, weight: Numbers, two: Flags) -> Block:
        met = self.met[self.party[rows]][:, self.party[columns]].toarray() > 0
        return Block(rows, columns, weight, (weight > self.least) & two, met & two)


@dataclass(frozen=True)
class Block:
    """Some rows against some columns: the requirement, where there is one, and where the two coordinated."""

    rows: Codes
    columns: Codes
    weight: Numbers
    needs: Flags
    met: Flags


def fields(tables: Tables, asked: Asked, *, teams: bool = False) -> Iterator[Field]:
    """Every period in which anybody worked, in order: a row for each party, by zone for each zone that it worked in.

    With ``teams`` a party has a row for each of its teams instead, if it is teams that were asked for.
    """
    for period in periods(tables["touches"]):
        some = {name: of_period(rows, period) for name, rows in tables.items()}
        yield field(_by_team(some) if teams and asked.grain == "team" else some, asked, period)


def _by_team(tables: Tables) -> Tables:
    """The touches once for each team of whose they are; those of nobody's team are left out."""
    text = {name: pc.cast(tables["touches"][name], pa.string()) for name in ("party", "thing")}
    plain = pa.table({**text, "amount": tables["touches"]["amount"]})
    joined = plain.join(tables["belongs"].cast(_BELONGS), "party", join_type="inner")
    return {**tables, "touches": joined, "everything": plain}


def periods(rows: pa.Table) -> list[date | None]:
    """The periods that there are rows of, in order."""
    return sorted(pc.unique(rows["period"]).to_pylist(), key=lambda one: one or date.min)


def of_period(rows: pa.Table, period: date | None) -> pa.Table:
    """The rows of a period; of a table that knows none, all of them."""
    if "period" not in rows.column_names:
        return rows
    if period is None:
        return rows.filter(pc.is_null(rows["period"]))
    return rows.filter(pc.fill_null(pc.equal(rows["period"], pa.scalar(period, pa.date32())), False))


def field(tables: Tables, asked: Asked, period: date | None = None) -> Field:
    """One period's tables as matrices."""
    touches = tables["touches"]
    every = tables.get("everything", touches)
    if asked.grain == "zone":
        touches = touches.filter(pc.is_valid(touches["zone"]))
    things = sorted(pc.unique(touches["thing"].cast(pa.string())).to_pylist())
    on, among = _people_on(every, things)
    common = _common(on, among, asked)
    unit, units = in_order(_unit(touches, asked))
    party, parties = in_order(touches["party"])
    thing = _placed(touches["thing"], things)
    row, place = np.unique(unit.astype(np.int64) * max(len(parties), 1) + party, return_inverse=True)
    amounts = touches["amount"].to_numpy().astype(np.float64) * _weights(on, among, asked)[thing]
    kept = ~common[thing]
    did = worked(place.astype(np.int32)[kept], thing[kept], amounts[kept], (len(row), len(things)))
    hangs = _hangs(tables, things, asked)
    if chosen(asked, "weight") == "once":
        did.data[:] = 1.0
        if hangs is not None:
            hangs.data[:] = 1.0
    met, unseen = _met(tables, parties)
    return Field(
        period,
        units,
        parties,
        things,
        (row // max(len(parties), 1)).astype(np.int32),
        (row % max(len(parties), 1)).astype(np.int32),
        did,
        hangs,
        met,
        unseen,
        sum(tables["large"]["changes"].to_pylist()),
        int(common.sum()),
        float(chosen(asked, "least")),
    )


def _unit(touches: pa.Table, asked: Asked) -> pa.ChunkedArray:
    if asked.grain == "zone":
        return touches["zone"]
    if "unit" in touches.column_names:
        return touches["unit"]
    name = "party" if asked.grain == "person" else None
    return touches[name] if name else pa.chunked_array([pa.array([""] * touches.num_rows, pa.string())])


def _placed(column: pa.ChunkedArray, names: list[str]) -> Codes:
    """The texts of a column as places among sorted names that have all of them."""
    codes, texts = coded(column)
    place = pc.index_in(texts.cast(pa.string()), value_set=pa.array(names, pa.string()))
    places: Codes = place.to_numpy(zero_copy_only=False).astype(np.int32)
    return places[codes]


def _people_on(touches: pa.Table, things: list[str]) -> tuple[Numbers, int]:
    """How many parties worked on each of some things, and how many worked at all: whoever they are."""
    inside = touches.filter(pc.is_in(touches["thing"].cast(pa.string()), value_set=pa.array(things, pa.string())))
    people = len(pc.unique(touches["party"]))
    thing, (party, _) = _placed(inside["thing"], things), coded(inside["party"])
    both = np.unique(thing.astype(np.int64) * max(people, 1) + party) // max(people, 1)
    return np.bincount(both, minlength=len(things)).astype(np.float64), people


def _common(on: Numbers, people: int, asked: Asked) -> Flags:
    share = float(chosen(asked, "common"))
    return (on > share * people) & (on > _FEW) if share < 1 else np.zeros(len(on), dtype=bool)


def _weights(on: Numbers, people: int, asked: Asked) -> Numbers:
    return np.log1p(people / np.maximum(on, 1)) if chosen(asked, "weight") == "idf" else np.ones(len(on))


def _hangs(tables: Tables, things: list[str], asked: Asked) -> sparse.csr_array | None:
    through = chosen(asked, "through")
    if through == "files":
        return None
    known = pa.array(things, pa.string())
    if through == "work":
        one, other = _pairs(tables["depends"], known)
        there = np.ones(2 * len(one) + len(things))
        diagonal = np.arange(len(things), dtype=np.int32)
        rows, columns = np.concatenate([one, other, diagonal]), np.concatenate([other, one, diagonal])
        both = worked(rows, columns, there, (len(things), len(things)))
        both.data[:] = 1.0
        return both
    place = pc.index_in(tables["changed"]["thing"].cast(pa.string()), value_set=known)
    inside = pc.is_valid(place)
    changes, every = coded(tables["changed"]["change"].filter(inside))
    return coupled(changes, place.filter(inside).to_numpy().astype(np.int32), (len(every), len(things)))


def _pairs(rows: pa.Table, known: pa.Array) -> tuple[Codes, Codes]:
    """The columns ``one`` and ``other`` as places among the known; rows with another one are left out."""
    one, other = (pc.index_in(rows[name].cast(pa.string()), value_set=known) for name in ("one", "other"))
    both = pc.and_(pc.is_valid(one), pc.is_valid(other))
    return one.filter(both).to_numpy().astype(np.int32), other.filter(both).to_numpy().astype(np.int32)


def _met(tables: Tables, parties: list[str]) -> tuple[sparse.csr_array, int]:
    """Who coordinated with whom (among ``parties``), and how many pairs did of which one is not among them.

    Nobody where a measure does not ask for it: the requirements alone.
    """
    if "met" not in tables:
        return sparse.csr_array((len(parties), len(parties))), 0
    every, matrix = ties(tables["together"], tables["met"])
    place = {party: number for number, party in enumerate(parties)}
    known = np.array([number for number, party in enumerate(every) if party in place], np.int32)
    where = np.array([place[every[number]] for number in known], np.int32)
    inside = matrix[known][:, known].tocoo()
    shape = (len(parties), len(parties))
    seen = sparse.csr_array(sparse.coo_array((inside.data, (where[inside.row], where[inside.col])), shape=shape))
    return seen, (matrix.nnz - seen.nnz) // 2


def units_of(field: Field, tables: Tables, asked: Asked) -> tuple[list[str], sparse.csr_array]:
    """The units of the grain that was asked for, and which of the rows belong to each: rows × units.

    A party belongs to each of its teams. Teams of which nobody worked in the period are not among them.
    """
    if asked.grain != "team":
        return field.units, one_hot(field.unit, len(field.units))
    rows = tables["belongs"].cast(_BELONGS)
    place = pc.index_in(rows["party"], value_set=pa.array(field.parties, pa.string()))
    inside = pc.is_valid(place)
    unit, units = in_order(rows["unit"].filter(inside))
    party = place.filter(inside).to_numpy().astype(np.int32)
    belongs = worked(party, unit, None, (len(field.parties), len(units)))
    belongs.data[:] = 1.0
    return units, sparse.csr_array(belongs[field.party])


def nested(tables: Tables) -> set[tuple[str, str]]:
    """Two teams of which one is inside the other, both ways round: what is between them is within one of them."""
    rows = zip(*(tables["belongs"].cast(_BELONGS)[name].to_pylist() for name in ("party", "unit")), strict=True)
    inside = [(one, other) for one, other in rows if one.startswith("team:")]
    return {*inside, *((other, one) for one, other in inside)}


def one_hot(codes: Codes, many: int) -> sparse.csr_array:
    """A row for each code, with a one in its column."""
    return worked(np.arange(len(codes), dtype=np.int32), codes, None, (len(codes), many))


def ties(together: pa.Table, met: pa.Table) -> tuple[list[str], sparse.csr_array]:
    """Actual coordination: everybody in it, sorted, and in how many things each two took part or met (symmetric).

    ``together`` has a row for each party in each thing, ``met`` one for each two who addressed each other.
    """
    names = pa.chunked_array(
        [*(one for part in (together["party"], met["one"], met["other"]) for one in part.chunks)], type=pa.string()
    )
    codes, parties = in_order(names)
    first, second = together.num_rows, together.num_rows + met.num_rows
    things, every = coded(together["thing"])
    part = worked(things, codes[:first], None, (len(every), len(parties)))
    part.data[:] = 1.0
    direct = worked(codes[first:second], codes[second:], None, (len(parties), len(parties)))
    whole = sparse.csr_array(part.T @ part + direct + direct.T)
    whole.setdiag(0)
    whole.eliminate_zeros()
    return parties, whole
