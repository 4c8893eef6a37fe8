"""Workflows: the stages that a class of work goes through. Moves are checked where the workflow is enforced.

Where it is not, every move is taken, and what it skipped or repeated is told: the declared way is then compared with
the way that work really goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from counterpoint.errors import NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.statements import Json
from counterpoint.protocols.doing import may_work, or_nobody, who_answers
from counterpoint.protocols.gates import approvals_of, gates_of, good_approval, opened
from counterpoint.protocols.machine import Outcome, Protocol, Say, Transition
from counterpoint.protocols.waiver import keepers
from counterpoint.state.links import standing as standing_of_work
from counterpoint.state.speaking import speaks_for
from counterpoint.state.view import State
from counterpoint.state.waivers import waiver_of
from counterpoint.state.workflow import Stage, is_enforced, stage_of, stages_of, workflow_of

OUTSIDE, INSIDE, ENDED = "outside", "inside", "ended"


def not_through(state: State, work: str) -> str | None:
    """Why a work cannot be completed by its workflow, in words; None where it can, or where nothing is enforced."""
    workflow = workflow_of(state, work)
    if workflow is None or not is_enforced(state, workflow):
        return None
    stages = stages_of(state, workflow)
    here = stage_of(state, work)
    if not stages or here == stages[-1].name:
        return None
    left = [stage.name for stage in stages if here is None or _place(stages, stage.name) > _place(stages, here)]
    if here is not None and all(waiver_of(state, workflow, work, state.now, name) for name in left):
        return None
    return f"{workflow} is enforced, and {work} has yet to go through {', '.join(left)}"


def _standing(state: State, work: str) -> str:
    if standing_of_work(state, work) != "open":
        return ENDED
    return INSIDE if stage_of(state, work) is not None else OUTSIDE


def _subject(_state: State, _by: str, arguments: Mapping[str, Json]) -> str:
    return str(arguments["work"])


def _move(state: State, act: Act, now: str) -> Outcome:
    workflow, stages = _declared(state, act.subject)
    to = str(act.text("stage"))
    target = next((stage for stage in stages if stage.name == to), None)
    if target is None:
        names = ", ".join(stage.name for stage in stages)
        raise Refused(f"{workflow} has no stage {to!r}", hint=f"one of: {names}")
    here = next((stage for stage in stages if stage.name == stage_of(state, act.subject)), None)
    if here == target:
        raise Refused(f"{act.subject} is in {to} already", hint="counterpoint workflow show tells what comes next")
    _must_move(state, act, here, target)
    skipped = _skipped(stages, here, target)
    if is_enforced(state, workflow):
        _check(state, act, _Step(workflow, stages, here, target), skipped, now)
    version = state.text(workflow, "version")
    told = f"{act.subject} is in {to}" + (f" of version {version}" if version else "")
    if skipped:
        told += f"; it skipped {', '.join(stage.name for stage in skipped)}"
    if here is not None and _place(stages, target.name) < _place(stages, here.name):
        told += f"; it went back from {here.name}"
    says = [Say(act.subject, "stage", to)]
    if workflow not in state.refs(act.subject, "workflow"):
        says.append(Say(act.subject, "workflow", workflow))
    forward = here is not None and _place(stages, target.name) > _place(stages, here.name)
    used = _used_by_leaving(state, act, here, now) if forward and is_enforced(state, workflow) else ()
    return Outcome(tuple(says), told, used)


@dataclass(frozen=True, slots=True)
class _Step:
    """A move within a workflow."""

    workflow: str
    stages: tuple[Stage, ...]
    here: Stage | None
    target: Stage


def _declared(state: State, work: str) -> tuple[str, tuple[Stage, ...]]:
    workflow = workflow_of(state, work)
    if workflow is None:
        its_class = state.text(work, "class")
        why = f"no workflow of its zones has class {its_class!r}, or several do" if its_class else "it has no class"
        raise Refused(f"nothing says which way {work} goes: {why}", hint="declare a [[workflow]], or name one on it")
    stages = stages_of(state, workflow)
    if not stages:
        raise Refused(f"{workflow} has no stages", hint="declare them: stage = [{ name = … }, …]")
    return workflow, stages


def _must_move(state: State, act: Act, here: Stage | None, target: Stage) -> None:
    owners = [stage.owner for stage in (here, target) if stage is not None and stage.owner is not None]
    if any(speaks_for(state, act.by, owner) for owner in owners) or may_work(state, act.by, act.subject):
        return
    names = or_nobody(dict.fromkeys((*owners, who_answers(state, act.subject))))
    raise NotAllowed(f"{act.by} may not move {act.subject}; {names} may", hint="ask them to move it")


def _skipped(stages: tuple[Stage, ...], here: Stage | None, target: Stage) -> list[Stage]:
    first = -1 if here is None else _place(stages, here.name)
    return list(stages[first + 1 : _place(stages, target.name)])


def _place(stages: tuple[Stage, ...], name: str) -> int:
    return next((place for place, stage in enumerate(stages) if stage.name == name), -1)


def _check(state: State, act: Act, step: _Step, skipped: list[Stage], now: str) -> None:
    """Every reason why an enforced workflow does not take the move, at once."""
    workflow, here, target = step.workflow, step.here, step.target
    waive = f"counterpoint waiver give {workflow} {act.subject} --stage …, by {or_nobody(keepers(state, workflow))}"
    reasons = []
    for stage in skipped:
        if not waiver_of(state, workflow, act.subject, state.now, stage.name):
            reasons.append(f"{stage.name} comes before {target.name}")
    forward = here is None or _place(step.stages, target.name) > _place(step.stages, here.name)
    if here is not None and forward:
        reasons += _gate_reasons(state, act.subject, here, now)
    rules = [("coming into", target.name, target.entry)]
    if here is not None:
        rules.append(("going out of", here.name, here.exit))
    for words, name, rule in rules:
        if rule and forward and not act.flag("rules_kept"):
            reasons.append(f"{words} {name} has a rule: {rule} (say --rules-kept, if it is so)")
    if not forward and act.text("reason") is None:
        reasons.append("going back needs a reason (--reason)")
    if reasons:
        raise Refused(f"{workflow} is enforced: {'; '.join(reasons)}", hint=f"do what is missing, or {waive}")


def _gate_reasons(state: State, work: str, stage: Stage, now: str) -> Iterable[str]:
    if stage.gate is None or opened(state, stage.gate, work, now) is not None:
        return
    version = state.text(work, "version")
    if good_approval(state, stage.gate, work, version, now) is None:
        yield f"leaving {stage.name} needs {stage.gate} (counterpoint approval ask {stage.gate} {work})"


def _used_by_leaving(state: State, act: Act, here: Stage | None, now: str) -> tuple[Act, ...]:
    """The approval of the stage's gate is used up, unless the gate stands before completion too and is used there."""
    if here is None or here.gate is None or here.gate in gates_of(state, act.subject):
        return ()
    version = state.text(act.subject, "version")
    approval = good_approval(state, here.gate, act.subject, version, now)
    if approval is None:
        return ()
    arguments: dict[str, Json] = (
        {"approval": approval} if version is None else {"approval": approval, "version": version}
    )
    return (Act("approval", "use", approval, act.by, arguments, automatic=True),)


def _keys(state: State, act: Act) -> Iterable[str]:
    yield act.subject
    workflow = workflow_of(state, act.subject)
    if workflow is not None:
        yield workflow
        here = stage_of(state, act.subject)
        gates = [stage.gate for stage in stages_of(state, workflow) if stage.name == here and stage.gate is not None]
        yield from (approval for gate in gates for approval in approvals_of(state, gate, act.subject))


WORKFLOW = Protocol(
    noun="workflow",
    kind="work",
    about="work goes through the stages that are declared for its class",
    subject=_subject,
    transitions=(
        Transition(
            "move", (OUTSIDE, INSIDE), (OUTSIDE, INSIDE), "who works on it or decides on it; who owns a stage", _move
        ),
    ),
    keys=_keys,
    standing=_standing,
    invariants=(
        "Under an enforced workflow no stage is skipped without a waiver, and no gate is left behind without approval.",
        "What is not enforced is never refused: it is told, and seen in the comparison with the declared way.",
        "A work is in one stage at a time, of a workflow that is named on it from its first move on.",
    ),
)
