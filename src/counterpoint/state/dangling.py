"""What is loose in the state, for the doctor: one table of checks, pure and of one signature; all run."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from counterpoint.model.answers import because
from counterpoint.model.differences import Dangling, Trouble
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KINDS, ROOT_ZONE, attribute_of
from counterpoint.model.values import references
from counterpoint.state.contradictions import contradictions
from counterpoint.state.cycles import cycles
from counterpoint.state.links import standing
from counterpoint.state.owns import owns_each
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State
from counterpoint.state.who import who_each

Check = Callable[[State], Iterable[Trouble]]


def dangling(state: State, skip: Iterable[str] = ()) -> Dangling:
    """Every trouble that a check finds, by check in the order of the table; ``skip`` names checks to leave out."""
    left_out = set(skip)
    found = {name: sorted(check(state), key=_place) for name, check in CHECKS.items() if name not in left_out}
    counts = {name: len(rows) for name, rows in found.items()}
    return Dangling(counts, tuple(row for rows in found.values() for row in rows))


def _place(row: Trouble) -> tuple[str, str, str]:
    return row.entity, row.attribute or "", row.other or ""


def _undescribed(state: State) -> Iterable[Trouble]:
    """References to entities of which no source says anything (persons apart: they need no record)."""
    every = [entity for kind in KINDS for entity in entities_of(state, kind)]
    known = {*every, ROOT_ZONE}
    for entity in every:
        for attribute, resolved in state.all(entity).items():
            declared = attribute_of(kind_of(entity), attribute)
            if declared is None or attribute == "alias_of":
                continue
            for claim in resolved.claims:
                for ref in references(declared, claim.value):
                    target = state.canonical(ref)
                    if kind_of(target) != "person" and target not in known:
                        message = f"{entity} names {target} as {attribute}, and no source says anything of it"
                        hint = "describe it, or correct the reference"
                        yield Trouble("undescribed", entity, attribute, target, message, hint, (because(claim),))


def _disputed(state: State) -> Iterable[Trouble]:
    for row in contradictions(state).contradictions:
        if row.standing == "disputed":
            message = f"{len(row.sides)} sides differ about {row.attribute}, and none has authority"
            reasons = tuple(reason for side in row.sides for reason in side.because)
            hint = "settle it, or declare the authority of sources on its zone"
            yield Trouble("disputed", row.entity, row.attribute, None, message, hint, reasons)


def _cycles(state: State) -> Iterable[Trouble]:
    for cycle in cycles(state).cycles:
        message = f"{cycle.of}: {' → '.join((*cycle.loop, cycle.loop[0]))}"
        other = cycle.loop[1] if len(cycle.loop) > 1 else None
        hint = "withdraw or correct one of these links"
        yield Trouble("cycle", cycle.loop[0], None, other, message, hint, cycle.because)


def _without_sponsor(state: State) -> Iterable[Trouble]:
    for agent in entities_of(state, "agent"):
        if state.text(agent, "status") != "stopped" and state.get(agent, "sponsor") is None:
            message, hint = "an agent without a sponsor: nobody is accountable for it", "name its sponsor, or stop it"
            yield Trouble("agent without sponsor", agent, "sponsor", None, message, hint, ())


def _without_decider(state: State) -> Iterable[Trouble]:
    for found in who_each(state, _open(state)).values():
        if found.answer in ("none", "ambiguous"):
            nobody = found.answer == "none"
            message = "nobody makes the final call" if nobody else "who makes the final call is ambiguous"
            hint = "name its decider, or a decider or rule on its zone"
            yield Trouble("work without one decider", found.subject, "decider", None, message, hint, found.because)


def _without_owner(state: State) -> Iterable[Trouble]:
    for found in owns_each(state, _open(state)).values():
        if found.answer == "none":
            yield Trouble("work without owner", found.subject, "owner", None, "nobody owns it", "name its owner", ())


def _half_dependencies(state: State) -> Iterable[Trouble]:
    for one in entities_of(state, "dependency"):
        for end in ("consumer", "provider"):
            if state.get(one, end) is None:
                message, hint = f"a dependency without {end} counts nowhere", f"state its {end}, or withdraw it"
                yield Trouble("half a dependency", one, end, None, message, hint, ())


def _without_lead(state: State) -> Iterable[Trouble]:
    for team in entities_of(state, "team"):
        if state.text(team, "status") != "archived" and state.get(team, "lead") is None:
            message, hint = "an active team without a lead", "name its lead, or a decider on its zone"
            yield Trouble("team without lead", team, "lead", None, message, hint, ())


def _archived_owners(state: State) -> Iterable[Trouble]:
    for work in _open(state):
        for attribute in ("owner", "decider", "team"):
            for party in state.refs(work, attribute):
                if kind_of(party) == "team" and state.text(party, "status") == "archived":
                    message, hint = f"open work whose {attribute} is an archived team", "hand it to a team at work"
                    yield Trouble("archived team", work, attribute, party, message, hint, ())


def _rules_that_cannot_hold(state: State) -> Iterable[Trouble]:
    for kind, several in (("zone", "decider"), ("gate", "approver")):
        for one in entities_of(state, kind):
            quorum, named = state.value(one, "quorum"), state.refs(one, several)
            hint = "correct the rule, or how many it needs"
            if state.text(one, "rule") == "quorum" and not isinstance(quorum, int):
                message = "a quorum, and how many that is is not known"
                yield Trouble("rule that cannot hold", one, "quorum", None, message, hint, ())
            elif isinstance(quorum, int) and named and quorum > len(named):
                message = f"a quorum of {quorum}, of {len(named)}"
                yield Trouble("rule that cannot hold", one, "quorum", None, message, hint, ())
            elif state.text(one, "rule") == "one" and len(named) > 1:
                message = f"the rule is one {several}, and {len(named)} are named"
                yield Trouble("rule that cannot hold", one, "rule", None, message, hint, ())


def _open(state: State) -> list[str]:
    return [work for work in entities_of(state, "work") if standing(state, work) == "open"]


CHECKS: dict[str, Check] = {
    "undescribed": _undescribed,
    "disputed": _disputed,
    "cycle": _cycles,
    "agent without sponsor": _without_sponsor,
    "work without one decider": _without_decider,
    "work without owner": _without_owner,
    "half a dependency": _half_dependencies,
    "team without lead": _without_lead,
    "archived team": _archived_owners,
    "rule that cannot hold": _rules_that_cannot_hold,
}
