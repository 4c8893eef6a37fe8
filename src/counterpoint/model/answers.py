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
