"""From an act to what the ledger keeps of it. What goes live and what is replayed goes through :func:`stated`."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.acts import Act
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ATTRIBUTES, PROTOCOL, Attribute
from counterpoint.model.statements import Json, Statement
from counterpoint.model.values import check, item_of, map_references
from counterpoint.protocols.catalogue import BY_NOUN
from counterpoint.protocols.machine import Outcome, Say, decide
from counterpoint.state.view import State


def stated(state: State, act: Act, now: str) -> tuple[Outcome, list[Statement]]:
    """Decide on an act, and say it as statements: the act itself first.

    Raises:
        Refused: a rule says no.
    """
    outcome = decide(BY_NOUN[act.noun], state, act, now)
    says = (*outcome.says, *_over_others(state, outcome.says))
    return outcome, [_act_statement(act, now), *(one for say in says if (one := _statement(state, say, now)))]


def _act_statement(act: Act, now: str) -> Statement:
    value: dict[str, Json] = {"noun": act.noun, "verb": act.verb, "arguments": dict(act.arguments)}
    if act.automatic:
        value["automatic"] = True
    if act.sponsor is not None:
        value["sponsor"] = act.sponsor
    if act.reviewer is not None:
        value["reviewer"] = act.reviewer
    return Statement(act.subject, "act", "", "state", value, now, now)


def _statement(state: State, say: Say, now: str) -> Statement | None:
    """What a protocol says, as a statement; None where it takes back what it never said."""
    declared = ATTRIBUTES[kind_of(say.entity), say.attribute]
    value = None if say.value is None else _canonical(state, declared, say.value)
    item = "" if value is None else item_of(declared, value)
    if say.take_back:
        mine = [one for one in state.claims(say.entity, say.attribute) if one.source == PROTOCOL and one.item == item]
        if not mine:
            return None
        return Statement(mine[0].entity, say.attribute, item, "retract", value if declared.many else None, now, now)
    return Statement(say.entity, say.attribute, item, "state", value, now, now)


def _canonical(state: State, declared: Attribute, value: Json) -> Json:
    return check(declared, map_references(declared, value, state.canonical))


def _over_others(state: State, says: Iterable[Say]) -> Iterable[Say]:
    """Settlements over what other sources say of the same: whoever may act by a protocol may say so against them.

    As every settlement it reopens when one of them says something new.
    """
    for say in says:
        declared = ATTRIBUTES[kind_of(say.entity), say.attribute]
        if say.take_back or declared.many or say.attribute == "exists":
            continue
        others = [one for one in state.claims(say.entity, say.attribute) if one.source != PROTOCOL]
        if not others:
            continue
        value = _canonical(state, declared, say.value)
        differing: list[Json] = [
            {"statement": one.statement, "source": one.source, "value": one.value}
            for one in others
            if one.value != value
        ]
        if differing:
            settlement: Json = {"attribute": say.attribute, "value": value, "overrules": differing}
            yield Say(say.entity, "settlement", settlement)
