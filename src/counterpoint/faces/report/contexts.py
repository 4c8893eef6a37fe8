"""What the template of the report may use, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from counterpoint.model.map import Finding, Missing, Used


@dataclass(frozen=True, slots=True)
class Key:
    """One line of a picture's key: the class of its sample, and what it means."""

    sample: str
    means: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart: drawn (``svg``), as it is drawn again where there is JavaScript (``spec``, JSON), and in words."""

    name: str
    title: str
    svg: str
    spec: str
    alt: str
    keys: tuple[Key, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """What a picture shows, in figures. ``numbers`` are the columns that hold figures."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int]
    left: int = 0


@dataclass(frozen=True, slots=True)
class Hole:
    """A gap, as the report lists it: between what, how wide, and the files that cause it."""

    between: tuple[str, str]
    unmet: str
    share: float
    causes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A question, its answer in a sentence, pictures, what they mean, how they were made, what they cannot tell."""

    name: str
    question: str
    answer: str
    pictures: tuple[Picture, ...]
    means: str
    computed: str
    cannot: str
    tables: tuple[Table, ...]
    missing: tuple[Missing, ...]
    holes: tuple[Hole, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def shows(self) -> bool:
        """Whether there is anything to read: words about a picture that is not there would say nothing."""
        return bool(self.pictures or self.tables or self.holes or self.lines)


@dataclass(frozen=True, slots=True)
class Page:
    """The whole report. ``interactive`` says that some picture is drawn again by the script."""

    title: str
    facts: tuple[str, ...]
    notes: tuple[str, ...]
    as_of: str
    findings: tuple[tuple[Finding, str, Literal[1, 2, 3]], ...]
    sections: tuple[Section, ...]
    repositories: Table
    groups: Table | None
    doubts: tuple[str, ...]
    measures: tuple[Used, ...]
    interactive: bool
