"""Variants as people write them down: tables of a TOML file, checked field by field."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from counterpoint.errors import InvalidInput
from counterpoint.simulation.variant import ALL, AS_IS, Variant

MOST = 1e12
"""No number in a file of variants is larger."""
TOP = ("title", "variant")
EXAMPLE = '[[variant]]\nname = "half of the planning"\nrespace = { "ritual:planning" = 2 }'


def variants_of(table: Mapping[str, Any], where: str) -> tuple[str, list[Variant]]:
    """The title and the variants of a file, the organisation as it is before them.

    Raises:
        InvalidInput: something in it is no field, or not what a field takes; ``where`` and the field are named.
    """
    for name in table:
        if name not in TOP:
            raise InvalidInput(f"{where}: there is no field {name!r}{_close(name, TOP)}", hint="title, and [[variant]]")
    rows = table.get("variant")
    if not isinstance(rows, list) or not rows:
        raise InvalidInput(f"{where}: there is no [[variant]] in it", hint=f"such as\n{EXAMPLE}")
    found = [AS_IS]
    for number, row in enumerate(rows, start=1):
        found.append(variant_of(row, f"{where}, variant {number}"))
    names = [one.name for one in found]
    for name in names:
        if names.count(name) > 1:
            raise InvalidInput(f"{where}: two variants are called {name!r}")
    return _text(table.get("title", where), f"{where}: title"), found


def variant_of(row: Mapping[str, Any], where: str) -> Variant:
    """One variant.

    Raises:
        InvalidInput: as above.
    """
    if not isinstance(row, Mapping):
        raise InvalidInput(f"{where}: {row!r} is no table", hint=f"such as\n{EXAMPLE}")
    fields: dict[str, Any] = {}
    for name, value in row.items():
        if name not in FIELDS:
            raise InvalidInput(f"{where}: there is no field {name!r}{_close(name, FIELDS)}", hint=", ".join(FIELDS))
        fields[name] = FIELDS[name](value, f"{where}: {name}")
    if "name" not in fields:
        raise InvalidInput(f"{where}: it has no name", hint='name = "…"')
    return Variant(**fields)


def _close(name: str, among: Sequence[str] | Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, list(among), 1)
    return f" (did you mean {close[0]}?)" if close else ""


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(f"{where}: {value!r} is no text")
    return value


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidInput(f"{where}: {value!r} is no number")
    if not abs(value) <= MOST:
        raise InvalidInput(f"{where}: that is no number to reckon with", hint=f"up to {MOST:g}")
    return float(value)


def _whole(value: Any, where: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(f"{where}: {value!r} is no whole number")
    return value


def _names(value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        raise InvalidInput(f"{where}: {value!r} is no list of names", hint='["ritual:planning"]')
    return [_text(one, where) for one in value]


def _groups(value: Any, where: str) -> tuple[tuple[str, ...], ...]:
    if not isinstance(value, list) or not all(isinstance(one, list) for one in value):
        raise InvalidInput(f"{where}: {value!r} is no list of groups", hint='[["ritual:planning", "ritual:review"]]')
    groups = tuple(tuple(_names(one, where)) for one in value)
    if any(len(one) < 2 for one in groups):
        raise InvalidInput(f"{where}: a group of one has nothing to be merged with")
    return groups


def _table(of: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    """A table of such values by name; one value alone is meant for all."""

    def read(value: Any, where: str) -> dict[str, Any]:
        if isinstance(value, dict):
            return {name: of(one, f"{where}.{name}") for name, one in value.items()}
        return {ALL: of(value, where)}

    return read


def _strict(of: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    def read(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise InvalidInput(f"{where}: {value!r} is no table of names", hint='{ "ritual:planning" = 0.5 }')
        return {name: of(one, f"{where}.{name}") for name, one in value.items()}

    return read


FIELDS: Mapping[str, Callable[[Any, str], Any]] = {
    "name": _text,
    "model": _table(_text),
    "escalated": _number,
    "speedup": _number,
    "speedups": _strict(_number),
    "response": _number,
    "remove": lambda value, where: frozenset(_names(value, where)),
    "merge": _groups,
    "shorten": _strict(_number),
    "respace": _strict(_number),
    "people": _table(_number),
    "agents": _table(_whole),
    "teams": _whole,
    "settings": _strict(_number),
}
"""What a variant may say, and how each is read."""
