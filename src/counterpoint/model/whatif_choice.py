"""What is chosen on the page of what-ifs, and what is answered: the best that is known so far, and how good that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from counterpoint.errors import BadValue
from counterpoint.model.whatif import Census, Compared, CurvePoint, LimitRow

AS_IT_IS = ""
CHOICES = (AS_IT_IS, "centralised", "decentralised", "hybrid")
"""How all of the organisation is coordinated: as it is, or by one of the three models."""
MOST_SPEEDUP, MOST_AGENTS, MOST_TEAMS, MOST_REMOVED = 100.0, 1_000, 10, 500
LEAST_PEOPLE, MOST_PEOPLE = 0.25, 4.0
GRID = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""The speed-ups for which answers are worked out beforehand."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One what-if of the page: execution ``speedup`` times as fast, demand that grows with it to the power of
    ``response``, a ``model`` for all, ``agents`` more, so many times the ``teams`` and the ``people``, and the elements
    of coordination that are taken away. Two choices that ask the same are equal."""

    speedup: float = 1.0
    response: float = 0.0
    model: str = AS_IT_IS
    agents: int = 0
    teams: int = 1
    people: float = 1.0
    remove: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "remove", tuple(sorted(set(self.remove))))
        if self.speedup == 1:
            object.__setattr__(self, "response", 0.0)

    @property
    def changes(self) -> tuple[str, ...]:
        """In words what differs from today beside speed, demand and model."""
        found = [f"{self.agents} agents more"] if self.agents else []
        found += [f"{self.teams} times the teams"] if self.teams != 1 else []
        found += [f"{self.people:g} times the people"] if self.people != 1 else []
        elements = "one element" if len(self.remove) == 1 else f"{len(self.remove)} elements"
        return (*found, f"{elements} of coordination less") if self.remove else tuple(found)

    @property
    def nearest(self) -> Choice:
        """The nearest of those that are worked out beforehand."""
        speedup = min(GRID, key=lambda one: max(one, self.speedup) / min(one, self.speedup))
        return Choice(speedup, float(round(self.response)), self.model)

    def at(self, speedup: float) -> Choice:
        """The same at another speed-up."""
        return replace(self, speedup=speedup)


NOW = Choice()


def checked(choice: Choice) -> Choice:
    """The choice, if it can be meant.

    Raises:
        BadValue: a part of it is out of its limits; it is named, with the limits.
    """
    _within("k, the speed-up,", choice.speedup, 1, MOST_SPEEDUP, "1 is as fast as now, 10 ten times as fast")
    _within("response", choice.response, 0, 1, "0: as much work as now; 1: as much more as execution is faster")
    _within("agents", choice.agents, 0, MOST_AGENTS, "so many agents more than now")
    _within("teams", choice.teams, 1, MOST_TEAMS, "so many times as many teams as now")
    _within("people", choice.people, LEAST_PEOPLE, MOST_PEOPLE, "so many times as many people as now")
    if choice.model not in CHOICES:
        raise BadValue(f"there is no model {choice.model!r}", hint=f"one of: {', '.join(CHOICES[1:])}; or none of them")
    if len(choice.remove) > MOST_REMOVED:
        raise BadValue(f"{len(choice.remove)} elements are too many to take away", hint=f"at most {MOST_REMOVED}")
    return choice


def _within(name: str, value: float, least: float, most: float, hint: str) -> None:
    # Written so that what is no number at all (nan) is refused too.
    if not least <= value <= most:
        raise BadValue(f"{name} cannot be {value:g}", hint=f"from {least:g} to {most:g}; {hint}")


@dataclass(frozen=True, slots=True)
class ElementName:
    """An element of coordination that can be taken away."""

    element: str
    label: str
    sort: str


@dataclass(frozen=True, slots=True)
class Grade:
    """How good a part of an answer is: with which ``effort`` it was simulated (*quick*, *usual*), how many replications
    there were (at most, where each figure had its own number of them), and whether it is ``exactly`` what was chosen.
    If not, it is of the nearest choice that was worked out beforehand: ``speedup`` and ``response``, with none of the
    choice's other changes."""

    effort: str
    replications: int
    speedup: float
    response: float
    exactly: bool

    @property
    def final(self) -> bool:
        """Nothing better will come."""
        return self.exactly and self.effort == "usual"


@dataclass(frozen=True, slots=True)
class Standing:
    """How far an answer has come. ``head`` names the record that it is of; ``models``, ``curve`` and ``elements`` say
    how good these parts are (None: nothing is known yet). ``doing`` is what is being worked out, ``done`` of ``most``
    parts of it; ``ahead`` of ``of`` answers have been worked out beforehand. ``finished``: nothing better will come."""

    head: str
    models: Grade | None
    curve: Grade | None
    elements: Grade | None
    doing: str
    done: int
    most: int
    ahead: int
    of: int
    finished: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """What is known so far of a choice: ``compared`` has today first, then the choice's changes under each of the
    models; ``curve`` the same changes at other speed-ups; ``limits`` who cannot keep up from where on, if demand grows
    with speed; ``before`` and ``after`` the elements today and under the choice. What is not known yet is None, or
    empty."""

    choice: Choice
    standing: Standing
    compared: Compared | None
    curve: tuple[CurvePoint, ...]
    limits: tuple[LimitRow, ...]
    before: Census | None
    after: Census | None


@dataclass(frozen=True, slots=True)
class Figures:
    """Variants side by side, and when stations cannot keep up."""

    compared: Compared
    limits: tuple[LimitRow, ...]


def chosen_row(answer: Compared, choice: Choice) -> int:
    """Which of the rows of an answer is the one that was chosen."""
    names = [one.name for one in answer.variants]
    wanted = choice.model or "as it is"
    return names.index(wanted) if wanted in names else 0


def curve_speeds(choice: Choice) -> Sequence[float]:
    """The speed-ups of a curve, that of the choice among them."""
    return sorted({*GRID, choice.speedup})
