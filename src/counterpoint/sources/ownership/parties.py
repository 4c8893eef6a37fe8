"""Who is named in an ownership file: a user, a team or an address, and the reference that it becomes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from counterpoint.model.identifiers import slugify

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_USER = re.compile(rf"@({_LOGIN.pattern})")
_TEAM = re.compile(rf"@({_LOGIN.pattern}/[A-Za-z0-9_.-]+)")
_EMAIL = re.compile(r"[A-Za-z0-9.!%&'*+/=?^_`{|}~$-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
LONGEST_LOGIN = 64


@dataclass(frozen=True, slots=True)
class Party:
    """A party as GitHub knows it: the login, ``org/team``, or address; never with the leading ``@``."""

    kind: Literal["user", "team", "email"]
    name: str

    @property
    def ref(self) -> str:
        """``person:login``, ``team:org/team``, or for an address ``person:`` with its ``@`` made a hyphen."""
        return f"{'team' if self.kind == 'team' else 'person'}:{slugify(self.name)}"

    def __str__(self) -> str:
        return self.name if self.kind == "email" else f"@{self.name}"


def read_owner(text: str) -> Party | None:
    """An owner as CODEOWNERS writes it (``@user``, ``@org/team``, ``name@example.com``); None where it is none."""
    if found := _USER.fullmatch(text):
        return Party("user", found[1])
    if found := _TEAM.fullmatch(text):
        return Party("team", found[1])
    return Party("email", text) if _EMAIL.fullmatch(text) else None


def read_login(text: str) -> Party | None:
    """A GitHub user name as OWNERS files write it, in any case, with or without ``@``; None where it cannot be one."""
    login = text.strip().removeprefix("@")
    if not _LOGIN.fullmatch(login) or len(login) > LONGEST_LOGIN:
        return None
    return Party("user", login.lower())
