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
    """One step of the chain that was walked to an answer: the rule that was tried, where, and what it found."""

    rule: str
    at: str
    found: str


@dataclass(frozen=True, slots=True)
class Who:
    """Who makes the final call on ``subject``.

    ``answer``: *one*; *shared* under ``rule`` (any, all, quorum); *ambiguous* between the deciders; *none*.
    ``inherited_from`` is the entity whose decider, zone rule or leads it is, None where it is stated on the thing.
    """

    subject: str
    answer: Literal["one", "shared", "ambiguous", "none"]
    deciders: tuple[str, ...]
    rule: str | None
    quorum: int | None
    inherited_from: str | None
    because: tuple[Because, ...]
    steps: tuple[Step, ...]
