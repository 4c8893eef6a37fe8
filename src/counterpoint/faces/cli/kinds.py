"""What people write for kinds and values, as the questions take it."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.errors import UsageError
from counterpoint.model.kinds import KINDS

_SINGULAR = {kind.plural: name for name, kind in KINDS.items()}


def singular(kind: str) -> str:
    """A kind, also where its plural was written."""
    return _SINGULAR.get(kind, kind)


def conditions(where: Iterable[tuple[str, str]]) -> dict[str, str]:
    """``--where`` as conditions that all must hold.

    Raises:
        UsageError: one attribute is asked for twice.
    """
    found: dict[str, str] = {}
    for name, value in where:
        if name in found:
            raise UsageError(f"--where {name}= is there twice", hint="all conditions must hold; ask twice instead")
        found[name] = value
    return found
