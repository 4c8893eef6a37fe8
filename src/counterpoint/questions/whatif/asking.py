"""What-ifs on one organisation: every question that the faces ask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from counterpoint.errors import InvalidInput
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.whatif import (
    Basis,
    Census,
    Compared,
    Compressed,
    CurvePoint,
    MatterRow,
    PairRow,
    Removed,
    Sensitivity,
)
from counterpoint.model.whatif_choice import GRID
from counterpoint.questions.whatif.rows import (
    area_rows,
    element_row,
    figure,
    labels,
    limit_rows,
    number_rows,
    variant_row,
)
from counterpoint.simulation.bearing import KINDS, Bearing, bearing, pairs
from counterpoint.simulation.comparing import USUAL, Effort, Mapped, Statistic, Told, simulated
from counterpoint.simulation.drawing import DRAWS, FEW, Spread, spreads
from counterpoint.simulation.known import ASSUMED, DECLARED, MEASURED
from counterpoint.simulation.organisation import CENTRALISED, DECENTRALISED, HYBRID, Organisation
from counterpoint.simulation.sensitivity import what_matters
from counterpoint.simulation.variant import ALL, AS_IS, Variant

WORKING_DAYS = 5
IN_PAIRS = 5
"""How many elements are removed in pairs at most, those that bear most first."""
FIGURES: Mapping[str, tuple[str, Statistic]] = {
    "cost": ("hours", lambda one: one.cost),
    "lead": ("working hours", lambda one: one.lead),
    "coordination": ("share of hours", lambda one: one.share),
}
"""The figures that a sensitivity can be asked of."""


@dataclass(frozen=True)
class Ground:
    """What what-ifs are asked of: an organisation in balance, what of it is not in the model, and how far off the model
    was on the past (``error``), or why that is not known (``calibration``)."""

    organisation: Organisation
    notes: tuple[str, ...]
    error: float | None
    calibration: str


@dataclass(frozen=True)
class WhatIf:
    """Answers on a ground: with how much effort, on which chances, and by which map replications are carried out."""

    ground: Ground
    mapped: Mapped = map
    progress: Progress = nobody_watching
    effort: Effort = USUAL
    seed: int = 1

    def models(self, *, speedup: float = 1.0, response: float = 0.0) -> Compared:
        """The organisation as it is, and all of it centralised, decentralised and as a hybrid.

        Raises:
            InvalidInput: the speed-up makes no sense.
        """
        base = replace(AS_IS, speedup=speedup, response=response)
        variants = [
            base,
            *(replace(base, name=name, model={ALL: name}) for name in (CENTRALISED, DECENTRALISED, HYBRID)),
        ]
        return self.compared("the three models", variants)

    def grown(
        self, *, teams: int = 1, agents: int = 0, people: float = 1.0, speedup: float = 1.0, response: float = 0.0
    ) -> Compared:
        """The organisation as it is, and with more (or fewer) teams, agents and people.

        Raises:
            InvalidInput: it makes no sense.
        """
        base = replace(AS_IS, speedup=speedup, response=response)
        said = [f"{teams} times the teams"] if teams != 1 else []
        said += [f"{agents} agents more"] if agents else []
        said += [f"{people:g} times the people"] if people != 1 else []
        grown = replace(
            base,
            name=" and ".join(said),
            teams=teams,
            agents={ALL: agents} if agents else {},
            people={ALL: people} if people != 1 else {},
        )
        return self.compared("growth", [base, grown])

    def compared(self, title: str, variants: Sequence[Variant], draws: int = DRAWS) -> Compared:
        """Variants side by side, the first being what the others are compared with.

        Raises:
            InvalidInput: one of them makes no sense, or two have one name.
        """
        names = [one.name for one in variants]
        if len(set(names)) < len(names):
            raise InvalidInput(f"two variants have one name: {', '.join(names)}")
        here, error = self.ground.organisation, self.ground.error
        found = simulated(
            here, variants, self.effort, seed=self.seed, mapped=self.mapped, told=self._told("simulating")
        )
        over: list[Spread] | list[None] = [None] * len(variants)
        if draws and len(variants) > 1:
            over = spreads(
                here, variants, lambda one: one.cost, number=draws, effort=FEW, seed=self.seed, mapped=self.mapped,
                told=self._told("drawing what is assumed"),
            )  # fmt: skip
        rows = tuple(variant_row(one, found[0], spread, error) for one, spread in zip(found, over, strict=True))
        return Compared(title, rows, area_rows(found, error), self.basis(), len(found[0].outcomes))

    def census(self, *, speedup: float = 1.0, response: float = 0.0, only: Sequence[str] | None = None) -> Census:
        """Every element of coordination (or those that are named) by what it bears.

        Raises:
            InvalidInput: the speed-up makes no sense, or an element is not known.
        """
        return self.census_under(replace(AS_IS, speedup=speedup, response=response), only)

    def census_under(self, variant: Variant, only: Sequence[str] | None = None) -> Census:
        """The same under any variant.

        Raises:
            InvalidInput: the variant makes no sense.
        """
        return self._census(self._bearing(variant, only, f"removing each at {variant.speedup:g} times"))

    def removed(self, names: Sequence[str], *, speedup: float = 1.0, response: float = 0.0) -> Removed:
        """What happens without some elements.

        Raises:
            InvalidInput: an element is not known.
        """
        variant, here = replace(AS_IS, speedup=speedup, response=response), self.ground.organisation
        every = list(dict.fromkeys(self.element(name) for name in names))
        found = self._bearing(variant, every, "removing each")
        without = replace(variant.without(*every), name="without all of these" if len(every) > 1 else "without it")
        both = simulated(here, [variant, without], self.effort, seed=self.seed, mapped=self.mapped)
        drawn = spreads(
            here, [variant, without], lambda one: one.cost, effort=FEW, seed=self.seed, mapped=self.mapped,
            told=self._told("drawing what is assumed"),
        )  # fmt: skip
        together = variant_row(both[1], both[0], drawn[1], self.ground.error)
        return Removed(
            speedup, tuple(map(element_row, found.elements)), self._pairs(every[:IN_PAIRS], variant), together,
            found.threshold, self.basis(),
        )  # fmt: skip

    def compress(
        self, speedup: float, *, response: float = 0.0, curve: Sequence[float] = GRID, full: bool = False
    ) -> Compressed:
        """What execution that is so many times as fast does to lead times and coordination. Which elements bear load is
        told now and then; along the whole curve too, if it is to be ``full``.

        Raises:
            InvalidInput: a speed-up is below 1.
        """
        here, error = self.ground.organisation, self.ground.error
        speeds = sorted({1.0, speedup, *curve})
        variants = [Variant(f"{one:g} times as fast", speedup=one, response=response) for one in speeds]
        found = simulated(
            here, variants, self.effort, seed=self.seed, mapped=self.mapped, told=self._told("simulating")
        )
        borne = {
            one: self._bearing(variant, None, f"removing each at {one:g} times")
            for one, variant in zip(speeds, variants, strict=True)
            if full or one in {1.0, speedup}
        }
        points = [
            CurvePoint(
                one,
                variant_row(each, found[0], None, error),
                *(borne[one].share if one in borne else (None, None, None)),
            )
            for one, each in zip(speeds, found, strict=True)
        ]
        now, then = self._census(borne[1.0]), self._census(borne[speedup])
        return Compressed(speedup, response, tuple(points), limit_rows(here), now, then, self.basis())

    def sensitivity(self, name: str = "cost", *, speedup: float = 1.0, response: float = 0.0) -> Sensitivity:
        """Which of the assumed numbers matter to a figure.

        Raises:
            InvalidInput: there is no such figure, or nothing is assumed.
        """
        if name not in FIGURES:
            raise InvalidInput(f"there is no figure {name!r}", hint=", ".join(FIGURES))
        unit, statistic = FIGURES[name]
        here, variant = self.ground.organisation, replace(AS_IS, speedup=speedup, response=response)
        told = self._told("varying what is assumed")
        found = what_matters(here, statistic, variant, seed=self.seed, mapped=self.mapped, told=told)
        (now,) = simulated(here, [variant], self.effort, seed=self.seed, mapped=self.mapped)
        numbers = {one.name: one for one in number_rows(here)}
        rows = tuple(
            MatterRow(
                one.name, one.about, numbers[one.name].low, numbers[one.name].high, numbers[one.name].unit, one.size,
                one.half_width, one.mean, one.spread,
            )
            for one in found
        )  # fmt: skip
        return Sensitivity(name, unit, now.estimate(statistic).value, rows, self.basis())

    def element(self, name: str) -> str:
        """The element of that name, or what people call so.

        Raises:
            InvalidInput: there is none, or more than one.
        """
        every = list(self.ground.organisation.elements())
        if name in {one for one, _, _ in every}:
            return name
        folded = name.casefold()
        close = [one for one, label, _ in every if folded in (label.casefold(), one.partition(":")[2].casefold())]
        if len(close) == 1:
            return close[0]
        some = [f"{one} ({label})" for one, label, _ in every if folded in f"{one} {label}".casefold()][:8]
        hint = f"did you mean {'; '.join(some)}?" if some else "counterpoint whatif census lists every element"
        raise InvalidInput(f"there is no element {name!r} in the model", hint=hint)

    def basis(self) -> Basis:
        """What every answer rests on."""
        here, numbers = self.ground.organisation, number_rows(self.ground.organisation)
        count = {origin: sum(one.origin == origin for one in numbers) for origin in (MEASURED, DECLARED, ASSUMED)}
        return Basis(
            len(here.areas), len(here.streams), len(list(here.elements())), sum(one.people for one in here.areas),
            sum(one.agents for one in here.areas), count[MEASURED], count[DECLARED], count[ASSUMED], numbers,
            self.ground.notes, self.ground.error, self.ground.calibration, here.week / WORKING_DAYS, self.seed,
        )  # fmt: skip

    def _bearing(self, variant: Variant, only: Sequence[str] | None, what: str) -> Bearing:
        return bearing(
            self.ground.organisation, variant, self.effort, only=only, seed=self.seed, mapped=self.mapped,
            told=self._told(what),
        )  # fmt: skip

    def _census(self, found: Bearing) -> Census:
        weekly = {kind: sum(one.weekly for one in found.elements if one.kind == kind) for kind in KINDS}
        low, usual, high = found.share
        return Census(
            found.speedup, tuple(map(element_row, found.elements)), found.weekly, weekly, low, usual, high,
            found.threshold,
            tuple(labels(self.ground.organisation).get(name, name) for name in found.saturated), self.basis(),
        )  # fmt: skip

    def _pairs(self, names: Sequence[str], variant: Variant) -> tuple[PairRow, ...]:
        if len(names) < 2:
            return ()
        found = pairs(
            self.ground.organisation, names, variant, self.effort, seed=self.seed, mapped=self.mapped,
            told=self._told("removing two"),
        )  # fmt: skip
        return tuple(
            PairRow(one.one, one.other, figure(one.together), figure(one.beyond), one.beyond.low > 0) for one in found
        )

    def _told(self, what: str) -> Told:
        return lambda done, most: self.progress(what, done, most)
