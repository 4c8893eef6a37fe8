"""From a mapping file to a :class:`Mapping`: everything is checked, and every problem is told at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from counterpoint.errors import BadReference, BadValue, InvalidInput
from counterpoint.model import identifiers
from counterpoint.model.kinds import KIND_NAMES, KINDS, Attribute
from counterpoint.model.statements import Json
from counterpoint.model.values import check, map_references
from counterpoint.sources.organisation.lines import Path
from counterpoint.sources.records.expressions import Expression, Template, compile_template
from counterpoint.sources.records.formats.tomls import parse_with_lines
from counterpoint.sources.records.keys import FILES, MAPPING, RECORD, TOP
from counterpoint.sources.records.load_activity import activity_rule
from counterpoint.sources.records.load_fields import Defaults, FieldLoader, abbreviations, names_of, value_map, zone
from counterpoint.sources.records.load_parts import expression_of, let_of, options_of, patterns_of
from counterpoint.sources.records.mapping import Declared, Mapping, Rule, ValueMap
from counterpoint.sources.records.problems import Problems, nearest


def load_mapping(path: FilePath) -> Mapping:
    """Read a mapping file.

    Raises:
        InvalidInput: with every problem in it: file, line, field and what to do.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path}: cannot be opened: {error.strerror}", hint="name a mapping file") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}: is not UTF-8 text", hint="save it as UTF-8") from error
    return parse_mapping(text, path.name)


def parse_mapping(text: str, file: str = "mapping.toml") -> Mapping:
    """Read a mapping from its text; ``file`` is what problems and declared statements call it.

    Raises:
        InvalidInput: with every problem in it.
    """
    try:
        data, lines = parse_with_lines(text)
    except InvalidInput as error:
        hint = "texts stand in quotes, tables in [brackets]: see toml.io"
        problems = [replace(problem, file=file, hint=problem.hint or hint) for problem in error.problems]
        raise InvalidInput(f"{file} is not a mapping: {error.message}", problems=problems) from error
    problems_found = Problems(file, lines)
    mapping = _mapping(data, problems_found)
    if problems_found.found:
        found = sorted(problems_found.found, key=lambda problem: (problem.line or 0, problem.field or ""))
        count = f"{len(found)} problem" + ("s" if len(found) > 1 else "")
        raise InvalidInput(f"{file} is not a mapping yet: {count}", hint="docs/mapping.md", problems=found)
    return mapping


def _mapping(data: dict[str, Any], problems: Problems) -> Mapping:
    problems.known((), data, TOP)
    problems.required((), data, TOP)
    head = problems.table((), data, "mapping")
    here: Path = ("mapping",)
    problems.known(here, head, MAPPING)
    if "mapping" in data:
        problems.required(here, head, MAPPING)
    defaults = Defaults(
        maps=_maps(data, problems),
        nobody=frozenset(word.strip().casefold() for word in problems.texts(here, head, "nobody") or ()),
        system=problems.text(here, head, "people") or "",
        timezone=zone(problems, here, head),
        zones=abbreviations(problems, here, head),
        day_first=problems.flag(here, head, "day_first"),
    )
    activity = [
        found
        for path, table in problems.tables((), data, "activity")
        if (found := activity_rule(path, table, defaults, problems))
    ]
    rules = [
        rule
        for path, table in problems.tables((), data, "records")
        if (rule := _file_rule(path, table, defaults, problems))
    ]
    _name_once(rules, problems)
    if not {"records", "declare", "activity"} & data.keys():
        problems.add((), "a mapping without [[records]] reads nothing", "add [[records]], or [[activity]]")
    namespace = problems.text(here, head, "namespace") or ""
    return Mapping(
        problems.file,
        problems.text(here, head, "source") or "",
        problems.text(here, head, "about") or "",
        identifiers.fold(namespace),
        defaults.timezone,
        tuple(_declared(data, problems)),
        tuple(rules),
        tuple(activity),
    )


def _maps(data: dict[str, Any], problems: Problems) -> dict[str, ValueMap]:
    found: dict[str, ValueMap] = {}
    table = problems.table((), data, "maps")
    for name in table:
        words = problems.table(("maps",), table, name)
        found[name] = value_map(name, words, ("maps", name), problems)
    return found


def _name_once(rules: list[Rule], problems: Problems) -> None:
    seen: set[str] = set()
    for index, rule in enumerate(rules):
        if rule.name in seen:
            problems.add(("records", index), f"two rules are called {rule.name!r}", "give each its own name")
        seen.add(rule.name)


def _file_rule(path: Path, table: dict[str, Any], defaults: Defaults, problems: Problems) -> Rule | None:
    problems.known(path, table, {**RECORD, **FILES})
    problems.required(path, table, FILES)
    files, exclude = patterns_of(path, table, problems)
    options = options_of(path, table, problems)
    rule = _rule(path, table, defaults, problems, top=True)
    return None if rule is None else replace(rule, files=files, exclude=exclude, options=options)


