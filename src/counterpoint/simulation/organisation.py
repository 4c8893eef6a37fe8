"""The organisation as a model has it: areas with their people and agents, the streams of work that come to them, and
the elements of coordination: requests between areas, decisions above them, gates and rituals.

The clock of a model is working time: an hour is one in which people work, and a week has as many as they work in it.
What agents do at night is part of how fast they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from counterpoint.errors import InvalidInput
from counterpoint.simulation.known import SETTINGS, Known

CENTRALISED, DECENTRALISED, HYBRID = "centralised", "decentralised", "hybrid"
MODELS = (CENTRALISED, DECENTRALISED, HYBRID)
RITUAL, GATE, REQUESTS, ABOVE, PEERS = "ritual", "gate", "requests", "decisions above", "peers consulted"


@dataclass(frozen=True, slots=True)
class Area:
    """Who works together: a number of ``people`` and ``agents``. ``share`` is how much of their working time people
    have for this area (who is in two gives half to each); ``model`` is how it is coordinated, where it says so;
    ``reviewed`` whether a person reviews what agents do here."""

    name: str
    label: str
    people: int
    agents: int = 0
    share: float = 1.0
    model: str | None = None
    reviewed: bool = True


@dataclass(frozen=True, slots=True)
class Stream:
    """Work of one class that comes to an area: how many items a week, how many hours of execution each takes (or as
    they were ``observed``), and the share of items that touch other areas. ``under_way`` is how many are being worked
    at now, where that is known."""

    area: str
    sort: str
    weekly: Known
    volume: Known
    touching: Known
    observed: tuple[float, ...] = ()
    under_way: int | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """That items of one area need something of another: how many per item (on average), and how many hours of
    execution there are in one, or what is usual (``request``)."""

    asks: str
    asked: str
    per_item: Known
    hours: Known | None = None


@dataclass(frozen=True, slots=True)
class Gate:
    """An approval: how many can give it (``approvers``), how many must (``needed``), and for which share of the items
    of which areas. With ``governance`` it stays whatever is found, and ``rule`` says what it serves. ``hours`` of one
    approval and the share of defects that it ``catches`` are as usual (``approving``, ``catching``) where not said."""

    name: str
    label: str
    approvers: int
    needed: int
    areas: Mapping[str, float]
    hours: Known | None = None
    catches: Known | None = None
    governance: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Ritual:
    """A recurring moment: how many of each area attend, and how many working hours lie between two. How many ``hours``
    it takes, and the share of what would not fit that it ``catches``, are as usual (``meeting``, ``aligning``) where
    not said. ``decides``: what is decided above waits for its next time."""

    name: str
    label: str
    attendees: Mapping[str, float]
    every: Known
    hours: Known | None = None
    catches: Known | None = None
    decides: bool = False
    governance: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Centre:
    """Who decides above the areas: how many, and what they are called."""

    label: str
    deciders: Known


@dataclass(frozen=True)
class Organisation:
    """All of it. ``week`` are the working hours of a week; ``settings`` the numbers that hold for all, by name."""

    areas: tuple[Area, ...]
    streams: tuple[Stream, ...]
    centre: Centre
    requests: tuple[Request, ...] = ()
    gates: tuple[Gate, ...] = ()
    rituals: tuple[Ritual, ...] = ()
    week: float = 40.0
    settings: Mapping[str, Known] = field(default_factory=dict)

    def setting(self, name: str) -> float:
        """A number that holds for all: as stated, else as it usually is."""
        return self.known(name).value

    def known(self, name: str) -> Known:
        """The same, with where it comes from.

        Raises:
            InvalidInput: there is no such number.
        """
        if name not in SETTINGS:
            raise InvalidInput(f"the model has no number {name!r}", hint=f"it has {', '.join(SETTINGS)}")
        return self.settings.get(name, SETTINGS[name].usual)

    def took(self, of: Request | Gate | Ritual) -> float:
        """Hours: of the work in a request, of one approval, of one time of a ritual."""
        usual = {Request: "request", Gate: "approving", Ritual: "meeting"}[type(of)]
        return self.setting(usual) if of.hours is None else of.hours.value

    def catches(self, of: Gate | Ritual) -> float:
        """Of what a gate or a ritual is to catch, the share that it catches."""
        usual = "catching" if isinstance(of, Gate) else "aligning"
        return self.setting(usual) if of.catches is None else of.catches.value

    def area(self, name: str) -> Area:
        """The area of that name."""
        return next(one for one in self.areas if one.name == name)

    def elements(self) -> Iterator[tuple[str, str, str]]:
        """Every element of coordination: its name, what people call it, and its sort."""
        for ritual in self.rituals:
            yield ritual.name, ritual.label, RITUAL
        for gate in self.gates:
            yield gate.name, gate.label, GATE
        labels = {one.name: one.label for one in self.areas}
        for asked in sorted({one.asked for one in self.requests}):
            yield f"requests:{asked}", f"what others ask of {labels[asked]}", REQUESTS
        yield "above", f"decisions by {self.centre.label}", ABOVE
        yield "peers", "peers consulted before an area decides", PEERS


def checked(organisation: Organisation) -> Organisation:
    """The organisation, if there is something to simulate in it.

    Raises:
        InvalidInput: no work, fewer than two areas, an area or a centre without anybody, or a name that is not known.
    """
    names = {one.name for one in organisation.areas}
    if not any(one.weekly.value > 0 for one in organisation.streams):
        raise InvalidInput(
            "there is no work to simulate: no open item belongs to a team or a zone",
            hint="import work with an owner, a team or a zone (`counterpoint help import`)",
        )
    if len(names) < 2:
        raise InvalidInput(
            f"there is only one area ({', '.join(names)}): with nobody to coordinate with, all models are the same",
            hint="work of at least two teams or zones is needed",
        )
    for one in organisation.areas:
        if one.people < 1 or one.share <= 0:
            raise InvalidInput(
                f"{one.label} has no capacity: nobody would ever end its work",
                hint="give it people; agents alone do not do, since somebody answers for what they do",
            )
    for stream in organisation.streams:
        _there(stream.area, names)
        if stream.weekly.value < 0 or stream.volume.value < 0:
            raise InvalidInput(f"{stream.area}: neither work nor its hours can be below 0")
    for request in organisation.requests:
        _there(request.asks, names)
        _there(request.asked, names)
    if organisation.centre.deciders.value < 1:
        raise InvalidInput(f"{organisation.centre.label} has no capacity: nobody decides above the areas")
    for gate in organisation.gates:
        if not 1 <= gate.needed <= gate.approvers:
            raise InvalidInput(
                f"{gate.label} needs {gate.needed} approvals and {gate.approvers} can give one: nothing would ever pass"
            )
    return organisation


def _there(name: str, names: set[str]) -> None:
    if name not in names:
        raise InvalidInput(f"there is no area {name!r}")
