"""What is asked of a party: to decide, to advise, to approve, to review, to take up, to take over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from counterpoint.errors import Refused
from counterpoint.model.acts import Act
from counterpoint.model.answers import Who
from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.agent import AGENT
from counterpoint.protocols.asking import decision_standing
from counterpoint.protocols.deciding import votes_of
from counterpoint.protocols.decision import awaited
from counterpoint.protocols.gates import grants_of, matched, places_asked, voice, why_not
from counterpoint.protocols.inbox.desk import Desk, Need
from counterpoint.protocols.machine import DISPUTED, decide, status_of
from counterpoint.state.links import standing
from counterpoint.state.participation import is_person, stopped
from counterpoint.state.who import who


def decisions(desk: Desk, decision: str) -> Iterable[Need]:
    """A decision that is open: to decide on it, to say who does, to give advice."""
    if decision_standing(desk.state, decision) in ("open", DISPUTED):
        yield from _to_decide(desk, decision, who(desk.state, decision))
        yield from _to_advise(desk, decision)


def _to_decide(desk: Desk, decision: str, found: Who) -> Iterable[Need]:
    state, works = desk.state, desk.works_of(decision)
    due = state.text(decision, "deadline") or state.text(decision, "due")
    since = desk.said(decision, "question") or desk.said(decision, "decider")
    voted = {str(row[name]) for row in votes_of(state, decision) for name in ("party", "by")}
    of = desk.of(party for party in found.deciders if party not in voted)
    if of is None or desk.me in voted:
        return
    assign = desk.command("decision assign", decision, "--decider", "WHO")
    if found.answer == "ambiguous":
        why = f"{' and '.join(found.deciders)} might decide, and no rule says who does"
        yield Need(
            "assign", decision, f"say who decides: {_question(desk, decision)}", of, why, since, due, (assign,), works
        )
        return
    default, until = state.text(decision, "default"), state.text(decision, "advise_by")
    left = awaited(state, decision)
    waits = f"; the advice of {' and '.join(left)} is awaited until {until}" if left and until else ""
    how = f" with others, {found.rule} of {len(found.deciders)}" if len(found.deciders) > 1 else ""
    yield Need(
        "decide",
        decision,
        f"decide: {_question(desk, decision)}{f' Else {default!r} holds' if default else ''}{waits}",
        of,
        f"{of} decides on it{how}",
        since,
        due,
        (desk.command("decision decide", decision, "OUTCOME", "--reason", "WHY"), assign),
        works,
        state.value(decision, "overdue") is True or desk.is_past(due),
    )


def _to_advise(desk: Desk, decision: str) -> Iterable[Need]:
    state = desk.state
    of = desk.of(awaited(state, decision))
    if of is None:
        return
    until = state.text(decision, "advise_by") or state.text(decision, "deadline") or state.text(decision, "due")
    yield Need(
        "advise",
        decision,
        f"give advice: {_question(desk, decision)}",
        of,
        f"the advice of {of} is asked",
        desk.said(decision, "consulted"),
        until,
        (desk.command("decision advise", decision, "TEXT"),),
        desk.works_of(decision),
        desk.is_past(until),
    )


def _question(desk: Desk, decision: str) -> str:
    return desk.state.text(decision, "question") or desk.title(decision)


def approvals(desk: Desk, approval: str) -> Iterable[Need]:
    """An approval that is asked for, where one's own voice would fill a place that is still open."""
    state = desk.state
    gate, work = (next(iter(state.refs(approval, name)), "") for name in ("gate", "work"))
    version, asker = state.text(approval, "version"), next(iter(state.refs(approval, "asked_by")), None)
    if status_of(state, approval) != "requested" or standing(state, work) != "open":
        return
    if state.text(work, "version") not in (None, version) or why_not(state, desk.me, gate, work, asker) is not None:
        return
    places, given = places_asked(state, approval), grants_of(state, approval)
    filled = matched(state, [*given, desk.me], places)
    if desk.me not in filled or voice(state, desk.me) in {voice(state, one) for one in given}:
        return
    of = places.parties[filled[desk.me]]
    at = () if version is None else ("--version", version)
    yield Need(
        "approve",
        approval,
        f"approve that {desk.title(work)}{f' at version {version}' if version else ''} may pass {desk.title(gate)}",
        of,
        f"the gate takes {places.in_words()}, and you speak for {of}",
        desk.said(approval, "status"),
        state.text(work, "due"),
        (desk.command("approval grant", approval, *at), desk.command("approval refuse", approval, "--reason", "WHY")),
        desk.works_of(work),
        desk.is_past(state.text(work, "due")),
    )


