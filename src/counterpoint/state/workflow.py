"""The declared way of work: which workflow holds for a work, its stages in order, and where the work is in it."""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.state.view import State


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a workflow; ``hours`` is the longest that work should stay, None where nobody says."""

    name: str
    order: float
    hours: float | None
    owner: str | None
    gate: str | None
    entry: str | None
    exit: str | None


def stages_of(state: State, workflow: str) -> tuple[Stage, ...]:
    """Its stages, in their order."""
    rows = state.tables(workflow, "stage")
    found = [
        Stage(
            str(row["name"]), row["order"], row.get("hours"), row.get("owner"), row.get("gate"), row.get("entry"),
            row.get("exit"),
        )
        for row in rows
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.order, one.name)))


def workflow_of(state: State, work: str) -> str | None:
    """The workflow that holds for a work: named on it; else that of its class in the nearest zone that has one.

    None where there is none, and where one zone has several for the class: nobody can tell which is meant.
    """
    named = state.refs(work, "workflow")
    if named:
        return named[0]
    its_class = state.text(work, "class")
    if its_class is None:
        return None
    for zone in state.zones(work):
        here = [one for one in state.naming(zone, "workflow", "zone") if its_class in _classes(state, one)]
        if here:
            return here[0] if len(here) == 1 else None
    anywhere = [
        one
        for one in state.entities("workflow")
        if not state.refs(one, "zone") and its_class in _classes(state, one)
    ]  # fmt: skip
    return anywhere[0] if len(anywhere) == 1 else None


def gates_on_way(state: State, work: str) -> tuple[str, ...]:
    """The gates at which a work leaves the stages of its workflow, in their order."""
    workflow = workflow_of(state, work)
    stages = stages_of(state, workflow) if workflow is not None else ()
    return tuple(dict.fromkeys(state.canonical(stage.gate) for stage in stages if stage.gate is not None))


def is_enforced(state: State, workflow: str) -> bool:
    """Is a move that the workflow does not know refused, and not only told?"""
    return state.value(workflow, "enforced") is True


def stage_of(state: State, work: str) -> str | None:
    """The stage that a work is in, by name, whoever says so; None where nobody does or sources differ."""
    return state.text(work, "stage")


def _classes(state: State, workflow: str) -> tuple[str, ...]:
    found = state.value(workflow, "class")
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
