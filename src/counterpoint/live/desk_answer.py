"""What a desk of what-ifs works out for an answer, in which order, and the best answer from what is there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from counterpoint.model.whatif import Census, CurvePoint
from counterpoint.model.whatif_choice import (
    CHOICES,
    GRID,
    NOW,
    Answered,
    Choice,
    Figures,
    Grade,
    Standing,
    curve_speeds,
)

Kind = Literal["open", "ahead", "figures", "drawn", "curve", "census", "point"]
QUICK, USUAL = "quick", "usual"


@dataclass(frozen=True, slots=True)
class Job:
    """One thing to work out: to ``open`` the organisation; the figures of all choices ``ahead`` at one response of
    demand (each then is one of ``figures`` and a ``point`` of a curve); the ``figures`` of a choice, with what is
    assumed ``drawn`` or without; its ``curve``; its ``census``."""

    kind: Kind
    choice: Choice | None = None
    effort: str = QUICK

    @property
    def about(self) -> str:
        """In words."""
        return {
            "open": "reading the organisation and preparing the engine",
            "ahead": "working out figures beforehand",
            "figures": "simulating",
            "drawn": "drawing what is assumed",
            "curve": "simulating other speeds",
            "census": "removing each element",
            "point": "simulating",
        }[self.kind]

    @property
    def of_grid(self) -> bool:
        """It is one of those that are worked out beforehand, and stays."""
        return self.kind in ("ahead", "point") or (self.effort == QUICK and self.choice in _grid())

    def carried_out(self, model: Any, mapped: Any, told: Any) -> dict[Job, Any]:
        """What a model makes of it, by what each of it is."""
        choice = self.choice or NOW
        match self.kind:
            case "ahead":
                found: dict[Job, Any] = {self: True}
                for one, (figures, point) in model.ahead(choice.response, mapped, told).items():
                    found[Job("figures", one)] = figures
                    found[Job("point", one)] = point
                return found
            case "figures" | "drawn":
                drawn = self.kind == "drawn"
                return {self: model.figures(choice, self.effort, mapped, told, drawn=drawn)}
            case "curve":
                return {self: model.curve(choice, self.effort, mapped, told)}
            case _:
                return {self: model.census(choice, self.effort, mapped, told)}


Results = dict[Job, Any]
"""What was worked out; None where a choice turned out to make no sense."""


@cache
def beforehand() -> tuple[Job, ...]:
    """All that can be worked out before anybody asks, what most will ask for first."""
    # At the speed of today a response is none, so it is told by the fastest point.
    ahead = [Job("ahead", Choice(GRID[-1], response)) for response in (0.0, 1.0)]
    return (*ahead, *(Job("census", one) for one in _grid()))


@cache
def _grid() -> tuple[Choice, ...]:
    every = [Choice(speed, response, model) for model in CHOICES for response in (0.0, 1.0) for speed in GRID]
    return tuple(dict.fromkeys(every))


def plan(choice: Choice, results: Mapping[Job, Any], *, whole: bool = False) -> list[Job]:
    """What is still to be done for a choice, in its order (or all of it): quick figures first, then those of usual
    effort, then what each element bears, and the rest of the curve at last."""
    every = [
        Job("figures", choice),
        Job("figures", choice, USUAL),
        Job("census", choice),
        Job("census", NOW),
        Job("curve", choice, USUAL),
        Job("drawn", choice, USUAL),
        Job("census", choice, USUAL),
        Job("census", NOW, USUAL),
        *(Job("census", choice.at(speed)) for speed in GRID),
    ]
    return [job for job in dict.fromkeys(every) if whole or job not in results]


def answered(
    choice: Choice,
    results: Mapping[Job, Any],
    head: str,
    doing: tuple[str, int, int],
    replications: Callable[[str], int],
) -> Answered:
    """The best answer to a choice from what is there."""
    figures, models = _figures(choice, results)
    rows, curve = _curve(choice, results, replications)
    census, elements = _census(choice, results, replications)
    before, _ = _census(NOW, results, replications)
    ahead = beforehand()
    standing = Standing(
        head=head,
        models=models,
        curve=curve,
        elements=elements,
        doing=doing[0],
        done=doing[1],
        most=doing[2],
        ahead=sum(job in results for job in ahead),
        of=len(ahead),
        finished=bool(results) and not plan(choice, results),
    )
    return Answered(
        choice, standing, figures.compared if figures else None, rows, figures.limits if figures else (), before, census
    )


def _figures(choice: Choice, results: Mapping[Job, Any]) -> tuple[Figures | None, Grade | None]:
    tries = [
        (Job("drawn", choice, USUAL), USUAL),
        (Job("figures", choice, USUAL), USUAL),
        (Job("figures", choice), QUICK),
    ]
    for job, effort in tries:
        if results.get(job) is not None:
            return results[job], _grade(effort, results[job].compared.replications, choice, choice)
    found = results.get(Job("figures", choice.nearest))
    return found, None if found is None else _grade(QUICK, found.compared.replications, choice.nearest, choice)


def _census(
    choice: Choice, results: Mapping[Job, Any], replications: Callable[[str], int]
) -> tuple[Census | None, Grade | None]:
    for of, effort in ((choice, USUAL), (choice, QUICK), (choice.nearest, USUAL), (choice.nearest, QUICK)):
        found = results.get(Job("census", of, effort))
        if found is not None:
            return found, _grade(effort, replications(effort), of, choice)
    return None, None


def _curve(
    choice: Choice, results: Mapping[Job, Any], replications: Callable[[str], int]
) -> tuple[tuple[CurvePoint, ...], Grade | None]:
    points = results.get(Job("curve", choice, USUAL))
    if points is not None:
        full = [_borne(point, choice.at(point.speedup), results) for point in points]
        return tuple(full), _grade(USUAL, replications(USUAL), choice, choice)
    near = choice.nearest
    found = [(near.at(speed), results.get(Job("point", near.at(speed)))) for speed in curve_speeds(near)]
    rows = tuple(_borne(point, one, results) for one, point in found if point is not None)
    grade = _grade(QUICK, replications(QUICK), near, choice) if rows else None
    return rows, None if grade is None else replace(grade, exactly=_same_curve(near, choice))


def _same_curve(near: Choice, choice: Choice) -> bool:
    return (
        replace(near, speedup=choice.speedup, response=choice.response) == choice and near.response == choice.response
    )


def _borne(point: CurvePoint, choice: Choice, results: Mapping[Job, Any]) -> CurvePoint:
    """A point with what bears load there, where that is known."""
    for effort in (USUAL, QUICK):
        found: Census | None = results.get(Job("census", choice, effort))
        if found is not None:
            return replace(
                point, bearing_low=found.bearing_low, bearing_usual=found.bearing_usual,
                bearing_high=found.bearing_high,
            )  # fmt: skip
    return point


def _grade(effort: str, replications: int, of: Choice, choice: Choice) -> Grade:
    return Grade(effort, replications, of.speedup, of.response, of == choice)
