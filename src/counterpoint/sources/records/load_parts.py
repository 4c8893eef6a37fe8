"""The parts of a mapping that every rule has: which files, how they are read, and the expressions of a record."""

from __future__ import annotations

import codecs
from collections.abc import Mapping as Table
from typing import Any

from counterpoint.errors import BadValue
from counterpoint.sources.organisation.lines import Path
from counterpoint.sources.records.expressions import Expression, compile_expression
from counterpoint.sources.records.formats.document import Options
from counterpoint.sources.records.formats.reading import FORMATS
from counterpoint.sources.records.globs import compile_glob
from counterpoint.sources.records.problems import Problems, nearest

RESERVED = ("_file", "_doc", "_parent", "_index", "_value", "_key", "_entity", "_slug")


def patterns_of(path: Path, table: Table[str, Any], problems: Problems) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The patterns of files to read, and of those to leave out."""
    files = problems.texts(path, table, "files") or ()
    exclude = problems.texts(path, table, "exclude") or ()
    for key, patterns in (("files", files), ("exclude", exclude)):
        for pattern in patterns:
            if pattern.startswith(("/", "./", "../")) or "\\" in pattern or "/../" in pattern:
                hint = "patterns are relative to what is imported, with forward slashes"
                problems.add((*path, key), f"{pattern!r} does not stay below what is imported", hint)
            try:
                compile_glob(pattern)
            except BadValue as error:
                problems.add((*path, key), error.message, error.hint)
    return files, exclude


def options_of(path: Path, table: Table[str, Any], problems: Problems) -> Options:
    """How the files are read."""
    name = problems.text(path, table, "format") or "yaml"
    if name not in FORMATS:
        problems.add((*path, "format"), f"{name!r} is no format", nearest(name, FORMATS))
    encoding = problems.text(path, table, "encoding") or "utf-8-sig"
    try:
        codecs.lookup(encoding)
    except LookupError:
        problems.add((*path, "encoding"), f"{encoding!r} is no encoding", "utf-8, latin-1, cp1252, …")
    if encoding.lower().replace("_", "-") in ("utf-8", "utf8"):
        encoding = "utf-8-sig"
    raw = table.get("delimiter", ",")
    if not isinstance(raw, str) or len(raw) != 1:
        problems.add((*path, "delimiter"), f"{raw!r} is not one character", 'such as ";"')
        raw = ","
    keys = problems.text(path, table, "keys") or "as written"
    if keys not in ("as written", "snake"):
        problems.add((*path, "keys"), f"{keys!r} is no way to name keys", "'as written' or 'snake'")
    columns = problems.texts(path, table, "columns") or ()
    fill = problems.texts(path, table, "fill") or ()
    for key in ("delimiter", "columns", "fill"):
        if key in table and name not in ("csv", "tsv"):
            problems.add((*path, key), f"{key} is for csv and tsv, and this is {name}", "leave it out")
    return Options(name, encoding, raw, columns, fill, keys == "snake")


def let_of(path: Path, table: Table[str, Any], problems: Problems) -> tuple[tuple[str, Expression], ...]:
    """The names that a record gives to expressions, in order."""
    named = problems.table(path, table, "let")
    found: list[tuple[str, Expression]] = []
    for name in named:
        if name in RESERVED:
            problems.add((*path, "let", name), f"{name!r} has a meaning of its own", "choose another name")
        expression = expression_of((*path, "let"), named, name, problems)
        if expression is not None:
            found.append((name, expression))
    return tuple(found)


def expression_of(path: Path, table: Table[str, Any], key: str, problems: Problems) -> Expression | None:
    """The expression under a key."""
    text = problems.text(path, table, key)
    return None if text is None else problems.attempt((*path, key), lambda: compile_expression(text))
