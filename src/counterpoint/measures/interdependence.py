"""How many relationships there are against how many take part, how they grow, and where that changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp, log, sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Setting, Tables
from counterpoint.measures.growing import INPUTS, NEED, SETTINGS, Course, courses, setting
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import proportion
from counterpoint.measures.waiting import student

LEAST_STEPS = 8
"""How many complete steps a trend is fitted to, at least."""
LEAST_REGIME = 3
"""How many steps a regime has, at least."""
PENALTY = 3.0
_EXTRAS = (Extra("before", pa.float64(), "of a change point: relationships for each party in the regime before it"),)


def growth(parties: Sequence[float], relationships: Sequence[float]) -> tuple[float, float, float, int] | None:
    """The exponent b of m = a·nᵇ, with Student's 95 % interval, by least squares on the logarithms.

    None where fewer than :data:`LEAST_STEPS` steps have both, or the number of parties hardly differs between them.
    """
    both = [(log(n), log(m)) for n, m in zip(parties, relationships, strict=True) if n > 1 and m > 0]
    if len(both) < LEAST_STEPS:
        return None
    x, y = np.array(both).T
    spread = float(np.sum((x - x.mean()) ** 2))
    if spread < 1e-6:
        return None
    slope = float(np.sum((x - x.mean()) * (y - y.mean())) / spread)
    left = y - y.mean() - slope * (x - x.mean())
    half = student(len(x) - 2) * sqrt(float(np.sum(left**2)) / (len(x) - 2) / spread)
    return slope, slope - half, slope + half, len(x)


def change_points(values: Sequence[float], penalty: float = PENALTY) -> list[int]:
    """Where the level of a series changes: the places at which a new regime begins.

    PELT (R. Killick, P. Fearnhead, I. Eckley, *Optimal detection of changepoints with a linear computational cost*,
    JASA 107 (2012)) with the squared distance from the mean of each regime. A change must lessen it by more than
    ``penalty``·σ²·ln T, where T is the number of steps and σ² the variance of the noise, told from the differences of
    neighbours (their median absolute deviation, so that the changes themselves do not count as noise).
    """
    series = np.asarray(values, dtype=float)
    steps = np.diff(series)
    noise = float(np.median(np.abs(steps - np.median(steps)))) / 0.6744897501960817 / sqrt(2)
    if len(series) < 2 * LEAST_REGIME or not np.any(steps):
        return []
    # Where most neighbours are alike the noise seems to be none, and every ripple would be a change.
    noise = max(noise, float(np.std(series)) * 0.05)
    import ruptures  # takes long to import, and the catalogue of measures is read by every command

    found = ruptures.Pelt(model="l2", min_size=LEAST_REGIME, jump=1).fit(series.reshape(-1, 1))
    return [int(one) for one in found.predict(pen=penalty * noise**2 * log(len(series)))[:-1]]


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    penalty = float(asked.settings.get("penalty", PENALTY))
    rows: list[dict[str, Any]] = []
    for course in courses(tables, asked, setting(asked, "common")):
        rows += _steps(course)
        rows += _trend(course)
        rows += _changes(course, penalty)
    return result(rows, _EXTRAS)


def _steps(course: Course) -> Iterator[dict[str, Any]]:
    for step in course.steps:
        base = {"period": step.begin, "unit": course.unit}
        n = step.parties
        yield {**base, "figure": "parties", "value": n, "n": n}
        yield {**base, "figure": "relationships", "value": step.relationships, "n": n}
        if n:
            yield {**base, "figure": "per_party", "value": step.relationships / n, "n": n}
        if not course.ties:
            continue
        share = proportion(step.coordination, step.coordination + step.changes)
        if share.n:
            yield {
                **base,
                "figure": "coordination",
                "value": share.value,
                "low": share.low,
                "high": share.high,
                "n": share.n,
            }


def _trend(course: Course) -> Iterator[dict[str, Any]]:
    base = {"unit": course.unit, "figure": "growth"}
    found = growth([one.parties for one in course.whole], [one.relationships for one in course.whole])
    if found is None:
        missing = f"at least {LEAST_STEPS} complete steps with relationships, of different sizes"
        yield {**base, "n": len(course.whole), "missing": missing}
    else:
        yield {**base, "value": found[0], "low": found[1], "high": found[2], "n": found[3]}
    if not course.ties:
        yield {"unit": course.unit, "figure": "coordination", "missing": "reviews, messages or meetings", "n": 0}


def _changes(course: Course, penalty: float) -> Iterator[dict[str, Any]]:
    steps = [one for one in course.whole if one.relationships]
    base = {"unit": course.unit, "n": len(steps)}
    if len(steps) < LEAST_STEPS:
        yield {
            **base,
            "figure": "change_points",
            "missing": f"at least {LEAST_STEPS} complete steps with relationships",
        }
        return
    series = [log(one.relationships / one.parties) for one in steps]
    places = change_points(series, penalty)
    yield {**base, "figure": "change_points", "value": len(places)}
    ends = [*places, len(series)]
    for number, place in enumerate(places):
        before = series[ends[number - 1] if number else 0 : place]
        after = series[place : ends[number + 1]]
        yield {
            **base, "period": steps[place].begin, "figure": "regime", "value": exp(float(np.mean(after))),
            "n": len(after), "before": exp(float(np.mean(before))),
        }  # fmt: skip


INTERDEPENDENCE = Measure(
    name="interdependence",
    system="C1",
    question="How do the relationships that work makes grow with our size, and when did that change?",
    about="In each step (a period of the window that was asked for, else a month): how many parties were active, how "
    "many relationships that makes (pairs of parties who changed the same file, and dependencies that were stated by "
    "then), and what share of the traces is coordination. Over all complete steps: the exponent by which relationships "
    "grow with parties (1 keeps the load of each the same, 2 is everybody with everybody), and the steps at which the "
    "number of relationships for each party changed its level.",
    source="The exponent by least squares on logarithms with Student's interval; shares with Wilson's interval (1927); "
    "change points by PELT (Killick, Fearnhead, Eckley, JASA 107, 2012) on the logarithm of relationships for each "
    "party, with the penalty that the setting tells",
    limits="A pair that changed one file need not have needed each other, and who never changes files is in no pair. "
    "The share counts traces, not hours: a meeting is one trace, and so is a commit. Neighbouring steps are alike, so "
    "the interval of the exponent is narrower than it should be. A change point says when, not why: look for what else "
    "changed then, a new source of activity first of all.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("parties", "parties", "people and agents who left any trace in the step"),
        Figure("relationships", "relationships", "pairs who changed the same file, and dependencies stated by then"),
        Figure("per_party", "relationships", "relationships for each party"),
        Figure("coordination", "share", "of commits, reviews, reports, messages and attendances: all but the commits"),
        Figure("growth", "exponent", "how relationships grow with parties, over all complete steps"),
        Figure("change_points", "changes", "how often the level of relationships for each party changed"),
        Figure("regime", "relationships", "relationships for each party from the step at which a new level began"),
    ),
    needs=(NEED,),
    settings=(*SETTINGS, Setting("penalty", PENALTY, "how much a change must explain to count: so many times σ²·ln T")),
    extras=_EXTRAS,
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)  # fmt: skip
