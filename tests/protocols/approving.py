"""Approvals that many want to use at the same moment, and what each of them was told."""

from __future__ import annotations

import random
from collections import Counter
from functools import partial
from pathlib import Path

from counterpoint.actions.performing import perform
from counterpoint.errors import Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Json, Statement
from counterpoint.state.view import State
from tests.protocols.leasing import organise, quicker
from tests.protocols.linearizable import Operation, check
from tests.protocols.models import NO, YES, ApprovalModel
from tests.protocols.processes import Job, Tape, run_together

APPROVER = "person:~00000000000000bb"


def organise_approvals(url: str, agents: int, works: int) -> None:
    """Nobody's work ``work:w0``, …, each behind a gate of its own for which an approval is asked."""
    ledger = quicker(organise(url, agents, works))
    with ledger.write() as transaction:
        now = transaction.now

        def state(entity: str, attribute: str, value: Json, item: str = "") -> Statement:
            return Statement(entity, attribute, item, "state", value, now, now)

        statements = [state(APPROVER, "exists", True)]
        statements.append(state("zone:organisation", "terms", {"action": "*", "term": "alone"}, "*"))
        for number in range(works):
            statements.append(state(f"gate:g{number}", "work", f"work:w{number}"))
            statements.append(state(f"gate:g{number}", "approver", [APPROVER]))
        transaction.append(NewEntry("local", "file", statements, "gates"))
    for number in range(works):
        asked = {"gate": f"gate:g{number}", "work": f"work:w{number}"}
        perform(ledger, "approval", "ask", by="agent:a0", arguments=asked)
    ledger.close()


def consume(ledger: Ledger, by: str, number: int, by_completing: bool) -> str:
    """Use an approval, from outside or by completing its work: yes, or no."""
    if by_completing:
        noun, verb, named = "work", "complete", {"work": f"work:w{number}"}
    else:
        noun, verb, named = "approval", "use", {"approval": f"approval:g{number}/w{number}"}
    try:
        perform(ledger, noun, verb, by=by, arguments=named)
    except Refused:
        return NO
    return YES


def consumer(url: str, number: int, works: int, tries: int) -> Job:
    """Tries to use every approval, in an order of its own, in one way or the other."""

    def job(tape: Tape) -> None:
        ledger, dice = quicker(Ledger.open(url)), random.Random(number)
        for _ in range(tries):
            for work in dice.sample(range(works), works):
                name, by_completing = f"agent:a{number}", dice.random() < 0.5
                tape.ask(f"w{work}", "consume", name, by=partial(consume, ledger, name, work, by_completing))

    return job


def approver(url: str, works: int) -> Job:
    """Grants them, one after the other, while others try already."""

    def job(tape: Tape) -> None:
        ledger = quicker(Ledger.open(url))
        for work in range(works):
            tape.ask(f"w{work}", "grant", by=partial(_grant, ledger, work))

    return job


def _grant(ledger: Ledger, number: int) -> str:
    try:
        perform(ledger, "approval", "grant", by=APPROVER, arguments={"approval": f"approval:g{number}/w{number}"})
    except Refused:
        return NO
    return YES


def race_for_approvals(url: str, folder: Path, consumers: int, works: int, tries: int) -> Counter[str]:
    """Consumers and the approver together; every history is one that could have been one after the other.

    Raises:
        AssertionError: it could not, or an approval was used by more or fewer than one.
    """
    organise_approvals(url, consumers, works)
    jobs = [consumer(url, number, works, tries) for number in range(consumers)]
    history: list[Operation] = run_together(folder, [*jobs, approver(url, works)])
    verdict = check(ApprovalModel(), history)
    assert verdict, str(verdict)
    used = Counter(one.on for one in history if one.name == "consume" and one.output == YES)
    ledger = Ledger.open(url)
    for work in range(works):
        if used[f"w{work}"] == 0:
            # Whoever tried was too early: it is there for the next, once.
            assert consume(ledger, "agent:a0", work, by_completing=False) == YES
        assert used[f"w{work}"] <= 1
        assert consume(ledger, "agent:a1", work, by_completing=False) == NO
        assert consume(ledger, "agent:a1", work, by_completing=True) == NO
        with ledger.read() as snapshot:
            assert State(snapshot).text(f"approval:g{work}/w{work}", "status") == "used"
    ledger.close()
    return Counter(f"{one.name} {one.output}" for one in history)
