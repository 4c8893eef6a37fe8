"""The program that an item of work follows through an organisation: one network of the engine for a variant.

An item comes to an area and is done in rounds: where a question comes up, peers are consulted or it goes above; what
does not fit shows, and part of the work is done again; people or agents execute the round's part. What it needs of
other areas is asked of them; gates pass it or send it back; then it is done, with a defect or without.

Every variant has the same steps with the same purposes, whatever is removed, so that paired runs meet the same chances.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from counterpoint.simulation.network import (
    Chance,
    Fork,
    Join,
    Label,
    Law,
    Mark,
    Message,
    Network,
    Serve,
    Source,
    Station,
    Step,
    Tick,
    exponential,
    fixed,
    lognormal,
    observed,
)
from counterpoint.simulation.organisation import Area, Organisation, Stream
from counterpoint.simulation.rates import Rounds, Ways, by_agents, free, gates_of, rounds, ways, weekly
from counterpoint.simulation.variant import Variant

SURE = 1.0
ALONE, FROM_ABOVE = "alone", "from above"
OWN_SPREAD = 1.0
"""CV² of the hours of a consultation, decision, approval or review: about exponential."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """What the steps of one stream's items are written with."""

    organisation: Organisation
    variant: Variant
    stream: Stream
    area: Area
    way: Ways
    asks: Rounds
    pace: float
    """Hours that pass while one of this area's people does an hour of work."""

    def here(self, name: str) -> float:
        return self.organisation.setting(name)

    @property
    def people(self) -> str:
        return f"people:{self.area.name}"

    def execution(self, share: float = 1.0, pace: float | None = None) -> Law:
        """So much of an item's execution, at the pace of this area's people, or at another."""
        times = share * (self.pace if pace is None else pace) / self.variant.faster(self.stream.sort)
        if self.stream.observed:
            return observed([hours * times for hours in self.stream.observed])
        return _lasting(self.stream.volume.value * times, self.here("spread"))

    def taking(self, hours: float) -> Law:
        """What a person of this area does beside execution."""
        return exponential(hours * self.pace)


def _lasting(mean: float, spread: float) -> Law:
    return lognormal(mean, spread) if mean > 0 else fixed(0)


def built(organisation: Organisation, variant: Variant) -> Network:
    """The network of an organisation in which a variant's changes are made already (:func:`varied`).

    Raises:
        InvalidInput: rituals leave somebody no time to work.
    """
    paces = {one.name: 1 / free(organisation, one) for one in organisation.areas}
    stations = [Station(f"people:{one.name}", one.people) for one in organisation.areas]
    stations += [Station(f"agents:{one.name}", one.agents) for one in organisation.areas if one.agents]
    stations.append(Station("above", int(organisation.centre.deciders.value)))
    stations += [Station(one.name, one.approvers) for one in organisation.gates]
    sources = []
    for stream in organisation.streams:
        items = weekly(variant, stream)
        if items <= 0:
            continue
        area = organisation.area(stream.area)
        way = ways(organisation, variant, stream)
        asks = rounds(organisation, stream)
        writing = _Writing(organisation, variant, stream, area, way, asks, paces[area.name])
        steps = tuple(_program(writing, paces))
        sources.append(Source(f"{stream.area}/{stream.sort}", steps, exponential(organisation.week / items)))
    return Network(stations, sources)


def _program(on: _Writing, paces: dict[str, float]) -> Iterator[Step]:
    for number in range(on.asks.number):
        yield from _decision(on, number)
        yield from _execution(on, number)
    yield from _requests(on, paces)
    yield from _gates(on)


def _decision(on: _Writing, round_: int) -> Iterator[Step]:
    """The questions of one round. An item's one draw of *touches* says both whether it touches others and, in a hybrid,
    whether it goes above."""
    name, many = on.area.name, on.asks.many
    decided, above, misfit = f"decided {round_}", f"above {round_}", f"misfit {round_}"
    yield Chance(1 - on.asks.chance, decided, purpose=f"no question {round_}")
    yield Chance(on.way.above, above, purpose="touches")
    if on.way.peers:
        yield Message(round((2 * on.way.peers + 2) * many), f"messages/{name}")
        yield Fork(on.way.peers, element=f"consulted/{name}", purpose=f"peers {round_}")
        hours = on.taking(many * on.here("consulting"))
        yield Serve(on.people, hours, f"consulting/{name}", purpose="consult")
        yield Join()
    yield from _misfits(on, ALONE, round_)
    yield Chance(SURE, misfit)
    yield Label(above)
    yield Message(round(4 * many), f"messages/{name}")
    # Where several decide, questions wait for the one that comes round most often.
    deciding = [one for one in on.organisation.rituals if one.decides]
    meeting = min(deciding, key=lambda one: one.every.value, default=None)
    if meeting:
        yield Tick(meeting.every.value, element=f"meeting/{name}")
    else:
        hours = exponential(many * on.here("deciding"))
        yield Serve("above", hours, f"deciding/{name}", purpose=f"decide {round_}")
    yield from _misfits(on, FROM_ABOVE, round_)
    yield Label(misfit)
    for ritual in on.organisation.rituals:
        if ritual.attendees.get(name, 0) > 0 and (catches := on.organisation.catches(ritual)) > 0:
            yield Chance(catches, decided, purpose=f"{ritual.name} catches {round_}")
    yield Mark(f"misfits/{name}")
    law = on.execution(on.here("rework") / on.asks.number)
    yield Serve(on.people, law, f"rework/{name}", purpose=f"misfit rework {round_}")
    yield Label(decided)


