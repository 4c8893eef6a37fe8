"""A small organisation in a few lines of text, for tests.

One fact per line: ``ENTITY ATTRIBUTE VALUE``, where lists take commas, flags ``true`` or ``false``, and tables inline
TOML. ``-- SOURCE`` or ``-- SOURCE DATE`` at the end says who says so and when (``file``, 2026-01-01 otherwise). An
entity alone says only that it exists; whatever has a fact exists too. ``# …`` and empty lines are skipped::

    state = org('''
        team:lang lead person:~ana
        team:lang lead person:~bo
        zone:lang owner team:lang
        zone:lang rule any
        work:parser due 2026-03-01 -- tracker 2026-01-05
        zone:lang freeze {start = "2026-12-20", end = "2027-01-05"}
    ''')
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Entry, Json, Statement
from counterpoint.model.values import check, item_of
from counterpoint.state.memory import MemoryReader
from counterpoint.state.view import State

NOW = "2026-11-21T12:00:00.000000Z"
_NUMBERS = ("number", "minutes")
_TABLES = (
    "schedule", "authority", "freeze", "role", "handle", "settlement", "rung", "term", "key result", "need", "measure",
)  # fmt: skip


def org(*texts: str, now: str = NOW) -> State:
    """The state of the organisation that the lines tell."""
    return State(org_reader(*texts, now=now))


def org_reader(*texts: str, now: str = NOW) -> MemoryReader:
    """A reader of that organisation."""
    return MemoryReader(org_entries(*texts), now)


def org_entries(*texts: str) -> list[Entry]:
    """One entry for each line, in order: its source says it, on its day, in a file named after the source."""
    entries: list[Entry] = []
    seen: set[tuple[str, str]] = set()
    for number, line in enumerate(_lines(texts), start=1):
        fact, _, told = line.partition(" -- ")
        source, _, date = told.strip().partition(" ")
        source = source or "file"
        said = f"{date or '2026-01-01'}T00:00:00.000000Z"
        place = (said, f"{source}.toml", number)
        entity, _, rest = fact.strip().partition(" ")
        statements = []
        if (entity, source) not in seen:
            seen.add((entity, source))
            statements.append(_statement(entity, "exists", True, place))
        if rest:
            name, _, text = rest.strip().partition(" ")
            statements.append(_statement(entity, name, _value(entity, name, text.strip()), place))
        entries.append(
            Entry(number, f"e{number}", said, said, "person:~clerk", source, "", "", "", None, tuple(statements))
        )
    return entries


def _lines(texts: Iterable[str]) -> list[str]:
    lines = [line.strip() for text in texts for line in text.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def _value(entity: str, name: str, text: str) -> Json:
    declared = attribute_of(kind_of(entity), name)
    assert declared is not None, f"{kind_of(entity)} has no {name}"
    if declared.type == "refs":
        return [part.strip() for part in text.split(",")]
    if declared.type == "flag":
        return {"true": True, "false": False}[text]
    if declared.type in _NUMBERS:
        return float(text)
    return tomllib.loads(f"value = {text}")["value"] if declared.type in _TABLES else text


def _statement(entity: str, name: str, value: Json, place: tuple[str, str, int]) -> Statement:
    declared = attribute_of(kind_of(entity), name)
    assert declared is not None
    value = check(declared, value)
    said, file, line = place
    return Statement(entity, name, item_of(declared, value), "state", value, said, said, None, file, line)
