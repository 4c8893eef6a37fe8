"""The gates before a work: what each takes, by what it is passed, and who can pass it."""

from __future__ import annotations

from counterpoint.model.approvals import GateBefore, GatesBefore
from counterpoint.protocols.completing import Passed, at_gate
from counterpoint.protocols.gates import approvals_of, gates_of
from counterpoint.questions.moment import Asking


def gates_before(asking: Asking, work: str) -> GatesBefore:
    """Every gate before a work, as it stands for the version that the work is at."""
    version = asking.state.text(work, "version")
    return GatesBefore(
        work, version, tuple(_gate(asking, gate, work, version) for gate in gates_of(asking.state, work))
    )


def _gate(asking: Asking, gate: str, work: str, version: str | None) -> GateBefore:
    state = asking.state
    found, type_ = at_gate(state, gate, work, version, state.now), state.text(gate, "type")
    if isinstance(found, Passed):
        return GateBefore(gate, type_, "passed", found.told, "", found.approval)
    for one in reversed(approvals_of(state, gate, work)):
        if state.text(one, "status") == "requested" and state.text(one, "version") == version:
            return GateBefore(gate, type_, "asked", found.text, found.clears, one)
    return GateBefore(gate, type_, "open", found.text, found.clears, None)
