"""Agents that act at once: a stop holds from the moment it is told, and a budget is one, however many act on it."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from tests.ledger.tools import append, entries_of, said
from tests.protocols.leasing import SPONSOR, Agent, organise, quicker
from tests.protocols.models import NO, YES
from tests.protocols.processes import Job, Tape, run_together

PROCESSES = 6


def acting(url: str, number: int, folder: Path) -> Job:
    """Everybody acts as the same agent, each on a thing of its own, until told that it is stopped."""

    def job(tape: Tape) -> None:
        agent, item = Agent(quicker(Ledger.open(url)), "agent:a0"), f"thing-{number}"
        after = 0
        # A few times more after the stop, so that a yes which comes too late would be seen.
        while after < 3:
            after += (folder / "stopped").exists()
            token = tape.ask(item, "take", agent.name, by=partial(agent.take, item))
            if token != NO:
                tape.ask(item, "release", agent.name, token, by=partial(agent.release, item, token))

    return job


def stopping(url: str, folder: Path) -> Job:
    """Its sponsor stops it in the middle of that."""

    def job(tape: Tape) -> None:
        ledger = quicker(Ledger.open(url))
        time.sleep(1)
        tape.ask("agent", "stop", by=partial(stop, ledger))
        (folder / "stopped").touch()

    return job


def stop(ledger: Ledger) -> str:
    """Stop the agent."""
    perform(ledger, "agent", "stop", by=SPONSOR, arguments={"agent": "agent:a0", "reason": "what is it doing?"})
    return YES


def test_a_stop_holds_from_the_moment_it_is_told(url: str, tmp_path: Path) -> None:
    organise(url, 1).close()
    jobs = [*(acting(url, number, tmp_path) for number in range(PROCESSES)), stopping(url, tmp_path)]
    history = run_together(tmp_path / "tapes", jobs)
    told = next(each.returned for each in history if each.name == "stop")
    late = [each for each in history if each.called > told]
    assert len(late) >= PROCESSES
    assert {each.output for each in late} == {NO}
    assert any(each.output != NO for each in history if each.name == "take")
    ledger = Ledger.open(url)
    entries = entries_of(ledger)
    stopped = next(each.sequence for each in entries if each.reason == "what is it doing?")
    assert max(each.sequence for each in entries if each.actor == "agent:a0") < stopped
    assert verify(ledger).damage == ()
    assert replay(ledger).good


def spending(url: str, number: int) -> Job:
    """Everybody acts as the same agent, more often than it may in an hour."""

    def job(tape: Tape) -> None:
        agent = Agent(quicker(Ledger.open(url)), "agent:a0")
        for each in range(6):
            item = f"thing-{number}-{each}"
            tape.ask(item, "take", agent.name, by=partial(agent.take, item))

    return job


def test_a_budget_is_never_overspent(url: str, tmp_path: Path) -> None:
    ledger = organise(url, 1)
    with ledger.read() as snapshot:
        now = snapshot.now
    append(ledger, said("agent:a0", "budget", 10, at=now))
    history = run_together(tmp_path / "tapes", [spending(url, number) for number in range(PROCESSES)])
    assert sum(each.output != NO for each in history) == 10
    assert sum(each.actor == "agent:a0" for each in entries_of(ledger)) == 10
    assert replay(ledger).good
