"""The observed way of a work against the declared one. Pure: visits to stages go in, deviations come out.

Conformance checking by replay on a sequence of stages (van der Aalst, Process Mining, 2016, chapter 8), which for a
workflow that is one line needs no search: a stage is skipped when a later one is entered first, and repeated when it is
entered again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from counterpoint.model.times import moment
from counterpoint.model.workflows import Deviation, Visit
from counterpoint.state.workflow import Stage

Covered = Callable[[str], str | None]
"""The waiver that covers a stage, or None."""


def deviations(stages: Sequence[Stage], visits: Sequence[Visit], covered: Covered, now: str) -> tuple[Deviation, ...]:
    """How these visits differ from the stages in order; the order of the answer is that of time.

    A stage that is skipped and made up for later counts as repeated order, not as skipped: only what had never been
    visited when a later stage was entered, and is not visited afterwards either, was skipped.
    """
    place = {stage.name: number for number, stage in enumerate(stages)}
    visited = {visit.stage for visit in visits}
    found: list[Deviation] = []
    told: set[str] = set()
    seen: set[str] = set()
    for visit in visits:
        if visit.stage not in place:
            found.append(Deviation("unknown", visit.stage, visit.entered, None, None))
            continue
        for before in stages[: place[visit.stage]]:
            if before.name not in visited and before.name not in told:
                told.add(before.name)
                found.append(Deviation("skipped", before.name, visit.entered, None, covered(before.name)))
        if visit.stage in seen:
            found.append(Deviation("repeated", visit.stage, visit.entered, None, covered(visit.stage)))
        seen.add(visit.stage)
        norm = stages[place[visit.stage]].hours
        hours = hours_between(visit.entered, visit.left or now)
        if norm is not None and hours > norm:
            found.append(Deviation("stuck", visit.stage, visit.entered, hours, covered(visit.stage)))
    return tuple(found)


def fits(found: Sequence[Deviation]) -> bool:
    """Did it go as declared, or under a waiver?"""
    return all(one.waiver is not None for one in found)


def hours_between(start: str, end: str) -> float:
    """How many hours from one stamp to another, to a tenth."""
    return round((moment(end) - moment(start)).total_seconds() / 3600, 1)
