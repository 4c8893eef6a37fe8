"""What one replication of an organisation came to, in the words of the organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    return reading(organisation, network)(run)


class _Row(NamedTuple):
    """What one row of a run's elements adds to: a count, two parts of lead time, hours at a pace, an element."""

    sort: str
    parts: tuple[str, str] | None
    hours: str | None
    pace: float
    element: str | None


def reading(organisation: Organisation, network: Compiled) -> Callable[[Run], Outcome]:
    """What tells the figures of each run of a network: all that hangs on no run is done here, once for all of them."""
    share = {one.name: free(organisation, one) for one in organisation.areas}
    rows = [_row(name, share) for name in network.elements]
    rituals = [(one.name, ritual_hours(organisation, one.name)) for one in organisation.rituals]
    return lambda run: _told(organisation, network, run, rows, rituals)


def _row(name: str, share: Mapping[str, float]) -> _Row:
    sort, _, where = name.partition("/")
    # People of areas serve at the pace that other areas and rituals leave them; their hours are those of the work.
    # Agents and those who decide above have no such pace, so that of the area for which they do it is not theirs.
    pace = 1.0 if sort in ("agents", "deciding") else share.get(where, 1.0)
    return _Row(sort, _PART_OF.get(sort), _HOURS_OF.get(sort), pace, _element(sort, where))


def _told(
    organisation: Organisation,
    network: Compiled,
    run: Run,
    rows: Sequence[_Row],
    rituals: Sequence[tuple[str, float]],
) -> Outcome:
    items = max(len(run.lead), 1)
    parts, hours = dict.fromkeys(PARTS, 0.0), dict.fromkeys(HOURS, 0.0)
    elements: dict[str, float] = {}
    counted = {"messages": 0.0, "escaped": 0.0, "misfits": 0.0}
    for row, (waited, spent, times) in zip(rows, (run.elements / items).tolist(), strict=True):
        if row.sort in counted:
            counted[row.sort] += times
        if row.parts is not None:
            serving, waiting = row.parts
            parts[serving] += spent
            parts[waiting] += waited
        if row.hours is not None:
            took = spent * row.pace
            hours[row.hours] += took
            if row.element is not None:
                elements[row.element] = elements.get(row.element, 0.0) + took
    messages, escapes, misfits = counted.values()
    weekly = len(run.lead) / run.span * organisation.week if run.span else 0.0
    hours["messages"] = messages * organisation.setting("message") / 60
    for name, taken in rituals:
        elements[name] = taken / weekly if weekly else 0.0
        hours["rituals"] += elements[name]
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
