"""Settle a contradiction: whoever may, says which value holds, and over which statements."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.actions.admitting import enter, may_change, might_have_changed
from counterpoint.actions.performing import in_words
from counterpoint.actions.timing import append
from counterpoint.errors import BadValue, NotAllowed, NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry, Transaction
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KIND_NAMES, PROTOCOL, Attribute, attribute_of
from counterpoint.model.statements import Claim, Json, Resolved, Statement
from counterpoint.model.values import check, map_references
from counterpoint.protocols.completing import open_against
from counterpoint.state.contradictions import who_may_settle
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State

SOURCE = "settlement"


@dataclass(frozen=True, slots=True)
class Settled:
    """A settlement: the value that holds now, and the statements that it overrules."""

    entry: int
    entity: str
    attribute: str
    value: Json
    overruled: tuple[str, ...]


def settle(
    ledger: Ledger,
    reference: str,
    attribute: str,
    *,
    actor: str,
    value: Json = None,
    statement: str | None = None,
    reason: str = "",
) -> Settled:
    """Choose a value for an attribute on which sources differ: one of theirs (by its statement), or another.

    Raises:
        NotFound: nothing answers to the reference, the actor or the statement.
        Refused: sources do not differ; or work would be done that is blocked, held by another, or before a gate.
        NotAllowed: the actor may not settle this; the message says who may.
        BadValue: the attribute does not take the value.
    """
    with ledger.write() as transaction, in_words(transaction):
        by = transaction.snapshot.find(actor, default_kind="person")
        enter(transaction, by)
        entity = transaction.snapshot.find(reference)
        state = State(transaction.snapshot)
        root = state.canonical(entity)
        declared = attribute_of(kind_of(root), attribute)
        found = None if declared is None else state.get(root, attribute)
        if declared is None or found is None or not _differ(found):
            raise Refused(
                f"the sources do not differ on {attribute} of {reference}",
                hint="counterpoint contradictions lists where they do",
            )
        may_change(transaction, by, "settle", [(root, attribute)])
        _check_allowed(state, transaction, root, attribute, by)
        chosen = _chosen(transaction, declared, found, value, statement)
        if (kind_of(root), attribute, chosen) == ("work", "status", "done"):
            _may_be_done(state, root, by, found)
        overruled = _overruled(declared, found, chosen)
        named: list[Json] = [
            {"statement": claim.statement, "source": claim.source, "value": claim.value} for claim in overruled
        ]
        now = transaction.now
        settlement: Json = {"attribute": attribute, "value": chosen, "overrules": named}
        made = Statement(root, "settlement", attribute, "state", settlement, now, now)
        entry = append(transaction, NewEntry(by, SOURCE, [made], reason or f"settles {attribute}"))
        might_have_changed(transaction, by, "settle", [(root, attribute)])
    return Settled(entry.sequence, root, attribute, chosen, tuple(claim.statement for claim in overruled))


def _may_be_done(state: State, work: str, by: str, found: Resolved) -> None:
    """To settle where work stands is no way round what it needs before it is complete.

    Where no act has moved it, and a source says that it is done, that is a matter between sources.
    """
    between_sources = all(claim.source != PROTOCOL for claim in found.claims)
    if between_sources and any(claim.value == "done" for claim in found.claims):
        return
    if reasons := open_against(state, work, by, state.now):
        raise Refused(f"{work} cannot be said to be done: {reasons[0].text}", hint=reasons[0].clears)


def _differ(found: Resolved) -> bool:
    return found.standing in {"disputed", "by authority", "settled"}


def _check_allowed(state: State, transaction: Transaction, entity: str, attribute: str, by: str) -> None:
    verdict = who_may_settle(state, entity, attribute)
    names = transaction.snapshot.names([by, *verdict.deciders])
    deciders = " or ".join(names.get(party, party) for party in verdict.deciders)
    if not verdict.deciders:
        raise NotAllowed(f"nobody may settle {attribute} of {entity}", hint=verdict.hint)
    if not any(speaks_for(state, by, party) for party in verdict.deciders):
        raise NotAllowed(
            f"{names.get(by, by)} may not settle this; {deciders} may", hint="let one of them do it, with --as"
        )
    if verdict.rule in {"all", "quorum"}:
        need = "all" if verdict.rule == "all" else f"{verdict.quorum}"
        raise NotAllowed(
            f"one voice does not settle this: {need} of {deciders} decide together",
            hint="declare rule = any for the zone, or a single decider for settling",
        )


def _chosen(transaction: Transaction, declared: Attribute, found: Resolved, value: Json, statement: str | None) -> Json:
    if statement is not None:
        for claim in found.claims:
            if claim.statement == statement and claim.attribute == declared.name:
                return _set_of(found, declared, claim.source) if declared.many else claim.value
        raise NotFound(
            f"{statement} is none of the statements that differ",
            hint=f"one of {', '.join(claim.statement for claim in found.claims)}",
        )
    if value is None:
        raise BadValue("a settlement needs a value", hint="give --value, or --statement to choose one that was stated")
    if not declared.many:
        return map_references(declared, check(declared, value), lambda ref: _known(transaction, ref))
    # An exclusive set is settled as a whole: a list of its elements, or the one that it has.
    elements = [check(declared, one) for one in (value if isinstance(value, list) else [value])]
    inside = [map_references(declared, one, lambda ref: _known(transaction, ref)) for one in elements]
    return sorted((one for at, one in enumerate(inside) if one not in inside[:at]), key=str)


def _overruled(declared: Attribute, found: Resolved, chosen: Json) -> list[Claim]:
    """The statements that differ from what was chosen; of a set, all those of each source whose set differs."""
    claims = [claim for claim in found.claims if claim.attribute == declared.name]
    if not declared.many:
        return [claim for claim in claims if claim.value != chosen]
    return [claim for claim in claims if _set_of(found, declared, claim.source) != chosen]


def _set_of(found: Resolved, declared: Attribute, source: str) -> list[Json]:
    mine = [claim.value for claim in found.claims if claim.source == source and claim.attribute == declared.name]
    return sorted(mine, key=str)


def _known(transaction: Transaction, reference: str) -> str:
    kind = kind_of(reference)
    return transaction.snapshot.find(reference) if kind in KIND_NAMES else reference
