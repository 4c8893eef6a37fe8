"""Bring in what is outside: records by a mapping, a calendar, a repository's ownership files; and try again."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.actions.memory import nothing_to_collect
from counterpoint.errors import InvalidInput, NotFound, UsageError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.identifiers import slugify
from counterpoint.model.statements import Draft, Quarantined
from counterpoint.sources import records
from counterpoint.sources.calendar import read_calendar
from counterpoint.sources.ownership.drafts import ownership_drafts

CALENDAR, OWNERSHIP = "icalendar", "ownership"
BUILT_IN: Mapping[str, str] = {
    CALENDAR: "an iCalendar file, or a folder of them",
    OWNERSHIP: "the CODEOWNERS and OWNERS files of a checked-out repository",
}


@dataclass(frozen=True, slots=True)
class Request:
    """How a source is asked for: what to read, with which mapping (a file, or of BUILT_IN), into which namespace."""

    path: Path
    mapping: str
    namespace: str | None = None
    partial: bool = False

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside what could not be read, so that it can be asked for again from anywhere."""
        mapping = self.mapping if self.mapping in BUILT_IN else str(Path(self.mapping).resolve())
        return {
            "path": str(self.path.resolve()),
            "mapping": mapping,
            "namespace": self.namespace,
            "partial": self.partial,
        }


def bring(
    ledger: Ledger,
    request: Request,
    *,
    actor: str,
    dry_run: bool = False,
    progress: Progress = nobody_watching,
    command: str = "import",
) -> Imported:
    """Read a source and make the state follow it, in one entry.

    Raises:
        NotFound: what is to be read, or the mapping, is not there.
        InvalidInput: the mapping has problems, has rules of activity alone, or matched no file.
    """
    with nothing_to_collect():
        reading = read(request, progress)
        reason = f"import of {request.path.name} with {Path(request.mapping).name}"
        return import_reading(
            ledger, reading, actor=actor, reason=reason, dry_run=dry_run, progress=progress, command=command
        )


def retry(
    ledger: Ledger, source: str | None = None, *, actor: str, progress: Progress = nobody_watching
) -> tuple[Imported, ...]:
    """Read again every source that has something in quarantine (or the one), as it was read before.

    Raises:
        NotFound: nothing is in quarantine, or the files are no longer where they were.
    """
    asked = unread_requests(ledger, source)
    if not asked:
        what = f" of {source}" if source else ""
        raise NotFound(f"nothing{what} is in quarantine", hint="counterpoint quarantine lists what is")
    # What stands there of activity is another action's (counterpoint.actions.tracing).
    requests = [
        Request(Path(one["path"]), one["mapping"], one["namespace"], one["partial"])
        for one in asked
        if one and "path" in one
    ]
    again = "quarantine retry"
    return tuple(bring(ledger, request, actor=actor, progress=progress, command=again) for request in requests)


def unread_requests(ledger: Ledger, source: str | None = None) -> list[dict[str, Any]]:
    """How everything was asked for that has something in quarantine, each once."""
    with ledger.read() as snapshot:
        rows = snapshot.quarantined(source)
    return [orjson.loads(one) for one in dict.fromkeys(row["request"] for row in rows)]


def read(request: Request, progress: Progress = nobody_watching) -> Reading:
    """Read a source, writing nothing. See :func:`bring`."""
    if not request.path.exists():
        raise NotFound(f"there is no {request.path}", hint="give the folder or file to read")
    if request.mapping == CALENDAR:
        return _calendar(request)
    if request.mapping == OWNERSHIP:
        return _ownership(request)
    return _records(request, progress)


def _source(name: str, namespace: str | None) -> str:
    return f"{name}@{namespace}" if namespace else name


def _records(request: Request, progress: Progress) -> Reading:
    mapping = Path(request.mapping)
    if not mapping.is_file():
        known = ", ".join(BUILT_IN)
        raise NotFound(f"there is no mapping {mapping}", hint=f"give a mapping file, or one of {known}")
    rules = records.load_mapping(mapping)
    if rules.activity and not rules.rules and not rules.declared:
        raise InvalidInput(
            f"{mapping.name} has rules of activity alone, which are no statements and are not imported",
            hint=f"counterpoint trace {shlex.quote(str(request.path))} --with mapping "
            f"--set mapping={shlex.quote(str(mapping))}",
        )
    found = records.read(
        rules,
        request.path,
        request.namespace,
        lambda done, total: progress("reading files", done, total),
    )
    only = set(found.files) if request.path.is_file() else None

    def in_scope(file: str | None) -> bool:
        return file in only if only is not None else file is None or found.matches(file)

    return Reading(
        _source(found.source, found.namespace),
        found.drafts,
        found.quarantined,
        in_scope,
        len(found.files),
        request.path,
        request.as_json(),
        request.partial,
        frozenset(found.files),
    )


def _calendar(request: Request) -> Reading:
    one = request.path.is_file()
    files = [request.path] if one else sorted(request.path.rglob("*.ics"))
    root = request.path.parent if one else request.path
    drafts: list[Draft] = []
    quarantined: list[Quarantined] = []
    for file in files:
        found = read_calendar(file, file=file.relative_to(root).as_posix(), namespace=request.namespace or "")
        drafts += found.drafts
        quarantined += found.quarantined
    name = slugify(request.path.stem if one else request.path.resolve().name) or CALENDAR
    names = {file.relative_to(root).as_posix() for file in files}
    return _plain(request, f"{CALENDAR}:{name}", drafts, quarantined, _within(names if one else None), frozenset(names))


def _ownership(request: Request) -> Reading:
    if not request.path.is_dir():
        raise UsageError(f"{request.path} is no folder", hint="give a checked-out repository")
    found = ownership_drafts(request.path, namespace=request.namespace or "")
    if not found.drafts and not found.quarantined:
        raise InvalidInput(f"{request.path} has no CODEOWNERS and no OWNERS file")
    name = slugify(request.path.resolve().name)
    files = {one.file for one in found.drafts} | {one.file for one in found.quarantined}
    names = frozenset(file for file in files if file is not None)
    return _plain(request, f"{OWNERSHIP}:{name}", found.drafts, found.quarantined, _within(None), names)


def _within(files: set[str] | None) -> Callable[[str | None], bool]:
    return lambda file: files is None or file in files


def _plain(  # noqa: PLR0917
    request: Request,
    source: str,
    drafts: Any,
    quarantined: Any,
    scope: Callable[[str | None], bool],
    files: frozenset[str],
) -> Reading:
    return Reading(
        _source(source, request.namespace),
        drafts,
        quarantined,
        scope,
        len(files),
        request.path if request.path.is_dir() else request.path.parent,
        request.as_json(),
        request.partial,
        files,
    )
