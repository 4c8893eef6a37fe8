"""Event logs as tables: CSV, TSV or JSON Lines, one row for each event. Options say which column is what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from counterpoint.errors import BadValue, InvalidInput, UsageError
from counterpoint.model.activity import Progress
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.records.formats.document import Document, Options
from counterpoint.sources.records.formats.reading import documents
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.logs import LOG_OPTIONS, LogSource, unreadable
from counterpoint.sources.traces.steps import Clock, Step

_FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_USUAL: Mapping[str, tuple[str, ...]] = {
    "case": ("case:concept:name", "case_id", "caseid", "case"),
    "activity": ("concept:name", "activity"),
    "time": ("time:timestamp", "timestamp", "time"),
    "resource": ("org:resource", "resource"),
    "group": ("org:group", "group"),
    "event": ("identity:id", "event_id"),
    "lifecycle": ("lifecycle:transition", "lifecycle"),
}
"""What columns are usually called, in the order in which they are tried; compared without case, spaces as _."""
_NEEDED = ("case", "activity", "time")

OPTIONS: Mapping[str, str] = {
    **LOG_OPTIONS,
    "case": "the column that says which case it is",
    "activity": "the column that says what was done",
    "time": "the column that says when",
    "resource": "the column that says who did it; empty: none does",
    "group": "the column that says in which group; empty: none does",
    "event": "the column with an identifier of each event, by which it is known when it comes again",
    "lifecycle": "the column that says whether it was begun or completed",
    "format": "how times are written, as strftime, such as '%d.%m.%Y %H:%M'; else ISO 8601",
    "delimiter": "between the cells, where it is not a comma (a semicolon or a tab is found out)",
    "encoding": "of the file, where it is not UTF-8",
}


class TableSource(LogSource):
    """One table of events."""

    format = "csv"

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        super().__init__(path, options)
        kind = _FORMATS.get(path.suffix.lower(), "csv")
        delimiter = options.get("delimiter") or (_delimiter(path, options) if kind == "csv" else ",")
        if len(delimiter) != 1:
            raise UsageError(f"delimiter: {delimiter!r} is not one character", hint="such as --set 'delimiter=;'")
        self._options = Options(kind, options.get("encoding", "").strip() or "utf-8-sig", delimiter)

    def steps(self, progress: Progress) -> Iterator[Step | Quarantined]:
        """See :class:`~counterpoint.sources.traces.logs.LogSource`."""
        columns: Mapping[str, str] | None = None
        try:
            for number, one in enumerate(documents(self.path, self._options), 1):
                if number % 10_000 == 0:
                    progress(f"reading {self.path.name}", number, 0)
                if one.broken is not None or not isinstance(one.data, dict):
                    message = one.broken.message if one.broken else "this line is JSON, and no table"
                    yield self.trouble(message, "correct it", line=one.line, record=None, excerpt=one.excerpt)
                    continue
                if columns is None or self._options.format == "jsonl":
                    columns = columns or self._columns(one)
                yield self._step(one, number, columns)
        except LookupError as error:
            raise UsageError(f"encoding: {error}", hint="utf-8, latin-1, cp1252, …") from error
        except InvalidInput as error:
            line = error.problems[0].line if error.problems else None
            if columns is None:
                raise unreadable(self.path, error.message, line=line, hint=error.hint) from error
            yield Quarantined("file", error.message, error.hint, self.path.name, line)

    def _columns(self, first: Document) -> Mapping[str, str]:
        """Which column is what.

        Raises:
            UsageError: it must be said, or a column that was named is not there.
        """
        there = {_word(name): name for name in first.data}
        found: dict[str, str] = {}
        for part, usual in _USUAL.items():
            said = self.options.get(part)
            if said is not None:
                if said.strip() and _word(said) not in there and self._options.format != "jsonl":
                    names = ", ".join(first.data)
                    raise UsageError(f"{part}: {self.path.name} has no column {said!r}", hint=f"it has: {names}")
                if said.strip():
                    found[part] = there.get(_word(said), said.strip())
            elif name := next((there[one] for one in usual if one in there), None):
                found[part] = name
        for part in _NEEDED:
            if part not in found:
                names = ", ".join(first.data)
                message = f"which column of {self.path.name} is the {part}?"
                raise UsageError(message, hint=f"say it: --set {part}=…; it has: {names}")
        return found

    def _step(self, one: Document, number: int, columns: Mapping[str, str]) -> Step | Quarantined:
        def cell(part: str) -> str | None:
            value = one.data.get(columns[part]) if part in columns else None
            text = "" if value is None or isinstance(value, dict | list) else str(value)
            return " ".join(text.split()) or None

        case, name, time = cell("case"), cell("activity"), cell("time")
        if case is None or name is None or time is None:
            part = next(part for part in _NEEDED if cell(part) is None)
            message = f"there is nothing under {columns[part]}, which is the {part}"
            return self.trouble(message, "correct the row", line=one.line, record=case, excerpt=name or "")
        try:
            moment, ahead = self.clock.read(time)
        except BadValue as error:
            return self.trouble(error.message, error.hint, line=one.line, record=case, excerpt=name)
        used = set(columns.values())
        more: dict[str, Json] = {
            key: value
            for key, value in one.data.items()
            if self.kept and key not in used and self.wants(key) and value not in (None, "")
        }
        return Step(
            case=case,
            name=name,
            moment=moment,
            ahead=ahead,
            place=number,
            resource=cell("resource"),
            group=cell("group"),
            event=cell("event"),
            transition=cell("lifecycle"),
            more=more,
        )

    def _clock(self) -> Clock:
        layouts = self.options.get("format", "")
        return Clock(self.timezone, (layouts,) if layouts.strip() else ())


def _word(name: str) -> str:
    return "_".join(name.casefold().split())


def _delimiter(path: Path, options: Mapping[str, str]) -> str:
    """A comma, a semicolon or a tab: whichever the first line has most of."""
    try:
        with path.open(encoding=options.get("encoding") or "utf-8-sig", errors="replace") as stream:
            first = stream.readline(1 << 16)
    except (OSError, LookupError):
        return ","
    return max((",", ";", "\t"), key=first.count)


def _recognises(path: Path) -> bool:
    return path.is_file() and path.suffix.lower() in _FORMATS


FORMAT = Format(
    "csv", "a table of events: CSV, TSV or JSON Lines, one row for each event", _recognises, TableSource, OPTIONS
)
