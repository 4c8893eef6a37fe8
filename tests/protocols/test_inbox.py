"""The inbox: each sort of need comes to whom it is for and to nobody else, and the command that it names answers it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.inbox import Inbox, InboxLine
from counterpoint.model.statements import Statement
from counterpoint.protocols.inbox.inbox import inbox
from counterpoint.protocols.inbox.table import RULES
from counterpoint.questions import Questions
from tests.faces.cli.running import run
from tests.protocols.small import Clock, small
from tests.state.organisation import org

MORE = """
[[zone]]
id = "organisation"
decider = "person:cy"
escalation = [{order = 1, party = "team:ops", after_hours = 4}]
[[gate]]
id = "security"
work = "checkout"
type = "governance"
approver = "team:ops"
[[ritual]]
id = "weekly"
title = "Weekly"
owner = "person:ana"
participant = ["team:web"]
zone = "shop"
duration = 60
schedule = "every Monday at 10:00 Europe/Berlin"
"""
START = "2026-03-02T12:00:00Z"
FILLED = {
    "OUTCOME": "yes", "WHY": "because", "DAY": "2026-03-20", "WHO": "person:bo", "TEXT": "words", "--output REF": "",
}  # fmt: skip
PEOPLE = ("person:ana", "person:bo", "person:cy", "agent:deploy", "agent:review")


@dataclass(frozen=True)
class Case:
    """What is done (each line at a time of its own, or at the start), who needs to do what then, and until when."""

    need: str
    who: str
    steps: tuple[str, ...]
    at: str = START
    says: str = ""
    waiting: int = 1


ASKED = "promise ask 'an export' --of work:cards --for work:checkout --needed-by 2026-03-20 --id export --as person:ana"
DECISION = "decision ask 'Which one?' --concerns work:checkout --id which --as person:bo"
COMMITTED = (
    "commitment make 'send it' --owner person:bo --due 2026-03-06 --to person:ana --id it --as person:ana",
    "commitment accept it --as person:bo",
)
CASES = (
    Case("decide", "person:ana", (DECISION,), says="decide: Which one?"),
    Case("advise", "person:cy", (f"{DECISION} --consult person:cy",), says="give advice: Which one?"),
    Case("approve", "person:cy", ("approval ask gate:security work:checkout --as person:ana",), says="Checkout"),
    Case("review", "person:bo",
         ("commitment make 'tidy up' --owner agent:review --due 2026-03-06 --as agent:review",),
         says="commitment make", waiting=0),
    Case("take up", "person:cy", (DECISION, "escalation raise decision:which --reason stuck --as person:ana"),
         says="stuck"),
    Case("resolve", "person:cy", (
        DECISION, "escalation raise decision:which --reason stuck --as person:ana",
        "escalation acknowledge decision:which --as person:cy",
    ), says="stuck"),
    Case("take over", "person:cy", ("handoff offer work:checkout --to team:ops --state 'half done' --as person:ana",),
         says="half done"),
    Case("offer again", "person:ana", (
        "handoff offer work:checkout --to team:ops --as person:ana",
        "handoff decline work:checkout --reason 'no time' --as person:cy",
    ), says="no time"),
    Case("promise", "person:cy", (ASKED,), says="by 2026-03-20"),
    Case("accept a day", "person:ana", (ASKED, "promise counter export 2026-03-27 --reason busy --as person:cy"),
         says="offered for 2026-03-27 instead of 2026-03-20: busy"),
    Case("see a slip", "person:ana", (
        ASKED, "promise commit export 2026-03-10 --as person:cy",
        "promise move export 2026-03-18 --reason busy --as person:cy",
    ), says="slips from 2026-03-10 to 2026-03-18: busy"),
    Case("keep a promise", "person:cy", (ASKED, "promise commit export 2026-03-10 --as person:cy"),
         at="2026-03-09T12:00:00Z", says="for 2026-03-10"),
    Case("answer", "person:bo", COMMITTED[:1], says="whether they take it", waiting=0),
    Case("keep a commitment", "person:bo", COMMITTED, at="2026-03-05T12:00:00Z", says="for 2026-03-06", waiting=0),
    Case("see a miss", "person:ana", COMMITTED, at="2026-03-09T12:00:00Z", says="missed", waiting=0),
    Case("give a sign of life", "agent:deploy", ("lease take work:checkout --as agent:deploy",),
         at="2026-03-02T12:12:00Z"),
    Case("next in line", "person:bo",
         ("lease take work:checkout --as person:ana", "lease wait work:checkout --as person:bo")),
    Case("hold or cancel", "person:ana", ("ritual propose weekly --reason 'all quiet' --as person:bo",),
         says="all quiet", waiting=0),
    Case("record", "person:ana", ("2026-03-08T12:00:00Z ritual prepare weekly --as person:ana",),
         at="2026-03-09T12:00:00Z", waiting=0),
)  # fmt: skip


@pytest.fixture
def at(tmp_path: Path) -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patch:
        small(tmp_path, Clock(START), MORE).close()
        patch.setenv("COUNTERPOINT_ORG", str(tmp_path / "small.db"))
        patch.setenv("COUNTERPOINT_NOW", START)
        patch.delenv("COUNTERPOINT_ME", raising=False)
        patch.chdir(tmp_path)
        yield patch


def do(line: str) -> None:
    done = run(line)
    assert done.code == 0, f"{line}: {done.err}"


def happen(at: pytest.MonkeyPatch, case: Case) -> None:
    for line in case.steps:
        when, _, rest = line.partition(" ")
        at.setenv("COUNTERPOINT_NOW", when if when[0].isdigit() else START)
        do(rest if when[0].isdigit() else line)
    at.setenv("COUNTERPOINT_NOW", case.at)
    do("tick")


def needs(party: str, now: str) -> Inbox:
    ledger = Ledger.open("small.db", clock=Clock(now))
    try:
        return Questions(ledger).inbox(party)
    finally:
        ledger.close()


def about(case: Case, party: str) -> list[InboxLine]:
    return [line for line in needs(party, case.at).lines if line.need == case.need]


def filled(command: str) -> str:
    """The command as somebody would give it."""
    for words, instead in FILLED.items():
        command = re.sub(rf"(?<= ){words}(?= |$)", instead, command)
    return command.removeprefix("counterpoint ")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.need)
def test_a_need_is_for_whom_it_is_and_is_answered_by_its_command(at: pytest.MonkeyPatch, case: Case) -> None:
    happen(at, case)
    (line,) = about(case, case.who)
    assert case.says in line.says and line.waiting == case.waiting
    assert line.worst == ("work:checkout" if case.waiting else None)
    assert line.why and all(command.startswith("counterpoint ") for command in line.commands)
    others = [party for party in PEOPLE if party != case.who and about(case, party)]
    assert others == []
    if case.need == "next in line":
        do(filled(line.commands[1]))
    else:
        do(filled(line.commands[0]))
    assert about(case, case.who) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.need)
def test_its_other_commands_answer_it_too(at: pytest.MonkeyPatch, case: Case) -> None:
    happen(at, case)
    (line,) = about(case, case.who)
    do(filled(line.commands[-1]))


def test_every_rule_of_the_table_has_its_case() -> None:
    tried = {case.need for case in CASES} | {"assign", "settle", "find another way", "stopped"}
    assert len(tried) == len(CASES) + 4
    assert {rule.kind for rule in RULES} == {
        "decision", "approval", "proposal", "escalation", "handoff", "dependency", "commitment", "lease", "ritual",
        "agent",
    }  # fmt: skip


def test_nobody_is_left_to_ask(at: pytest.MonkeyPatch) -> None:
    do(DECISION)
    do("escalation raise decision:which --reason stuck --as person:cy")
    shown = needs("person:cy", START).lines
    assert [line.need for line in shown if line.about.startswith("escalation:")] == ["find another way"]
    do(filled(next(line for line in shown if line.need == "find another way").commands[0]))


def test_what_sources_differ_about(at: pytest.MonkeyPatch) -> None:
    ledger = Ledger.open("small.db", clock=Clock(START))
    with ledger.write() as transaction:
        now = transaction.now
        said = Statement("work:checkout", "status", "", "state", "done", now, now)
        transaction.append(NewEntry("local", "tracker", [said]))
    ledger.close()
    assert [line.need for line in needs("person:bo", START).lines] == []
    (line,) = needs("person:ana", START).lines
    assert (line.need, line.about, line.waiting, len(line.commands)) == ("settle", "work:checkout", 1, 2)
    assert "done" in line.says and "active" in line.says
    do(filled(line.commands[1]))
    assert needs("person:ana", START).total == 0


def test_an_agent_of_mine_that_somebody_stopped(at: pytest.MonkeyPatch) -> None:
    do("agent stop deploy --reason wild --as person:cy")
    (line,) = needs("person:ana", START).lines
    assert (line.need, line.about) == ("stopped", "agent:deploy")
    assert "by person:cy" in line.says and line.says.endswith("person:cy may start it")
    do(filled(line.commands[0]))
    assert needs("person:cy", START).total == needs("person:bo", START).total == 0
    do("agent start deploy --as person:cy")
    do("agent stop deploy --as person:ana")
    assert needs("person:ana", START).total == 0, "who stopped it need not be told"


def test_no_party_has_no_inbox(at: pytest.MonkeyPatch) -> None:
    assert run("inbox").code == 2
    assert "whose inbox?" in run("inbox").err
    assert run("inbox --as work:checkout").code != 0
    at.setenv("COUNTERPOINT_ME", "bo")
    assert run("inbox").out == "nothing needs person:bo\n"


BUSY = """
    person:~ana name Ana
    team:web lead person:~ana
    work:small decider person:~ana
    work:big decider person:~ana
    work:urgent decider person:~ana
    work:urgent priority critical
    work:after status active
    dependency:1 consumer work:after
    dependency:1 provider work:big
    decision:s question s
    decision:s concerns work:small
    decision:s due 2026-12-01
    decision:b question b
    decision:b concerns work:big
    decision:u question u
    decision:u concerns work:urgent
    decision:n question n
    decision:n decider person:~ana
    decision:n due 2026-11-30
    decision:t question t
    decision:t decider team:web
    decision:over decider person:~ana
    decision:over status decided
