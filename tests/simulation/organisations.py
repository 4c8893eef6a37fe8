"""Small invented organisations to simulate."""

from __future__ import annotations

from dataclasses import replace

from counterpoint.simulation.comparing import Effort
from counterpoint.simulation.known import assumed, declared
from counterpoint.simulation.organisation import Area, Centre, Gate, Organisation, Request, Ritual, Stream

BRIEF = Effort(weeks=20, least=300, most=600, replications=4, precision=0.0)
"""Enough to tell exact equalities, and what differs by much."""


def three_areas() -> Organisation:
    """Three areas that ask each other; two gates, a ritual that decides, and one of a single area."""
    areas = (Area("api", "API", 6), Area("web", "Web", 5, agents=2), Area("ops", "Operations", 4))
    streams = tuple(
        Stream(area, "task", declared(weekly), assumed(16, 4, 40, "not stated"), declared(touching))
        for area, weekly, touching in (("api", 6, 0.4), ("web", 8, 0.3), ("ops", 3, 0.6))
    )
    requests = (
        Request("web", "api", declared(0.3)),
        Request("api", "ops", declared(0.4)),
        Request("ops", "api", declared(1.2)),
    )
    gates = (
        Gate("gate:security", "security", 2, 1, {"api": 0.5, "web": 0.2}, governance=True, rule="SOC 2"),
        Gate("gate:quality", "quality", 3, 2, {"api": 1.0, "web": 1.0}),
    )
    rituals = (
        Ritual("ritual:steering", "steering", {"api": 1, "web": 1, "ops": 1}, declared(80), declared(2), decides=True),
        Ritual("ritual:daily", "daily", {"api": 6}, declared(8), declared(0.25)),
    )
    return Organisation(areas, streams, Centre("the board", declared(2)), requests, gates, rituals)


def asynchronous() -> Organisation:
    """The same, where those above decide one by one and not in a ritual."""
    found = three_areas()
    return replace(found, rituals=tuple(replace(one, decides=False) for one in found.rituals))