def _misfits(on: _Writing, how: str, round_: int) -> Iterator[Step]:
    """What touches no other area fits, if anybody was asked, and of the rest what luck has it; the others go on with
    the next step."""
    decided, purpose = f"decided {round_}", f"misfit {round_}"
    touches = f"touches, decided {how} {round_}"
    yield Chance(on.stream.touching.value, touches, purpose="touches")
    if how == ALONE and not on.way.peers:
        yield Chance(on.asks.misses(on.here("alone")), f"misfit {round_}", purpose=purpose)
    yield Chance(SURE, decided)
    yield Label(touches)
    share = on.here("misfit") if how == ALONE else on.here("misfit_above")
    yield Chance(1 - on.asks.misses(share), decided, purpose=purpose)


def _execution(on: _Writing, round_: int) -> Iterator[Step]:
    """One round's part of the work, by the same sort of party in each. The parts are drawn alike, so that together they
    take as long as the item does."""
    name, agents, part = on.area.name, by_agents(on.area), 1 / on.asks.number
    executed, by_agent = f"executed {round_}", f"by agent {round_}"
    if agents:
        yield Chance(agents, by_agent, purpose="by agent")
    yield Serve(on.people, on.execution(part), f"execution/{name}", purpose="execution")
    if agents:
        yield Chance(SURE, executed)
        yield Label(by_agent)
        law = on.execution(part, pace=1 / on.here("agent_speed"))
        yield Serve(f"agents:{name}", law, f"agents/{name}", purpose="execution")
        if on.area.reviewed and round_ == on.asks.number - 1:
            yield Serve(on.people, on.taking(on.here("reviewing")), f"reviewing/{name}", purpose="review of an agent")
        yield Label(executed)


def _requests(on: _Writing, paces: dict[str, float]) -> Iterator[Step]:
    """What items need of other areas, one after the other. Removed requests are done by the area itself."""
    own = on.area.name
    for request in on.organisation.requests:
        if request.asks != own:
            continue
        asked, origin = request.asked, request.asked.partition("#")[0]
        removed = f"requests:{origin}" in on.variant.remove
        law_hours = on.organisation.took(request) / on.variant.faster(on.stream.sort)
        whole, rest = divmod(request.per_item.value, 1)
        for number in range(int(whole) + (rest > 0)):
            label = f"no {asked} {number}"
            if number == int(whole):
                yield Chance(1 - rest, label, purpose=f"asks {asked} {number}")
            purpose = f"request {asked} {number}"
            if removed:
                alone = law_hours * on.pace * on.here("unskilled")
                yield Serve(on.people, _lasting(alone, on.here("spread")), f"execution/{own}", purpose=purpose)
            else:
                pace = paces[asked]
                law = _lasting(law_hours * pace, on.here("spread"))
                yield Message(2, f"messages/{asked}")
                hours = exponential(on.here("asking") * pace)
                yield Serve(f"people:{asked}", hours, f"asking/{asked}", purpose=f"{purpose} asking")
                yield Serve(f"people:{asked}", law, f"asked/{asked}", purpose=purpose)
            yield Label(label)


def _gates(on: _Writing) -> Iterator[Step]:
    """Gates in their order. An item that one sends back comes to the same gate again, perhaps with another defect."""
    name, defects = on.area.name, on.here("defects")
    for gate, share in gates_of(on.organisation, name):
        yield Chance(1 - share, f"past {gate.name}", purpose=f"{gate.name} not needed")
        yield Label(f"at {gate.name}")
        yield Message(2 * gate.needed, f"messages/{name}")
        yield Fork(gate.needed, element=f"gates/{gate.name}")
        yield Serve(
            gate.name, exponential(on.organisation.took(gate)), f"gate/{gate.name}", purpose=f"{gate.name} approves"
        )
        yield Join()
        yield Chance(defects, f"defect at {gate.name}", purpose="defect")
        yield Chance(SURE, f"past {gate.name}")
        yield Label(f"defect at {gate.name}")
        yield Chance(1 - on.organisation.catches(gate), f"past {gate.name}", purpose=f"{gate.name} misses")
        law = on.execution(on.here("rework"))
        yield Serve(on.people, law, f"rework/{name}", purpose=f"{gate.name} rework")
        yield Mark(f"sent back/{gate.name}")
        yield Chance(SURE, f"at {gate.name}", again=True)
        yield Label(f"past {gate.name}")
    yield Chance(defects, "escapes", purpose="defect")
    yield Chance(SURE, "sound")
    yield Label("escapes")
    yield Mark(f"escaped/{name}")
    yield Label("sound")