"""


def test_what_most_waits_for_comes_first() -> None:
    found = inbox(org(BUSY), "person:~ana")
    assert [(line.about, line.waiting, line.worst) for line in found.lines] == [
        ("decision:u", 1, "work:urgent"),
        ("decision:b", 2, "work:after"),
        ("decision:s", 1, "work:small"),
        ("decision:n", 0, None),
        ("decision:t", 0, None),
    ]
    assert (found.of, found.total, found.all_work) == (("person:~ana", "team:web"), 5, True)
    assert [line.about for line in inbox(org(BUSY), "person:~ana", 2).lines] == ["decision:u", "decision:b"]
    assert inbox(org(BUSY), "person:~ana", 2).total == 5
    assert [line.of for line in found.lines][-1] == "team:web"


def test_members_speak_for_a_team_that_nobody_leads() -> None:
    lines = ("team:a member person:~bo", "team:b member team:a", "team:c lead person:~cy", "team:c member person:~bo")
    asked = [f"decision:{team} decider team:{team}" for team in "abc"]
    found = inbox(org("person:~bo name Bo", "person:~cy name Cy", *lines, *asked), "person:~bo")
    assert found.of == ("person:~bo", "team:a", "team:b")
    assert [line.of for line in found.lines] == ["team:a", "team:b"]


def test_no_more_is_asked_of_who_has_voted(at: pytest.MonkeyPatch) -> None:
    do("decision ask 'Both?' --decider person:ana --decider person:cy --rule all --id both --as person:cy")
    (line,) = needs("person:ana", START).lines
    assert line.why == "person:ana decides on it with others, all of 2"
    do("decision decide both yes --reason why --as person:ana")
    assert needs("person:ana", START).total == 0
    assert [line.need for line in needs("person:cy", START).lines] == ["decide"]
