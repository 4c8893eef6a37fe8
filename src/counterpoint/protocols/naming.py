"""Names for what protocols make: readable, from a title, with -2, -3 where the name is taken."""

from __future__ import annotations

import re
from collections.abc import Sequence

from counterpoint.errors import Refused
from counterpoint.model.identifiers import kind_of, namespace_of, parse, slug_of, slugify
from counterpoint.model.kinds import KINDS
from counterpoint.protocols.machine import status_of
from counterpoint.state.view import State

LONGEST = 60
_UNFIT = re.compile(r"[^\w.]+")


def slug_from(title: str) -> str:
    """A short slug that can be typed without quoting: letters, digits, dots and hyphens.

    >>> slug_from("Don't panic (yet)")
    'don-t-panic-yet'
    """
    text = _UNFIT.sub("-", slugify(title)).strip("-._")
    if len(text) <= LONGEST:
        return text
    head = text[: LONGEST + 1]
    return (head.rpartition("-")[0] if "-" in head[20:] else head[:LONGEST]).strip("-._")


def new_name(state: State, kind: str, title: str) -> str:
    """A reference that nothing has yet, from a title.

    Raises:
        Refused: the title has no letter and no digit.
    """
    slug = slug_from(title)
    if not slug:
        raise Refused(f"no name can be made of {title!r}", hint="give a title with letters in it, or --id")
    return free_name(state, f"{kind}:{slug}")


def free_name(state: State, wanted: str) -> str:
    """The reference that is wanted; with -2, -3, … where it is taken."""
    number, name = 1, wanted
    while state.exists(name):
        number += 1
        name = f"{wanted}-{number}"
    return name


def given_name(state: State, kind: str, text: str) -> str:
    """A reference that somebody chose: a slug alone is of this kind.

    Raises:
        BadReference: it is no reference of this kind.
    """
    return state.canonical(str(parse(text, kinds=frozenset({kind}), default_kind=kind)))


def numbered(state: State, kind: str, thing: str, found: Sequence[str], going: Sequence[str]) -> str:
    """Of what is about a thing (``found``, the newest last) the one that is still ``going``, else the next one's name.

    Names are ``kind:work/checkout/2``. About what protocols keep, whose slug tells what it is about itself, it is
    ``kind:handoff-work/checkout/1/1``.
    """
    if found and status_of(state, found[-1]) in going:
        return found[-1]
    number = number_of(found[-1]) + 1 if found else 1
    joint = "-" if KINDS[kind_of(thing)].kept else "/"
    name = f"{kind}:{kind_of(thing)}{joint}{slug_of(thing).lstrip('~')}/{number}"
    namespace = namespace_of(thing)
    return f"{name}@{namespace}" if namespace else name


def number_of(name: str) -> int:
    """The number at the end of such a name; 0 where there is none."""
    tail = slug_of(name).rpartition("/")[2]
    return int(tail) if tail.isdecimal() else 0
