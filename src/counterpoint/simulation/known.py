"""What a model rests on: numbers that say where they come from, and the range that they could lie in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from counterpoint.errors import InvalidInput

MEASURED, DECLARED, ASSUMED = "measured", "declared", "assumed"


@dataclass(frozen=True, slots=True)
class Known:
    """A number of a model: its ``value``, the range from ``low`` to ``high`` that it could lie in, and its ``origin``:
    *measured* on a ``sample`` of so many, *declared* by the organisation, or *assumed*, in which case ``why`` says
    whence."""

    value: float
    low: float
    high: float
    origin: str = ASSUMED
    sample: int = 0
    why: str = ""

    @property
    def assumed(self) -> bool:
        """Does it rest on nothing but our word?"""
        return self.origin == ASSUMED

    def at(self, value: float) -> Known:
        """The same, with another value."""
        return replace(self, value=value)


def declared(value: float, why: str = "") -> Known:
    """A number that the organisation states."""
    return Known(value, value, value, DECLARED, why=why)


def measured(value: float, sample: int, why: str = "") -> Known:
    """A number that was measured on a sample of so many."""
    return Known(value, value, value, MEASURED, sample, why)


def assumed(value: float, low: float, high: float, why: str) -> Known:
    """A number that nobody stated or measured.

    Raises:
        InvalidInput: it does not lie in its own range.
    """
    if not low <= value <= high:
        raise InvalidInput(f"{value} does not lie between {low} and {high}")
    return Known(value, low, high, ASSUMED, why=why)


@dataclass(frozen=True, slots=True)
class Setting:
    """One number of the model that holds for the whole organisation: its name, unit, and what it means."""

    name: str
    unit: str
    about: str
    usual: Known


SETTINGS: Mapping[str, Setting] = {
    one.name: one
    for one in (
        Setting("utilisation", "share", "of the hours of people that work and coordination take, as things are",
                assumed(0.7, 0.5, 0.85, "usual in teams that plan with some slack")),
        Setting("volume", "hours", "of execution in an item of work, where nothing says how long one takes",
                assumed(16, 4, 40, "some days of one person")),
        Setting("spread", "CV²", "of execution: variance over squared mean",
                assumed(4, 1, 12, "public data of tasks has 2 to 20")),
        Setting("questions", "hours", "of execution between two questions that need a decision before work goes on",
                assumed(16, 6, 60, "one in some days of work")),
        Setting("deciding", "hours", "that a decider needs for one decision",
                assumed(1, 0.25, 3, "to read, ask back, and answer")),
        Setting("peers", "people", "consulted where a team decides by itself",
                assumed(2, 1, 4, "those whom it concerns most")),
        Setting("consulting", "hours", "that each of them needs",
                assumed(0.5, 0.1, 1.5, "a conversation")),
        Setting("asking", "hours", "that the receiver of a handoff or a request needs to understand it",
                assumed(0.5, 0.1, 2, "what it is about, and where things are")),
        Setting("request", "hours", "of work in what one area asks of another",
                assumed(6, 1, 16, "a review or a part of the work")),
        Setting("approving", "hours", "that an approver needs for one approval",
                assumed(1, 0.25, 3, "to look at a piece of work")),
        Setting("reviewing", "hours", "that a person needs to review an agent's item of work",
                assumed(1, 0.25, 4, "where the terms ask for it, or none are stated")),
        Setting("meeting", "hours", "of a ritual whose length is not stated",
                assumed(1, 0.5, 1.5, "an hour is what most calendars offer")),
        Setting("message", "minutes", "that a message costs its reader",
                assumed(3, 1, 10, "to read, and to find back to one's work")),
        Setting("defects", "share", "of items that have a defect when they are finished",
                assumed(0.2, 0.05, 0.4, "change failure rates of public surveys")),
        Setting("catching", "share", "of defects that a gate catches",
                assumed(0.4, 0, 0.8, "what reviews find in published studies, and none at all")),
        Setting("rework", "share", "of the execution of an item that its rework takes",
                assumed(0.3, 0.1, 0.6, "part of it is done again")),
        Setting("escape", "hours", "that a defect costs which nobody caught",
                assumed(24, 4, 80, "to find it, to mend it, and what it did")),
        Setting("misfit", "share", "of questions that touch other areas, are answered without them, and do not fit",
                assumed(0.15, 0, 0.4, "those who decide do not see what others do")),
        Setting("misfit_above", "share", "of questions that touch other areas, are answered above, and do not fit",
                assumed(0.05, 0, 0.2, "those above see more, and not everything")),
        Setting("alone", "share", "of questions that are answered without asking anybody, and do not fit",
                assumed(0.1, 0, 0.4, "nobody else has looked at it")),
        Setting("unskilled", "times", "as long as those who know it an area needs for what it would ask of others",
                assumed(1.5, 1, 3, "they have to learn it first")),
        Setting("aligning", "share", "of what would not fit that a ritual brings to light in time",
                assumed(0.1, 0, 0.5, "what it catches is hard to measure, so it is swept")),
        Setting("delay", "hours", "of work that a week of waiting costs for an item",
                assumed(1, 0, 8, "cost of delay; nothing at all, or a day of work")),
        Setting("agent_speed", "times", "as fast as a person an agent executes",
                assumed(2, 0.5, 10, "from slower to much faster")),
        Setting("agent_cost", "hours", "of a person that an hour of an agent costs",
                assumed(0.05, 0, 0.3, "prices of today")),
        Setting("interweaving", "exponent", "of how requests for others grow with the number of teams",
                assumed(0.5, 0, 1, "0: as many as before; 1: in proportion")),
    )
}  # fmt: skip
"""Every number that holds for the whole organisation, with what it is taken to be where nobody states it."""
