"""What the rest of Counterpoint calls: load a mapping, read with it, check it, preview it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterpoint.model.statements import Draft, Quarantined
from counterpoint.sources.records.document_reader import Counts
from counterpoint.sources.records.mapping import Mapping
from counterpoint.sources.records.run import Progress, Run


@dataclass(frozen=True, slots=True)
class RuleReport:
    """What one rule met.

    ``fields``: how many values each field yielded; ``silent``: those that yielded none. ``patterns``: how many files
    each pattern matched. ``empty_files``: files in which the rule found no record at all.
    """

    name: str
    files: int
    records: int
    left_out: int
    statements: int
    fields: dict[str, int]
    silent: tuple[str, ...]
    patterns: dict[str, int]
    empty_files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that an import needs to know.

    ``files`` are all files of the scope, relative to the root; ``unread`` those that are quarantined whole. A
    quarantined file, record or field retracts nothing.
    """

    source: str
    namespace: str
    mapping: Mapping
    drafts: list[Draft]
    quarantined: list[Quarantined]
    files: tuple[str, ...]
    unread: tuple[str, ...]
    rules: tuple[RuleReport, ...]

    def matches(self, path: str) -> bool:
        """Is this file (relative, POSIX) in the scope? The mapping's own file is, for what it declares."""
        return path == self.mapping.file or self.mapping.matches(path)


def read(mapping: Mapping, root: Path, namespace: str | None = None, progress: Progress | None = None) -> Reading:
    """Read every record below ``root`` (a folder, or one file of it). ``namespace`` replaces the mapping's own.

    ``progress`` is called with (files done, files in all).

    Raises:
        InvalidInput: ``root`` is not there. Everything wrong inside is quarantined.
    """
    run = Run(mapping, root, namespace, progress)
    drafts = list(run.drafts())
    return _reading(run, drafts)


def _reading(run: Run, drafts: list[Draft]) -> Reading:
    return Reading(
        run.mapping.source,
        run.namespace,
        run.mapping,
        drafts,
        run.context.collector.quarantined,
        tuple(run.files),
        tuple(sorted(run.unread)),
        tuple(_report(counts) for counts in run.context.counts.values()),
    )


def _report(counts: Counts) -> RuleReport:
    return RuleReport(
        counts.name,
        counts.files,
        counts.records,
        counts.left_out,
        counts.statements,
        dict(counts.fields),
        tuple(name for name, count in counts.fields.items() if not count and counts.records),
        dict(counts.patterns),
        tuple(counts.empty_files),
    )


@dataclass(frozen=True, slots=True)
class Check:
    """What matched and what did not; ``warnings`` are sentences for whoever writes the mapping."""

    source: str
    namespace: str
    files: int
    records: int
    statements: int
    rules: tuple[RuleReport, ...]
    quarantined: tuple[Quarantined, ...]
    warnings: tuple[str, ...]


def check(mapping: Mapping, root: Path, namespace: str | None = None, progress: Progress | None = None) -> Check:
    """Read everything and say what matched, what did not, and what could not be read. See :func:`read`."""
    reading = read(mapping, root, namespace, progress)
    return Check(
        reading.source,
        reading.namespace,
        len(reading.files),
        sum(rule.records for rule in reading.rules),
        len(reading.drafts),
        reading.rules,
        tuple(reading.quarantined),
        tuple(warning for rule in reading.rules for warning in _warnings(rule)),
    )


def _warnings(rule: RuleReport) -> Iterator[str]:
    for pattern, count in rule.patterns.items():
        if not count:
            yield f"{rule.name}: no file matches {pattern!r}"
    if rule.files and not rule.records:
        left = f", {rule.left_out} left out by where" if rule.left_out else ": is at right?"
        yield f"{rule.name}: no record in {rule.files} {'file' if rule.files == 1 else 'files'}{left}"
    if rule.empty_files and rule.records:
        shown = ", ".join(rule.empty_files[:5]) + (", …" if len(rule.empty_files) > 5 else "")
        yield f"{rule.name}: no record in {len(rule.empty_files)} of {rule.files} files: {shown}"
    for name in rule.silent:
        yield f"{rule.name}: {name} has no value in any of {rule.records} records"


@dataclass(frozen=True, slots=True)
class PreviewRecord:
    """One record and what it would state."""

    record: str
    file: str | None
    line: int | None
    drafts: tuple[Draft, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """The first records, in order, with their statements; and the problems that came up on the way to them."""

    source: str
    namespace: str
    records: tuple[PreviewRecord, ...]
    quarantined: tuple[Quarantined, ...]
    more: bool


def preview(
    mapping: Mapping, root: Path, namespace: str | None = None, *, limit: int = 10, record: str | None = None
) -> Preview:
    """What the first ``limit`` records would state (0: all); or, with ``record``, what that one entity's would.

    Raises:
        InvalidInput: ``root`` is not there.
    """
    run = Run(mapping, root, namespace, None)
    groups: dict[tuple[str, str | None], list[Draft]] = {}
    more = False
    for draft in run.drafts():
        if record is not None and record not in (draft.record, draft.entity):
            continue
        key = (draft.record or draft.entity, draft.file)
        if key not in groups and limit and len(groups) >= limit:
            more = True
            break
        groups.setdefault(key, []).append(draft)
    records = tuple(PreviewRecord(name, file, drafts[0].line, tuple(drafts)) for (name, file), drafts in groups.items())
    wanted = [one for one in run.context.collector.quarantined if record is None or one.record == record]
    return Preview(mapping.source, run.namespace, records, tuple(wanted), more)
