"""What is answered about how well a model predicts: what was fitted to the past, and what came next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Wins = Literal["model", "naive", "neither", "not enough data"]


@dataclass(frozen=True, slots=True)
class LeadQuantile:
    """That a share of cases (``level``, from 0 to 1) takes no longer than ``hours`` on the clock; 95 of 100 times
    between ``low`` and ``high``."""

    level: float
    hours: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Predicted:
    """What one predictor said of the held-back cases, and how far it was off.

    ``by`` is *model*; *naive*: the quantiles of all the past; *recent*: the quantiles of the part of the past to which
    the model was fitted; *told*: the model, told how many cases came after the split. ``errors`` are relative, for each
    quantile: the difference over what was observed (over a hundredth of the longest observed quantile, where that is
    more); ``error`` is the largest of them.
    """

    by: str
    about: str
    quantiles: tuple[LeadQuantile, ...]
    errors: tuple[float, ...]
    error: float


@dataclass(frozen=True, slots=True)
class Contest:
    """Who predicts better: the model (``by``: *model*, or *told*) or a naive predictor (``against``).

    ``difference`` is the model's error less the other's, 95 of 100 times between ``low`` and ``high``. Where that range
    holds 0, the held-back cases do not tell the two apart, and ``wins`` is *neither*.
    """

    by: str
    against: str
    wins: Wins
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FittedPart:
    """A number of the model that was measured on the past: its unit, its sample, and what it says."""

    name: str
    value: float
    unit: str
    origin: str
    n: int
    about: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A structure of the model that was tried on the past alone: fitted to the beginning of it, held against its rest.

    ``factor`` is how many times too long or too short the worst of its quantiles was; None where it could not be tried,
    and ``why`` says why not.
    """

    structure: str
    past: str
    factor: float | None
    why: str


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well the model predicts the lead times of one unit: of a zone, or of everything (an empty ``unit``).

    The history goes from ``first`` to ``last``; what was known at ``split`` was fitted, and what came after it
    predicted. ``known`` cases had begun by then, of which ``under_way`` could go on; ``held_back`` cases began after it
    and had time enough to end, ``too_late`` began so late that they had not. ``structure`` is the kind of model that
    did best on the past alone, fitted to ``past`` of it; ``tried`` says how each did. ``error`` and ``wins`` are of
    this model against the quantiles of all the past; ``contests`` has every other comparison. ``missing`` says what
    there is too little of; the figures are empty then. ``limits`` are what was not modelled.
    """

    unit: str
    known: int
    under_way: int
    held_back: int
    too_late: int
    people: int
    first: str
    split: str
    last: str
    structure: str
    past: str
    parts: tuple[FittedPart, ...]
    tried: tuple[Tried, ...]
    observed: tuple[LeadQuantile, ...]
    predicted: tuple[Predicted, ...]
    error: float | None
    wins: Wins
    contests: tuple[Contest, ...]
    missing: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Calibrated:
    """How well models predict, for the sources that were asked for: of everything, or zone by zone.

    ``share`` is the part of the cases that began before the split. ``withheld`` counts zones that are not shown because
    fewer than five people worked there. ``snapshot`` is the sequence of the ledger's last entry, ``rows_seen`` how many
    events of cases there were.
    """

    sources: tuple[str, ...]
    share: float
    seed: int
    snapshot: int
    rows_seen: int
    calibrations: tuple[Calibration, ...]
    withheld: int
