"""At what size more people stop meaning more throughput: the universal scalability law, fitted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, inf, log, sqrt
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Setting, Tables
from counterpoint.measures.growing import INPUTS, NEED, SETTINGS, Course, Step, courses, setting
from counterpoint.measures.rows import result
from counterpoint.measures.waiting import student

LEAST_STEPS = 8
"""How many steps the law is fitted to, at least; three parameters take a good many more than three."""
LEAST_SIZES = 5
"""How many different sizes they must have."""
_NEGLIGIBLE = 1e-3
Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Fit:
    """The law fitted: each parameter with its 95 % interval, the peak with its own, and the share explained.

    ``peak`` is the size at which throughput is highest, None where none is in sight: nothing in the data slows down by
    parties having to agree.
    """

    alpha: tuple[float, float, float]
    beta: tuple[float, float, float]
    gamma: tuple[float, float, float]
    peak: float | None
    peak_low: float | None
    peak_high: float | None
    explained: float
    n: int

    def at(self, size: float) -> float:
        """The throughput that the law gives at a size."""
        return float(law(np.array([size]), self.alpha[0], self.beta[0], self.gamma[0])[0])


def law(n: Numbers, alpha: float, beta: float, gamma: float) -> Numbers:
    """X(n) = γn / (1 + α(n−1) + βn(n−1))."""
    found: Numbers = gamma * n / (1 + alpha * (n - 1) + beta * n * (n - 1))
    return found


def fit(sizes: Sequence[float], throughput: Sequence[float]) -> Fit | None:
    """The law fitted by least squares, with no parameter below 0; None where there are too few sizes, or no throughput.

    Source:
        N. J. Gunther, *Guerrilla Capacity Planning* (2007), and *A general theory of computational scalability based
        on rational functions* (2008). α is contention (what must wait for its turn), β the cost of agreeing with each
        other (what grows with pairs), γ the throughput of one. Intervals from the Jacobian at the fit.
    """
    from scipy.optimize import least_squares  # takes as long to import as the fit takes

    n, x = np.asarray(sizes, dtype=float), np.asarray(throughput, dtype=float)
    if len(np.unique(n)) < 4 or not np.any(x > 0):
        return None
    scale = float(x.max())

    def off(parameters: Numbers) -> Numbers:
        found: Numbers = (law(n, *parameters) - x) / scale
        return found

    first = float(np.max(x / n))
    starts = [(alpha, beta, first) for alpha in (0.001, 0.05, 0.5) for beta in (1e-6, 1e-4, 1e-2)]
    tries = [
        least_squares(off, start, bounds=([0, 0, 0], inf), x_scale=(0.01, 0.0001, first), xtol=1e-13, ftol=1e-13)
        for start in starts
    ]
    return _told(min(tries, key=lambda one: float(one.cost)), n, x, scale)


def _told(found: Any, n: Numbers, x: Numbers, scale: float) -> Fit:
    alpha, beta, gamma = (float(one) for one in found.x)
    alpha = 0.0 if alpha < _NEGLIGIBLE**3 else alpha
    if beta * float(n.max()) ** 2 < _NEGLIGIBLE:
        beta = 0.0  # what pairs cost cannot be told from nothing, at the largest size that was seen
    squares = 2 * float(found.cost) * scale**2
    whole = float(np.sum((x - x.mean()) ** 2))
    explained = 1 - squares / whole if whole > 0 else 0.0
    spread = _spread(found.jac, 2 * float(found.cost), len(n))
    quantile = student(len(n) - 3) if len(n) > 3 else inf
    ends = [
        (value, max(0.0, value - quantile * sqrt(spread[place, place])), value + quantile * sqrt(spread[place, place]))
        for place, value in enumerate((alpha, beta, gamma))
    ]
    peak, low, high = _peak(alpha, beta, spread, quantile)
    return Fit(ends[0], ends[1], ends[2], peak, low, high, explained, len(n))


def _spread(jacobian: Numbers, squares: float, count: int) -> Numbers:
    """The covariance of the parameters, by the Gauss–Newton approximation.

    Each is measured in its own effect first: beside that of β the others' would be taken for rounding.
    """
    effect = np.linalg.norm(jacobian, axis=0)
    effect[effect == 0] = 1.0
    scaled = jacobian / effect
    found: Numbers = np.linalg.pinv(scaled.T @ scaled) / np.outer(effect, effect) * squares / max(count - 3, 1)
    return found


def _peak(
    alpha: float, beta: float, spread: Numbers, quantile: float
) -> tuple[float | None, float | None, float | None]:
    """√((1−α)/β), with an interval by the delta method on its logarithm."""
    if beta <= 0 or alpha >= 1:
        return None, None, None
    slope = np.array([-0.5 / (1 - alpha), -0.5 / beta])
    half = quantile * sqrt(float(slope @ spread[:2, :2] @ slope))
    middle = 0.5 * log((1 - alpha) / beta)
    return exp(middle), exp(middle - half), exp(middle + half) if middle + half < 700 else None


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    of = str(asked.settings.get("of", "changes"))
    rows: list[dict[str, Any]] = []
    for course in courses(tables, asked, setting(asked, "common")):
        rows += _rows(course, of)
    return result(rows)


def produced(step: Step, of: str) -> int:
    """What came of a step: changes, or work that was finished."""
    return step.done if of == "work" else step.changes


def _rows(course: Course, of: str) -> Iterator[dict[str, Any]]:
    steps = course.whole
    sizes, throughput = [one.parties for one in steps], [produced(one, of) for one in steps]
    base = {"unit": course.unit, "n": len(steps)}
    what = "work that was finished" if of == "work" else "changes"
    if len(steps) < LEAST_STEPS or len(set(sizes)) < LEAST_SIZES or not any(throughput):
        missing = f"at least {LEAST_STEPS} complete steps of at least {LEAST_SIZES} different sizes, with {what}"
        for name in ("contention", "agreement", "single", "peak", "explained"):
            yield {**base, "figure": name, "missing": missing}
        return
    found = fit(sizes, throughput)
    assert found is not None
    for name, (value, low, high) in (
        ("contention", found.alpha), ("agreement", found.beta), ("single", found.gamma),
    ):  # fmt: skip
        yield {**base, "figure": name, "value": value, "low": low, "high": high}
    yield {**base, "figure": "explained", "value": found.explained}
    if found.peak is None:
        yield {**base, "figure": "peak", "missing": "a size at which throughput falls: none is in sight in these data"}
    else:
        yield {**base, "figure": "peak", "value": found.peak, "low": found.peak_low, "high": found.peak_high}


SCALABILITY = Measure(
    name="scalability",
    system="C1",
    question="At what size would more of us stop getting more done?",
    about="The universal scalability law, fitted to what came of each complete step (a period of the window that was "
    "asked for, else a month) against how many took part: X(n) = γn / (1 + α(n−1) + βn(n−1)), with no parameter below "
    "0. Its peak is at √((1−α)/β).",
    source="N. J. Gunther, Guerrilla Capacity Planning, 2007; least squares with bounds; intervals from the Jacobian, "
    "that of the peak by the delta method on its logarithm. Reproduces the parameters that the R package usl gives for "
    "its data set specsdm91",
    limits="The law is of machines under load. Time goes on while an organisation grows, so whatever else changed "
    "meanwhile is in the fit; a count of changes is no value; a peak beyond the sizes that were seen is guesswork, and "
    "its interval says so. Read it beside interdependence and pace, and not alone.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("contention", "share", "α: what waits for its turn, as a share of the work"),
        Figure("agreement", "share for each pair", "β: what each pair costs that has to agree"),
        Figure("single", "for each party and step", "γ: what one alone would get done"),
        Figure("peak", "parties", "the size at which throughput is highest"),
        Figure("explained", "share", "of the variance of throughput that the law explains (R²)"),
    ),
    needs=(NEED,),
    settings=(*SETTINGS, Setting("of", "changes", "throughput: changes (commits), or work (items that were finished)")),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)
