"""Checks on the protocols: rules that can be followed, ladders that lead somewhere, agents somebody answers for."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.errors import Problem
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import COMMON, KINDS
from counterpoint.sources.organisation.problems import a, meant
from counterpoint.sources.organisation.records import Record
from counterpoint.sources.organisation.vocabulary import tables
from counterpoint.sources.organisation.whole import Whole, ours, problem


def sponsors(all_of_it: Whole) -> Iterator[Problem]:
    """An agent for whom nobody is accountable."""
    for record in all_of_it.of("agent"):
        if ours(record.entity) and "sponsor" not in record.written:
            yield problem(record, "sponsor", "nobody is accountable for this agent", 'write sponsor = "ana"')


def quorums(all_of_it: Whole) -> Iterator[Problem]:
    """A quorum without its number, a number without the quorum, or more than there are to decide."""
    for record in all_of_it.of("zone", "gate"):
        rule, quorum = record.one("rule"), record.one("quorum")
        asked = rule is not None and rule.value == "quorum"
        if asked and "quorum" not in record.written:
            yield problem(record, "rule", "a quorum of how many is not said", "write quorum = 2")
        if quorum is None or not isinstance(quorum.value, int | float):
            continue
        if "rule" not in record.written or (rule is not None and not asked):
            yield problem(
                record, "quorum", "counts only with the rule quorum", 'write rule = "quorum", or leave it out'
            )
        if quorum.value < 1 or quorum.value != int(quorum.value):
            yield problem(
                record, "quorum", f"{quorum.value} is not a number of parties", "write a whole number from 1 up"
            )
        there = _how_many(all_of_it, record)
        if there is not None and quorum.value > there:
            yield problem(
                record, "quorum", f"{quorum.value} are needed, and only {there} may decide", f"at most {there}"
            )


def rules(all_of_it: Whole) -> Iterator[Problem]:
    """A rule for several deciders where there is none, or the rule "one" where there are several."""
    for record in all_of_it.of("zone", "gate"):
        rule = record.one("rule")
        if rule is None or not ours(record.entity):
            continue
        who = _deciding(record)
        named = record.refs(who)
        if who not in record.written and "owner" not in record.written:
            hint = f'write {who} = ["person:…"]' + (", or an owner whose leads decide" if who == "decider" else "")
            yield problem(record, "rule", f"is a rule for nobody: no {who} is named", hint)
        elif rule.value == "one" and len(named) > 1:
            yield problem(record, "rule", f"says one, and {len(named)} are named", 'write "any", "all" or "quorum"')


def approvers(all_of_it: Whole) -> Iterator[Problem]:
    """A gate that guards nothing, or that nobody can pass."""
    of_stages = set(_gates_of_stages(all_of_it))
    for record in all_of_it.of("gate"):
        if not ours(record.entity):
            continue
        if not {"work", "zone"} & record.written.keys() and record.entity not in of_stages:
            if "class" in record.written:
                hint = 'write zone = "…"; "organisation" is all of it'
                yield problem(record, "class", "says not where work of this class needs it", hint)
            else:
                hint = 'write work = "…" or zone = "…", or name it as the gate of a workflow\'s stage'
                yield problem(record, "work", "guards nothing", hint)
        if not {"approver", "needs"} & record.written.keys():
            yield problem(record, "approver", "nobody can pass this gate", 'write approver = ["person:…"]')


def _gates_of_stages(all_of_it: Whole) -> Iterator[str]:
    for record in all_of_it.of("workflow"):
        for draft in record.drafts:
            if draft.attribute == "stage" and isinstance(draft.value, dict) and draft.value.get("gate"):
                yield str(draft.value["gate"])


def ladders(all_of_it: Whole) -> Iterator[Problem]:
    """An escalation that goes to where it came from, to the same party twice, or to a team in which there is nobody."""
    for record in all_of_it.of("zone"):
        starts = {*record.refs("owner"), *(record.refs("decider") if len(record.refs("decider")) == 1 else ())}
        parties: dict[str, int] = {}
        orders: set[float] = set()
        for draft in record.all("escalation"):
            rung = draft.value
            if not isinstance(rung, dict):
                continue
            party, order = str(rung["party"]), rung["order"]
            if party in starts:
                hint = "name who comes next when they cannot settle it"
                yield problem(record, "escalation", f"goes to {party}, where it comes from", hint, draft)
            if party in parties:
                yield problem(record, "escalation", f"goes to {party} twice", "a ladder names each party once", draft)
            if order in orders:
                yield problem(record, "escalation", f"has two rungs of order {order}", "give each its own place", draft)
            parties[party] = 1
            orders.add(float(order) if isinstance(order, int | float) else 0.0)
            if kind_of(party) == "team" and ours(party) and all_of_it.first(party) and not all_of_it.people_of(party):
                yield problem(
                    record, "escalation", f"goes to {party}, in which there is nobody", "give it a lead", draft
                )


def authorities(all_of_it: Whole) -> Iterator[Problem]:
    """Authority over a kind or an attribute that there is not."""
    for record in all_of_it.of("zone"):
        for draft in record.all("authority"):
            struct = draft.value
            if not isinstance(struct, dict):
                continue
            kind, attribute = str(struct["kind"]), str(struct["attribute"])
            if kind not in (*KINDS, "*"):
                hint = meant(kind, tables(), f'one of {", ".join(tables())}, or "*"')
                yield problem(record, "authority", f"there is no kind {kind!r}", hint, draft)
            elif attribute != "*" and attribute not in (known := _attributes(kind)):
                hint = meant(attribute, known, f'one of {", ".join(known)}, or "*"')
                message = (
                    f"nothing has a field {attribute!r}" if kind == "*" else f"{a(kind)} has no field {attribute!r}"
                )
                yield problem(record, "authority", message, hint, draft)


def _attributes(kind: str) -> list[str]:
    if kind == "*":
        return sorted({one.name for each in KINDS.values() for one in (*each.attributes, *COMMON)})
    return [one.name for one in (*KINDS[kind].attributes, *COMMON)]


def _deciding(record: Record) -> str:
    return "approver" if kind_of(record.entity) == "gate" else "decider"


def _how_many(all_of_it: Whole, record: Record) -> int | None:
    """How many parties a rule is about: those named (of a team, its people), else the owners' leads. None: unknown."""
    named = record.refs(_deciding(record))
    parties: set[str] = set()
    for party in named or record.refs("owner"):
        if kind_of(party) != "team":
            parties.add(party)
            continue
        team = all_of_it.first(party)
        people = all_of_it.people_of(party) if named else frozenset(team.refs("lead")) if team else None
        if not people:
            return None
        parties |= people
    return len(parties) or None
