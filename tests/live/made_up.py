"""A model that works its answers out by a formula, can be held up, and says what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from counterpoint.errors import InvalidInput
from counterpoint.model.whatif import (
    AreaRow,
    Basis,
    Census,
    Compared,
    CurvePoint,
    ElementRow,
    Figure,
    LimitRow,
    Load,
    NumberRow,
    VariantRow,
)  # fmt: skip
from counterpoint.model.whatif_choice import CHOICES, GRID, NOW, Choice, ElementName, Figures, curve_speeds

ELEMENTS = (
    ElementName("ritual:weekly", "The weekly <b>", "ritual"),
    ElementName("gate:security", "Security review", "gate"),
    ElementName("requests:team:pay", "what others ask of Pay", "requests"),
    ElementName("above", "decisions by the leads", "decisions above"),
)
KINDS = ("optional", "necessary governance", "not yet known", "load-bearing")
NUMBER = NumberRow("misfit", "of items misfit", 0.2, "share", 0.1, 0.4, "assumed", 0, "nobody measured it")
BASIS = Basis(2, 3, 4, 17, 2, 5, 6, 1, (NUMBER,), ("1 dependency: a note",), None, "there is no activity", 8.0, 1)


def figure(value: float) -> Figure:
    return Figure(value, value * 0.9, value * 1.1)


def row(choice: Choice, name: str, draws: int = 0) -> VariantRow:
    """Execution shrinks with speed, coordination does not; centralised costs a queue more."""
    execution, waiting = 40 / choice.speedup, 16.0 if choice.model == "centralised" else 8.0
    lead = execution + waiting - len(choice.remove) + choice.agents / 1000
    saturated = ("the gate",) if choice.response == 1 and choice.speedup > 50 else ()
    parts = dict.fromkeys(("requests", "decision", "meeting", "gates", "rework"), 0.0)
    verdict = "" if name == "now" else "costs 20% less" + (f", in {draws} of {draws} draws" if draws else "")
    return VariantRow(
        name, figure(lead), figure(lead), figure(2 * lead), {"execution": execution, "queue": waiting, **parts},
        {"direct": execution}, figure(waiting / (waiting + execution)), figure(3.0), 1.0, 0.0, figure(lead),
        None, None, None, draws, (Load("gate:security", "Security review", 0.5),), saturated, verdict,
    )  # fmt: skip


@dataclass
class Model:
    """Stands in for :class:`counterpoint.questions.whatif.choosing.Choosing`. While ``gate`` is closed, everything of
    usual effort takes until it opens; ``log`` has what was begun, and ``given_up`` what was not brought to an end."""

    ground: object = "as it was"
    gate: threading.Event = field(default_factory=threading.Event)
    log: list[tuple[str, Choice, str]] = field(default_factory=list)
    given_up: list[tuple[str, Choice]] = field(default_factory=list)
    running: int = 0
    most_running: int = 0
    elements: tuple[ElementName, ...] = ELEMENTS

    def replications(self, effort: str) -> int:
        return {"quick": 10, "usual": 40}[effort]

    def ahead(self, response: float, mapped: Any, progress: Any) -> Mapping[Choice, Any]:
        self.log.append(("ahead", Choice(100, response), "quick"))
        choices = [Choice(speed, response, model) for speed in GRID for model in CHOICES]
        return {one: (self._figures(one, "quick"), self._point(one)) for one in choices}

    def figures(self, choice: Choice, effort: str, mapped: Any, progress: Any, *, drawn: bool = False) -> Figures:
        return self._do("figures", choice, effort, mapped, progress, made=lambda: self._figures(choice, effort, drawn))

    def curve(self, choice: Choice, effort: str, mapped: Any, progress: Any) -> tuple[CurvePoint, ...]:
        return self._do(
            "curve", choice, effort, mapped, progress,
            made=lambda: tuple(self._point(choice.at(speed)) for speed in curve_speeds(choice)),
        )  # fmt: skip

    def census(self, choice: Choice, effort: str, mapped: Any, progress: Any) -> Census:
        return self._do("census", choice, effort, mapped, progress, made=lambda: self._census(choice))

    def _do(
        self, what: str, choice: Choice, effort: str, mapped: Any, progress: Any, *, made: Callable[[], Any]
    ) -> Any:
        """A few replications; while the gate is closed, again and again."""
        self.log.append((what, choice, effort))
        if choice.people == 0.5:
            raise InvalidInput("Web has no capacity", hint="give it people")
        if choice.people == 0.75:
            raise ZeroDivisionError("a mistake")
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        try:
            held = effort == "usual" and not self.gate.is_set()

            def one(task: int) -> int:
                if held:
                    self.gate.wait(0.02)
                return task

            tasks = range(3)
            while True:
                for done, _ in enumerate(mapped(one, tasks), start=1):
                    progress(f"{what} under way", done, len(tasks))
                if not held or self.gate.is_set():
                    return made()
        except BaseException:
            self.given_up.append((what, choice))
            raise
        finally:
            self.running -= 1

    def _figures(self, choice: Choice, effort: str, drawn: bool = False) -> Figures:
        draws = 32 if drawn else 0
        rows = [row(NOW, "now")]
        for model in CHOICES:
            one = Choice(
                choice.speedup, choice.response, model, choice.agents, choice.teams, choice.people, choice.remove
            )
            if one != NOW:
                rows.append(row(one, model or "as it is", draws))
        leads = {one.name: one.lead.value for one in rows}
        areas = () if effort == "quick" else (
            AreaRow("team:web", "Web", 9, 2, 0.3, leads, "hybrid"), AreaRow("team:pay", "Pay", 8, 0, 0.1, leads, None),
        )  # fmt: skip
        limits = (
            LimitRow("people:team:web", "people of Web", 0.7, 12.5),
            LimitRow("gate:security", "Security review", 0.1, None),
        )  # fmt: skip
        return Figures(Compared("", tuple(rows), areas, BASIS, self.replications(effort)), limits)

    def _point(self, choice: Choice) -> CurvePoint:
        return CurvePoint(choice.speedup, row(choice, "k"), None, None, None)

    def _census(self, choice: Choice) -> Census:
        rows = tuple(
            ElementRow(
                one.element, one.label, one.sort, 2.0, 0.5, figure(-0.1), figure(0.1 * at),
                figure(0.5 * at + 0.1), kind,
                "a rule" if kind.startswith("nec") else "",
            )
            for at, (one, kind) in enumerate(zip(ELEMENTS, KINDS, strict=True))
            if one.element not in choice.remove
        )  # fmt: skip
        weekly = dict.fromkeys(KINDS, 2.0)
        return Census(choice.speedup, rows, 9.0, weekly, 0.1, 0.3, 0.5, 0.01, (), BASIS)
