"""An organisation's model held against its past: fitted to the first part, and what it says of the rest beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from counterpoint.simulation.building import built
from counterpoint.simulation.calibration.calibrating import LEAST, split_at
from counterpoint.simulation.calibration.cases import Cases, Floats
from counterpoint.simulation.calibration.judging import LEVELS, Seen, error, held_back
from counterpoint.simulation.calibration.working_week import WEEK
from counterpoint.simulation.engine import run
from counterpoint.simulation.network import compiled
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.variant import AS_IS, varied

SHARE = 0.6
"""Of the cases are the past to which the model is fitted."""
ITEMS = 20_000
WARM = 4_000
MOST = 10.0
"""What is off by ten times or more predicts nothing, and by how much more says nothing."""


@dataclass(frozen=True)
class Split:
    """A history that was split: what was ``known`` at the moment (as cases and as seen), and the ``rest``."""

    past: Cases
    known: Seen
    rest: Seen

    @property
    def enough(self) -> bool:
        """Are there enough cases before and after it?"""
        return int(self.known.over.sum()) >= LEAST and len(self.rest) >= LEAST


@dataclass(frozen=True, slots=True)
class Held:
    """The lead times (hours on the clock) that 10, 50 and 90 of 100 cases do not exceed: as the model says, as the past
    itself has it (``naive``), and as they were in ``cases`` held-back ones; and how far off the two are, relatively, at
    the worst of the three (ten times at most)."""

    predicted: Floats
    naive: Floats
    observed: Floats
    error: float
    naive_error: float
    cases: int


def split(cases: Cases, share: float = SHARE) -> Split:
    """Split a history at the moment at which a share of its cases have begun. Nothing that came later is in its past.

    Raises:
        InvalidInput: the share leaves nothing before or after it.
    """
    moment, last = split_at(cases, share), float(cases.end.max())
    past = cases.until(moment)
    known, seen = Seen.at(past, moment), Seen.at(cases, last)
    return Split(past, known, held_back(seen, known, moment, last)[0])


def of_areas(cases: Cases, zone_of: Mapping[str, str], areas: Collection[str]) -> Cases:
    """The cases that belong to some areas; ``zone_of`` says to which area a zone does."""
    named = cases.zoned([zone_of.get(zone) for zone in cases.zones])
    wanted = [code for code, name in enumerate(named.zones) if name in areas]
    return named.only(np.isin(named.own_zone, wanted))


def held(organisation: Organisation, areas: Collection[str], parts: Split, seed: int = 1) -> Held:
    """A model that was fitted to the past of a split, held against its rest."""
    model = varied(organisation, AS_IS)
    found = run(compiled(built(model, AS_IS)), ITEMS, WARM, seed)
    running = [one for one in model.streams if one.weekly.value > 0]
    places = [at for at, one in enumerate(running) if one.area in areas]
    # A model's clock runs while people work; a week of it is a week on the wall.
    hours = found.lead[np.isin(found.source, places)] * WEEK / organisation.week
    predicted = np.quantile(hours, LEVELS) if len(hours) else np.zeros(len(LEVELS))
    observed, naive = parts.rest.quantiles(), parts.known.quantiles()
    return Held(
        predicted,
        naive,
        observed,
        min(float(error(predicted, observed)), MOST),
        min(float(error(naive, observed)), MOST),
        len(parts.rest),
    )
