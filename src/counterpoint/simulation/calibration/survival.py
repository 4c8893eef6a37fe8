"""How long things take when not all of them are over: nothing that is under way is left out, or taken for done.

Source: E. L. Kaplan and P. Meier, *Nonparametric estimation from incomplete observations* (JASA 53, 1958). Where many
will never go on, the estimate ends in a plateau, which is their share: R. A. Maller and X. Zhou, *Survival analysis
with long-term survivors* (1996).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from counterpoint.simulation.calibration.cases import Flags, Floats, Indices


@dataclass(frozen=True)
class Survival:
    """Times in order, and after each the share that is not over by then. Before the first time it is 1."""

    times: Floats
    left: Floats

    @property
    def never(self) -> float:
        """The share that is not over at the end of what was seen."""
        return float(self.left[-1]) if len(self.left) else 1.0

    def at(self, times: Floats) -> Floats:
        """The share that is not over at some times."""
        place = np.searchsorted(self.times, times, side="right")
        found: Floats = np.concatenate([[1.0], self.left])[place]
        return found

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """The first time at which such shares are over; the last that was seen where so many never were."""
        if not len(self.times):
            return np.full(len(levels), np.nan)
        # Rounding must not put a share that is just reached beyond reach.
        place = np.searchsorted(-self.left, [level - 1 - 1e-9 for level in levels])
        found: Floats = self.times[np.minimum(place, len(self.times) - 1)]
        return found


def survival(times: Floats, over: Flags, counts: Floats | None = None, recent: Flags | None = None) -> Survival:
    """Of times after which something was over, or (not ``over``) was last seen under way; ``counts`` says how often
    each stands for. With ``recent`` see :func:`weights`."""
    order, factor, _ = _steps(times, over, counts, recent)
    return Survival(times[order], np.cumprod(factor).astype(np.float64))


def weights(times: Floats, over: Flags, recent: Flags | None = None) -> Floats:
    """For each time the share of all that it stands for: what was last seen under way passes its own on to those that
    took longer. What is left of 1 never was over.

    With ``recent`` the times are those of recent cases alone, as far as any of them was seen; how it goes on for what
    took longer than that, older cases tell, which join those at risk only then (delayed entry: J. P. Klein and M. L.
    Moeschberger, *Survival Analysis*, 2003, 4.6). Else what is too recent to be over would count as never over.
    """
    order, factor, hazard = _steps(times, over, None, recent)
    before = np.concatenate([[1.0], np.cumprod(factor)[:-1]]) if len(order) else factor
    found = np.zeros(len(times))
    found[order] = before * hazard
    return found


def _steps(times: Floats, over: Flags, counts: Floats | None, recent: Flags | None) -> tuple[Indices, Floats, Floats]:
    """The order of times, and in it the share that is not over after each, of those there were, and the share that is.

    What is over at a time comes before what was last seen at it.
    """
    order: Indices = np.lexsort((~over, times)).astype(np.int64)
    number: Floats = np.ones(len(times)) if counts is None else counts[order]
    if recent is not None:
        mine = recent[order] & (number > 0)
        seen = float(times[order][mine].max()) if mine.any() else -np.inf
        # Older cases count from where recent ones were last seen.
        number = np.where(recent[order] | (times[order] > seen), number, 0.0)
        young = np.where(recent[order], number, 0.0)
        there = np.where(times[order] > seen, _from_here(number), _from_here(young))
    else:
        there = _from_here(number)
    hazard: Floats = np.where(over[order], number / np.maximum(there, 1e-300), 0.0)
    factor: Floats = np.maximum(1.0 - hazard, 0.0)
    return order, factor, hazard


def _from_here(number: Floats) -> Floats:
    """How many there are from each place on."""
    found: Floats = np.cumsum(number[::-1])[::-1]
    return found
