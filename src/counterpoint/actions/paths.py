"""Who decides on a path of a checked-out repository, by its ownership files, as an answer like any other."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from counterpoint.actions.commits import commit_times
from counterpoint.model.answers import Because
from counterpoint.model.reports import PathOwner, PathWho
from counterpoint.sources.ownership.answer import Owner, OwnershipAnswer, who_owns

_DECIDING = frozenset({"owner", "approvers"})


def who_decides(repository: Path, path: str, now: str) -> PathWho:
    """Who decides on ``path``. What a file says, it says since its commit, or ``now`` (a stamp) where git has none.

    Raises:
        NotFound: ``repository`` is not a directory.
        Refused: the path leads out of it.
    """
    found = who_owns(repository, path)
    times = commit_times(repository, {one.file for one in found.owners})
    return PathWho(
        subject=found.path,
        answer=found.answer,
        deciders=found.deciders,
        rule=found.rule,
        inherited_from=found.inherited_from,
        because=tuple(_because(one, found, times, now) for one in found.owners if _decides(one, found)),
        steps=found.steps,
        format=found.used,
        why=found.why,
        pattern=None if found.matched is None else found.matched.pattern,
        owners=tuple(PathOwner(one.role, one.party, one.file, one.line) for one in found.owners),
        labels=found.labels,
        problems=found.problems,
    )


def _decides(one: Owner, found: OwnershipAnswer) -> bool:
    return one.role in _DECIDING and one.party in found.deciders


def _because(one: Owner, found: OwnershipAnswer, times: Mapping[str, str], now: str) -> Because:
    return Because(
        statement=f"{one.file}:{one.line}",
        entity=found.path,
        attribute=one.role,
        value=one.party,
        source=found.used or "",
        said=times.get(one.file, now),
        recorded=now,
        actor="",
        file=one.file,
        line=one.line,
    )
