"""Activity out of records of any shape, by the ``[[activity]]`` rules of a mapping (docs/mapping.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC
from pathlib import Path
from typing import Any

from counterpoint.errors import BadValue, InvalidInput, UsageError
from counterpoint.model.activity import Identity, Position, Progress, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.model.times import moment
from counterpoint.sources.records import globs
from counterpoint.sources.records.document_reader import facts_of
from counterpoint.sources.records.formats.document import Document
from counterpoint.sources.records.formats.reading import documents
from counterpoint.sources.records.functions import FunctionFailed, is_empty
from counterpoint.sources.records.load import load_mapping
from counterpoint.sources.records.mapping import ActivityRule, Field
from counterpoint.sources.records.mapping import Mapping as Rules
from counterpoint.sources.records.typed import person_name
from counterpoint.sources.records.values import Bad, Record, Values, scope_of
from counterpoint.sources.traces.format import Format
from counterpoint.sources.traces.gathering import Gathering, attributes_of, key_of
from counterpoint.sources.traces.steps import NOBODY, clean, storable

OPTIONS: Mapping[str, str] = {"mapping": "the mapping file, with [[activity]] in it"}
_CHUNK = 1 << 20
_CHANGE = "change the expression in the mapping"


class MappedSource:
    """The files below a folder, or one file, that the rules of a mapping match."""

    format = "mapping"

    def __init__(self, path: Path, options: Mapping[str, str]) -> None:
        """Read the mapping.

        Raises:
            UsageError: no mapping is said, or it has no rule of activity.
            InvalidInput: it is none, with everything that is wrong in it.
        """
        named = options.get("mapping", "").strip()
        if not named:
            raise UsageError("which mapping?", hint="say it: --with mapping --set mapping=my.toml")
        self._mapping_file = Path(named)
        self.mapping: Rules = load_mapping(self._mapping_file)
        if not self.mapping.activity:
            raise UsageError(f"{named} has no [[activity]]", hint="docs/mapping.md says what stands in it")
        self.name = f"mapping:{self.mapping.source}"
        self._root = path.parent if path.is_file() else path
        self._only = path.name if path.is_file() else None

    def read(self, cursor: Json, progress: Progress) -> Iterator[Traces | Quarantined | Position]:
        """See :class:`counterpoint.model.activity.TraceSource`. Files that are as they were are not read again."""
        paths = self._paths()
        mapping = _digest(self._mapping_file)
        before = cursor if isinstance(cursor, dict) else {}
        digests: dict[str, Json] = {path: _digest(self._root / path) for path in paths}
        now: dict[str, Json] = {"mapping": mapping, "files": digests}
        if before and before.get("mapping") != mapping:
            # Read by other rules the rows have other keys: what was kept would stand beside them.
            yield Position(now, replaces=True, files=len(paths))
            return
        known = before.get("files")
        old = known if isinstance(known, dict) else {}
        reading = _Reading(self.mapping)
        for number, path in enumerate(paths):
            progress(f"reading {path}", number, len(paths))
            if old.get(path) == digests[path]:
                continue
            for one in reading.file(self._root, path):
                yield one
                if reading.rows.full:
                    yield reading.rows.taken()
            if reading.rows.count:
                yield reading.rows.taken()
        # A file that is gone takes nothing with it: what was done stays done.
        yield Position({"mapping": mapping, "files": {**old, **digests}}, files=len(paths))

    def _paths(self) -> list[str]:
        rules = self.mapping.activity
        if self._only is not None:
            found = [self._only]
        else:
            found = sorted(set(globs.walk(self._root, [one for rule in rules for one in rule.files])))
        return [path for path in found if any(globs.matches(path, rule.files, rule.exclude) for rule in rules)]


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                found.update(chunk)
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be opened: {error.strerror}") from error
    return found.hexdigest()


class _Reading:
    """Reads files by rules into rows. Troubles are yielded as they come; rows wait to be taken."""

    def __init__(self, mapping: Rules) -> None:
        self._mapping = mapping
        self._values = Values()
        self._seen: dict[bytes, int] = {}
        self.rows = Gathering()

    def file(self, root: Path, path: str) -> Iterator[Quarantined]:
        """Every record of a file, by each rule that matches it. What cannot be read is yielded."""
        self._seen = {}
        facts = facts_of(path)
        for rule in self._mapping.activity:
            if not globs.matches(path, rule.files, rule.exclude):
                continue
            try:
                for document in documents(root / path, rule.options):
                    yield from self._document(rule, path, facts, document)
            except InvalidInput as error:
                line = error.problems[0].line if error.problems else None
                hint = error.hint or "correct the file"
                yield Quarantined("file", error.message, hint, path, line)
            except RecursionError:
                yield Quarantined("file", "this file is nested too deeply to be read", "leave it out", path)

    def _document(
        self, rule: ActivityRule, path: str, facts: dict[str, Json], document: Document
    ) -> Iterator[Quarantined]:
        if document.broken is not None:
            broken = document.broken
            yield Quarantined("record", broken.message, broken.hint, path, broken.line, excerpt=document.excerpt)
            return
        for note in document.notes:
            yield Quarantined("field", note.message, note.hint, path, note.line, field=note.field)
        try:
            found = document.data if rule.at is None else rule.at.run(document.data)
        except FunctionFailed as error:
            yield Quarantined("record", f"at: {error}", _CHANGE, path, document.line)
            return
        for index, data in enumerate(found if isinstance(found, list) else [found]):
            if data is None:
                continue
            scope = scope_of(data, _file=facts, _doc=document.data, _index=index)
            line = document.marks.line_of(getattr(data, "origin", data)) or document.line
            record = Record(scope, data, document.marks, line, "")
            try:
                yield from self._record(rule, path, record)
            except FunctionFailed as error:
                yield Quarantined("record", str(error), _CHANGE, path, line)

    def _record(self, rule: ActivityRule, path: str, record: Record) -> Iterator[Quarantined]:
        """One row; a column that cannot be read costs the row, one that is kept beside costs itself."""
        for name, expression in rule.let:
            record.scope[name] = expression.run(record.scope)
        if rule.where is not None:
            wanted = rule.where.run(record.scope)
            if is_empty(wanted) or wanted is False:
                return
        found: dict[str, Any] = {}
        for name, field_ in rule.fields.items():
            value, bad = self._one(field_, record)
            if bad is not None:
                yield _told("record", bad, path, name)
                return
            found[name] = value
        for name in ("verb", "moment", "object"):
            if found.get(name) is None:
                yield Quarantined("record", f"there is no {name}", "correct the record", path, record.line, field=name)
                return
        kept: dict[str, Json] = {}
        for name, field_ in rule.kept.items():
            value, bad = self._one(field_, record)
            if bad is not None:
                yield _told("field", bad, path, name)
            elif value is not None:
                kept[name] = value
        try:
            self._add(rule, found, kept)
        except BadValue as error:
            yield Quarantined("record", error.message, error.hint, path, record.line)

    def _one(self, field_: Field, record: Record) -> tuple[Any, Bad | None]:
        values = self._values.of(field_, record)
        bad = next((one for one in values if isinstance(one, Bad)), None)
        good = list(dict.fromkeys(str(one.value) for one in values if not isinstance(one, Bad)))
        if bad is None and len(good) > 1:
            bad = Bad(f"there are {len(good)}, and one is taken", "pick one in the expression", record.line, good[1])
        first = next((one.value for one in values if not isinstance(one, Bad)), None)
        return first, bad

    def _add(self, rule: ActivityRule, found: Mapping[str, Any], kept: Mapping[str, Json]) -> None:
        who, whom = (self._party(rule, found.get(name)) for name in ("actor", "target"))
        row: dict[str, Any] = {
            name: clean(str(found[name])) for name in ("verb", "object", "work", "zone") if found.get(name) is not None
        }
        for name in ("moment", "landed"):
            if found.get(name) is not None:
                row[name] = moment(str(found[name])).astimezone(UTC).replace(tzinfo=None)
        thread = found.get("thread") or found.get("work")
        row["thread"] = None if thread is None else clean(str(thread))
        row["size"] = None if found.get("size") is None else float(found["size"])
        if who is None:
            kept = {**kept, "unnamed": True}
            who = Identity(NOBODY, self._mapping.source, "", "bot", 1.0)
        row["actor"] = self.rows.meet(who)
        row["target"] = None if whom is None else self.rows.meet(whom)
        row["attributes"] = attributes_of({clean(one): storable(value) for one, value in kept.items()})
        row["key"] = self._key(found, row)
        self.rows.add(row)

    def _party(self, rule: ActivityRule, name: Any) -> Identity | None:
        if name is None:
            return None
        system = rule.system or f"log:{self._mapping.source}"
        text = clean(" ".join(str(name).split()))
        return Identity(system, person_name(text, rule.system) if rule.system else text)

    def _key(self, found: Mapping[str, Any], row: Mapping[str, Any]) -> bytes:
        if found.get("key") is not None:
            return key_of("key", str(row["verb"]), str(found["key"]))
        said = [str(row.get(name) or "") for name in ("verb", "object", "moment", "actor", "target", "work", "zone")]
        same = key_of("as", *said, str(row["thread"] or ""), str(row["size"] or ""))
        times = self._seen.get(same, 0)
        self._seen[same] = times + 1
        return same if not times else key_of("again", same.hex(), str(times))


def _told(level: Any, bad: Bad, path: str, name: str) -> Quarantined:
    return Quarantined(level, bad.message, bad.hint, path, bad.line, None, name, bad.excerpt)


def _recognises(_path: Path) -> bool:
    """Never by itself: somebody says which mapping."""
    return False


FORMAT = Format("mapping", "records of any shape, by a mapping with [[activity]]", _recognises, MappedSource, OPTIONS)
