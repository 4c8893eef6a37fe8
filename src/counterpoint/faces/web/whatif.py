"""The page of what-ifs: what was chosen, asked of a desk that always answers at once, and when to ask it again."""

from __future__ import annotations

import hashlib
import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from counterpoint.errors import BadValue, CounterpointError, InvalidInput
from counterpoint.faces.drawing import needs_charts
from counterpoint.faces.web.contexts import Site
from counterpoint.faces.web.pages import Asked
from counterpoint.faces.web.rendering import render_part
from counterpoint.faces.web.whatif_prose import SORTS
from counterpoint.faces.web.whatif_view import Shown, shown
from counterpoint.model.answers import as_json
from counterpoint.model.statements import Json
from counterpoint.model.whatif_choice import (
    AS_IT_IS,
    CHOICES,
    LEAST_PEOPLE,
    MOST_AGENTS,
    MOST_PEOPLE,
    MOST_SPEEDUP,
    MOST_TEAMS,
    Answered,
    Choice,
    ElementName,
    checked,
)

PATIENCE = 2.0
"""Seconds for which the page waits for the organisation to be read; after that it comes without its elements."""
USUAL_SPEEDUP = 10.0
"""What is asked where nobody said anything: the question that most come with."""
KEPT = 24
LONGEST_NAME = 200
WITHOUT = "pip install 'counterpoint[simulation,charts]'"


class Desk(Protocol):
    """What answers what-ifs: :class:`counterpoint.live.desk.Desk`."""

    def ask(self, choice: Choice, viewer: str) -> Answered:
        """What is known by now."""

    def elements(self, patience: float = 0.0) -> tuple[ElementName, ...] | None:
        """What can be taken away."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A number that can be typed or slid to; ``logarithmic`` is how the slider runs."""

    name: str
    label: str
    value: float
    least: float
    most: float
    step: float
    hint: str
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Elements of one sort, each with whether it is taken away."""

    title: str
    elements: tuple[tuple[ElementName, bool], ...]

    @property
    def gone(self) -> int:
        """How many of them are."""
        return sum(away for _, away in self.elements)


@dataclass(frozen=True, slots=True)
class WhatIfPage:
    """The page: what can be chosen, what was, and the answer so far. Without a desk there is only ``install``."""

    site: Site
    choice: Choice
    sliders: tuple[Slider, ...]
    models: tuple[tuple[str, str, bool], ...]
    groups: tuple[Group, ...] | None
    answer: Shown | None
    install: str = ""


@dataclass(frozen=True)
class WhatIfs:
    """The pages and answers under ``/whatif``."""

    desk: Desk | None
    site: Callable[[], Site]

    def page(self, asked: Asked) -> WhatIfPage:
        """The whole page.

        Raises:
            BadValue: what was chosen is out of its limits.
            InvalidInput: there is nothing in the organisation to simulate.
        """
        choice = read_choice(asked)
        if self.desk is None:
            return WhatIfPage(self.site(), choice, (), (), None, None, WITHOUT)
        elements = self.desk.elements(PATIENCE)
        answer = self._shown(self.desk.ask(choice, _viewer(asked, choice)))
        chosen = [(one or "as-it-is", "as it is" if one == AS_IT_IS else one, one == choice.model) for one in CHOICES]
        return WhatIfPage(self.site(), choice, _sliders(choice), tuple(chosen), _groups(elements, choice), answer)

    def part(self, asked: Asked) -> str:
        """What of the page changes with the answer."""
        return render_part("whatif_answer.html", answer=self._shown(self._answer(asked)))

    def standing(self, asked: Asked) -> Json:
        """How far the answer is: small, to be asked for often."""
        answer = self._answer(asked)
        return {"version": version(answer), "standing": as_json(answer.standing)}

    def answer(self, asked: Asked) -> Json:
        """The answer, of the same types as ``--json`` prints."""
        return _plain(as_json(self._answer(asked)))

    def _answer(self, asked: Asked) -> Answered:
        choice = read_choice(asked)
        if self.desk is None:
            raise CounterpointError("what-ifs need libraries that are not installed", hint=WITHOUT)
        return self.desk.ask(choice, _viewer(asked, choice))

    def _shown(self, answer: Answered) -> Shown:
        return _DRAWINGS.shown(answer, version(answer))


class _Drawings:
    """Answers as they are shown, the last few of them kept: pictures take longer to draw than all else on the page."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Choice, str], Shown] = OrderedDict()
        self._drawing = threading.Lock()

    def shown(self, answer: Answered, called: str) -> Shown:
        """An answer, with its pictures where the libraries for these are there."""
        key = (answer.choice, called)
        with self._drawing:
            found = self._kept.get(key)
            if found is None:
                found = self._kept[key] = shown(answer, called, draw=_can_draw())
            self._kept.move_to_end(key)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        # What is being done changes all the time, and nothing is drawn of it.
        return found.at(answer.standing)


