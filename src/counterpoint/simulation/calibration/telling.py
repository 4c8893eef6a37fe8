"""What was fitted, as numbers with their samples; and in words what was not modelled."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from counterpoint.model.whatif_calibration import FittedPart
from counterpoint.simulation.calibration.cases import Cases
from counterpoint.simulation.calibration.fitting import QUEUES, Fitted
from counterpoint.simulation.calibration.working_week import WEEK
from counterpoint.simulation.known import MEASURED


def parts_of(fitted: Fitted, cases: Cases, moment: float) -> Iterator[FittedPart]:
    """The numbers that the model rests on, out of these cases as they are known at a moment."""
    n, routes = len(cases), fitted.routes
    weeks = (moment - float(cases.begin.min())) / WEEK
    yield _part("arrivals", n / weeks if weeks > 0 else 0.0, "a week", n, "cases that begin")
    yield _part("events", len(cases.end) / n, "a case", n, "events so far")
    yield _part("activities", float(len(cases.activities)), "", len(cases.end), "different things that are done")
    ways = sum(len(one) for one in routes.ways.values())
    moved = sum(way.n for each in routes.ways.values() for way in each)
    yield _part("ways", float(ways), "", moved, "from one state to the next that cases took")
    delays = np.concatenate([way.delays for each in routes.ways.values() for way in each] or [np.zeros(1)])
    yield _part("delay", float(np.median(delays)), "hours", moved, "between one event of a case and the next: half")
    if fitted.structure != QUEUES:
        return
    yield _part("working hours", fitted.week.weekly, "a week", len(cases.end), str(fitted.week))
    for pool in fitted.pools:
        hours = [one for activity, one in (fitted.taken or {}).items() if activity in pool.activities]
        every = np.concatenate(hours)
        yield _part(pool.name, float(pool.servers), "people", len(every), f"who do {_listed(cases, pool.activities)}")
        about = f"that one of them takes for an event, on average (median {np.median(every):.3g})"
        yield _part(f"{pool.name}, service", float(every.mean()), "working hours", len(every), about)
    yield _part("utilisation", fitted.utilisation, "share", n, "of the time of the busiest of them")


def limits_of(fitted: Fitted, too_late: int) -> Iterator[str]:
    """What was not modelled, in plain words."""
    yield "A case counts as over when hardly any went on after so long a silence there; nothing says so for sure."
    if fitted.structure == QUEUES:
        yield "Who serves is free for any case of its kind, first come, first served; priorities are not modelled."
        yield "Service is all the time between when both case and person were free and the end: pauses are in it."
        yield "Arrivals are independent of one another; rushes of a day or a season are not modelled."
    else:
        yield "Cases do not wait for one another here: more or fewer of them would change nothing in this model."
        yield "How long one step takes says nothing of how long the next will."
    yield "What changes in how work is done after the split is in no prediction."
    if too_late:
        yield f"{too_late:,} cases that began near the end of the history had no time to end, and are not held back."


def _part(name: str, value: float, unit: str, n: int, about: str) -> FittedPart:
    return FittedPart(name, value, unit, MEASURED, n, about)


def _listed(cases: Cases, activities: frozenset[int]) -> str:
    names = [cases.activities[one] for one in sorted(activities)]
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
