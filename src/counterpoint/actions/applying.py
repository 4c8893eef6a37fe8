"""Plan and apply: an organisation's own files, as one entry. Wrong files are refused whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.actions.snapshots import Difference
from counterpoint.errors import InvalidInput, NotFound, Problem, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.write import Progress, Transaction, nobody_watching
from counterpoint.sources.organisation import OrganisationReading, read_organisation
from counterpoint.state.cycles import cycles
from counterpoint.state.view import State

SOURCE = "organisation"
_LINKS = frozenset({"consumer", "provider", "parent", "supersedes", "alias_of", "type", "status"})


def apply(
    ledger: Ledger,
    folder: Path,
    *,
    actor: str,
    reason: str = "",
    dry_run: bool = False,
    progress: Progress = nobody_watching,
) -> Imported:
    """Make the state follow the organisation's files; ``plan`` is this with ``dry_run``.

    Raises:
        NotFound: there is no such folder.
        InvalidInput: the files have problems; every one is listed, and nothing was written.
        Refused: a link would close a circle with what other sources say.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", hint=f"counterpoint init {folder} writes one to start from")
    with ledger.read() as snapshot:
        found = read_organisation(folder, known=_known(snapshot))
        problems = [*found.problems, *_nowhere(snapshot, found)]
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise InvalidInput(f"{count} in {folder}; nothing was written", problems=problems)
    reading = Reading(SOURCE, found.drafts, (), lambda _file: True, files=1, root=folder, whole=True)
    return import_reading(
        ledger,
        reading,
        actor=actor,
        reason=reason or f"apply {folder.resolve().name}",
        dry_run=dry_run,
        progress=progress,
        guard=no_new_cycle,
        command="apply",
    )


def no_new_cycle(transaction: Transaction, found: Difference) -> Callable[[], None] | None:
    """Refuse what would close a circle together with what other sources say; circles that are there stay.

    Raises:
        Refused: with the circle, when the entry has been appended and before it is kept.
    """
    if not any(change.attribute in _LINKS and change.kind != "remove" for change in found.changes):
        return None
    before = {frozenset(cycle.members) for cycle in cycles(State(transaction.snapshot)).cycles}

    def after() -> None:
        for cycle in cycles(State(transaction.snapshot)).cycles:
            if frozenset(cycle.members) not in before:
                names = transaction.snapshot.names(cycle.loop)
                round_trip = " → ".join(names.get(one, one) for one in cycle.loop)
                raise Refused(
                    f"this would close a circle with what other sources say: {round_trip}; nothing was written",
                    hint="take one of these links out of the files, or mend the source that states it",
                )

    return after


def _known(snapshot: Snapshot) -> set[str]:
    """What other sources describe, as people write it, so that the files may point at it."""
    entities = snapshot.told_besides(SOURCE)
    names = snapshot.names(entity for entity in entities if entity.startswith("person:"))
    return {names.get(entity, entity) for entity in entities}


def _nowhere(snapshot: Snapshot, found: OrganisationReading) -> list[Problem]:
    """References into other namespaces that nothing answers to."""
    problems = []
    for outside in found.outside:
        try:
            snapshot.find(outside.reference)
        except NotFound as error:
            place = outside.place
            problems.append(Problem(error.message, place.file, place.line, place.field, error.hint))
    return problems
