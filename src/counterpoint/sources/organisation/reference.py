"""The reference of an organisation's files as Markdown, made from the vocabulary; docs/organisation.md holds it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterpoint.model.kinds import COMMON, Attribute
from counterpoint.sources.organisation.problems import a
from counterpoint.sources.organisation.rhythm import PARTS
from counterpoint.sources.organisation.vocabulary import (
    ALIAS_FIELDS,
    ID,
    ORGANISATION,
    OWN_FIELDS,
    fields,
    parts,
    tables,
)

_WRITTEN = {
    "text": "text",
    "url": "address",
    "flag": "`true` or `false`",
    "number": "number",
    "minutes": "number of minutes",
    "date": "date",
    "moment": "time",
    "leave": '`"alone"`, `"review"` or `"never"`',
    "period": '`{ start = …, end = … }`, or `"2026-01-01/2026-06-30"`',
    "schedule": "sentence, or a table (below)",
    "calendar": 'working hours (above), such as `"Europe/Berlin 09:00-17:00"`',
    "handle": '`handle.github = "ana"`, one or a list for each system',
}


def reference() -> str:
    """Every table with its fields, in the order of the vocabulary."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield from _heading("Every record", "what every table takes beside its own fields ([organisation] has no `id`)")
    common = [one for one in fields(ORGANISATION).values() if one in COMMON]
    yield from _rows(
        [
            *((f"`{name}`", "text" if name == ID else "date", about) for name, about in OWN_FIELDS.items()),
            *((f"`{one.name}`", _written(one), one.about) for one in common),
        ]
    )
    yield from _heading(f"[{ORGANISATION}]", "the organisation's own zone: what holds where no zone says otherwise")
    yield from _table_of(ORGANISATION)
    for name, kind in tables().items():
        yield from _heading(f"[[{name}]]", kind.about)
        yield from _table_of(name)
    yield from _heading("[[alias]]", "two names of one thing")
    yield from _rows((f"`{name}`", "reference", about) for name, about in ALIAS_FIELDS.items())
    yield from _heading("Tables inside a field", "what the fields above hold where they say so")
    for type_name, title in (
        ("role", "A role"),
        ("rung", "A rung of an escalation"),
        ("authority", "An authority"),
        ("freeze", "A freeze"),
        ("need", "A need for approvals"),
        ("term", "A term for agents"),
        ("lease time", "A time-out of leases"),
        ("stage", "A stage"),
        ("key result", "A key result"),
    ):
        yield from (f"**{title}**", "")
        yield from _rows(
            (f"`{part.name}`{'' if part.required else ' (optional)'}", _part(part.type, part.kinds), part.about)
            for part in parts(type_name).values()
        )
    yield from ("**A schedule**, where it is a table", "")
    yield from _rows((f"`{name}`", "date" if name == "anchor" else "text", about) for name, about in PARTS.items())


def _heading(title: str, about: str) -> Iterator[str]:
    yield from (
        f"### {title}" if not title.startswith("[") else f"### `{title}`",
        "",
        f"{about[0].upper()}{about[1:]}.",
        "",
    )


def _table_of(table: str) -> Iterator[str]:
    own = [one for one in fields(table).values() if one not in COMMON]
    yield from _rows((f"`{one.name}`", _written(one), one.about) for one in own)


def _rows(rows: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    yield from ("| field | takes | what it says |", "|---|---|---|")
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def _written(attribute: Attribute) -> str:
    one = _one(attribute)
    if attribute.type == "handle":
        return one
    return f"{one}; one or a list" if attribute.many or attribute.type == "refs" else one


def _one(attribute: Attribute) -> str:
    if attribute.type in ("ref", "refs"):
        return _reference(attribute.kinds)
    if attribute.type == "choice":
        return ", ".join(f'`"{choice}"`' for choice in attribute.choices)
    if parts(attribute.type):
        return f"a table: {', '.join(f'`{name}`' for name in parts(attribute.type))}"
    return _WRITTEN[attribute.type]


def _part(type_name: str, kinds: tuple[str, ...]) -> str:
    if type_name == "ref":
        return _reference(kinds)
    return "text; one or a list" if type_name == "texts" else _WRITTEN[type_name]


def _reference(kinds: tuple[str, ...]) -> str:
    if len(kinds) == 1:
        return "id of an item of work" if kinds[0] == "work" else f"id of {a(kinds[0])}"
    return "reference: " + ", ".join(f"`{kind}:…`" for kind in kinds) if kinds else "reference"
