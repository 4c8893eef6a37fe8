"""From what people write in a field to values as the vocabulary takes them.

A set may be one element or a list, a list of parties one party; a reference may be a bare slug where the field takes
one kind; handles are a table of systems; a period is a text or a table of two dates; a schedule is a sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, cast

from counterpoint.errors import BadReference, BadValue
from counterpoint.model import identifiers
from counterpoint.model.kinds import KIND_NAMES, Attribute
from counterpoint.model.statements import Json
from counterpoint.model.values import check
from counterpoint.sources.organisation.lines import Path
from counterpoint.sources.organisation.problems import meant
from counterpoint.sources.organisation.rhythm import schedule
from counterpoint.sources.organisation.vocabulary import ORDERED, Part, parts

NOBODY = frozenset({"", "tbd", "todo", "tba", "n/a", "none", "nobody", "unassigned", "?", "-"})
Described = Mapping[str, Sequence[str]]
"""Every entity that the files describe, by its slug: so that a hint can say which reference was meant."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One value (of a set: one element) and where it stands inside the field."""

    path: Path
    value: Json


@dataclass(frozen=True, slots=True)
class Misspelt:
    """What the field does not take, where inside it, and what to write instead."""

    path: Path
    message: str
    hint: str


def spell(attribute: Attribute, written: object, described: Described) -> Iterator[Piece | Misspelt]:
    """Every value in what was written for a field; nothing is lost: what is no value is a :class:`Misspelt`."""
    for path, element in _elements(attribute, plain(written)):
        wrong: list[Misspelt] = []
        value = _value(attribute, element, path, described, wrong)
        if not wrong:
            try:
                yield Piece(path, check(attribute, schedule(value) if attribute.type == "schedule" else value))
                continue
            except BadValue as error:
                wrong.append(Misspelt(path, error.message.removeprefix(f"{attribute.name}: "), error.hint))
        yield from wrong


def plain(written: object) -> Any:
    """A TOML value as JSON: dates and times become their ISO text."""
    if isinstance(written, datetime | date | time):
        return written.isoformat()
    if isinstance(written, list):
        return [plain(part) for part in written]
    if isinstance(written, dict):
        return {key: plain(part) for key, part in written.items()}
    return written


def reference(text: object, kinds: tuple[str, ...], described: Described) -> str:
    """A reference in canonical form; a bare slug is one where only one kind is taken.

    Raises:
        BadReference: it is none, or of a kind that is not taken here; the hint says which was most likely meant.
    """
    taken = ", ".join(kinds or sorted(KIND_NAMES))
    if not isinstance(text, str):
        raise BadReference(f"{text!r} is not a reference", hint=f'write "kind:slug", of {taken}')
    if identifiers.fold(text).strip() in NOBODY:
        raise BadReference(f"{text!r} names nobody", hint="leave the field out where there is nobody")
    try:
        only = kinds[0] if len(kinds) == 1 else None
        found = str(identifiers.parse(text, kinds=frozenset(kinds) or KIND_NAMES, default_kind=only))
    except BadReference as error:
        raise BadReference(error.message, hint=_better_hint(text, kinds, described, error.hint)) from None
    return not_opaque(found)


def not_opaque(entity: str) -> str:
    """The reference, unless it is one that the ledger makes up for a person: those are not for files.

    Raises:
        BadReference: it is.
    """
    if identifiers.is_opaque(entity):
        raise BadReference(f"{entity} is a name for the ledger's own use", hint="write the person's id or a handle")
    return entity


def _better_hint(text: str, kinds: tuple[str, ...], described: Described, otherwise: str) -> str:
    slug = identifiers.fold(text.partition(":")[2] or text).strip()
    fitting = [one for one in described.get(slug, ()) if not kinds or identifiers.kind_of(one) in kinds]
    if fitting:
        return "did you mean " + " or ".join(f'"{one}"' for one in fitting) + "?"
    if ":" not in text:
        taken = ", ".join(kinds or sorted(KIND_NAMES))
        return f'say which kind it is: "{(kinds or ("team",))[0]}:{text.strip()}", or another of {taken}'
    return otherwise


