"""One reading: files in order, each parsed once, every record through its rule, every statement checked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from counterpoint.errors import InvalidInput, Problem
from counterpoint.model.identifiers import fold, in_namespace, kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.model.values import check, map_references
from counterpoint.sources.records import globs
from counterpoint.sources.records.document_reader import Context, Counts, DocumentReader, facts_of
from counterpoint.sources.records.formats.document import Options
from counterpoint.sources.records.formats.reading import documents
from counterpoint.sources.records.mapping import Mapping, Rule

Progress = Callable[[int, int], None]
_CORRECT = "correct the file; until then what it stated before stays"


class Run:
    """Reads a mapping's files below ``root``. ``drafts()`` yields as it reads; the rest is complete when it ends."""

    def __init__(self, mapping: Mapping, root: Path, namespace: str | None, progress: Progress | None) -> None:
        self.mapping = mapping
        self.namespace = mapping.namespace if namespace is None else fold(namespace)
        self.context = Context(self.namespace)
        self.files: list[str] = []
        self.unread: set[str] = set()
        self._only: str | None = root.name if root.is_file() else None
        self._root = root.parent if root.is_file() else root
        self._progress = progress
        for rule in mapping.rules:
            self._count(rule, rule.name)

    def _count(self, rule: Rule, name: str) -> None:
        names = [one.name for one in (*rule.fields, *rule.inverse)]
        counts = self.context.counts[id(rule)] = Counts(name, fields=dict.fromkeys(names, 0))
        counts.patterns = dict.fromkeys(rule.files, 0)
        for inner in rule.each:
            self._count(inner, f"{name} › {inner.name}")

    def drafts(self) -> Iterator[Draft]:
        """Every statement: what the mapping declares, then file by file."""
        if not self._root.is_dir():
            raise InvalidInput(f"{self._root}: there is no such folder", hint="name what to import")
        self._declared()
        yield from self._gathered()
        paths = self._paths()
        for index, path in enumerate(paths):
            if self._progress is not None:
                self._progress(index, len(paths))
            for _ in self._file(path):
                yield from self._gathered()
        if self._progress is not None:
            self._progress(len(paths), len(paths))

    def _gathered(self) -> list[Draft]:
        """What has been added since it was last asked for."""
        found, self.context.out = self.context.out, []
        return found

    def _paths(self) -> list[str]:
        if self._only is not None:
            found = [self._only]
        else:
            found = sorted(set(globs.walk(self._root, [one for rule in self.mapping.rules for one in rule.files])))
        self.files = [path for path in found if self.mapping.matches(path)]
        return self.files

    def _declared(self) -> None:
        for one in self.mapping.declared:
            entity = in_namespace(one.entity, self.namespace)
            attribute = attribute_of(kind_of(entity), one.attribute)
            assert attribute is not None, "checked when the mapping was loaded"
            value: Json = [one.value] if attribute.type == "refs" and isinstance(one.value, str) else one.value
            value = check(attribute, map_references(attribute, value, lambda ref: in_namespace(ref, self.namespace)))
            self.context.add(Draft(entity, one.attribute, value, self.mapping.file, one.line, entity), attribute)

    def _file(self, path: str) -> Iterator[None]:
        by_options: dict[Options, list[Rule]] = {}
        for rule in self.mapping.rules:
            hit = [one for one in rule.files if globs.matches(path, [one], rule.exclude)]
            if hit:
                counts = self.context.count(rule)
                counts.files += 1
                for one in hit:
                    counts.patterns[one] += 1
                by_options.setdefault(rule.options, []).append(rule)
        for options, rules in by_options.items():
            yield from self._parsed(path, options, rules)

    def _parsed(self, path: str, options: Options, rules: list[Rule]) -> Iterator[None]:
        facts = facts_of(path)
        before = {id(rule): self.context.count(rule).records + self.context.count(rule).left_out for rule in rules}
        try:
            for document in documents(self._root / path, options):
                DocumentReader(self.context, path, facts, document).read(rules)
                yield
        except InvalidInput as error:
            problem = error.problems[0] if error.problems else Problem(error.message, hint=error.hint)
            self.unread.add(path)
            self.context.collector.trouble(
                Quarantined("file", problem.message, problem.hint or _CORRECT, path, problem.line)
            )
            return
        except RecursionError:
            self.unread.add(path)
            message, hint = "this file is nested too deeply to be read", "leave it out of files in the mapping"
            self.context.collector.trouble(Quarantined("file", message, hint, path))
            return
        for rule in rules:
            counts = self.context.count(rule)
            if counts.records + counts.left_out == before[id(rule)]:
                counts.empty_files.append(path)
