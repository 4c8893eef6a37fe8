"""Workflows: the declared way of one work, and how works really went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.model.records import Told
from counterpoint.model.workflows import (
    Conformance,
    Course,
    StageOnWay,
    Visit,
    Way,
    WorkflowConformance,
)
from counterpoint.questions.moment import Asking
from counterpoint.state.conformance import deviations, fits, hours_between
from counterpoint.state.view import State
from counterpoint.state.waivers import waiver_of
from counterpoint.state.workflow import is_enforced, stage_of, stages_of, workflow_of


def way(asking: Asking, work: str) -> Way:
    """The way of one work."""
    state = asking.state
    workflow, here = workflow_of(state, work), stage_of(state, work)
    visits = _visits(asking, [work]).get(work, ())
    since = visits[-1].entered if visits and visits[-1].stage == here and here is not None else None
    stages = stages_of(state, workflow) if workflow is not None else ()
    places = {stage.name: number for number, stage in enumerate(stages)}
    at = places.get(here or "", -1)
    return Way(
        work,
        workflow,
        state.text(workflow, "version") if workflow is not None else None,
        workflow is not None and is_enforced(state, workflow),
        here,
        since,
        None if since is None else hours_between(since, state.now),
        tuple(
            StageOnWay(
                stage.name, "here" if place == at else "behind" if place < at else "ahead", stage.owner, stage.gate,
                stage.hours, stage.entry, stage.exit, waiver_of(state, str(workflow), work, state.now, stage.name),
            )
            for place, stage in enumerate(stages)
        ),
        tuple(_standards(state, work)),
    )  # fmt: skip


def conformance(asking: Asking, only: str | None = None) -> Conformance:
    """How works went, against the workflows that hold for them."""
    state = asking.state
    wanted = [only] if only is not None else state.entities("workflow")
    works: dict[str, list[str]] = {workflow: [] for workflow in wanted}
    for work in state.entities("work"):
        holds = workflow_of(state, work)
        if holds in works:
            works[str(holds)].append(work)
    every = _visits(asking, [work for there in works.values() for work in there])
    found = [_compared(state, workflow, there, every) for workflow, there in works.items()]
    seen = [one for one in found if one.works]
    return Conformance(state.now, tuple(seen), tuple(one.workflow for one in found if not one.works))


def _compared(
    state: State, workflow: str, works: Sequence[str], visits: Mapping[str, Sequence[Visit]]
) -> WorkflowConformance:
    stages = stages_of(state, workflow)
    courses = []
    for work in (one for one in works if one in visits):
        waivers = {stage.name: waiver_of(state, workflow, work, state.now, stage.name) for stage in stages}
        found = deviations(stages, visits[work], waivers.get, state.now)
        courses.append(Course(work, tuple(visits[work]), found))
    odd = sorted((one for one in courses if one.deviations), key=lambda one: (fits(one.deviations), one.work))
    fitting = sum(fits(one.deviations) for one in courses)
    version = state.text(workflow, "version")
    return WorkflowConformance(workflow, version, is_enforced(state, workflow), len(courses), fitting, tuple(odd))


def _visits(asking: Asking, works: Sequence[str]) -> dict[str, tuple[Visit, ...]]:
    """Where each work was, in the order of what was said of its stage and by when that held; its end ends the last.

    What two sources say of one work is put together by time: the same stage again is no second visit.
    """
    state = asking.state
    told: dict[str, list[Told]] = {}
    for one in asking.snapshot.history_of(state_names(state, works), ("stage", "status")):
        told.setdefault(state.canonical(one.entity), []).append(one)
    return {work: made for work, every in told.items() if (made := tuple(_course(every)))}


def state_names(state: State, entities: Iterable[str]) -> list[str]:
    """Every name of every one of these."""
    return [name for entity in entities for name in state.names(entity)]


def _course(told: Sequence[Told]) -> Iterable[Visit]:
    here: tuple[str, str] | None = None
    for one in sorted(told, key=lambda one: (one.valid_from, one.recorded)):
        ended = one.attribute == "status" and one.value in ("done", "dropped") and one.operation == "state"
        moved = one.attribute == "stage" and isinstance(one.value, str) and one.operation == "state"
        if here is not None and (ended or (moved and one.value != here[0])):
            yield Visit(here[0], here[1], one.valid_from)
            here = None
        if moved and here is None:
            here = (str(one.value), one.valid_from)
    if here is not None:
        yield Visit(here[0], here[1], None)


def _standards(state: State, work: str) -> Iterable[str]:
    """The standards that a work of this class keeps to, in its zones or anywhere."""
    its_class = state.text(work, "class")
    zones = set(state.zones(work))
    for one in state.entities("standard"):
        classes = state.value(one, "class")
        zone = state.refs(one, "zone")
        if isinstance(classes, list) and its_class in classes and (not zone or zone[0] in zones):
            yield one
