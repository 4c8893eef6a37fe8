"""Handoffs and escalations between processes at once, on both stores: one answer to each offer, one climb at a time."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from counterpoint.actions.performing import perform
from counterpoint.actions.timers import ring_all
from counterpoint.actions.timing import append
from counterpoint.errors import Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.statements import Statement
from counterpoint.state.view import State
from tests.protocols.leasing import quicker
from tests.protocols.processes import Job, Tape, lines_of, run_together
from tests.protocols.trial import sound
from tests.state.organisation import org_entries

ROUNDS = 4
PROCESSES = 4
WORKS = [f"work:w{number}" for number in range(ROUNDS)]


def organise(url: str, *facts: str) -> None:
    """An organisation on the store's own clock."""
    ledger = Ledger.create(url)
    with ledger.write() as transaction:
        now = transaction.now
        statements = [
            Statement(one.entity, one.attribute, one.item, one.operation, one.value, now, now)
            for entry in org_entries(*facts)
            for one in entry.statements
        ]
        append(transaction, NewEntry("local", "file", statements, "an import"))
    ledger.close()


def doing(ledger: Ledger, tape: Tape, act: str, by: str, **arguments: str) -> bool:
    """Did it get a yes? Written down with who asked."""
    noun, verb = act.split()

    def ask() -> str:
        try:
            return perform(ledger, noun, verb, by=by, arguments=arguments).subject
        except Refused:
            return "no"

    return bool(tape.ask(next(iter(arguments.values())), act, by, by=ask) != "no")


def answers(folder: Path) -> Counter[tuple[str, str]]:
    """How many of each act on each thing got a yes."""
    calls: dict[str, tuple[str, str]] = {}
    found: Counter[tuple[str, str]] = Counter()
    for _, line in lines_of(folder):
        if line[0] == "call":
            calls[line[1]] = (line[3], line[2])
        elif line[0] == "answer" and line[2] != "no":
            found[calls[line[1]]] += 1
    return found


def test_of_many_answers_to_one_offer_one_counts(url: str, tmp_path: Path) -> None:
    """While the receivers of a team all accept it, or decline it, its giver takes it back or gives it to another."""
    members = [f"person:~p{number}" for number in range(PROCESSES)]
    facts = [*members, "person:~ana", "person:~bo", *(f"team:all lead {one}" for one in members)]
    organise(
        url, *facts, *(f"{work} owner person:~ana" for work in WORKS), *(f"{work} status active" for work in WORKS)
    )

    def receiver(number: int) -> Job:
        def job(tape: Tape) -> None:
            ledger, me = quicker(Ledger.open(url)), f"person:~p{number}"
            for work in WORKS:
                act = "handoff decline" if number == 0 else "handoff accept"
                more = {"reason": "no"} if number == 0 else {}
                for _ in range(20):
                    if doing(ledger, tape, act, me, what=work, **more):
                        break

        return job

    def giver(tape: Tape) -> None:
        ledger = quicker(Ledger.open(url))
        for number, work in enumerate(WORKS):
            doing(ledger, tape, "handoff offer", "person:~ana", what=work, to="team:all")
            act, more = (("handoff withdraw", {}), ("handoff reroute", {"to": "person:~bo"}))[number % 2]
            doing(ledger, tape, act, "person:~ana", what=work, **more)

    run_together(tmp_path / "tapes", [giver, *(receiver(number) for number in range(PROCESSES))])
    found = answers(tmp_path / "tapes")
    ledger = Ledger.open(url)
    with ledger.read() as snapshot:
        state = State(snapshot)
        for work in WORKS:
            accepted = found["handoff accept", work]
            assert accepted <= 1, "one yes"
            assert accepted + found["handoff withdraw", work] <= 1
            assert state.refs(work, "owner") == (("team:all",) if accepted else ("person:~ana",))
    sound(ledger)


def test_one_escalation_each_and_each_rung_once_whoever_ticks(url: str, tmp_path: Path) -> None:
    """All raise all of it at once, and all carry out what is due at once; every rung waits no time at all."""
    members = [f"person:~p{number}" for number in range(PROCESSES)]
    rungs = [
        f'zone:z escalation {{order = {order}, party = "person:~q{order}", after_hours = 0}}' for order in range(4)
    ]
    asked = [f"person:~q{order}" for order in range(4)]
    organise(url, *members, *asked, *rungs, *(f"{work} zone zone:z" for work in WORKS))

    def everybody(number: int) -> Job:
        def job(tape: Tape) -> None:
            ledger = quicker(Ledger.open(url))
            for work in WORKS:
                doing(ledger, tape, "escalation raise", f"person:~p{number}", about=work, reason="it waits")
                ring_all(ledger)

        return job

    run_together(tmp_path / "tapes", [everybody(number) for number in range(PROCESSES)])
    ledger = Ledger.open(url)
    ring_all(ledger)
    raised = sum(answers(tmp_path / "tapes").values())
    with ledger.read() as snapshot:
        state = State(snapshot)
        escalations = state.entities("escalation")
        acts = [one.value for one in snapshot.history(escalations) if one.attribute == "act"]
        assert len(escalations) == len(WORKS), "one for each thing"
        for esc in escalations:
            assert state.text(esc, "status") == "exhausted"
            assert state.refs(esc, "asked") == tuple(asked)
    climbs = Counter(str(one["verb"]) for one in acts if isinstance(one, dict))
    assert climbs == {"raise": raised, "climb": len(asked) * raised}, "each rung once, for each time it was raised"
    sound(ledger)
