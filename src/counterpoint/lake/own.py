"""An organisation's own measures: a folder with ``NAME.toml``, which declares one, and ``NAME.sql`` to work it out.

They are read and tried before anything runs, and every problem is told with its file, line and field. They run as
every measure does: read only, seeing the tables of :mod:`counterpoint.measures.tables` and nothing else.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import tomli

from counterpoint.errors import InvalidInput, NotFound, Problem
from counterpoint.lake.own_sql import problems_of_sql
from counterpoint.measures.declaration import STANDARD, Extra, Figure, Grain, Measure, Need, Setting

SYSTEM = "own"
TYPES: Mapping[str, pa.DataType] = {
    "text": pa.string(),
    "number": pa.float64(),
    "count": pa.int64(),
    "yes or no": pa.bool_(),
    "day": pa.date32(),
    "time": pa.timestamp("us"),
}
"""What the column of a result may hold, as a declaration says it."""
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LINE = re.compile(r"^line (\d+)|\(at line (\d+)")
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "question": str, "about": str, "source": str, "limits": str, "grains": list, "figures": list, "needs": list,
    "settings": list, "extras": list, "private": bool, "by_period": bool, "version": int,
}  # fmt: skip
_MUST = ("question", "about", "limits", "grains", "figures")
_PARTS: Mapping[str, tuple[Mapping[str, type | tuple[type, ...]], tuple[str, ...]]] = {
    "figures": ({"name": str, "unit": str, "about": str}, ("name", "unit", "about")),
    "needs": ({"what": str, "sql": str, "hint": str, "least": int}, ("what", "sql", "hint")),
    "settings": ({"name": str, "default": (str, int, float), "about": str}, ("name", "default", "about")),
    "extras": ({"name": str, "type": str, "about": str, "key": bool}, ("name", "type", "about")),
}
"""The tables within a declaration: their fields, and those that must be there."""


def own_measures(folder: Path, known: Collection[str] = ()) -> dict[str, Measure]:
    """The measures of a folder by name; ``known`` names are taken already.

    Raises:
        NotFound: there is no such folder.
        InvalidInput: something is wrong with any of them, with every problem.
    """
    if not folder.is_dir():
        raise NotFound(f"there is no folder {folder}", hint="it holds NAME.toml and NAME.sql for each measure")
    problems: list[Problem] = []
    found: dict[str, Measure] = {}
    for file in sorted(folder.glob("*.toml")):
        here, measure = _read(file, known)
        problems += here
        if measure is not None:
            found[measure.name] = measure
    declared = {file.stem for file in folder.glob("*.toml")}
    for file in sorted(folder.glob("*.sql")):
        if file.stem not in declared:
            hint = f"declare it in {file.stem}.toml"
            problems.append(Problem("there is no declaration beside this SQL", str(file), hint=hint))
    if problems:
        raise InvalidInput(f"the measures in {folder} cannot be used", problems=problems)
    return found


def _read(file: Path, known: Collection[str]) -> tuple[list[Problem], Measure | None]:
    """A measure, or what is wrong with it."""
    try:
        text = file.read_text(encoding="utf-8")
        declared = tomli.loads(text)
    except (OSError, UnicodeDecodeError, tomli.TOMLDecodeError) as error:
        found = re.search(r"line (\d+)", str(error))
        return [Problem(str(error), str(file), int(found[1]) if found else None)], None
    lines = text.splitlines()
    problems = [
        Problem(message, str(file), _line_of(lines, path), ".".join(map(str, path)) or None, hint)
        for path, message, hint in _wrong(file.stem, declared, known)
    ]
    sql_file = file.with_suffix(".sql")
    if not sql_file.is_file():
        problems.append(Problem("there is no SQL beside this declaration", str(file), hint=f"write {sql_file.name}"))
    if problems:
        return problems, None
    measure = _measure(file, declared, sql_file.read_text(encoding="utf-8"))
    problems = list(problems_of_sql(measure, str(sql_file)))
    return problems, None if problems else measure


Wrong = tuple[tuple[str | int, ...], str, str]
"""Something wrong: where in the declaration, what, and what to do."""


def _wrong(name: str, declared: Mapping[str, Any], known: Collection[str]) -> Iterator[Wrong]:
    if not _NAME.fullmatch(name):
        yield (), f"{name!r} is no name for a measure", "small letters, digits and _, such as reviews_late.toml"
    elif name in known:
        yield (), f"there is a measure {name} already", "give the files another name"
    yield from _fields((), declared, _FIELDS, _MUST)
    for part, (fields, must) in _PARTS.items():
        rows = declared.get(part, [])
        for index, row in enumerate(rows if isinstance(rows, list) else ()):
            if isinstance(row, dict):
                yield from _fields((part, index), row, fields, must)
            else:
                yield (part, index), "this is no table", f"write it as [[{part}]]"
    if not declared.get("figures", True):
        yield ("figures",), "a measure has one figure at least", "write [[figures]]"
    grains = declared.get("grains")
    for one in grains if isinstance(grains, list) else ():
        if one not in get_args(Grain):
            yield ("grains",), f"{one!r} is nothing to tell apart by", f"some of: {', '.join(get_args(Grain))}"
    if declared.get("private") is True and isinstance(grains, list) and "person" not in grains:
        yield (
            ("grains",),
            "a private measure is told apart by person",
            "add person: so the people of groups are counted",
        )
    yield from _extras(declared)


def _extras(declared: Mapping[str, Any]) -> Iterator[Wrong]:
    rows = declared.get("extras", [])
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if not isinstance(row, dict):
            continue
        if row.get("type") not in TYPES and isinstance(row.get("type"), str):
            yield ("extras", index, "type"), f"there is no type {row['type']!r}", f"one of: {', '.join(TYPES)}"
        if row.get("name") in STANDARD:
            yield ("extras", index, "name"), f"every measure has a column {row['name']} already", "name it otherwise"


def _fields(
    path: tuple[str | int, ...],
    given: Mapping[str, Any],
    fields: Mapping[str, type | tuple[type, ...]],
    must: tuple[str, ...],
) -> Iterator[Wrong]:
    for name, value in given.items():
        if name not in fields:
            close = difflib.get_close_matches(name, fields, 1)
            yield (*path, name), "there is no such field", f"did you mean {close[0]}?" if close else ", ".join(fields)
        elif not isinstance(value, fields[name]) or (isinstance(value, bool) and fields[name] is not bool):
            yield (*path, name), f"this is {_kind(value)}, and is to be {_kinds(fields[name])}", ""
    for name in must:
        if name not in given:
            yield path, f"{name} is missing", f"add {name} = …"


def _measure(file: Path, declared: Mapping[str, Any], sql: str) -> Measure:
    return Measure(
        name=file.stem,
        system=SYSTEM,
        question=declared["question"],
        about=declared["about"],
        source=declared.get("source", ""),
        limits=declared["limits"],
        grains=tuple(declared["grains"]),
        figures=tuple(Figure(**one) for one in declared["figures"]),
        needs=tuple(Need(**one) for one in declared.get("needs", ())),
        settings=tuple(Setting(**one) for one in declared.get("settings", ())),
        extras=tuple(Extra(**{**one, "type": TYPES[one["type"]]}) for one in declared.get("extras", ())),
        # A file's name would be looked for among ours: a text has more than one line.
        sql=f"{sql.rstrip()}\n",
        private=declared.get("private", False),
        by_period=declared.get("by_period", True),
        version=declared.get("version", 1),
        origin=str(file),
    )


def _line_of(lines: list[str], path: tuple[str | int, ...]) -> int:
    """The line of a field: of ``name = …`` at the top, or within one of the ``[[part]]``. The first if it has none."""
    begin, end = 0, len(lines)
    if len(path) > 1:
        heads = [number for number, line in enumerate(lines) if line.strip() == f"[[{path[0]}]]"]
        if len(heads) > int(path[1]):
            begin = heads[int(path[1])]
    after = [number for number in range(begin + 1, end) if lines[number].lstrip().startswith("[")]
    end = after[0] if after else end
    name = re.compile(rf"\s*{re.escape(str(path[-1]))}\s*=") if path else None
    found = [number for number in range(begin, end) if name is not None and name.match(lines[number])]
    return (found[0] if found else begin) + 1


def _kind(value: object) -> str:
    return _KINDS.get(type(value), type(value).__name__)


def _kinds(kinds: type | tuple[type, ...]) -> str:
    return " or ".join(_KINDS[one] for one in (kinds if isinstance(kinds, tuple) else (kinds,)))


_KINDS: Mapping[type, str] = {
    str: "a text", bool: "true or false", int: "a whole number", float: "a number", list: "a list", dict: "a table",
}  # fmt: skip
