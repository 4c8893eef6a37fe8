"""What commands answer with that are no questions: what was written, copied, read, and how the organisation is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from counterpoint.errors import Problem
from counterpoint.model.answers import Because, Step
from counterpoint.model.records import EntryLine, Told, Unread

Reading = TypeVar("Reading")


@dataclass(frozen=True, slots=True)
class Entries:
    """Entries of the ledger, oldest first. ``told`` is everything that one of them says, where one was asked for."""

    entries: tuple[EntryLine, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Quarantine:
    """What could not be read, by source, file and line."""

    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class Retried(Generic[Reading]):
    """What reading again came to, one for each source."""

    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """The files that were written into a folder, relative to it."""

    folder: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What a demonstration consists of: the organisation's file, the folder of its files, how much it says."""

    organisation: str
    folder: str
    entries: int
    statements: int
    tries: tuple[Try, ...]


@dataclass(frozen=True, slots=True)
class Try:
    """A command line worth trying, and what it shows."""

    line: str
    shows: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A copy of the ledger: from where to where, how many entries, and the head (the hash of the last entry).

    ``activity`` is how many files of activity count in it, and ``lake`` the folder or address at which they are from
    now on; null where that has still to be said.
    """

    source: str
    to: str
    entries: int
    head: str
    activity: int
    lake: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    """Two names that are one from now on, and the entry that says so; undoing it parts them."""

    name: str
    of: str
    entry: int


@dataclass(frozen=True, slots=True)
class Served:
    """Where the page is served."""

    url: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing that ``doctor`` looked at. *broken* must be mended, a *hint* would make the organisation clearer."""

    name: str
    state: Literal["good", "hint", "broken"]
    says: str
    do: str


@dataclass(frozen=True, slots=True)
class Health:
    """Everything that ``doctor`` looked at. ``broken`` and ``hints`` count the checks of that state."""

    organisation: str
    broken: int
    hints: int
    checks: tuple[Checkup, ...]


@dataclass(frozen=True, slots=True)
class PathOwner:
    """One party that an ownership file names for a path, and in which role; only owners and approvers decide."""

    role: str
    party: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class PathWho:
    """Who decides on a path of a checked-out repository, by its ownership files.

    The first fields are those of *Who*. ``format`` is the sort of file that answered (None where none says anything)
    and ``why`` the reason for taking it; ``pattern`` is the rule that holds; ``owners`` are all that are named,
    reviewers and emeritus included; ``problems`` is what of the files could not be used.
    """

    subject: str
    answer: Literal["one", "shared", "ambiguous", "none"]
    deciders: tuple[str, ...]
    rule: str | None
    inherited_from: str | None
    because: tuple[Because, ...]
    steps: tuple[Step, ...]
    format: Literal["CODEOWNERS", "OWNERS"] | None
    why: str
    pattern: str | None
    owners: tuple[PathOwner, ...]
    labels: tuple[str, ...]
    problems: tuple[Problem, ...]
