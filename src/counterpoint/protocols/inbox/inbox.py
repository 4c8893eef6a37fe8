"""What needs a party now, in one list, ordered by what waits on it; for people and agents alike.

Everything is found from those who are named: by an index, whatever else there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from counterpoint.model.inbox import Inbox, InboxLine
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.protocols.escalation import OVER
from counterpoint.protocols.inbox.desk import Desk, Need, Rule
from counterpoint.protocols.inbox.table import RULES
from counterpoint.state.contradictions import contradictions
from counterpoint.state.open_work import place
from counterpoint.state.view import State
from counterpoint.state.waiting import Held, held_up

MOST_CONTRADICTIONS = 200
"""At how many things on which sources differ it is looked whether one may settle them."""


def inbox(state: State, party: str, limit: int | None = None, until: Mapping[str, str] | None = None) -> Inbox:
    """Everything that needs a party now, or the first of it; ``until`` tells when leases end, by signs of life."""
    desk = Desk(state, party, until or {})
    needs = [*_by_rules(desk), *_to_settle(desk)]
    held = held_up(state, [need.works for need in needs])
    ordered = sorted(zip(needs, held, strict=True), key=lambda pair: _order(state, *pair))
    lines = tuple(_line(need, on) for need, on in ordered[:limit])
    return Inbox(state.now, desk.me, desk.mine, lines, len(needs), desk.all_work)


def leases_of(state: State, party: str) -> list[str]:
    """The leases that a party holds, itself or as a team that it speaks for: whose ends the clock knows best."""
    return state.waiting(Desk(state, party, {}).mine, "lease", "holder", OVER["lease"])


def _by_rules(desk: Desk) -> Iterable[Need]:
    found: list[tuple[Rule, list[str]]] = []
    for rule in RULES:
        things: set[str] = set()
        for attribute, whose in rule.names:
            things.update(desk.state.waiting(desk.whose(whose), rule.kind, attribute, rule.over))
        found.append((rule, sorted(things)))
    desk.fetch(thing for _, things in found for thing in things)
    for rule, every in found:
        for thing in every:
            yield from rule.needs(desk, thing)


def _to_settle(desk: Desk) -> Iterable[Need]:
    """Where sources differ on what one answers for or decides in, nothing is chosen, and one may settle it."""
    state = desk.state
    found = state.differing((*desk.zones, *desk.mine[1:], *desk.area))
    if ROOT_ZONE in desk.zones:
        # What nobody decides on is for whoever decides in the organisation to settle, wherever it is.
        found = (*found, *state.differing())
    differing = list(dict.fromkeys(state.canonical(entity) for entity, _ in found))
    for one in contradictions(state, differing[:MOST_CONTRADICTIONS]).contradictions if differing else ():
        of = desk.of(one.may_settle.deciders)
        if one.standing == "disputed" and of is not None and one.may_settle.rule not in ("all", "quorum"):
            sides = "; ".join(f"{' and '.join(side.sources)} {_value(side.value)}" for side in one.sides)
            says = f"sources differ about {one.attribute} of {desk.title(one.entity)}: {sides}"
            ways = tuple(
                desk.command("settle", one.entity, one.attribute, "--statement", side.because[0].statement)
                for side in one.sides
            )
            why, since = f"{of} decides there, and so may settle it", one.sides[-1].since
            yield Need("settle", one.entity, says, of, why, since, None, ways, desk.works_of(one.entity))


def _value(value: Json) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _order(state: State, need: Need, held: Held) -> tuple[str, str, str, str]:
    """What critical work waits for, then what most waits for, then by date, then what waited longest."""
    priority = None if held.worst is None else state.text(held.worst, "priority")
    return place(held.count, priority, need.due), need.since or "9999", need.about, need.need


def _line(need: Need, held: Held) -> InboxLine:
    return InboxLine(
        need.need, need.about, need.says, need.of, need.why, need.since, need.due, need.late, held.count, held.worst,
        need.commands,
    )  # fmt: skip
