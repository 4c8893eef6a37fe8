"""What one replication of an organisation came to, in the words of the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from counterpoint.simulation.engine import Run
from counterpoint.simulation.network import Compiled
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.rates import free

WAITED, SPENT, TIMES = range(3)
PARTS = ("execution", "queue", "decision", "meeting", "requests", "gates", "rework")
"""Into what a lead time is split: where the item is worked at, waits for somebody to work at it, is decided, waits for
a meeting, is with other areas, at gates, and done again."""
HOURS = (
    "direct",
    "agents",
    "rework",
    "deciding",
    "consulting",
    "requests",
    "gates",
    "reviewing",
    "messages",
    "rituals",
)
"""Into what hours are split: those of people, but for ``agents``; what is neither direct nor rework nor of agents is
coordination."""
COORDINATION = HOURS[3:]

_PART_OF = {
    "execution": ("execution", "queue"), "agents": ("execution", "queue"), "rework": ("rework", "queue"),
    "consulted": ("decision", "decision"), "deciding": ("decision", "decision"), "meeting": ("meeting", "meeting"),
    "asking": ("requests", "requests"), "asked": ("requests", "requests"), "gates": ("gates", "gates"),
    "reviewing": ("gates", "gates"),
}  # fmt: skip
"""For each sort of step the part of lead time to which it adds what it takes, and how long it is waited for."""
_HOURS_OF = {
    "execution": "direct", "asked": "direct", "agents": "agents", "rework": "rework", "consulting": "consulting",
    "deciding": "deciding", "asking": "requests", "gate": "gates", "reviewing": "reviewing",
}  # fmt: skip


class Outcome(NamedTuple):
    """Figures of one replication. Hours and counts are for an item of work; ``lead`` and its parts in hours of working
    time; ``weekly`` items done in a week; ``cost`` in hours of people, with what waiting and escaped defects cost;
    ``busy`` the share of each station's time that it served; ``lead_of`` for each stream."""

    lead: float
    median: float
    ninth: float
    parts: Mapping[str, float]
    hours: Mapping[str, float]
    weekly: float
    messages: float
    escapes: float
    misfits: float
    cost: float
    busy: Mapping[str, float]
    lead_of: npt.NDArray[np.float64]
    elements: Mapping[str, float]
    """Hours of people for an item, by the element of coordination that takes them."""

    @property
    def coordination(self) -> float:
        """Hours of coordination for an item."""
        return sum(self.hours[name] for name in COORDINATION)

    @property
    def share(self) -> float:
        """Coordination's share of the hours of people."""
        people = sum(hours for name, hours in self.hours.items() if name != "agents")
        return self.coordination / people if people else 0.0


def outcome(organisation: Organisation, network: Compiled, run: Run) -> Outcome:
    """The figures of a run; the organisation is the one of which the network was built."""
    items = max(len(run.lead), 1)
    share = {one.name: free(organisation, one) for one in organisation.areas}
    parts, hours = dict.fromkeys(PARTS, 0.0), dict.fromkeys(HOURS, 0.0)
    elements: dict[str, float] = {}
    messages = escapes = misfits = 0.0
    for name, (waited, spent, times) in zip(network.elements, run.elements / items, strict=True):
        sort, _, where = name.partition("/")
        if sort == "messages":
            messages += times
        elif sort == "escaped":
            escapes += times
        elif sort == "misfits":
            misfits += times
        if sort in _PART_OF:
            serving, waiting = _PART_OF[sort]
            parts[serving] += spent
            parts[waiting] += waited
        if sort in _HOURS_OF:
            # People serve at the pace that other areas and rituals leave them; their hours are those of the work.
            took = spent * share.get(where, 1.0) if sort != "agents" else spent
            hours[_HOURS_OF[sort]] += took
            if (element := _element(sort, where)) is not None:
                elements[element] = elements.get(element, 0.0) + took
    weekly = len(run.lead) / run.span * organisation.week if run.span else 0.0
    hours["messages"] = messages * organisation.setting("message") / 60
    for ritual in organisation.rituals:
        took = ritual_hours(organisation, ritual.name) / weekly if weekly else 0.0
        elements[ritual.name] = took
        hours["rituals"] += took
    lead = float(run.lead.mean()) if len(run.lead) else float("nan")
    quantiles = np.quantile(run.lead, (0.5, 0.9)) if len(run.lead) else (np.nan, np.nan)
    people = sum(value for name, value in hours.items() if name != "agents")
    cost = people + hours["agents"] * organisation.setting("agent_cost") + escapes * organisation.setting("escape")
    cost += lead / organisation.week * organisation.setting("delay")
    return Outcome(
        lead, float(quantiles[0]), float(quantiles[1]), parts, hours, weekly, messages, escapes, misfits, cost,
        _busy(network, run), _by_stream(run), elements,
    )  # fmt: skip


def ritual_hours(organisation: Organisation, name: str) -> float:
    """Hours of people that a ritual takes in a week."""
    ritual = next(one for one in organisation.rituals if one.name == name)
    return sum(ritual.attendees.values()) * organisation.took(ritual) * organisation.week / ritual.every.value


def _element(sort: str, where: str) -> str | None:
    match sort:
        case "consulting":
            return "peers"
        case "deciding":
            return "above"
        case "asking":
            return f"requests:{where.partition('#')[0]}"
        case "gate":
            return where
        case _:
            return None


def _busy(network: Compiled, run: Run) -> dict[str, float]:
    capacity = network.servers * (run.span or 1.0)
    return dict(zip(network.stations, (run.busy / capacity).tolist(), strict=True))


def _by_stream(run: Run) -> npt.NDArray[np.float64]:
    """The mean lead time of each stream, not a number where none of its items was done."""
    count = int(run.source.max()) + 1 if len(run.source) else 0
    totals = np.bincount(run.source, weights=run.lead, minlength=count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return totals / np.bincount(run.source, minlength=count)
