"""Replay: every act of the record decided again, on the state as it stood then, by the same function."""

from __future__ import annotations

from typing import cast

from counterpoint.actions.stating import stated
from counterpoint.errors import CounterpointError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.replica import Told, retold
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.acts import Act
from counterpoint.model.kinds import PROTOCOL
from counterpoint.model.records import Damage, Replayed
from counterpoint.model.statements import Json, Statement
from counterpoint.protocols.catalogue import BY_NOUN
from counterpoint.state.view import State

MOST = 20


def replay(ledger: Ledger, progress: Progress = nobody_watching) -> Replayed:
    """Decide every act again and compare what it says with what was kept.

    Acts with erased values cannot be decided again; they are counted.
    """
    acts = erased = 0
    damage: list[Damage] = []
    for told in retold(ledger, progress):
        if told.source != PROTOCOL:
            continue
        acts += 1
        if told.erased:
            erased += 1
        elif len(damage) < MOST and (what := _differs(told)) is not None:
            damage.append(Damage("act", what, told.sequence))
    return Replayed(acts, erased, tuple(damage))


def _differs(told: Told) -> str | None:
    """How the record differs from what the rules say; None where it does not."""
    kept = told.statements
    act = _act(told, kept)
    if act is None:
        return f"entry {told.sequence} is of the protocols, and tells no act"
    # When it was decided: others may have been recorded between that and its own turn.
    decided = next(one.said for one in kept if one.attribute == "act")
    try:
        _, again = stated(State(told.before), act, decided)
    except (CounterpointError, AssertionError) as error:
        return f"{act.noun} {act.verb} would be refused: {error}"
    if [_told(one) for one in again] != [_told(one) for one in kept]:
        return f"{act.noun} {act.verb} would say something else"
    return None


def _act(told: Told, statements: list[Statement]) -> Act | None:
    first = next((one for one in statements if one.attribute == "act"), None)
    if first is None:
        return None
    value = cast("dict[str, Json]", first.value)
    noun, verb = str(value["noun"]), str(value["verb"])
    arguments = value["arguments"]
    if noun not in BY_NOUN or not isinstance(arguments, dict):
        return None
    sponsor, reviewer = (str(value[name]) if name in value else None for name in ("sponsor", "reviewer"))
    automatic = value.get("automatic") is True
    return Act(noun, verb, first.entity, told.actor, arguments, automatic, sponsor, reviewer)


def _told(one: Statement) -> tuple[object, ...]:
    return one.entity, one.attribute, one.item, one.operation, one.value
