"""How the problems of an organisation's files are told: one voice for the reader and for the checks."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from counterpoint.errors import Problem


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that was most likely meant."""
    every = list(known)
    found = get_close_matches(name, every, n=1, cutoff=0.6) or get_close_matches(
        name.casefold(), every, n=1, cutoff=0.6
    )
    return found[0] if found else None


def meant(name: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest known name, or else what is said instead."""
    found = nearest(name, known)
    return f"did you mean {found!r}?" if found else otherwise


def a(kind: str) -> str:
    """A kind with its article.

    >>> a("team"), a("objective")
    ('a team', 'an objective')
    """
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By file, line and field, each once."""
    return tuple(
        sorted(set(problems), key=lambda one: (one.file or "", one.line or 0, one.field or "", one.message, one.hint))
    )
