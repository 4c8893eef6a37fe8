"""What is asked of a model: faster execution, another way to coordinate, elements removed or changed, more or fewer
people, agents and teams."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from counterpoint.errors import InvalidInput
from counterpoint.simulation.known import SETTINGS, Known
from counterpoint.simulation.organisation import (
    MODELS,
    Area,
    Gate,
    Organisation,
    Request,
    Ritual,
    Stream,
    checked,
)

ALL = "*"
"""In place of an area: all of them."""
MOST_PARTIES, MOST_TIES = 100_000, 20_000
"""Of people and agents, and of requests between areas: what is more is no organisation, and no machine holds it."""
MOST_TIMES = 1_000
"""So many times as much, or as little, something may be."""
FITTED = ("utilisation", "volume")
"""What the amounts of work of an organisation follow from, which are the same in all of its variants."""
NOT_NONE = ("agent_speed", "questions")
"""Numbers by which is divided."""


@dataclass(frozen=True)
class Variant:
    """One what-if. What is left out stays as it is.

    ``model`` names one of the three models for an area, or for all (``*``); ``escalated`` the share of decisions that
    go above the area, instead of what its model says. Execution is ``speedup`` times as fast, or as ``speedups`` says
    for a class of work; demand grows with it to the power of ``response``. ``remove`` names elements; ``merge`` rituals
    that become one; ``shorten`` and ``respace`` multiply how long a ritual takes and the time between two. ``people``
    multiplies the people of an area, the approvers of a gate, or those who decide ``above``; ``agents`` adds agents to
    an area, or to all in proportion to their people; ``teams`` multiplies the areas. ``settings`` are other numbers of
    the model.
    """

    name: str
    model: Mapping[str, str] = field(default_factory=dict)
    escalated: float | None = None
    speedup: float = 1.0
    speedups: Mapping[str, float] = field(default_factory=dict)
    response: float = 0.0
    remove: frozenset[str] = frozenset()
    merge: tuple[tuple[str, ...], ...] = ()
    shorten: Mapping[str, float] = field(default_factory=dict)
    respace: Mapping[str, float] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)
    agents: Mapping[str, int] = field(default_factory=dict)
    teams: int = 1
    settings: Mapping[str, float] = field(default_factory=dict)

    def faster(self, sort: str) -> float:
        """How many times as fast work of a class is executed."""
        return self.speedups.get(sort, self.speedup)

    def without(self, *elements: str) -> Variant:
        """The same, with elements removed."""
        return replace(self, name=" and ".join((self.name, *elements)), remove=self.remove | set(elements))


AS_IS = Variant("as it is")


def varied(organisation: Organisation, variant: Variant) -> Organisation:
    """The organisation with what a variant changes in it. Speed, demand, models and removed ways to decide are not in
    it: they are of the network that is built from both.

    Raises:
        InvalidInput: the variant makes no sense, or names what there is not.
    """
    _sensible(organisation, variant)
    settings = {**organisation.settings}
    for name, value in variant.settings.items():
        settings[name] = organisation.known(name).at(value)
    found = replace(organisation, settings=settings)
    found = replace(
        found,
        rituals=_rituals(found, variant),
        gates=tuple(_gate(one, variant) for one in found.gates if one.name not in variant.remove),
        areas=tuple(_area(one, found, variant) for one in found.areas),
        centre=replace(
            found.centre,
            deciders=found.centre.deciders.at(_number(found.centre.deciders.value, variant.people.get("above", 1))),
        ),
    )
    _of_a_size(found, variant)
    return checked(found if variant.teams == 1 else _multiplied(found, variant.teams))


def _of_a_size(organisation: Organisation, variant: Variant) -> None:
    """Refuse what grows beyond what can be simulated, before it does."""
    everybody = sum(one.people + one.agents for one in organisation.areas) * variant.teams
    everybody += int(organisation.centre.deciders.value) + sum(one.approvers for one in organisation.gates)
    if everybody > MOST_PARTIES:
        raise InvalidInput(
            f"{variant.name}: {everybody:,} people and agents are too many to simulate",
            hint=f"up to {MOST_PARTIES:,} of them",
        )
    ties = max(len(organisation.requests), len(organisation.areas)) * variant.teams**2
    if variant.teams > 1 and ties > MOST_TIES:
        most = int((MOST_TIES / max(len(organisation.requests), len(organisation.areas))) ** 0.5)
        raise InvalidInput(f"{variant.teams} times the teams are too many to simulate", hint=f"up to {most} times")


def _sensible(organisation: Organisation, variant: Variant) -> None:
    for speed in (variant.speedup, *variant.speedups.values()):
        if not 1 <= speed <= 1e6:
            raise InvalidInput(f"a speed-up of {speed:g} is none", hint="from 1 (as now) up; 10 is ten times as fast")
    if variant.escalated is not None and not 0 <= variant.escalated <= 1:
        raise InvalidInput(f"{variant.escalated:g} of decisions is no share", hint="from 0 (none) to 1 (all)")
    if not 0 <= variant.response <= 2:
        raise InvalidInput(
            f"a response of demand of {variant.response:g} is none",
            hint="0: as much work as now; 1: as much more as execution is faster",
        )
    if variant.teams < 1:
        raise InvalidInput(f"{variant.teams} times as many teams is nothing to simulate", hint="1 or more")
    if variant.teams > MOST_TIMES:
        raise InvalidInput("so many times the teams are too many to simulate", hint=f"at most {MOST_TIMES:,} times")
    if any(number < 0 for number in variant.agents.values()):
        raise InvalidInput("agents can only be added", hint="0 or more")
    if any(number > MOST_PARTIES for number in variant.agents.values()):
        raise InvalidInput("so many agents are too many to simulate", hint=f"at most {MOST_PARTIES:,}")
    _names_known(organisation, variant)
    _numbers_sensible(variant)
    grouped = [name for group in variant.merge for name in dict.fromkeys(group)]
    if twice := sorted({name for name in grouped if grouped.count(name) > 1}):
        raise InvalidInput(f"{twice[0]} cannot be merged into two rituals", hint="name it in one group alone")


def _numbers_sensible(variant: Variant) -> None:
    for name, value in variant.settings.items():
        least, most = _bounds(name)
        if not least <= value <= most:
            raise InvalidInput(f"{name} cannot be {value:g}", hint=f"a {SETTINGS[name].unit}: {SETTINGS[name].about}")
        if name in FITTED:
            raise InvalidInput(
                f"{name} cannot be another in a variant: how much work there is follows from it, the same in all",
                hint="speedup, response, people and teams change how busy people are",
            )
    for name, factor in (*variant.shorten.items(), *variant.respace.items(), *variant.people.items()):
        if not 0 < factor < float("inf"):
            raise InvalidInput(f"{name} times {factor:g} is nothing", hint="to take it away altogether, remove it")
        if not 1 / MOST_TIMES <= factor <= MOST_TIMES:
            raise InvalidInput(f"{name} times {factor:g} is too far from now", hint=f"up to {MOST_TIMES:,} times")


def _bounds(name: str) -> tuple[float, float]:
    """Between what a number of the model makes sense."""
    one = SETTINGS[name]
    most = 1.0 if one.unit in ("share", "exponent") else one.usual.high * MOST_TIMES
    return (one.usual.low / MOST_TIMES if name in NOT_NONE else 0.0), most


def _names_known(organisation: Organisation, variant: Variant) -> None:
    areas = {one.name for one in organisation.areas}
    for name, model in variant.model.items():
        if model not in MODELS:
            raise InvalidInput(f"there is no model {model!r}", hint=", ".join(MODELS))
        _known(name, areas | {ALL}, "area")
    _known_all(variant.speedups, {one.sort for one in organisation.streams}, "class of work")
    _known_all(variant.remove, {name for name, _, _ in organisation.elements()}, "element")
    rituals = {one.name for one in organisation.rituals}
    for group in (*variant.merge, tuple(variant.shorten), tuple(variant.respace)):
        _known_all(group, rituals, "ritual")
    _known_all(variant.people, areas | {ALL, "above"} | {one.name for one in organisation.gates}, "area or gate")
    _known_all(variant.agents, areas | {ALL}, "area")
    _known_all(variant.settings, set(SETTINGS), "number")


def _known_all(names: object, there: set[str], what: str) -> None:
    for name in names:  # type: ignore[attr-defined]
        _known(name, there, what)


def _known(name: str, there: set[str], what: str) -> None:
    if name not in there:
        some = ", ".join(sorted(there)[:12])
        raise InvalidInput(f"the model has no {what} {name!r}", hint=f"it has {some}{', …' if len(there) > 12 else ''}")


def _number(now: float, factor: float) -> float:
    return max(1.0, float(round(now * factor)))


def _area(area: Area, organisation: Organisation, variant: Variant) -> Area:
    factor = variant.people.get(area.name, variant.people.get(ALL, 1))
    people = area.people if factor == 1 or not area.people else int(_number(area.people, factor))
    agents = area.agents + variant.agents.get(area.name, 0)
    if spread := variant.agents.get(ALL, 0):
        agents += _part(organisation, area, spread)
    return replace(area, people=people, agents=agents)


def _part(organisation: Organisation, area: Area, number: int) -> int:
    """How many of a number of agents come to an area, in proportion to people; all of them come somewhere."""
    every = max(sum(one.people for one in organisation.areas), 1)
    before = 0
    for one in organisation.areas:
        if one.name == area.name:
            return round(number * (before + one.people) / every) - round(number * before / every)
        before += one.people
    return 0


def _gate(gate: Gate, variant: Variant) -> Gate:
    factor = variant.people.get(gate.name, 1)
    return gate if factor == 1 else replace(gate, approvers=max(gate.needed, int(_number(gate.approvers, factor))))


def _rituals(organisation: Organisation, variant: Variant) -> tuple[Ritual, ...]:
    """First each is changed or removed by its own name; then what is left of a group becomes one."""
    by_name = {
        one.name: replace(
            one,
            hours=_times(organisation, one, variant.shorten.get(one.name, 1)),
            every=one.every.at(one.every.value * variant.respace.get(one.name, 1)),
            attendees=_attending(organisation, one, variant),
        )
        for one in organisation.rituals
        if one.name not in variant.remove
    }
    for group in variant.merge:
        if some := [by_name.pop(name) for name in dict.fromkeys(group) if name in by_name]:
            by_name[some[0].name] = _merged(organisation, some) if len(some) > 1 else some[0]
    return tuple(by_name.values())


def _attending(organisation: Organisation, ritual: Ritual, variant: Variant) -> dict[str, float]:
    """Where an area has more people or fewer, as large a part of them attends as before."""
    before = {one.name: one for one in organisation.areas}
    return {
        area: number * _area(before[area], organisation, variant).people / before[area].people
        for area, number in ritual.attendees.items()
    }


def _times(organisation: Organisation, ritual: Ritual, factor: float) -> Known | None:
    if factor == 1:
        return ritual.hours
    return (ritual.hours or organisation.known("meeting")).at(organisation.took(ritual) * factor)


def _merged(organisation: Organisation, rituals: list[Ritual]) -> Ritual:
    """One ritual in place of several: as long as the longest and as often as the most frequent of them, for all who
    attended any (of an area the most that one had), and it brings to light what any of them would have."""
    first = rituals[0]
    attendees: dict[str, float] = {}
    for one in rituals:
        for area, number in one.attendees.items():
            attendees[area] = max(attendees.get(area, 0), number)
    missed = 1.0
    for one in rituals:
        missed *= 1 - organisation.catches(one)
    return replace(
        first,
        label=" with ".join(one.label for one in rituals),
        attendees=attendees,
        hours=max(rituals, key=organisation.took).hours,
        every=min((one.every for one in rituals), key=lambda one: one.value),
        catches=(first.catches or organisation.known("aligning")).at(1 - missed),
        decides=any(one.decides for one in rituals),
        governance=any(one.governance for one in rituals),
        rule="; ".join(dict.fromkeys(one.rule for one in rituals if one.rule)),
    )


def _multiplied(organisation: Organisation, times: int) -> Organisation:
    """So many of each area, with its own work. An item touches others more often the more of them there are, to the
    power of ``interweaving``; those who decide above, and who approve, are as many as before; rituals of one area are
    held by each of the new ones, those of several have all of them."""
    more = times ** organisation.setting("interweaving")

    def names(one: str) -> list[str]:
        return [one, *(f"{one}#{number}" for number in range(2, times + 1))]

    def of(area: Area, name: str) -> Area:
        number = name.partition("#")[2]
        return replace(area, name=name, label=f"{area.label} {number}".strip())

    def stream(one: Stream, name: str) -> Stream:
        touching = 1 - (1 - one.touching.value) ** more
        return replace(one, area=name, touching=one.touching.at(touching))

    rituals: list[Ritual] = []
    for ritual in organisation.rituals:
        if len(ritual.attendees) == 1:
            area, number = next(iter(ritual.attendees.items()))
            for name in names(area):
                own = ritual.name if name == area else f"{ritual.name}{name[len(area) :]}"
                rituals.append(replace(ritual, name=own, attendees={name: number}))
        else:
            everybody = {name: number for area, number in ritual.attendees.items() for name in names(area)}
            rituals.append(replace(ritual, attendees=everybody))
    return replace(
        organisation,
        areas=tuple(of(one, name) for one in organisation.areas for name in names(one.name)),
        streams=tuple(stream(one, name) for one in organisation.streams for name in names(one.area)),
        requests=tuple(
            Request(asks, asked, one.per_item.at(one.per_item.value * more / times), one.hours)
            for one in organisation.requests
            for asks in names(one.asks)
            for asked in names(one.asked)
        ),
        gates=tuple(
            replace(one, areas={name: share for area, share in one.areas.items() for name in names(area)})
            for one in organisation.gates
        ),
        rituals=tuple(rituals),
    )
