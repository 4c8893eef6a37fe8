"""The hash chain: what exactly is hashed, and how.

Each entry's hash is SHA-256 over the RFC 8785 (JCS) form of its body, which holds the previous hash. The body holds no
value in the clear: each value, each file name and the reason enter as ``SHA-256(salt ‖ JCS(value))`` with a salt of its
own, so that erasing value and salt leaves the chain as valid as it was, and nothing to guess from.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence

import orjson
import rfc8785

from counterpoint.model.statements import Json

SALT_BYTES = 16
# Up to here every integer is a floating-point number of its own, and RFC 8785 has a form for it.
_LARGEST = 2**53 - 1


def genesis(organisation: str) -> str:
    """What the first entry follows: a hash of the organisation's identifier, which binds the chain to it."""
    return hashlib.sha256(organisation.encode()).hexdigest()


def canonical(value: Json) -> bytes:
    """The RFC 8785 form of a JSON value.

    orjson writes the same bytes except for floats, and for keys outside the basic plane that it orders differently;
    those few take the reference implementation.

    Raises:
        ValueError: RFC 8785 has no form for the value (an integer beyond 2**53, a number that is none, half a
            surrogate pair).
    """
    try:
        return rfc8785.dumps(value) if _needs_care(value) else orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (rfc8785.CanonicalizationError, orjson.JSONEncodeError, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from error


def _needs_care(value: Json) -> bool:
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return False
    if isinstance(value, dict):
        return any(not key.isascii() or _needs_care(part) for key, part in value.items())
    if isinstance(value, list):
        return any(_needs_care(part) for part in value)
    return isinstance(value, float) or abs(value) > _LARGEST


def commit(salt: str, value: Json) -> str:
    """``SHA-256(salt ‖ JCS(value))`` in hex; the salt is hex too and enters as bytes."""
    return commit_bytes(salt, canonical(value))


def commit_bytes(salt: str, value: bytes) -> str:
    """:func:`commit` for a value that is in its canonical form already."""
    return hashlib.sha256(bytes.fromhex(salt) + value).hexdigest()


def random_salts(count: int) -> list[str]:
    """Fresh salts in hex, from the system's own source of randomness."""
    block = os.urandom(SALT_BYTES * count).hex()
    width = 2 * SALT_BYTES
    return [block[start : start + width] for start in range(0, width * count, width)]


def body_hash(  # noqa: PLR0917
    sequence: int,
    identifier: str,
    external_id: str | None,
    said: str,
    recorded: str,
    actor: str,
    source: str,
    reason: str,
    files: Sequence[str],
    statements: Sequence[Sequence[Json]],
    previous: str,
) -> str:
    """The hash of an entry.

    ``reason`` and ``files`` are commitments. Each statement is ``[entity, attribute, operation, commitment, said,
    valid_from, valid_to, file number, line, record]``: see :func:`covered`.

    Raises:
        TypeError: a part is no text and no number, as only damage makes it.
    """
    body: dict[str, object] = {
        "actor": actor,
        "external_id": external_id,
        "files": list(files),
        "id": identifier,
        "previous": previous,
        "reason": reason,
        "recorded": recorded,
        "said": said,
        "sequence": sequence,
        "source": source,
        "statements": statements,
    }
    # Strings and small integers only, and ASCII keys: orjson's form is the canonical one.
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def covered(row: Sequence[Json]) -> Sequence[Json]:
    """What the chain covers of a row of the ``statement`` table: all but its place, its item, its value and salt."""
    return (*row[2:4], row[5], *row[8:15])
