"""Everybody whom a history names, each worked out once; those whom trailers name are looked up in .mailmap too."""

from __future__ import annotations

import subprocess
from typing import IO

from counterpoint.model.activity import Identity
from counterpoint.sources.traces.git.people import Somebody, account, somebody
from counterpoint.sources.traces.git.repository import Repository
from counterpoint.sources.traces.git.running import SAFE, no_git

_PEOPLE_REMEMBERED = 500_000


class Company:
    """Knows who is who in one reading, and whom it has not told of yet. To be closed."""

    def __init__(self, repository: Repository, mailmap: str | None) -> None:
        self._seen: dict[tuple[bytes, bytes], Somebody | None] = {}
        self._named: dict[tuple[str, str], Somebody | None] = {}
        self._told: dict[str, str] = {}
        self._new: list[Identity] = []
        self._mailmap = _Mailmap(repository, mailmap) if mailmap is not None else None

    def committing(self, name: bytes, address: bytes) -> Somebody | None:
        """Who wrote or committed something; .mailmap was followed by ``git log`` already."""
        key = (name, address)
        if key not in self._seen:
            self._bound()
            self._seen[key] = somebody(_text(name), _text(address))
        return self._meet(self._seen[key])

    def named(self, name: str, address: str) -> Somebody | None:
        """Whom a trailer means: a name and an address, or ``@account``."""
        key = (name, address)
        if key not in self._named:
            self._bound()
            if address.startswith("@"):
                self._named[key] = account(address[1:], name)
            else:
                mapped = self._mailmap.look_up(name, address) if self._mailmap is not None else key
                self._named[key] = somebody(*mapped)
        return self._meet(self._named[key])

    def new(self) -> tuple[Identity, ...]:
        """Those who were met since this was last asked."""
        new, self._new = tuple(self._new), []
        return new

    def close(self) -> None:
        """End what was started to look names up."""
        if self._mailmap is not None:
            self._mailmap.close()

    def _meet(self, one: Somebody | None) -> Somebody | None:
        if one is not None:
            told = self._told.get(one.reference)
            if told is None or (one.identity.name and not told):
                self._told[one.reference] = one.identity.name
                self._new.append(one.identity)
        return one

    def _bound(self) -> None:
        """Telling somebody twice does no harm; a history with a new name in every commit must not fill the memory."""
        if len(self._seen) + len(self._named) > _PEOPLE_REMEMBERED:
            self._seen.clear()
            self._named.clear()
            self._told.clear()


class _Mailmap:
    """``git check-mailmap``, asked one contact at a time, so that git alone says what a .mailmap means."""

    def __init__(self, repository: Repository, blob: str) -> None:
        self._repository = repository
        self._blob = blob
        self._git: subprocess.Popen[bytes] | None = None

    def look_up(self, name: str, address: str) -> tuple[str, str]:
        """A name and an address as .mailmap has them; as they are where it says nothing."""
        if not address or any(one in "<>\n\r\0" for one in name + address):
            return name, address
        entry, answers = self._pipes()
        try:
            entry.write(f"{name} <{address}>\n".encode("utf-8", "replace"))
            entry.flush()
            answer = answers.readline()
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):
            self.close()
            return name, address
        mapped, _, rest = _text(answer).rstrip("\n").rpartition("<")
        return mapped.strip(), rest.removesuffix(">")

    def close(self) -> None:
        """End git, if it runs."""
        if self._git is not None:
            with self._git as git:
                git.kill()
            self._git = None

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._git is None:
            command = [*SAFE, "-c", f"mailmap.blob={self._blob}", "check-mailmap", "--stdin"]
            try:
                self._git = subprocess.Popen(
                    command, cwd=self._repository.folder, env={**self._repository.env, "GIT_FLUSH": "1"},
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                )  # fmt: skip
            except OSError as error:
                raise no_git(error, self._repository.folder) from error
        assert self._git.stdin is not None
        assert self._git.stdout is not None
        return self._git.stdin, self._git.stdout


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "backslashreplace")
