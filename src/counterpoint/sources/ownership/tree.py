"""An OWNERS tree: which files have a say on a path, from the nearest up to the root, and whom they name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from counterpoint.model.statements import Quarantined
from counterpoint.sources.ownership.files import Asked, present, read
from counterpoint.sources.ownership.owners import (
    LARGEST,
    Aliases,
    Name,
    OwnersFile,
    Section,
    normal,
    read_aliases,
    read_owners,
)
from counterpoint.sources.ownership.parties import Party, read_login

OWNERS, ALIASES = "OWNERS", "OWNERS_ALIASES"


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who has a role for a path: who, where it says so, the filter it stands under, the alias it came by."""

    role: str
    party: Party
    file: str
    line: int
    pattern: str | None = None
    alias: str | None = None


class OwnersTree:
    """The OWNERS files of one repository, each read when it is first needed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._files: dict[str, OwnersFile | None] = {}
        self.aliases = self._load_aliases()

    def file_in(self, directory: str) -> OwnersFile | None:
        """The OWNERS file of a directory ('' is the root), or None where there is none."""
        if directory not in self._files:
            self._files[directory] = self._load(directory)
        return self._files[directory]

    def files_for(self, asked: Asked) -> list[OwnersFile]:
        """The OWNERS files from the path's own directory up to the root."""
        return [file for directory in upward(asked.directory) if (file := self.file_in(directory)) is not None]

    def every_file(self) -> Iterator[OwnersFile]:
        """Every OWNERS file of the repository, parents first, in the order of their paths; ``.git`` is left out."""
        for place, directories, names in os.walk(self.root):
            directories[:] = sorted(name for name in directories if name != ".git")
            relative = Path(place).relative_to(self.root).as_posix()
            if OWNERS in names and (file := self.file_in("" if relative == "." else relative)) is not None:
                yield file

    def layers(self, asked: Asked, role: str) -> list[tuple[OwnersFile, tuple[Holder, ...]]]:
        """Who holds a role for the path: for each OWNERS file that names somebody, nearest first.

        A file with ``no_parent_owners`` ends the walk, but only once somebody was found (as in prow).
        """
        found: list[tuple[OwnersFile, tuple[Holder, ...]]] = []
        for file in self.files_for(asked):
            holders = self.holders(file, asked, role)
            if holders:
                found.append((file, holders))
            if file.stops and found:
                break
        return found

    def holders(self, file: OwnersFile, asked: Asked, role: str) -> tuple[Holder, ...]:
        """Whom one file names in a role for the path, aliases expanded, each once."""
        relative = asked.probe[len(file.directory) + 1 :] if file.directory else asked.probe
        found: dict[str, Holder] = {}
        for section in file.sections:
            if applies(section, relative):
                for name in section.lists.get(role, ()):
                    for holder in self.expand(name, role, file, section.pattern)[0]:
                        found.setdefault(holder.party.name, holder)
        return tuple(found.values())

    def labels(self, asked: Asked) -> tuple[str, ...]:
        """The labels for changes to the path, sorted; inherited as the roles are."""
        found: set[str] = set()
        for file in self.files_for(asked):
            relative = asked.probe[len(file.directory) + 1 :] if file.directory else asked.probe
            for section in file.sections:
                if applies(section, relative):
                    found |= {name.text for name in section.lists.get("labels", ())}
            if file.stops and found:
                break
        return tuple(sorted(found))

    def expand(
        self, name: Name, role: str, file: OwnersFile, pattern: str | None
    ) -> tuple[list[Holder], list[Quarantined]]:
        """A name as users: the members of the alias of that name, or the user of that name; and what is wrong."""
        key = normal(name.text)
        if key in self.aliases.broken:
            message = f"the alias {name.text!r} could not be read, so nobody is named by it"
            return [], [_note(message, "correct it in OWNERS_ALIASES", file.file, name.line, role)]
        members = self.aliases.members.get(key)
        holders: list[Holder] = []
        notes: list[Quarantined] = []
        for member in (name,) if members is None else members:
            party = read_login(member.text)
            if party is None:
                message = f"{member.text!r} is neither an alias nor a possible GitHub user"
                where = (file.file, name.line) if members is None else (ALIASES, member.line)
                notes.append(_note(message, "name a user or an alias", *where, role))
                continue
            if members is not None and normal(member.text) in self.aliases.members:
                message = f"the alias {name.text!r} names the alias {member.text!r}: it is taken as a user's name"
                notes.append(_note(message, "name the users themselves", ALIASES, member.line, role))
            alias = None if members is None else name.text
            holders.append(Holder(role, party, file.file, name.line, pattern, alias))
        return holders, notes

    def problems(self, file: OwnersFile) -> list[Quarantined]:
        """Everything that is wrong with a file and the names in it."""
        notes = list(file.quarantined)
        for section in file.sections:
            if section.pattern is not None and compiled(section.pattern) is None:
                message = f"the filter {section.pattern!r} is not a regular expression of Go's, and is ignored"
                notes.append(_note(message, "correct it; see re2's syntax", file.file, section.line, "filters"))
            for role, names in section.lists.items():
                if role != "labels":
                    for name in names:
                        notes += self.expand(name, role, file, section.pattern)[1]
        return notes

    def _load(self, directory: str) -> OwnersFile | None:
        name = f"{directory}/{OWNERS}" if directory else OWNERS
        if not present(self.root, name):
            return None
        content = read(self.root, name, LARGEST)
        if isinstance(content, Quarantined):
            return OwnersFile(name, directory, quarantined=(content,))
        return read_owners(content, name, directory)

    def _load_aliases(self) -> Aliases:
        if not present(self.root, ALIASES):
            return Aliases()
        content = read(self.root, ALIASES, LARGEST)
        return Aliases(quarantined=(content,)) if isinstance(content, Quarantined) else read_aliases(content)


def upward(directory: str) -> Iterator[str]:
    """A directory and those around it, up to the root ('')."""
    while directory:
        yield directory
        directory = directory.rpartition("/")[0]
    yield ""


def applies(section: Section, relative: str) -> bool:
    """Is the section for this path (relative to its OWNERS file)? A filter that cannot be read is for none."""
    if section.pattern is None:
        return True
    regex = compiled(section.pattern)
    return regex is not None and regex.search(relative.encode(errors="replace")) is not None


@lru_cache(maxsize=4096)
def compiled(pattern: str) -> Any:
    """A regular expression in Go's syntax, by RE2: the same language, and linear in time. None where it is none."""
    import re2  # type: ignore[import-untyped]

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(pattern.encode(), options)
    except re2.error:
        return None


def _note(message: str, hint: str, file: str, line: int, field: str) -> Quarantined:
    return Quarantined("field", message, hint, file, line, field=field)
