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
    *blocked*, *disputed* (its status), *start* (its date is to come), *promise* (a party owes it), *declined*, *held*
    (by somebody else than the party that is asked about).
    ``on`` is the work, gate, party or date that it waits for; ``via`` the dependency, where one says so.
    """

    kind: str
    on: str | None
    via: str | None
    says: str


@dataclass(frozen=True, slots=True)
class ReadyWork:
    """Open work that nothing holds up; ``answer`` and ``deciders`` are *who*'s, ``asks`` its open asks of parties.

    ``waiting`` counts the open work that waits for it, by itself and not by way of others; ``holder`` has a lease on
    it.
    """

    work: str
    status: str | None
    priority: str | None
    due: str | None
    owners: tuple[str, ...]
    answer: Literal["one", "shared", "ambiguous", "none"]
    deciders: tuple[str, ...]
    asks: tuple[str, ...]
    waiting: int
    holder: str | None


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """Open work that something holds up, and everything that does."""

    work: str
    status: str | None
    waits: tuple[Wait, ...]


@dataclass(frozen=True, slots=True)
class Ready:
    """Ready work: critical work first, then what most waits for, then by priority and due date; and why other open
    work is not ready.

    ``closed`` counts done and dropped work. Where only the first of the list were asked for, ``more`` says whether
    there are others, and ``waiting`` is empty; ``closed`` is None there and where less than all work was asked about.
    """

    as_of: str
    ready: tuple[ReadyWork, ...]
    waiting: tuple[WaitingWork, ...]
    closed: int | None
    more: bool


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


@dataclass(frozen=True, slots=True)
class Collision:
    """Two things that cannot both go as they are dated.

    ``kind``: *ships before what it needs*, *promised after needed*, *announced before it ships*, *announced before
    tested*, *two changes to one thing*, *ships in a freeze*. ``first`` and ``last`` are the days it is about.
    ``about`` are the entities in it, ``what`` the path or thing or zone they meet in; each of ``remedies`` resolves it.
    """

    kind: str
    severity: Literal["high", "medium", "low"]
    about: tuple[str, ...]
    what: str | None
    first: str
    last: str
    says: str
    remedies: tuple[str, ...]
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Collisions:
    """Collisions, gravest and soonest first. ``undated`` open works have no date and so cannot collide, ``dated`` can.

    ``complete`` is false where more than 10,000 pairs of changes to one thing meet: then the rest of these is left out.
    """

    as_of: str
    collisions: tuple[Collision, ...]
    dated: int
    undated: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Need:
    """One reason to involve somebody: ``how_many`` of the parties in ``of``, and who of them was chosen.

    ``why``: *decides* (on what changes), *provides* (what it needs), *consumes* (needs it), *zone* (whose area it
    touches), *gate* (approves). ``about`` is the entity, ``rule`` the rule they decide by (None for one; *ambiguous*
    where no rule is declared, and then all of them are needed). ``alternatives`` could each take a chosen one's place.
    """

    why: str
    about: str
    rule: str | None
    how_many: int
    of: tuple[str, ...]
    chosen: tuple[str, ...]
    alternatives: tuple[str, ...]
    says: str
    because: tuple[Because, ...]


@dataclass(frozen=True, slots=True)
class Involved:
    """A party that must be involved, and the entities that it is needed for, by position in ``needs``."""

    party: str
    needs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Norm:
    """A norm of a zone that the change is in."""

    zone: str
    norm: str


@dataclass(frozen=True, slots=True)
class Involve:
    """The smallest set of parties who must be involved before a change to ``subjects`` moves.

    ``exact`` is false where there were too many combinations to try: then no party can be left out, yet another set
    may be smaller. ``nobody`` are reasons without anybody to involve. ``unknown`` are subjects nothing is known of.
    """

    subjects: tuple[str, ...]
    parties: tuple[Involved, ...]
    needs: tuple[Need, ...]
    nobody: tuple[Need, ...]
    norms: tuple[Norm, ...]
    unknown: tuple[str, ...]
    exact: bool
