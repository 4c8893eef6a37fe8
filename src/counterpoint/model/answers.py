"""What the questions answer with. Every field is JSON by :func:`as_json`; ``--json`` prints exactly these shapes.

Inside, entities are canonical identifiers (persons opaque); the ``questions`` room writes them as people know them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from typing import Literal, cast

from counterpoint.model.statements import Claim, Json


def as_json(answer: object) -> Json:
    """An answer as JSON: tables with the names of the fields, tuples as lists."""
    if is_dataclass(answer) and not isinstance(answer, type):
        return {field.name: as_json(getattr(answer, field.name)) for field in fields(answer)}
    if isinstance(answer, tuple | list | set | frozenset):
        return [as_json(part) for part in answer]
    if isinstance(answer, dict):
        return {str(key): as_json(value) for key, value in answer.items()}
    return cast("Json", answer)


@dataclass(frozen=True, slots=True)
class Because:
    """One statement that an answer rests on: who said it, for which source, where, and when."""

    statement: str
    entity: str
    attribute: str
    value: Json
    source: str
    said: str
    recorded: str
    actor: str
    file: str | None
    line: int | None


def because(claim: Claim) -> Because:
    """The reason that a claim is."""
    return Because(
        claim.statement,
        claim.entity,
        claim.attribute,
        claim.value,
        claim.source,
        claim.said,
        claim.recorded,
        claim.actor,
        claim.file,
        claim.line,
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain that was walked to an answer: the rule that was tried, at which entity, what it found.

    ``found`` is words; whoever it found is in ``parties``. Steps that found nobody are kept: they say what is missing.
    """

    rule: str
    at: str
    found: str
    parties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Who:
    """Who makes the final call on ``subject``.

    ``answer``: *one*; *shared* under ``rule`` (any, all, quorum); *ambiguous* between the deciders (or between them
    and nobody, where one reading of a dispute names nobody: the steps say which); *none*. ``quorum`` is how many of
    them, with rule quorum. ``inherited_from`` is the entity whose decider, zone rule or leads it is; None where it is
    stated on the thing, where nobody decides, and where it comes from several places.
    """

    subject: str
    answer: Literal["one", "shared", "ambiguous", "none"]
    deciders: tuple[str, ...]
    rule: str | None
    quorum: int | None
    inherited_from: str | None
    because: tuple[Because, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Owns:
    """Who owns ``subject``: *one* party, several that are *shared* owners, *none*, or *disputed* between sources.

    ``inherited_from`` is the team, zone or thing whose owner it is; None where it is stated on the thing itself.
    """

    subject: str
    answer: Literal["one", "shared", "disputed", "none"]
    owners: tuple[str, ...]
    inherited_from: str | None
    because: tuple[Because, ...]
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Dependency:
    """One dependency on the way: that ``consumer`` needs something of ``provider``, and why.

    ``depth`` is 1 for what the subject needs (or provides) itself, 2 for what that needs, and so on. What sources
    differ about is None and named in ``disputed``; what nobody said is None.
    """

    id: str
    consumer: str
    provider: str
    depth: int
    type: str | None
    reason: str | None
    size: str | None
    status: str | None
    nature: str | None
    needed_by: str | None
    promised_for: str | None
    disputed: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Depends:
    """What ``subject`` needs, and what needs it: direct and on the way, nearest first; withdrawn ones are left out."""

    subject: str
    needs: tuple[Dependency, ...]
    needed_by: tuple[Dependency, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that holds a piece of work up.

    ``kind``: *unfinished* (work before it), *part* (work in it), *dropped* (what it needs will not come), *gate*,
    *blocked*, *disputed* (its status), *start* (its date is to come), *promise* (a party owes it), *declined*.
    ``on`` is the work, gate, party or date that it waits for; ``via`` the dependency, where one says so.
    """

    kind: str
    on: str | None
    via: str | None
    says: str


@dataclass(frozen=True, slots=True)
class ReadyWork:
    """Open work that nothing holds up; ``answer`` and ``deciders`` are *who*'s, ``asks`` its open asks of parties."""

    work: str
    status: str | None
    priority: str | None
    due: str | None
    owners: tuple[str, ...]
    answer: Literal["one", "shared", "ambiguous", "none"]
    deciders: tuple[str, ...]
    asks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """Open work that something holds up, and everything that does."""

    work: str
    status: str | None
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """Ready work by priority, then due date; and why other open work is not. ``closed`` counts done and dropped."""

    as_of: str
    ready: tuple[ReadyWork, ...]
    waiting: tuple[WaitingWork, ...]
    closed: int


@dataclass(frozen=True, slots=True)
class PathItem:
    """One piece of work in the order of things, in the path's unit; ``duration`` is None where nobody said it.

    ``starts`` and ``ends`` count from the start of the whole; ``slack`` is how much later it may end without moving
    the end of the whole.
    """

    work: str
    duration: float | None
    starts: float
    ends: float
    slack: float


@dataclass(frozen=True, slots=True)
class Path:
    """The longest chain of open work, to ``target`` or through everything.

    ``unit`` is *days*, or *steps* where fewer than half of the items have a duration (``with_duration`` of ``items``);
    in days, work without a duration counts nothing. Work that is in a cycle is left out and named in ``cycles``.
    ``path`` is in order; ``others`` is the rest, least slack first.
    """

    target: str | None
    unit: Literal["days", "steps"]
    length: float
    path: tuple[PathItem, ...]
    others: tuple[PathItem, ...]
    items: int
    with_duration: int
    cycles: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Cycle:
    """Entities that go round.

    ``of``: *dependency*, *work parent*, *dependency and work parent* (only both together go round), *team parent*,
    *zone parent*, *objective parent*, *alias*, *supersedes*. ``members`` are all that are caught in it; ``loop`` is one
    shortest round (``exact`` false: the shortest found), each naming the next and the last the first; ``via`` are the
    dependencies in it.
    """

    of: str
    members: tuple[str, ...]
    loop: tuple[str, ...]
    via: tuple[str, ...]
    exact: bool
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Cycles:
    """Every cycle there is, one row for each knot of entities."""

    cycles: tuple[Cycle, ...]