def _elements(attribute: Attribute, written: Any) -> Iterator[tuple[Path, Any]]:
    """What is stated one by one: a set's elements with their places, anything else as it is."""
    if not attribute.many:
        yield (), written
    elif attribute.type == "handle" and isinstance(written, dict):
        for system, handles in written.items():
            several = handles if isinstance(handles, list) else [handles]
            for index, handle in enumerate(several):
                inside: Path = (system, index) if isinstance(handles, list) else (system,)
                yield inside, {"system": system, "handle": handle}
    elif isinstance(written, list):
        for index, element in enumerate(written):
            if attribute.type in ORDERED and isinstance(element, dict):
                yield (index,), {"order": index + 1, **element}
            else:
                yield (index,), element
    elif attribute.type in ORDERED and isinstance(written, dict):
        yield (), {"order": 1, **written}
    else:
        yield (), written


def _value(attribute: Attribute, written: Any, path: Path, described: Described, wrong: list[Misspelt]) -> Json:
    if attribute.type == "ref":
        return _reference_at(path, written, attribute.kinds, described, wrong)
    if attribute.type == "refs":
        every = (
            [((*path, index), one) for index, one in enumerate(written)]
            if isinstance(written, list)
            else [(path, written)]
        )
        found = [_reference_at(place, one, attribute.kinds, described, wrong) for place, one in every]
        wrong += _twice(path, found)
        return [one for one in found if one is not None]
    if attribute.type == "period" and isinstance(written, dict):
        return _period(written, path, wrong)
    if attribute.type == "handle":
        return _handle(written, path, wrong)
    if parts(attribute.type):
        return _table(attribute, written, path, described, wrong)
    return cast("Json", written)


def _handle(written: Any, path: Path, wrong: list[Misspelt]) -> Json:
    hint = 'write it like handle.github = "ana"'
    if not isinstance(written, dict):
        wrong.append(Misspelt(path, f"{written!r} does not say in which system", hint))
        return None
    handle = written.get("handle")
    if not isinstance(handle, str) or not handle.strip():
        wrong.append(Misspelt(path, f"{handle!r} is not a handle", hint))
    return cast("Json", written)


def _reference_at(
    path: Path, written: object, kinds: tuple[str, ...], described: Described, wrong: list[Misspelt]
) -> str | None:
    try:
        return reference(written, kinds, described)
    except BadReference as error:
        wrong.append(Misspelt(path, error.message, error.hint))
        return None


def _twice(path: Path, found: Sequence[str | None]) -> list[Misspelt]:
    return [
        Misspelt((*path, index), f"{one} is there twice", "once is enough")
        for index, one in enumerate(found)
        if one is not None and one in found[:index]
    ]


def _period(written: dict[str, Any], path: Path, wrong: list[Misspelt]) -> Json:
    for name in sorted(set(written) - {"start", "end"}):
        wrong.append(Misspelt((*path, name), f"a period has no {name!r}", "it has a start and an end"))
    for name in ("start", "end"):
        if name not in written:
            wrong.append(Misspelt(path, f"the period has no {name}", "write { start = 2026-01-01, end = 2026-06-30 }"))
    return f"{written.get('start')}/{written.get('end')}"


def _table(attribute: Attribute, written: Any, path: Path, described: Described, wrong: list[Misspelt]) -> Json:
    """A table inside a field, part by part, so that everything wrong with it is told at once."""
    known = parts(attribute.type)
    listed = ", ".join(known)
    if not isinstance(written, dict):
        wrong.append(Misspelt(path, f"{written!r} is not a table", f"write a table with {listed}"))
        return None
    for name in sorted(set(written) - set(known)):
        wrong.append(Misspelt((*path, name), f"has no {name!r}", meant(name, known, f"it takes {listed}")))
    found: dict[str, Json] = {}
    for name, part in known.items():
        if name in written:
            found[name] = _part(part, written[name], (*path, name), described, wrong)
        elif part.required:
            wrong.append(Misspelt(path, f"{name} is missing", f"it says {part.about}"))
    return found


def _part(part: Part, written: Any, path: Path, described: Described, wrong: list[Misspelt]) -> Json:
    if part.type == "ref":
        return _reference_at(path, written, part.kinds, described, wrong)
    several = part.type == "texts"
    every = written if several and isinstance(written, list) else [written]
    if several and not every:
        wrong.append(Misspelt(path, "is empty", f"it says {part.about}"))
    found: list[Json] = []
    for index, one in enumerate(every):
        try:
            kind: Any = "text" if several else part.type
            found.append(check(Attribute(part.name, kind, part.about), one))
        except BadValue as error:
            place = (*path, index) if several and isinstance(written, list) else path
            wrong.append(Misspelt(place, error.message.removeprefix(f"{part.name}: "), error.hint))
    if several:
        wrong += _twice(path, [one if isinstance(one, str) else None for one in found])
        return found
    return found[0] if found else None
