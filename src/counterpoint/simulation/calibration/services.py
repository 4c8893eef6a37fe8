"""How long single events took, where a log says only when they were over.

Who did something had, at the earliest, begun when the case came to them and what they did before was done. Between that
moment and the end lie the working hours that it took at most. Where the log says when it began, that is taken.

Source: the heuristic of J. Nakatumba and W. M. P. van der Aalst, *Analyzing resource behavior using process mining*
(BPM workshops 2009), in working hours.
"""

from __future__ import annotations

import numpy as np

from counterpoint.simulation.calibration.cases import Cases, Floats
from counterpoint.simulation.calibration.working_week import WorkingWeek


def services(cases: Cases, week: WorkingWeek) -> Floats:
    """For each event the working hours that it took; not a number for the first of a case and for those by nobody that
    is told, unless their beginning is told."""
    found = np.full(len(cases.end), np.nan)
    began = begun(cases)
    known = np.isfinite(began)
    found[known] = np.maximum(week.between(began[known], cases.end[known]), 0.0)
    return found


def begun(cases: Cases) -> Floats:
    """When each event began at the earliest, in hours since 1970; not a number where nothing tells."""
    began = np.full(len(cases.end), np.nan)
    before = np.full(len(cases.end), np.nan)
    before[1:] = np.where(cases.case[1:] == cases.case[:-1], cases.end[:-1], np.nan)
    order = np.lexsort((np.arange(len(cases.end)), cases.end, cases.resource))
    resource, end = cases.resource[order], cases.end[order]
    free = np.full(len(order), -np.inf)
    free[1:] = np.where(resource[1:] == resource[:-1], end[:-1], -np.inf)
    own = np.full(len(order), -np.inf)
    own[order] = free
    inferred = np.isfinite(before) & (cases.resource >= 0)
    began[inferred] = np.maximum(before, own)[inferred]
    told = np.isfinite(cases.start)
    began[told] = cases.start[told]
    found: Floats = np.minimum(began, cases.end)
    return found
