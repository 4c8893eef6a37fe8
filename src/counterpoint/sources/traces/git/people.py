"""Who somebody in a history is: an account where the address is a forge's own, else the address, else the name."""

from __future__ import annotations

import re
from typing import NamedTuple

from counterpoint.model.activity import Identity
from counterpoint.sources.traces.git.agents import NOBODY_SAYS, taken_for

_GITHUB = re.compile(r"(?:(?P<number>\d+)\+)?(?P<account>[^@+]+)@users\.noreply\.github\.com")
_GITLAB = re.compile(r"(?:\d+-)?(?P<account>[^@]+)@users\.noreply\.gitlab\.com")
_TAGGED = re.compile(r"syzbot\+[^@]*@")
_NO_ADDRESS = frozenset(
    {
        "",
        "(no email)",
        "devnull@localhost",
        "no@email",
        "nobody",
        "nobody@nowhere",
        "none",
        "none@none",
        "root@localhost",
        "unknown",
        "unknown@unknown",
        "you@example.com",
    }
)
"""What stands where an address should: who is meant says the name alone, or nobody would tell them apart."""
LONGEST_NAME = 200


class Somebody(NamedTuple):
    """An identity, how rows name it, and the AI that it is, if it is one."""

    identity: Identity
    reference: str
    tool: str


def somebody(name: str, address: str) -> Somebody | None:
    """Who a name and an address mean; None where they say nothing.

    Addresses and accounts are taken in lower case. The name is kept beside them and tells nobody apart, except where
    there is no address or one that everybody has.

    >>> somebody("Ada", "7+ada@users.noreply.github.com").reference
    'github/ada'
    >>> somebody("Ada", "Ada@Example.org").reference
    'email/ada@example.org'
    >>> somebody("Ada Lovelace", "none@none").reference
    'name/Ada Lovelace'
    """
    name = _tidy(name)
    address = _tidy(address).lower()
    if address in _NO_ADDRESS:
        return _made("name", name, name, None) if name else None
    if found := _GITHUB.fullmatch(address):
        return _made("github", found["account"], name, int(found["number"]) if found["number"] else None)
    if found := _GITLAB.fullmatch(address):
        return _made("gitlab", found["account"], name, None)
    return _made("email", _TAGGED.sub("syzbot@", address), name, None)


def account(handle: str, name: str = "") -> Somebody | None:
    """Who an account of GitHub is, with the name that stands beside it, if any."""
    handle = _tidy(handle).lower()
    return _made("github", handle, _tidy(name), None) if handle else None


def _made(system: str, handle: str, name: str, number: int | None) -> Somebody:
    taken = taken_for(system, handle, number) if system != "name" else NOBODY_SAYS
    identity = Identity(system, handle, name, taken.sort, taken.confidence)
    return Somebody(identity, identity.reference, taken.tool)


def _tidy(text: str) -> str:
    """One line without what cannot be seen, and not without an end."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())[:LONGEST_NAME]
