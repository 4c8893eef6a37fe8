"""Approvals that items need: of whom, how many, and for which share of the items."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from counterpoint.errors import Refused
from counterpoint.model.identifiers import kind_of
from counterpoint.protocols.gates import Places, gates_of, people_of, places_at
from counterpoint.questions.whatif.areas import Areas
from counterpoint.questions.whatif.intervals import share_of
from counterpoint.questions.whatif.items import Items
from counterpoint.questions.whatif.notes import Notes
from counterpoint.simulation.known import MEASURED, SETTINGS, Known
from counterpoint.simulation.organisation import Gate
from counterpoint.state.speaking import speakers
from counterpoint.state.view import State
from counterpoint.state.workflow import gates_on_way

LEAST_ASKED = 20
"""On fewer answered approvals than so many, it is not said what a gate catches."""
_ANSWERED = {"granted": 0, "used": 0, "expired": 0, "refused": 1}


@dataclass(frozen=True, slots=True)
class Sort:
    """What gates have in common that are one in the model: the same people look for the same."""

    governance: bool
    people: frozenset[str]
    needed: int


class Gates:
    """The gates of an organisation; those that the same people pass for the same are one."""

    def __init__(self, items: Items, areas: Areas, notes: Notes) -> None:
        self._items, self._areas, self._notes = items, areas, notes
        self._state = items.state

    def made(self) -> tuple[Gate, ...]:
        """All of them that stand before an item, by name."""
        before = self._before()
        sorts: dict[Sort, list[str]] = {}
        for gate in sorted(before):
            if (sort := self._sort(gate)) is not None:
                sorts.setdefault(sort, []).append(gate)
        return tuple(self._gate(sort, gates, before) for sort, gates in sorts.items())

    def _before(self) -> dict[str, set[str]]:
        """For each gate the items before which it stands, itself or for a task of theirs."""
        found: dict[str, set[str]] = {}
        every = self._items.making.surrounded("gate")
        self._state.load_mentioning(self._items.roots, "gate", "work")
        for work, item in self._items.roots.items():
            if item in self._areas.of_item:
                for gate in (*gates_of(self._state, work), *gates_on_way(self._state, work)):
                    found.setdefault(gate, set()).add(item)
        self._notes.add("gate", "before no item", (one for one in every if one not in found))
        return found

    def _sort(self, gate: str) -> Sort | None:
        try:
            places = places_at(self._state, gate)
        except Refused:
            self._notes.add("gate", "not clear who approves, so nobody can tell what it takes", [gate])
            return None
        people = _who(self._state, places)
        if len(people) < places.enough:
            self._notes.add("gate", "fewer people may approve than must", [gate])
            return None
        return Sort(self._state.text(gate, "type") == "governance", people, places.enough)

    def _gate(self, sort: Sort, gates: list[str], before: dict[str, set[str]]) -> Gate:
        items = {one for gate in gates for one in before[gate]}
        passing = Counter(self._areas.of_item[one] for one in items)
        shares = {area: number / self._areas.counts[area] for area, number in sorted(passing.items())}
        titles = sorted({self._items.making.label(one) for one in gates})
        label = titles[0] if len(titles) == 1 else f"{titles[0]} and {len(titles) - 1} more"
        rule = "; ".join(sorted({text for one in gates for text in self._serves(one)})) if sort.governance else ""
        return Gate(
            gates[0], label, len(sort.people), sort.needed, shares, None, self._catches(gates), sort.governance, rule
        )

    def _serves(self, gate: str) -> list[str]:
        """What a gate serves: the standards that name it, else what it says of itself."""
        self._state.load_mentioning([gate], "standard", "gate")
        standards = [self._items.making.label(one) for one in self._state.naming(gate, "standard", "gate")]
        return standards or [self._state.text(gate, "description") or self._items.making.label(gate)]

    def _catches(self, gates: list[str]) -> Known | None:
        """The share of defects that it catches: refusals over answers, over the share of items that have a defect."""
        answered = []
        for one in self._state.entities("approval"):
            status = self._state.text(one, "status") or ""
            if status in _ANSWERED and not set(self._state.refs(one, "gate")).isdisjoint(gates):
                answered.append(_ANSWERED[status])
        if len(answered) < LEAST_ASKED:
            return None
        refused, defects = share_of(sum(answered), len(answered), ""), SETTINGS["defects"].usual
        value, low, high = (
            min(1.0, share / of)
            for share, of in (
                (refused.value, defects.value), (refused.low, defects.high), (refused.high, defects.low),
            )
        )  # fmt: skip
        why = f"{sum(answered):,} of {len(answered):,} were refused, and {defects.value:.0%} of items have a defect"
        return Known(value, low, high, MEASURED, len(answered), why)


def _who(state: State, places: Places) -> frozenset[str]:
    every = {
        one
        for party in places.parties
        for one in (people_of(state, party) if places.people else speakers(state, party))
    }
    return frozenset(one for one in every if kind_of(one) == "person")