_DRAWINGS = _Drawings()


def _can_draw() -> bool:
    try:
        needs_charts()
    except CounterpointError:
        return False
    return True


def _plain(value: Json) -> Json:
    """Without what JSON has no word for: a mean of nothing is null."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def version(answer: Answered) -> str:
    """Another one whenever something else is to be shown."""
    standing = answer.standing
    drawn = max((one.draws for one in answer.compared.variants), default=0) if answer.compared else 0
    known = [one.bearing_usual is not None for one in answer.curve]
    parts = (standing.head, answer.choice, standing.models, standing.curve, standing.elements, drawn, known,
             answer.before is not None, standing.finished)  # fmt: skip
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def read_choice(asked: Asked) -> Choice:
    """What was chosen, of the parts of an address.

    Raises:
        BadValue: a part is no number, or out of its limits.
    """
    model = asked.one("model") or AS_IT_IS
    removed = asked.every("remove")
    if any(len(one) > LONGEST_NAME for one in removed):
        raise BadValue("the name of an element is too long", hint=f"at most {LONGEST_NAME} characters")
    return checked(
        Choice(
            _number(asked, "k", USUAL_SPEEDUP),
            _number(asked, "response", 0.0),
            AS_IT_IS if model == "as-it-is" else model,
            int(_number(asked, "agents", 0, whole=True)),
            int(_number(asked, "teams", 1, whole=True)),
            _number(asked, "people", 1.0),
            removed,
        )
    )


def _number(asked: Asked, name: str, usual: float, *, whole: bool = False) -> float:
    text = asked.one(name)
    if text is None:
        return usual
    try:
        return int(text) if whole else float(text)
    except ValueError as error:
        what = "whole number" if whole else "number"
        raise BadValue(f"{name} cannot be {text[:40]!r}: that is no {what}") from error


def _viewer(asked: Asked, choice: Choice) -> str:
    """Who asks: what the page's script says, so that who moves a slider stops waiting for what it was at before."""
    return (asked.one("viewer") or repr(choice))[:LONGEST_NAME]


def _sliders(choice: Choice) -> tuple[Slider, ...]:
    return (
        Slider("k", "Execution is so many times as fast", choice.speedup, 1, MOST_SPEEDUP, 0.1, "1 is as now", True),
        Slider("response", "Demand grows with it", choice.response, 0, 1, 0.05,
               "0: as much work as now; 1: as much more as execution is faster"),
        Slider("agents", "Agents more than now", choice.agents, 0, MOST_AGENTS, 1, "spread over areas by their people"),
        Slider("teams", "Times as many teams", choice.teams, 1, MOST_TEAMS, 1, "each with its own work"),
        Slider("people", "Times as many people", choice.people, LEAST_PEOPLE, MOST_PEOPLE, 0.05, "in every area"),
    )  # fmt: skip


def _groups(elements: tuple[ElementName, ...] | None, choice: Choice) -> tuple[Group, ...] | None:
    if elements is None:
        return None
    sorts = dict.fromkeys(one.sort for one in elements)
    return tuple(
        Group(SORTS.get(sort, sort), tuple((one, one.element in choice.remove) for one in elements if one.sort == sort))
        for sort in sorts
    )


def status_of(error: CounterpointError) -> int:
    """With which status a refusal is answered."""
    return 400 if isinstance(error, BadValue) else 409 if isinstance(error, InvalidInput) else 503
