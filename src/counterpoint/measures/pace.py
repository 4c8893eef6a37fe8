"""Whether we got slower or faster, compared with ourselves under as much interdependence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Setting, Tables
from counterpoint.measures.growing import INPUTS, NEED, SETTINGS, Course, Step, courses, setting
from counterpoint.measures.rows import result
from counterpoint.measures.scalability import produced
from counterpoint.measures.sureness import Estimate
from counterpoint.measures.waiting import times_as_much

RECENT, TOLERANCE, LEAST_MATCHED = 6, 0.2, 3
"""How many of the last steps are compared, how alike their equals must be, and how many must have an equal."""


def against_equals(steps: Sequence[Step], recent: int, tolerance: float, of: str) -> Estimate:
    """Throughput of each party in the recent steps over that of earlier steps of as much interdependence.

    Each recent step is compared with the mean (of logarithms) of all earlier steps whose relationships for each party
    are within ``tolerance`` of its own: matching within calipers (W. G. Cochran, D. B. Rubin, *Controlling bias in
    observational studies*, Sankhyā A 35 (1973)). Steps without an equal are left out.
    """
    usable = [one for one in steps if one.parties and one.relationships and produced(one, of)]
    last = {one.begin for one in steps[-recent:]}
    now, before = [one for one in usable if one.begin in last], [one for one in usable if one.begin not in last]
    logs = []
    for one in now:
        equals = [
            log(_rate(other, of)) for other in before if abs(log(_load(other) / _load(one))) <= log(1 + tolerance)
        ]
        if equals:
            logs.append(log(_rate(one, of)) - sum(equals) / len(equals))
    return times_as_much(logs)


def against_all(steps: Sequence[Step], recent: int, of: str) -> Estimate:
    """The same against all earlier steps, whatever they had to coordinate: the comparison that memory makes."""
    usable = [one for one in steps if one.parties and produced(one, of)]
    last = {one.begin for one in steps[-recent:]}
    before = [log(_rate(one, of)) for one in usable if one.begin not in last]
    if not before:
        return times_as_much([])
    mean = sum(before) / len(before)
    return times_as_much([log(_rate(one, of)) - mean for one in usable if one.begin in last])


def _rate(step: Step, of: str) -> float:
    return produced(step, of) / step.parties


def _load(step: Step) -> float:
    return step.relationships / step.parties


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    recent, tolerance = int(asked.settings.get("recent", RECENT)), float(asked.settings.get("tolerance", TOLERANCE))
    of = str(asked.settings.get("of", "changes"))
    rows: list[dict[str, Any]] = []
    for course in courses(tables, asked, setting(asked, "common")):
        rows += _steps(course, of)
        rows += _compared(course, recent, tolerance, of)
    return result(rows)


def _steps(course: Course, of: str) -> Iterator[dict[str, Any]]:
    for step in course.steps:
        base = {"period": step.begin, "unit": course.unit, "n": produced(step, of)}
        yield {**base, "figure": "throughput", "value": produced(step, of)}
        if step.parties:
            yield {**base, "figure": "per_party", "value": _rate(step, of)}
        if step.relationships:
            yield {**base, "figure": "per_relationship", "value": produced(step, of) / step.relationships}


def _compared(course: Course, recent: int, tolerance: float, of: str) -> Iterator[dict[str, Any]]:
    steps = course.whole
    for name, found, missing in (
        (
            "against_equals",
            against_equals(steps, recent, tolerance, of),
            f"at least {LEAST_MATCHED} of the last {recent} steps that had an earlier one of as much interdependence",
        ),
        ("against_all", against_all(steps, recent, of), f"steps before the last {recent}"),
    ):
        row = {"unit": course.unit, "figure": name, "n": found.n}
        if found.n < LEAST_MATCHED:
            yield {**row, "missing": missing}
        else:
            yield {**row, "value": found.value, "low": found.low, "high": found.high}


PACE = Measure(
    name="pace",
    system="C10",
    question="Did we get slower, or are we only compared with a time when there was less to coordinate?",
    about="Throughput of each step (a period of the window that was asked for, else a month), for each party and for "
    "each relationship. And the throughput of each party in the last steps over that of earlier steps with as many "
    "relationships for each party (1 is the same pace, 0.8 a fifth less), beside the plain comparison with all earlier "
    "steps, which is what memory does.",
    source="Matching within calipers (Cochran, Rubin, Sankhyā A 35, 1973); geometric mean of the ratios with Student's "
    "interval",
    limits="Equal in relationships for each party is not equal in everything: other work, other people, other tools. "
    "Changes are counted and not weighed. Where an organisation was never as interdependent as it is now there is "
    "nothing to compare with, and the answer says so.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("throughput", "changes or work", "what came of the step"),
        Figure("per_party", "for each party", "throughput over active parties"),
        Figure("per_relationship", "for each relationship", "throughput over relationships"),
        Figure("against_equals", "ratio", "pace of the last steps over that of earlier ones as interdependent"),
        Figure("against_all", "ratio", "pace of the last steps over that of all earlier ones"),
    ),
    needs=(NEED,),
    settings=(
        *SETTINGS,
        Setting("of", "changes", "throughput: changes (commits), or work (items that were finished)"),
        Setting("recent", RECENT, "how many of the last complete steps are compared"),
        Setting(
            "tolerance", TOLERANCE, "how far relationships for each party may differ between equals: 0.2 is a fifth"
        ),
    ),
    kernel=_kernel,
    inputs=INPUTS,
    by_period=False,
)
