"""Beside :mod:`counterpoint.wiring`: the map of repositories or of an organisation, and the report drawn from it.

Apart because it puts the report's face, the lake and an engine together, and a face imports no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from counterpoint import wiring
from counterpoint.actions.map import Brought, bring_repositories
from counterpoint.faces.report import needs_charts, render
from counterpoint.lake.place import Place
from counterpoint.lakeside import open_engine, open_measuring, open_place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress
from counterpoint.model.map import Map
from counterpoint.questions.map import By, Read, Wanted, map_of
from counterpoint.questions.measuring import Measuring

__all__ = ["By", "Wanted", "map_organisation", "map_repositories", "needs_charts", "render"]
_LOCAL = "local"


def map_repositories(paths: Sequence[Path], folder: Path, wanted: Wanted, progress: Progress) -> Map:
    """The map of some repositories, of which nothing is kept but in ``folder``, which is empty and gone afterwards.

    Raises:
        NotFound: there is nothing at one of the paths, or no change in the time that is asked for.
        InvalidInput: one of them is no git repository.
    """
    ledger = wiring.open_ledger(str(folder / "map.db"), create=True)
    place = Place.at(str(folder / "lake"))
    try:
        with _brought(ledger, place, paths, folder, actor=_LOCAL, progress=progress) as brought:
            measuring = Measuring.of(ledger, place, open_engine())
            return map_of(measuring, [_read(one) for one in brought], wanted, progress, declared=False)
    finally:
        ledger.close()


def map_organisation(
    ledger: Ledger, address: str, paths: Sequence[Path], folder: Path, wanted: Wanted, *, actor: str, progress: Progress
) -> Map:
    """The map of everything that an organisation's lake holds, with its teams, zones and deciders.

    What is new in the repositories at ``paths`` is brought in first, and kept.

    Raises:
        NotFound: there is no activity in the time that is asked for.
    """
    place, measuring = open_place(address), open_measuring(ledger, address)
    if paths:
        with _brought(ledger, place, paths, folder, actor=actor, progress=progress):
            pass
    read = [Read(one.source, one.source.partition(":")[2], None, (), one.unread) for one in measuring.traces().sources]
    return map_of(measuring, read, wanted, progress, declared=True)


@contextmanager
def _brought(
    ledger: Ledger, place: Place, paths: Sequence[Path], folder: Path, *, actor: str, progress: Progress
) -> Iterator[tuple[Brought, ...]]:
    """Repositories that were brought in; the ledgers of their ownership files are closed at the end."""
    brought = bring_repositories(ledger, place, paths, folder, actor=actor, progress=progress)
    try:
        yield brought
    finally:
        for one in brought:
            if one.owned is not None:
                one.owned.ledger.close()


def _read(one: Brought) -> Read:
    unread = len(one.traced.quarantined)
    if one.owned is None:
        return Read(one.traced.source, one.title, None, (), unread)
    return Read(one.traced.source, one.title, one.owned.ledger, one.owned.files, unread + one.owned.unread)
