"""What an occurrence of a ritual is to be about: everything there that cannot go on without somebody meeting.

Decisions that fall due before the occurrence after, contradictions, collisions, slipping promises, commitments that are
late or lack an owner, escalations on their way, handoffs in the air. Where there is none of it, there is nothing to
synchronise: that other things changed meanwhile is news, and needs nobody together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from counterpoint.model.agenda import Agenda, AgendaItem, ItemKind, Verdict
from counterpoint.model.answers import Because, because
from counterpoint.model.differences import Change
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KINDS
from counterpoint.model.times import moment, stamp
from counterpoint.state.changed import changed
from counterpoint.state.collisions import collisions
from counterpoint.state.contradictions import contradictions
from counterpoint.state.involve import demand
from counterpoint.state.links import today
from counterpoint.state.rhythm import coming, end_of, last_before, occurrence_of, start_of
from counterpoint.state.schedule import Occurrence
from counterpoint.state.served import Served, is_told_of, restricted, served_by
from counterpoint.state.smallest import smallest
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State
from counterpoint.state.who import who

MOST_ITEMS = 50
"""Nobody works through more in one go; the gravest come first, and the rest is counted."""
_ORDER: tuple[ItemKind, ...] = (
    "escalation",
    "decision due",
    "contradiction",
    "collision",
    "slipping promise",
    "commitment",
    "handoff",
)
_WEEK = timedelta(days=7)
_NOTED = frozenset({"act", "settlement", "prepared", "external_id", "status_said"})
_KEPT = frozenset(kind.name for kind in KINDS.values() if kind.kept)


@dataclass(frozen=True, slots=True)
class _Found:
    """An item before it is known who of the possible parties is chosen: so many of each of these sets are needed."""

    kind: ItemKind
    about: tuple[str, ...]
    on: str | None
    says: str
    needs: tuple[tuple[int, frozenset[str]], ...]
    because: tuple[Because, ...]


def agenda(state: State, ritual: str, occurrence: Occurrence, before: State | None = None) -> Agenda:
    """The agenda of an occurrence as things stand; with the state as of the occurrence ``before``, what changed since.

    See :func:`since` for that moment.
    """
    root = state.canonical(ritual)
    start = start_of(occurrence)
    served = served_by(state, root)
    found = _items(state, served, _horizon(state, root, start))
    found.sort(key=lambda one: (_ORDER.index(one.kind), one.on or "9999", one.about))
    chosen, exact = smallest(need for one in found for need in one.needs)
    items = tuple(_chosen(one, chosen) for one in found[:MOST_ITEMS])
    verdict: Verdict = "to be held" if found else "nothing to synchronise"
    if not found and not is_told_of(state, served):
        verdict = "nothing is known"
    name = occurrence_of(root, start)
    return Agenda(
        root, name, state.text(root, "title"), state.text(root, "purpose"), start, end_of(occurrence),
        served.zone, served.parties, state.text(name, "status"), verdict, items, len(found) - len(items),
        tuple(sorted(chosen)), exact,
        _spared(state, root, chosen),
        None if before is None else before.now, () if before is None else _changes(before, state, served),
    )  # fmt: skip


def since(state: State, ritual: str, occurrence: Occurrence) -> str | None:
    """The start of the occurrence before: what is not as it was then has changed. None for the first one.

    Of two occurrences to come, nothing has changed since the earlier one yet.
    """
    last = last_before(state, state.canonical(ritual), min(start_of(occurrence), state.now))
    return None if last is None else start_of(last)


def _spared(state: State, ritual: str, chosen: frozenset[str]) -> tuple[str, ...]:
    """Participants who are not needed; a team is where one of its own is."""
    return tuple(
        party
        for party in state.refs(ritual, "participant")
        if party not in chosen
        and not (kind_of(party) == "team" and chosen & {*state.refs(party, "lead"), *state.refs(party, "member")})
    )


def _horizon(state: State, ritual: str, start: str) -> str:
    following = coming(state, ritual, start)
    return start_of(following[0]) if following else stamp(moment(start) + _WEEK)


def _items(state: State, served: Served, horizon: str) -> list[_Found]:
    seen = restricted(state, served)
    return [
        *_escalations(seen),
        *_decisions(seen, horizon),
        *_contradictions(seen, served),
        *_collisions(seen, served),
        *_promises(seen),
        *_commitments(seen),
        *_handoffs(seen),
    ]


def _escalations(state: State) -> Iterable[_Found]:
    for one in state.entities("escalation"):
        if state.text(one, "status") in ("open", "acknowledged", "exhausted"):
            party = state.refs(one, "acknowledged_by") or state.refs(one, "party")
            about = (one, *state.refs(one, "about"))
            says = f"escalated: {state.text(one, 'cause') or 'nobody said why'}"
            yield _found(state, "escalation", about, says, [_one_of(party)], "status")


def _decisions(state: State, horizon: str) -> Iterable[_Found]:
    """Open questions whose time comes before the next time that people meet."""
    for one in state.entities("decision"):
        if state.text(one, "status") not in (None, "open") or state.text(one, "outcome") is not None:
            continue
        due = state.text(one, "deadline") or state.text(one, "due")
        if due is None or due > horizon[: len(due)]:
            continue
        late = due < state.now[: len(due)]
        question = state.text(one, "question") or state.text(one, "title")
        says = f"to be decided {'since' if late else 'by'} {_day(due)}{f': {question}' if question else ''}"
        about = (one, *state.refs(one, "concerns"))
        yield _found(state, "decision due", about, says, [_deciders(state, one)], "deadline", "due", on=due)


def _day(due: str) -> str:
    """The day of a date or a stamp, where the midnight after a day is the end of that day."""
    return due if len(due) == len("2026-11-21") else stamp(moment(due) - timedelta(microseconds=1))[:10]


def _contradictions(state: State, served: Served) -> Iterable[_Found]:
    for row in contradictions(state, served.inside).contradictions:
        if row.standing != "disputed":
            continue
        may = row.may_settle
        count = 1 if may.rule == "any" else min(may.quorum or len(may.deciders), len(may.deciders))
        says = f"{len(row.sides)} sides differ about {row.attribute}"
        reasons = tuple(reason for side in row.sides for reason in side.because)
        needs = ((count, frozenset(may.deciders)),) if may.deciders else ()
        yield _Found("contradiction", (row.entity,), row.sides[-1].since[:10], says, needs, reasons)


def _collisions(state: State, served: Served) -> Iterable[_Found]:
    """Those that involve something inside; promises that come too late are told as promises."""
    for one in collisions(state).collisions:
        if one.kind == "promised after needed" or one.last < today(state) or not served.has(one.about):
            continue
        works = [entity for entity in one.about if kind_of(entity) == "work"]
        needs = [_deciders(state, work) for work in works]
        kept = tuple(need for need in needs if need is not None)
        yield _Found("collision", one.about, one.first, f"{one.kind}: {one.says}", kept, one.because)


def _promises(state: State) -> Iterable[_Found]:
    """Promises that slipped, come too late, or are past; and what was asked for and should have been promised."""
    for one in state.entities("dependency"):
        status = state.text(one, "status")
        if status in ("fulfilled", "withdrawn"):
            continue
        promised, wanted = state.text(one, "promised_for"), state.text(one, "needed_by")
        says = _slipping(state, one, status, promised, wanted)
        if says is None:
            continue
        ends = (*state.refs(one, "provider"), *state.refs(one, "consumer"))
        needs = [_deciders(state, end) for end in ends]
        on, said = promised or wanted, ("promised_for", "needed_by", "slipped_from", "shaken_by", "status")
        yield _found(state, "slipping promise", (one, *ends), says, needs, *said, on=on)


def _slipping(state: State, one: str, status: str | None, promised: str | None, wanted: str | None) -> str | None:
    now = today(state)
    if status == "declined":
        return "asked for, and declined"
    if promised is not None:
        before = state.text(one, "slipped_from")
        if promised < now:
            return f"promised for {promised}, and not there yet"
        if wanted is not None and promised > wanted:
            return f"promised for {promised}, needed by {wanted}"
        if before is not None and before < promised and state.text(one, "told") != "seen":
            return f"promised for {promised}, and for {before} before"
        shaken = state.refs(one, "shaken_by")
        return f"promised for {promised}, and rests on {' and '.join(shaken)}, which has slipped" if shaken else None
    if wanted is not None and wanted < now and status in ("asked", "countered"):
        return f"needed by {wanted}, and {status}"
    return None


def _commitments(state: State) -> Iterable[_Found]:
    for one in state.entities("commitment"):
        status, due = state.text(one, "status"), state.text(one, "due")
        says = None
        if status == "asked":
            says = f"no promise yet: {state.text(one, 'asked') or 'who, and by when'}"
        elif status == "missed" or (status == "open" and due is not None and due < today(state)):
            says = f"promised for {due}, and not kept yet"
        if says is not None:
            owners = [_one_of((party,)) for party in state.refs(one, "owner")]
            yield _found(state, "commitment", (one,), says, owners, "status", "due", on=due)


def _handoffs(state: State) -> Iterable[_Found]:
    for one in state.entities("handoff"):
        status = state.text(one, "status")
        if status not in ("offered", "declined"):
            continue
        parties = (*state.refs(one, "giver"), *(state.refs(one, "receiver") if status == "offered" else ()))
        says = "offered, and not taken yet" if status == "offered" else "declined: nobody has taken it"
        about = (one, *state.refs(one, "what"))
        needs = [_one_of((party,)) for party in parties]
        yield _found(state, "handoff", about, says, needs, "status", on=state.text(one, "answer_by"))


def _found(
    state: State,
    kind: ItemKind,
    about: tuple[str, ...],
    says: str,
    needs: Sequence[tuple[int, frozenset[str]] | None],
    *attributes: str,
    on: str | None = None,
) -> _Found:
    claims = [claim for name in attributes for claim in state.claims(about[0], name)]
    kept = tuple(need for need in needs if need is not None)
    return _Found(kind, about, on, says, kept, tuple(because(claim) for claim in claims))


def _one_of(parties: Sequence[str]) -> tuple[int, frozenset[str]] | None:
    return (1, frozenset(parties)) if parties else None


def _deciders(state: State, entity: str) -> tuple[int, frozenset[str]] | None:
    """Who must be there for a thing: as many of its deciders as its rule asks for; a party speaks for itself."""
    if kind_of(entity) in ("person", "agent"):
        return _one_of((entity,))
    load_surroundings(state, [entity])
    found = who(state, entity)
    _, count = demand(found)
    if found.deciders:
        return count, frozenset(found.deciders)
    return _one_of((entity,)) if kind_of(entity) == "team" else None


def _chosen(one: _Found, chosen: frozenset[str]) -> AgendaItem:
    of = {party for _, parties in one.needs for party in parties}
    return AgendaItem(
        one.kind, one.about, one.on, one.says, sum(count for count, _ in one.needs), tuple(sorted(of)),
        tuple(sorted(of & chosen)), one.because,
    )  # fmt: skip


def _changes(before: State, after: State, served: Served) -> tuple[Change, ...]:
    """What else is not as it was. Of what appeared or went only that; what protocols note down is theirs to tell."""
    found = changed(before, after, served.around).changes
    whole = {one.entity for one in found if one.attribute is None}
    told = [one for one in found if one.attribute is None or (one.entity not in whole and one.attribute not in _NOTED)]
    return tuple(one for one in told if kind_of(one.entity) not in _KEPT)
