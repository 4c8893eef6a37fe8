"""Plan and apply: an organisation's own files, as one entry. Wrong files are refused whole."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.errors import InvalidInput, NotFound, Problem
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.kinds import KINDS
from counterpoint.sources.organisation import OrganisationReading, read_organisation

SOURCE = "organisation"


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
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", hint=f"counterpoint init {folder} writes one to start from")
    with ledger.read() as snapshot:
        found = read_organisation(folder, known=_known(snapshot))
        problems = [*found.problems, *_nowhere(snapshot, found)]
    if problems:
        count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
        raise InvalidInput(f"{count} in {folder}; nothing was written", problems=problems)
    reading = Reading(SOURCE, found.drafts, (), lambda _file: True, files=1, root=folder)
    return import_reading(
        ledger,
        reading,
        actor=actor,
        reason=reason or f"apply {folder.resolve().name}",
        dry_run=dry_run,
        progress=progress,
    )


def _known(snapshot: Snapshot) -> set[str]:
    """What other sources describe, as people write it, so that the files may point at it."""
    entities = {entity for kind in KINDS for entity in snapshot.entities(kind)}
    names = snapshot.names(entity for entity in entities if entity.startswith("person:"))
    own = {claim.entity for claim in snapshot.scope(SOURCE)}
    return {names.get(entity, entity) for entity in entities - own}


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
