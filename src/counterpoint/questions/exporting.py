"""Which activity an export is of, and what whoever is in it is called there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from counterpoint.errors import NotFound
from counterpoint.lake.ocel import Activity, Party
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import trace_actors, trace_files
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables.made import made

NOBODY = "nobody"
"""The system in which a process log names who did a step that names nobody."""


def activity_of(
    ledger: Ledger,
    place: Place,
    *,
    source: str | None = None,
    since: date | None = None,
    until: date | None = None,
    named: bool = False,
) -> Activity:
    """The activity of a source, or all of it, within some days.

    Parties are called by an identifier that says nothing about them, the same for all names that one party has; or, if
    they are to be ``named``, by the references that people know.

    Raises:
        NotFound: there is no such activity.
    """
    with ledger.read() as snapshot:
        files = [(one.month, one.name) for one in trace_files(snapshot.connection, source)]
        rows = made(Asking(snapshot), {"actor"})["actor"].to_pylist()
        nobody = {one.actor for one in trace_actors(snapshot.connection) if one.system == NOBODY}
    if not files:
        there = f"of {source}" if source else "yet"
        raise NotFound(f"there is no activity {there}", hint="counterpoint traces lists what there is")
    return Activity(place, files, since, until, _parties(rows, nobody, named=named))


def _parties(rows: Iterable[Mapping[str, Any]], nobody: set[str], *, named: bool) -> dict[str, Party]:
    listed = sorted(rows, key=lambda row: str(row["actor"]))
    first: dict[str, str] = {}
    for row in listed:
        first.setdefault(row["party"], row["actor"])
    found = {}
    for row in listed:
        name = row["party"] if named else first[row["party"]]
        found[row["actor"]] = Party("" if row["actor"] in nobody else name, row["sort"])
    return found