def _rule(path: Path, table: dict[str, Any], defaults: Defaults, problems: Problems, *, top: bool) -> Rule | None:
    problems.required(path, table, {"entity": RECORD["entity"]})
    defaults = replace(defaults, system=problems.text(path, table, "people") or defaults.system)
    at = expression_of(path, table, "at", problems)
    if not top and "at" not in table:
        problems.add(path, "at is missing", 'say where the inner records are, such as at = "members"')
    let = let_of(path, table, problems)
    entity, kind = _entity(path, table, problems)
    inner = [
        found
        for inner_path, inner_table in problems.tables(path, table, "each")
        if (found := _inner(inner_path, inner_table, defaults, problems))
    ]
    where = expression_of(path, table, "where", problems)
    fields = FieldLoader(defaults, problems)
    said, valid_from, valid_to = (fields.moment(path, table, key) for key in ("said", "valid_from", "valid_to"))
    if kind not in KINDS:
        return None
    own = fields.fields((*path, "set"), problems.table(path, table, "set"), kind)
    others = fields.fields((*path, "inverse"), problems.table(path, table, "inverse"), kind, inverse=True)
    name = problems.text(path, table, "name") or KINDS[kind].plural
    if entity is None:
        return None
    return Rule(
        name=name,
        line=problems.line(path),
        at=at,
        where=where,
        let=let,
        entity=entity,
        kind=kind,
        said=said,
        valid_from=valid_from,
        valid_to=valid_to,
        fields=own,
        inverse=others,
        each=tuple(inner),
        system=defaults.system,
    )


def _inner(path: Path, table: dict[str, Any], defaults: Defaults, problems: Problems) -> Rule | None:
    for key in FILES:
        if key in table:
            problems.add((*path, key), f"{key} belongs to [[records]], not to records within", "leave it out here")
    problems.known(path, {key: value for key, value in table.items() if key not in FILES}, RECORD)
    return _rule(path, table, defaults, problems, top=False)


def _entity(path: Path, table: dict[str, Any], problems: Problems) -> tuple[Template | None, str]:
    text = problems.text(path, table, "entity")
    if text is None:
        return None, ""
    template = problems.attempt((*path, "entity"), lambda: compile_template(text))
    kind = identifiers.fold(text.partition(":")[0]) if ":" in text else ""
    if kind not in KIND_NAMES:
        hint = nearest(kind, sorted(KIND_NAMES)) if kind else "start with the kind, such as team:{id}"
        problems.add((*path, "entity"), f"{text!r} does not start with a kind", hint)
        return None, ""
    if KINDS[kind].kept:
        problems.add((*path, "entity"), f"of a {kind} only protocols speak", "see counterpoint --help for its commands")
        return None, ""
    if template is not None and not any(isinstance(part, Expression) for part in template.parts):
        hint = "put a hole such as {id} in it; for one fixed entity use [[declare]]"
        problems.add((*path, "entity"), f"{text!r} is the same for every record", hint)
    return template, kind


def _declared(data: dict[str, Any], problems: Problems) -> list[Declared]:
    found: list[Declared] = []
    for path, table in problems.tables((), data, "declare"):
        text = problems.text(path, table, "entity")
        if text is None:
            problems.add(path, "entity is missing", "it says what is declared, such as zone:docs")
            continue
        try:
            ref = identifiers.parse(text.removesuffix("@"), kinds=KIND_NAMES)
        except BadReference as error:
            problems.add((*path, "entity"), error.message, error.hint)
            continue
        entity = f"{ref}@" if text.endswith("@") else str(ref)
        found.append(Declared(entity, "exists", True, problems.line(path)))
        for key, value in table.items():
            if key == "entity":
                continue
            attribute = KINDS[ref.kind].attribute(key)
            if attribute is None:
                problems.add((*path, key), f"a {ref.kind} has no {key!r}", nearest(key, names_of(ref.kind)))
                continue
            found += _declared_values(entity, attribute, value, (*path, key), problems)
    return found


def _declared_values(entity: str, attribute: Attribute, value: Json, path: Path, problems: Problems) -> list[Declared]:
    several = value if attribute.many and isinstance(value, list) else [value]
    found = []
    for one in several:
        try:
            check(attribute, _without_mark(attribute, one))
        except BadValue as error:
            problems.add(path, error.message, error.hint)
            continue
        found.append(Declared(entity, attribute.name, one, problems.line(path)))
    return found


def _without_mark(attribute: Attribute, value: Json) -> Json:
    """The value without the trailing ``@`` that keeps a reference in the organisation's own namespace."""
    listed: Json = [value] if attribute.type == "refs" and isinstance(value, str) else value
    return map_references(attribute, listed, lambda ref: ref.removesuffix("@"))
