"""References to entities: ``kind:slug`` or ``kind:slug@namespace``.

Slugs are Unicode NFC and compared without case, so a reference is kept in its folded form and two spellings of
one reference are one string. Persons are the exception that privacy asks for: inside the ledger a person is
``person:~`` and characters that tell nothing of who it is; handle, name and address are attributes that can be erased.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from counterpoint.errors import BadReference

OPAQUE = "person:~"
_PART = re.compile(r"[^\s:@\x00-\x1f]+")
_UNFIT = re.compile(r"[\s:@\x00-\x1f]+")


@dataclass(frozen=True, slots=True)
class Ref:
    """A parsed reference; ``str(ref)`` is its canonical text."""

    kind: str
    slug: str
    namespace: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.slug}@{self.namespace}" if self.namespace else f"{self.kind}:{self.slug}"


def fold(text: str) -> str:
    """NFC and without case, so that equal references are equal strings."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def slugify(text: str) -> str:
    """Make a slug of any text: folded; white space, ``:`` and ``@`` become single hyphens.

    >>> slugify("Alyssa  Coghlan")
    'alyssa-coghlan'
    """
    return _UNFIT.sub("-", fold(text).strip()).strip("-")


@lru_cache(maxsize=65_536)
def parse(text: str, *, kinds: frozenset[str] | None = None, default_kind: str | None = None) -> Ref:
    """Read ``kind:slug[@namespace]``.

    ``default_kind`` lets a place that takes only one kind accept a bare slug.

    Raises:
        BadReference: the text is not a reference, or its kind is not one of ``kinds``.
    """
    kind, colon, rest = text.strip().partition(":")
    if not colon:
        if default_kind is None:
            raise BadReference(f"{text!r} is not a reference", hint="write kind:slug, for example team:lang")
        kind, rest = default_kind, text.strip()
    slug, at, namespace = rest.partition("@")
    kind, slug, namespace = fold(kind), fold(slug), fold(namespace)
    if not _PART.fullmatch(slug) or (at and not _PART.fullmatch(namespace)):
        raise BadReference(
            f"{text!r} is not a reference",
            hint="a slug has no white space, ':' or '@'; a namespace follows one '@'",
        )
    if kinds is not None and kind not in kinds:
        raise BadReference(f"{text!r}: there is no kind {kind!r} here", hint=f"one of {', '.join(sorted(kinds))}")
    return Ref(kind, slug, namespace)


@lru_cache(maxsize=65_536)
def canonical(text: str) -> str:
    """The canonical text of a reference, of whatever kind; an opaque person is its own.

    Raises:
        BadReference: the text is not a reference.
    """
    return text if is_opaque(text) else str(parse(text))


def kind_of(entity: str) -> str:
    """The kind of a canonical reference."""
    return entity.partition(":")[0]


def namespace_of(entity: str) -> str:
    """The namespace of a canonical reference, empty for the organisation's own."""
    return entity.partition("@")[2]


def slug_of(entity: str) -> str:
    """The slug of a canonical reference, without kind and namespace."""
    return entity.partition(":")[2].partition("@")[0]


def is_opaque(entity: str) -> bool:
    """Is this the opaque identifier of a person, as it is used inside the ledger?"""
    return entity.startswith(OPAQUE)


def in_namespace(ref: str, namespace: str) -> str:
    """Put a reference without a namespace into ``namespace``; a trailing ``@`` keeps it in the organisation's own."""
    if ref.endswith("@"):
        return ref[:-1]
    return ref if not namespace or "@" in ref or is_opaque(ref) else f"{ref}@{namespace}"
