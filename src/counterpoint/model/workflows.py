"""Answers about workflows: the declared way, and the way that work really goes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageOnWay:
    """One stage as a work meets it: ``stands`` is *behind*, *here* or *ahead*; ``waiver`` is what covers it."""

    name: str
    stands: str
    owner: str | None
    gate: str | None
    hours: float | None
    entry: str | None
    exit: str | None
    waiver: str | None


@dataclass(frozen=True, slots=True)
class Way:
    """The way that a work goes. ``workflow`` is null where none is declared for it; ``since`` is when it came to where
    it is, ``hours_here`` how long that is, ``standards`` what it keeps to."""

    work: str
    workflow: str | None
    version: str | None
    enforced: bool
    stage: str | None
    since: str | None
    hours_here: float | None
    stages: tuple[StageOnWay, ...]
    standards: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """That a work was in a stage from one moment to another; null where it is there yet."""

    stage: str
    entered: str
    left: str | None


@dataclass(frozen=True, slots=True)
class Deviation:
    """One way in which a work went otherwise than declared.

    ``kind``: *skipped* a stage, *repeated* one, *unknown* to the workflow, or *stuck* longer than its norm (``hours``).
    ``waiver`` is what covers it.
    """

    kind: str
    stage: str
    at: str
    hours: float | None
    waiver: str | None


@dataclass(frozen=True, slots=True)
class Course:
    """How one work went: where it was, in order, and how that differs from the declared way."""

    work: str
    visits: tuple[Visit, ...]
    deviations: tuple[Deviation, ...]


@dataclass(frozen=True, slots=True)
class WorkflowConformance:
    """One workflow against the works that went its way; ``fitting`` of them went as declared or under a waiver."""

    workflow: str
    version: str | None
    enforced: bool
    works: int
    fitting: int
    courses: tuple[Course, ...]


@dataclass(frozen=True, slots=True)
class Conformance:
    """Every workflow that was asked for; ``unseen`` are those of which no work's stage was ever told."""

    now: str
    workflows: tuple[WorkflowConformance, ...]
    unseen: tuple[str, ...]
