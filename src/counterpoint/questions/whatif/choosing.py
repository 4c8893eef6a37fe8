"""What-ifs as the page asks them: a choice of speed, demand, model, growth and removals, worked out part by part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeAlias

from counterpoint.ledger.write import Progress
from counterpoint.model.whatif import Census, Compared, CurvePoint, LimitRow, VariantRow
from counterpoint.model.whatif_choice import AS_IT_IS, CHOICES, GRID, NOW, Choice, ElementName, Figures, curve_speeds
from counterpoint.questions.whatif.asking import Ground, WhatIf
from counterpoint.questions.whatif.rows import limit_rows
from counterpoint.simulation.comparing import EFFORTS, Mapped
from counterpoint.simulation.drawing import DRAWS
from counterpoint.simulation.variant import ALL, Variant

Ahead: TypeAlias = Mapping[Choice, tuple[Figures, CurvePoint]]
"""For each choice that is worked out beforehand its answer, and itself as a point of a curve."""


@dataclass(frozen=True)
class Choosing:
    """Answers to choices on a ground. Each part is worked out by itself, so that what is known can be shown."""

    ground: Ground
    seed: int = 1

    @property
    def elements(self) -> tuple[ElementName, ...]:
        """What can be taken away."""
        return tuple(ElementName(*one) for one in self.ground.organisation.elements())

    def replications(self, effort: str) -> int:
        """How many replications an effort is at most."""
        return EFFORTS[effort].replications

    def ahead(self, response: float, mapped: Mapped, progress: Progress) -> Ahead:
        """Today beside every speed-up and model that is worked out beforehand, at one response of demand."""
        choices = [Choice(speedup, response, model) for speedup in GRID for model in CHOICES]
        variants = [_variant(NOW, "now"), *(_variant(one, f"{one.speedup:g} {one.model}") for one in choices)]
        found = self._asking("quick", mapped, progress).compared("beforehand", variants, 0)
        first, *rows = found.variants
        row_of = {one: replace(row, name=_name(one)) for one, row in zip(choices, rows, strict=True)}
        full = {model: self._limits(Choice(model=model)) for model in CHOICES}
        answers = {}
        for one in choices:
            beside = [replace(one, model=model) for model in CHOICES]
            listed = tuple(row_of[each] for each in beside if each != NOW)
            compared = replace(found, title=_title(one), variants=(first, *listed), areas=())
            answers[one] = Figures(compared, full[one.model]), _point(one.speedup, row_of[one])
        return answers

    def figures(
        self, choice: Choice, effort: str, mapped: Mapped, progress: Progress, *, drawn: bool = False
    ) -> Figures:
        """A choice under each of the models, beside today. Where it is ``drawn``, what is assumed is drawn too, so that
        a verdict can say whether it hangs on that.

        Raises:
            InvalidInput: the choice makes no sense in this organisation.
        """
        every = [replace(choice, model=model) for model in CHOICES]
        variants = [_variant(NOW, "now"), *(_variant(one, _name(one)) for one in every if one != NOW)]
        asking = self._asking(effort, mapped, progress)
        return Figures(
            asking.compared(_title(choice), variants, DRAWS if drawn else 0), self._limits(replace(choice, speedup=1.0))
        )

    def curve(self, choice: Choice, effort: str, mapped: Mapped, progress: Progress) -> tuple[CurvePoint, ...]:
        """A choice at other speed-ups; what bears load is not in it.

        Raises:
            InvalidInput: the choice makes no sense in this organisation.
        """
        speeds = curve_speeds(choice)
        # Not through `at`: at the speed of today the response means nothing, and is left as it is for the others.
        variants = [_variant(choice.at(one), f"{one:g} times as fast") for one in speeds]
        found: Compared = self._asking(effort, mapped, progress).compared("curve", variants, 0)
        return tuple(_point(speed, row) for speed, row in zip(speeds, found.variants, strict=True))

    def census(self, choice: Choice, effort: str, mapped: Mapped, progress: Progress) -> Census:
        """What each element bears under a choice; those that it takes away are not in it.

        Raises:
            InvalidInput: the choice makes no sense in this organisation.
        """
        only = [one.element for one in self.elements if one.element not in choice.remove]
        return self._asking(effort, mapped, progress).census_under(_variant(choice, "chosen"), only)

    def _asking(self, effort: str, mapped: Mapped, progress: Progress) -> WhatIf:
        return WhatIf(self.ground, mapped, progress, EFFORTS[effort], self.seed)

    def _limits(self, choice: Choice) -> tuple[LimitRow, ...]:
        return limit_rows(self.ground.organisation, _variant(choice, "chosen"))


def _variant(choice: Choice, name: str) -> Variant:
    return Variant(
        name,
        model={ALL: choice.model} if choice.model else {},
        speedup=choice.speedup,
        response=choice.response,
        remove=frozenset(choice.remove),
        people={ALL: choice.people} if choice.people != 1 else {},
        agents={ALL: choice.agents} if choice.agents else {},
        teams=choice.teams,
    )


def _name(choice: Choice) -> str:
    return "as it is" if choice.model == AS_IT_IS else choice.model


def _title(choice: Choice) -> str:
    parts = [f"execution {choice.speedup:g} times as fast"] if choice.speedup != 1 else []
    return ", ".join([*parts, *choice.changes]) or "the three models"


def _point(speedup: float, row: VariantRow) -> CurvePoint:
    return CurvePoint(speedup, row, None, None, None)
