"""A stop is effective at once, a budget is exact, and a proposal is accepted once: with processes, on both stores."""

from __future__ import annotations

import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.errors import Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.statements import Json
from counterpoint.state.view import State
from tests.protocols.leasing import SPONSOR, organise, quicker
from tests.protocols.linearizable import Operation
from tests.protocols.models import NO, YES
from tests.protocols.processes import Job, Tape, run_together
from tests.protocols.trial import Trial

DECIDES = [f"zone:organisation decider {SPONSOR}"]
ACTS = 40


def doing(ledger: Ledger, act: str, by: str, **arguments: Json) -> str:
    """Yes or no; a proposal is neither done nor refused, and is told as what it is."""
    noun, verb = act.split()
    try:
        done = perform(ledger, noun, verb, by=by, arguments=arguments)
    except Refused:
        return NO
    return done.status if noun == "proposal" and done.status else YES


def taking(url: str, agent: int, process: int) -> Job:
    """An agent that takes one thing after the other."""

    def job(tape: Tape) -> None:
        ledger, name = quicker(Ledger.open(url)), f"agent:a{agent}"
        for number in range(ACTS):
            item = f"thing-{process}-{number}"
            tape.ask(name, "take", by=partial(doing, ledger, "lease take", name, item=item))

    return job


def stopping(url: str, act: str, after: float, **arguments: Json) -> Job:
    """A person who gives one command, a moment after all have begun."""

    def job(tape: Tape) -> None:
        ledger = quicker(Ledger.open(url))
        time.sleep(after)
        assert tape.ask("all", "stop", by=partial(doing, ledger, act, SPONSOR, **arguments)) == YES

    return job


def organised(url: str, agents: int, *facts: str) -> None:
    ledger = organise(url, agents)
    ledger.close()
    trial = Trial.__new__(Trial)
    trial.ledger, trial.now = Ledger.open(url), ""
    with trial.ledger.read() as snapshot:
        trial.now = snapshot.now
    trial.says(*DECIDES, *facts)
    trial.ledger.close()


def stop_of(history: list[Operation]) -> Operation:
    return next(one for one in history if one.name == "stop")


def held_by(url: str, agent: str) -> list[str]:
    ledger = Ledger.open(url)
    with ledger.read() as snapshot:
        state = State(snapshot)
        found = [one for one in state.naming(agent, "lease", "holder") if state.text(one, "status") == "held"]
    ledger.close()
    return found


def good(url: str) -> None:
    ledger = Ledger.open(url)
    assert verify(ledger).good and replay(ledger).damage == ()
    ledger.close()


@pytest.mark.parametrize(("act", "arguments"), [("agent stop", {"agent": "agent:a0"}), ("agents stop", {})])
def test_nothing_that_starts_after_a_stop_was_told_goes_through(
    url: str, tmp_path: Path, act: str, arguments: dict[str, Any]
) -> None:
    organised(url, 2)
    jobs = [taking(url, process % 2, process) for process in range(6)]
    history = run_together(tmp_path / "tapes", [*jobs, stopping(url, act, 0.4, **arguments)])
    stop = stop_of(history)
    stopped = {"agent:a0"} if act == "agent stop" else {"agent:a0", "agent:a1"}
    takes = [one for one in history if one.name == "take" and one.on in stopped]
    late = [one for one in takes if one.called > stop.returned]
    assert {one.output for one in late} <= {NO}, "it did something after it was stopped"
    early = [one for one in takes if one.returned < stop.called]
    assert {one.output for one in early} <= {YES}
    assert late or early
    for agent in stopped:
        assert held_by(url, agent) == []
    good(url)


def test_a_budget_is_exact_however_many_processes_an_agent_has(url: str, tmp_path: Path) -> None:
    organised(url, 2, "agent:a0 budget 7")
    history = run_together(tmp_path / "tapes", [taking(url, process % 2, process) for process in range(4)])
    told = Counter((one.on, one.output) for one in history)
    assert told == {("agent:a0", YES): 7, ("agent:a0", NO): 2 * ACTS - 7, ("agent:a1", YES): 2 * ACTS}
    good(url)


def test_a_proposal_is_accepted_once_and_done_once(url: str, tmp_path: Path) -> None:
    organised(url, 1, f'zone:organisation terms {{action = "*", term = "review", reviewer = "{SPONSOR}"}}')
    ledger = quicker(Ledger.open(url))
    made = [
        perform(ledger, "lease", "take", by="agent:a0", arguments={"item": f"thing-{number}"}).proposal
        for number in range(5)
    ]
    ledger.close()

    def accepting(tape: Tape) -> None:
        mine = quicker(Ledger.open(url))
        for one in made:
            ask = partial(doing, mine, "proposal accept", SPONSOR, proposal=one)
            tape.ask(str(one), "accept", by=ask)

    history = run_together(tmp_path / "tapes", [accepting] * 8)
    assert Counter((one.on, one.output) for one in history if one.output != NO) == {
        (one, "accepted"): 1 for one in made
    }
    assert len(held_by(url, "agent:a0")) == 5
    good(url)