def proposals(desk: Desk, proposal: str) -> Iterable[Need]:
    """What an agent proposes and a person has to review."""
    state = desk.state
    of = desk.of(state.refs(proposal, "reviewer"))
    if of is None or status_of(state, proposal) != "waiting" or not is_person(desk.me):
        return
    action = cast("dict[str, Any]", state.value(proposal, "action") or {})
    given = " ".join(str(one) for one in (action.get("arguments") or {}).values())
    by = " and ".join(state.refs(proposal, "by"))
    ends = state.text(proposal, "ends")
    yield Need(
        "review",
        proposal,
        f"review what {by} would do: {action.get('noun')} {action.get('verb')} {given}".rstrip(),
        of,
        f"{of} reviews what {by} does there",
        desk.said(proposal, "status"),
        ends,
        (desk.command("proposal accept", proposal), desk.command("proposal return", proposal, "--reason", "WHY")),
        desk.works_of(proposal),
        desk.is_past(ends),
    )


def escalations(desk: Desk, escalation: str) -> Iterable[Need]:
    """An escalation that is with one: to take it up; that one has taken up: to end it; that found nobody."""
    state = desk.state
    status, thing = status_of(state, escalation), next(iter(state.refs(escalation, "about")), escalation)
    resolve = desk.command("escalation resolve", escalation, "--outcome", "OUTCOME")
    on = desk.command("escalation pass", escalation, "--reason", "WHY")
    due: str | None = None
    ways: tuple[str, ...] = (resolve, on)
    if status == "open":
        need, of = "take up", desk.of(state.refs(escalation, "party"))
        why = f"it is with {of}, rung {state.value(escalation, 'rung')} of its ladder"
        due = state.text(escalation, "next")
        ways = (desk.command("escalation acknowledge", escalation), on)
    elif status == "acknowledged":
        need, of = "resolve", desk.of(state.refs(escalation, "acknowledged_by"))
        why = f"{of} has taken it up"
    else:
        need, of = "find another way", desk.of(state.refs(escalation, "raised_by"))
        why, ways = f"{of} raised it, and nobody is left to ask", (resolve,)
    if of is None or status not in ("open", "acknowledged", "exhausted"):
        return
    says = f"{desk.title(thing)}: {state.text(escalation, 'cause') or 'it waits for an answer'}"
    since = desk.said(escalation, "party") if status == "open" else desk.said(escalation, "status")
    yield Need(need, escalation, says, of, why, since, due, ways, desk.works_of(thing), desk.is_past(due))


def handoffs(desk: Desk, handoff: str) -> Iterable[Need]:
    """A handoff that is offered to one, or that was declined and is one's own to offer again."""
    state = desk.state
    status, thing = status_of(state, handoff), next(iter(state.refs(handoff, "what")), handoff)
    receiver, giver = (next(iter(state.refs(handoff, name)), "nobody") for name in ("receiver", "giver"))
    works, since = desk.works_of(thing), desk.said(handoff, "status")
    if status == "offered" and (of := desk.of([receiver])) is not None:
        due = state.text(handoff, "answer_by")
        told = state.text(handoff, "state_of_it")
        says = f"take over {desk.title(thing)} from {giver}{f': {told}' if told else ''}"
        ways = (desk.command("handoff accept", handoff), desk.command("handoff decline", handoff, "--reason", "WHY"))
        late = state.value(handoff, "overdue") is True or desk.is_past(due)
        why = f"{giver} offers it to {of}"
        yield Need("take over", handoff, says, of, why, desk.said(handoff, "receiver"), due, ways, works, late)
    elif status == "declined" and (of := desk.of([giver])) is not None:
        reasons = [str(row["text"]) for row in state.tables(handoff, "refused") if row["party"] == receiver]
        says = f"{receiver} does not take over {desk.title(thing)}{f': {reasons[0]}' if reasons else ''}"
        ways = (desk.command("handoff reroute", handoff, "--to", "WHO"), desk.command("handoff withdraw", handoff))
        yield Need("offer again", handoff, says, of, f"it is still {of}'s", since, None, ways, works)


def agents(desk: Desk, agent: str) -> Iterable[Need]:
    """An agent that one answers for, and that somebody else has stopped."""
    state = desk.state
    stopper = next(iter(state.refs(agent, "stopped_by")), None)
    if kind_of(desk.me) != "person" or not stopped(state, agent) or stopper == desk.me:
        return
    if desk.me not in state.refs(agent, "sponsor"):
        return
    says = f"{desk.title(agent)} was stopped{f' by {stopper}' if stopper else ''}"
    ways = (desk.command("agent start", agent),)
    try:
        decide(AGENT, state, Act("agent", "start", agent, desk.me, {}), desk.now)
    except Refused as error:
        who_may = error.message.rpartition("; ")[2]
        says, ways = f"{says}; {who_may.removesuffix(' may')} may start it", (f"counterpoint show {agent}",)
    yield Need("stopped", agent, says, desk.me, "you answer for it", desk.said(agent, "status"), None, ways)
