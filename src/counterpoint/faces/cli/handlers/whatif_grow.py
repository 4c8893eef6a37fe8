"""``counterpoint whatif grow``: more teams, people or agents."""

from __future__ import annotations

from counterpoint.errors import UsageError
from counterpoint.faces.cli import whatif
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.whatif import Compared
from counterpoint.whatifs import open_whatif


def run(
    call: Call, *, teams: int, agents: int, people: float | None, k: float | None, response: float | None, effort: str,
    seed: int,
) -> Compared:  # fmt: skip
    """Simulate the organisation as it is and grown."""
    if teams == 1 and not agents and people in (None, 1.0):
        raise UsageError("nothing grows", hint="--teams 2, --agents 100 or --people 1.5")
    with open_whatif(call.ledger(), call.place, effort=effort, seed=seed, progress=call.progress) as asking:
        factor, speedup = 1.0 if people is None else people, 1.0 if k is None else k
        return asking.grown(teams=teams, agents=agents, people=factor, speedup=speedup, response=response or 0.0)


def show(answer: Compared, out: Paper) -> None:
    """Side by side, and by area."""
    whatif.compared(answer, out)
