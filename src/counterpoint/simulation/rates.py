"""What can be told of a model without simulating it: how much of everything an item meets on average, and how much of
its capacity each station needs.

The expectations follow the program that :mod:`counterpoint.simulation.building` writes, step by step; a test holds them
against the simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterpoint.errors import InvalidInput
from counterpoint.simulation.organisation import CENTRALISED, DECENTRALISED, Area, Gate, Organisation, Stream
from counterpoint.simulation.variant import ALL, Variant

MOST_ROUNDS = 8
"""In how many rounds of questions and work an item is done at most; where it raises more, some are asked together."""
LEAST_TIME = 0.1
"""The share of their time that people must have left beside rituals."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How decisions of an area are made: the share that goes ``above``, and how many ``peers`` are consulted for the
    rest."""

    above: float
    peers: int


@dataclass(frozen=True, slots=True)
class Rounds:
    """In how many rounds an item is done, each with a part of its work after its questions; with which chance a round
    has any, and how ``many`` it has then."""

    number: int
    chance: float
    many: float

    @property
    def questions(self) -> float:
        """Of an item, on average."""
        return self.number * self.chance * self.many

    def misses(self, share: float) -> float:
        """The chance that one of a round's questions is answered so that it does not fit, if so large a share is."""
        return float(1 - (1 - share) ** self.many)


def rounds(organisation: Organisation, stream: Stream) -> Rounds:
    """An item raises one question in so many hours of execution (at the speed of now: faster work raises no fewer)."""
    hours = organisation.setting("questions")
    every = stream.volume.value / hours if hours else 0.0
    number = max(1, min(MOST_ROUNDS, round(every)))
    return Rounds(number, min(1.0, every / number), max(1.0, every / number))


def ways(organisation: Organisation, variant: Variant, stream: Stream) -> Ways:
    """By the model of the stream's area. In a hybrid, what touches other areas goes above, and nothing else does."""
    area = organisation.area(stream.area)
    origin = area.name.partition("#")[0]
    model = variant.model.get(origin, variant.model.get(ALL, area.model))
    if model == CENTRALISED:
        above = 1.0
    elif model == DECENTRALISED:
        above = 0.0
    else:
        above = stream.touching.value if variant.escalated is None else variant.escalated
    if "above" in variant.remove:
        above = 0.0
    peers = 0 if "peers" in variant.remove else min(round(organisation.setting("peers")), area.people)
    return Ways(above, peers)


def free(organisation: Organisation, area: Area) -> float:
    """Which share of their working time the people of an area have for its work, beside other areas and rituals.

    Raises:
        InvalidInput: rituals leave them less than a tenth.
    """
    hours = sum(
        one.attendees.get(area.name, 0) * organisation.took(one) / one.every.value for one in organisation.rituals
    )
    left = area.share - hours / area.people
    if left < LEAST_TIME * area.share:
        raise InvalidInput(
            f"{area.label}: rituals take {hours / area.people / area.share:.0%} of its people's time, "
            "which leaves none to work",
            hint="are all of those who are invited expected each time?",
        )
    return left


def by_agents(area: Area) -> float:
    """Which share of an area's items agents execute: in proportion to their number."""
    return area.agents / (area.agents + area.people)


def gates_of(organisation: Organisation, area: str) -> list[tuple[Gate, float]]:
    """The gates that items of an area pass, in their order, and the share of the items that does."""
    return [(one, share) for one in organisation.gates if (share := one.areas.get(area, 0.0)) > 0]


@dataclass(frozen=True, slots=True)
class Expected:
    """What one item of a stream comes to on average. ``own`` are hours of its area's people, ``agents`` of its agents,
    ``above`` of those who decide above; ``gates`` visits of each gate; ``rework`` how often it is done again."""

    own: float
    agents: float
    above: float
    gates: Mapping[str, float]
    rework: float
    escapes: float


def expected(organisation: Organisation, variant: Variant, stream: Stream) -> Expected:
    """The expectations for an item; the variant is one whose changes are in the organisation already."""
    here, area = organisation.setting, organisation.area(stream.area)
    way, agents = ways(organisation, variant, stream), by_agents(area)
    volume = stream.volume.value / variant.faster(stream.sort)
    touching = stream.touching.value
    missed = 1.0
    for ritual in organisation.rituals:
        if ritual.attendees.get(area.name, 0) > 0:
            missed *= 1 - organisation.catches(ritual)
    asks = rounds(organisation, stream)
    misfits = max(touching - way.above, 0) * asks.misses(here("misfit"))
    misfits += min(touching, way.above) * asks.misses(here("misfit_above"))
    if not way.peers:
        misfits += (1 - max(touching, way.above)) * asks.misses(here("alone"))
    # What does not fit is the part of the work that followed from the answer.
    misfits *= missed * asks.chance
    rework = 0.0
    wrong, again = here("defects"), here("defects")
    visits = {}
    for gate, share in gates_of(organisation, area.name):
        caught = organisation.catches(gate)
        times = wrong * caught / (1 - again * caught)
        visits[gate.name] = share * (1 + times)
        rework += share * times
        through = wrong * (1 - caught) + times * again * (1 - caught)
        wrong = (1 - share) * wrong + share * through
    own = (rework + misfits) * volume * here("rework")
    own += asks.questions * (1 - way.above) * way.peers * here("consulting")
    own += (1 - agents) * volume + (agents * here("reviewing") if area.reviewed else 0)
    meets = any(one.decides for one in organisation.rituals)
    above = 0 if meets else asks.questions * way.above * here("deciding")
    return Expected(own, agents * volume / here("agent_speed"), above, visits, rework + misfits * asks.number, wrong)


def weekly(variant: Variant, stream: Stream) -> float:
    """How many items of a stream come in a week, with the response of demand."""
    return float(stream.weekly.value * variant.faster(stream.sort) ** variant.response)


def loads(organisation: Organisation, variant: Variant) -> dict[str, float]:
    """For each station the share of its capacity that its work takes; from 1 on its queue grows without end.

    ``people:NAME`` and ``agents:NAME`` for the areas, ``above``, and the gates by their names.
    """
    hours = dict.fromkeys((one.name for one in organisation.areas), 0.0)
    agents = dict.fromkeys(hours, 0.0)
    gates = dict.fromkeys((one.name for one in organisation.gates), 0.0)
    above = 0.0
    for stream in organisation.streams:
        items, one = weekly(variant, stream), expected(organisation, variant, stream)
        hours[stream.area] += items * one.own
        agents[stream.area] += items * one.agents
        above += items * one.above
        for gate in organisation.gates:
            gates[gate.name] += items * one.gates.get(gate.name, 0) * gate.needed * organisation.took(gate)
        for request in organisation.requests:
            if request.asks == stream.area:
                faster = variant.faster(stream.sort)
                doing = items * request.per_item.value * organisation.took(request) / faster
                if f"requests:{request.asked.partition('#')[0]}" in variant.remove:
                    hours[request.asks] += doing * organisation.setting("unskilled")
                else:
                    asked = items * request.per_item.value * organisation.setting("asking")
                    hours[request.asked] += doing + asked
    week = organisation.week
    found = {"above": above / (organisation.centre.deciders.value * week)}
    for area in organisation.areas:
        found[f"people:{area.name}"] = hours[area.name] / (area.people * free(organisation, area) * week)
        if area.agents:
            found[f"agents:{area.name}"] = agents[area.name] / (area.agents * week)
    for gate in organisation.gates:
        found[gate.name] = gates[gate.name] / (gate.approvers * week)
    return found
