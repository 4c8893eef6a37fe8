"""The vocabulary as a page of the documentation, made from the table itself."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.model import kinds
from counterpoint.model.kinds import COMMON, KINDS, Attribute

_TYPES = {
    "text": "text",
    "url": "address with its scheme",
    "flag": "true or false",
    "number": "number from 0 up",
    "date": "date, 2026-11-21",
    "moment": "time with its zone, 2026-11-21T10:00:00Z",
    "period": "first and last day, 2026-01-01/2026-06-30",
    "minutes": "minutes",
    "choice": "one of",
    "ref": "reference to",
    "refs": "list of references to",
    "schedule": "schedule (calendar.md)",
    "calendar": "working hours (organisation.md)",
    "authority": "table: kind, attribute, sources, exclusive",
    "freeze": "table: start, end, reason",
    "role": "table: party, role, team",
    "handle": "table: system, handle",
    "settlement": "table, made by settle",
    "rung": "table: order, party, after_hours",
    "act": "table, made by protocols",
    "advice": "table: party, text, option",
    "need": "table: party, count",
    "grant": "table: party, of, note",
    "refusal": "table: party, text",
    "vote": "table: party (for whom), by (who cast it), option, text",
    "waiter": "table: party, place, since",
    "term": "table: action, term (alone, review or never), reviewer",
    "lease time": "table: party (person, agent or team), minutes",
    "stage": "table: name, order, hours, owner, gate, entry, exit",
    "key result": "table: name, target, start, value, unit",
    "measure": "table: name, value, at",
    "item": "table: order, why, about",
}


def page() -> str:
    """``docs/vocabulary.md``; a test holds the file to it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# The vocabulary"
    yield ""
    yield "Made from `counterpoint.model.kinds`; a test keeps the two the same."
    yield ""
    yield "An entity is written `kind:slug`, or `kind:slug@namespace` where an import brought it in under a namespace."
    yield "Slugs are compared without case. *Set*: each source adds elements, and they add up. A list (of references)"
    yield "that is no set is one value, about which sources can differ."
    yield ""
    yield "Every kind has:"
    yield ""
    yield from _table(COMMON)
    for kind in KINDS.values():
        yield ""
        yield f"## {kind.name}"
        yield ""
        kept = " Only protocols speak of it." if kind.kept else ""
        yield f"{kind.about[0].upper()}{kind.about[1:]}. In a list: *{kind.plural}*.{kept}"
        if kind.attributes:
            yield ""
            yield from _table(kind.attributes)
    yield ""
    yield "## Fixed lists"
    yield ""
    yield f"- Work: {', '.join(kinds.WORK_STATES)}. Open are {', '.join(sorted(kinds.OPEN_WORK))}."
    yield f"- Priorities, highest first: {', '.join(kinds.PRIORITIES)}."
    yield f"- Dependency types (Malone and Crowston 1994): {', '.join(kinds.DEPENDENCY_TYPES)}."
    yield f"- A dependency's negotiation: {', '.join(kinds.DEPENDENCY_STATES)}."
    yield f"- Several deciders or approvers: {', '.join(kinds.RULES)}."
    yield "- Handles that differ in nothing but case are one person's, in every system."


def _table(attributes: tuple[Attribute, ...]) -> Iterator[str]:
    yield "| attribute | takes | what it is |"
    yield "|---|---|---|"
    for one in attributes:
        takes = _TYPES[one.type]
        if one.choices:
            takes += " " + ", ".join(f"`{choice}`" for choice in one.choices)
        elif one.type in {"ref", "refs"}:
            takes += " " + (", ".join(one.kinds) if one.kinds else "any kind")
        marks = ("; set" if one.many else "") + ("; erasable" if one.personal else "")
        yield f"| `{one.name}` | {takes}{marks} | {one.about} |"
