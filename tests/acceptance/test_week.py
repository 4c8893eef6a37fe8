"""A week in the life of the demo organisation, through the command line, under a clock that is moved by hand.

Every step is a command as somebody would type it, at the time at which they do. What a step must come to stands beside
it; the whole of it is then in the history, the replayed acts say what was kept, and a copy has the same state.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoint.ledger.ledger import Ledger
from counterpoint.questions import Questions
from counterpoint.state.view import State
from tests.faces.cli.running import Ran, run

WEEK = """
# What the week needs beside the demo: one piece of work with a gate, a zone in which nothing happens, agents' terms.

[[agent]]
id = "owl"
title = "Owl, keeps the night watch"
sponsor = "oskar"
status = "active"

[[team]]
id = "night-watch"
title = "The night watch"
lead = ["agent:owl"]

[[gate]]
id = "money-moves"
type = "governance"
work = "refunds"
needs = [{ party = "team:security", count = 1 }, { party = "team:payments", count = 2 }]
people_only = true
valid_hours = 72

[[work]]
id = "refunds"
title = "Refunds without a telephone call"
team = "payments"
zone = "payments"
owner = "person:femi"
status = "active"
version = "r1"
serves = ["fewer-calls"]

[[work]]
id = "refund-guide"
title = "What the help desk says about refunds"
zone = "payments"
owner = "person:femi"
status = "active"

[[team]]
id = "archive"
title = "Archive"
lead = ["person:viktor"]

[[zone]]
id = "attic"
title = "Where old boats are listed"
owner = "team:archive"

[[work]]
id = "boat-list"
title = "The list of old boats"
zone = "attic"
owner = "person:viktor"
status = "active"
due = 2027-03-01

[[ritual]]
id = "attic-round"
title = "Attic round"
owner = "team:archive"
zone = "attic"
participant = ["person:viktor", "person:yuki"]
schedule = "every Wednesday at 15:00 UTC"
purpose = "which boats are still listed"
duration = 30

[[ritual]]
id = "money-round"
title = "Money round"
owner = "team:payments"
zone = "payments"
participant = ["person:mara", "person:dario", "person:femi", "person:noor"]
schedule = "every Thursday at 10:00 UTC"
purpose = "what is in the way of money"
duration = 45
"""
LADDER = '[[zone.escalation]]\nparty = "person:ines"\nafter_hours = 8\n'
EMPTY_RUNG = '[[zone.escalation]]\nparty = "team:night-watch"\nafter_hours = 2\n'
TERMS = 'terms = [{ action = "lease", term = "alone" }, { action = "work", term = "alone" }]\n'


class Week:
    """Commands at moments. A step that must be refused says so; all others must go through."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.folder, self.patch = folder, patch
        self.org = folder / "counterpoint-demo.db"

    def at(self, moment: str) -> None:
        """``Mon 09:00`` of the week that begins on 23 November 2026, in UTC."""
        day, time = moment.split()
        date = 23 + ("Mon", "Tue", "Wed", "Thu", "Fri").index(day)
        self.patch.setenv("COUNTERPOINT_NOW", f"2026-11-{date}T{time}:00Z")

    def ran(self, line: str, me: str | None = None) -> Ran:
        who = f" --as {me}" if me else ""
        return run(f"{line}{who} --json --org {self.org}")

    def does(self, me: str, line: str) -> dict[str, Any]:
        """It goes through; its answer."""
        found = self.ran(line, me)
        assert found.code == 0, f"{me}: {line}\n{found.err}"
        return dict(json.loads(found.out))

    def refused(self, me: str, line: str) -> str:
        """It is refused, with exit code 4; the message and the hint."""
        found = self.ran(line, me)
        assert found.code == 4, f"{me}: {line}\n{found.out}{found.err}"
        told = json.loads(found.err)
        assert told["hint"], "a refusal says what to do"
        return f"{told['message']} ({told['hint']})"

    def asks(self, line: str, me: str | None = None) -> Any:
        """An answer in JSON."""
        found = self.ran(line, me)
        assert found.code == 0, f"{line}\n{found.err}"
        return json.loads(found.out)

    def inbox(self, me: str) -> list[dict[str, Any]]:
        """What needs them now."""
        return list(self.asks("inbox", me)["lines"])


@pytest.fixture
def week(tmp_path: Path) -> Iterator[Week]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COUNTERPOINT_NOW", "2026-11-23T07:00:00Z")
        patch.delenv("COUNTERPOINT_ME", raising=False)
        patch.delenv("COUNTERPOINT_ORG", raising=False)
        assert run(f"demo --no-serve --into {tmp_path}").code == 0
        files = tmp_path / "counterpoint-demo" / "organisation"
        (files / "week.toml").write_text(WEEK)
        zones = (files / "zones.toml").read_text()
        assert LADDER in zones
        zones = zones.replace(LADDER, EMPTY_RUNG + LADDER, 1)
        money = 'model = "centralised"\ncovers = ["payments'
        assert money in zones
        (files / "zones.toml").write_text(zones.replace(money, TERMS + money, 1))
        ran = run(f"apply {files} --org {tmp_path / 'counterpoint-demo.db'} --as person:yusra")
        assert ran.code == 0, ran.err
        yield Week(tmp_path, patch)


def test_a_week(week: Week) -> None:
    monday(week)
    tuesday(week)
    wednesday(week)
    thursday(week)
    friday(week)
    afterwards(week)


def monday(week: Week) -> None:
    """A decision is asked and advised; another has a default; an agent takes work, and is killed."""
    week.at("Mon 09:00")
    asked = week.does(
        "person:clara",
        "decision ask 'One basket or two?' --id basket --option one --option two --concerns work:season-pass-web "
        "--consult person:femi --deadline 2026-11-25",
    )
    assert asked["status"] == "open"
    week.does(
        "person:olu",
        "decision ask 'Which banner until the price is known?' --id banner --concerns work:season-pass-campaign "
        "--default 'keep the old one' --deadline 2026-11-24T16:00:00Z",
    )
    assert "decision:basket" in [one["about"] for one in week.inbox("person:femi")]
    assert "person:jonas" in week.refused("person:wei", "decision decide basket two --reason 'it is simpler'")
    week.at("Mon 10:00")
    week.does("person:femi", "decision advise basket 'the payment service knows one basket' --for one")
    taken = week.does("agent:penny", "lease take work:refunds")
    assert token(taken) == 1
    assert "agent:penny holds work:refunds" in week.refused("person:dario", "lease take work:refunds")
    week.at("Mon 10:10")
    assert week.does("agent:penny", "lease beat work:refunds --token 1")["holder"] == "agent:penny"
    # From here on penny is silent: it was killed.


def tuesday(week: Week) -> None:
    """What the agent held is lost and taken by another; its late write is refused; the approval is asked for."""
    week.at("Tue 09:00")
    assert week.asks("lease show work:refunds")["status"] == "free"
    assert token(week.does("person:dario", "lease take work:refunds")) == 2
    late = week.refused("agent:penny", "work complete work:refunds --token 1 --version r1")
    assert "token 1" in late
    assert week.ran("lease check work:refunds --token 1").code == 4
    assert week.ran("lease check work:refunds --token 2").code == 0
    week.does("person:jonas", "decision decide basket one --reason 'femi is right: one is what can be paid'")
    week.at("Tue 11:00")
    refused = week.refused("person:femi", "work complete work:refunds --version r1")
    assert "gate:money-moves" in refused
    approval = week.does("person:femi", "approval ask money-moves work:refunds --version r1")["subject"]
    assert week.refused("person:femi", f"approval grant {approval}")
    assert week.refused("agent:penny", f"approval grant {approval}")
    assert week.refused("person:clara", f"approval grant {approval}")
    for party in ("person:noor", "person:mara"):
        assert approval in [one["about"] for one in week.inbox(party)]
        week.does(party, f"approval grant {approval}")
    assert "gate:money-moves" in week.refused("person:femi", "work complete work:refunds --version r1")


def wednesday(week: Week) -> None:
    """A default holds; an escalation passes over a rung that nobody stands on; a ritual has nothing to synchronise."""
    week.at("Wed 09:00")
    # The night watch was one agent's; now there is nobody in it.
    week.does("person:oskar", "agent stop agent:owl --reason 'it woke everybody'")
    (banner,) = week.asks("list decision --where status=decided --where outcome='keep the old one'")["rows"]
    assert banner["ref"] == "decision:banner"
    shown = week.asks("history decision:banner")["told"]
    assert [one["actor"] for one in shown if one["attribute"] == "by_default"] == ["clock"]
    raised = week.does("person:noor", "escalation raise work:refunds --reason 'security has not looked at it'")
    assert "team:night-watch" in raised["told"]
    assert "person:ines" in raised["told"]
    assert any("escalation" in one["about"] for one in week.inbox("person:ines"))
    assert week.refused("person:clara", "escalation acknowledge work:refunds")
    week.at("Wed 10:00")
    assert week.does("person:ines", "escalation acknowledge work:refunds")["status"] == "acknowledged"
    proposed = week.asks("list occurrence --where status=proposed")["rows"]
    assert [one["ref"].startswith("occurrence:attic-round/") for one in proposed] == [True]
    week.does("person:viktor", "ritual cancel attic-round")
    assert week.asks("list occurrence --where status=proposed")["rows"] == []


def thursday(week: Week) -> None:
    """A ritual has an agenda; the second group approves, and the work completes; a handoff is declined and rerouted."""
    week.at("Thu 09:00")
    agenda = week.asks("ritual agenda money-round")
    text = json.dumps(agenda)
    assert "work:refunds" in text
    week.does("person:mara", "ritual prepare money-round")
    approval = week.asks("list approval")["rows"][0]["ref"]
    assert week.does("person:pavel", f"approval grant {approval} --version r1")["status"] == "granted"
    week.at("Thu 10:00")
    assert "agent:penny" not in week.refused("person:femi", "work complete work:refunds --version r1")
    week.does("person:dario", "lease release work:refunds --token 2")
    done = week.does("person:femi", "work complete work:refunds --version r1")
    followed = {(one["noun"], one["verb"]) for one in done["followed"]}
    assert ("approval", "use") in followed
    assert ("escalation", "end") in followed
    assert week.refused("person:femi", f"approval use {approval} --version r1")
    week.at("Thu 11:00")
    week.does(
        "person:femi",
        "handoff offer work:refund-guide --to person:wei --state 'half written' --question 'who signs off?' "
        "--where https://wiki.example/refunds",
    )
    week.does("person:wei", "handoff decline work:refund-guide --reason 'I know nothing of refunds'")
    assert any("handoff" in one["about"] for one in week.inbox("person:femi"))
    week.does("person:femi", "handoff reroute work:refund-guide --to person:dario")
    week.does("person:dario", "handoff accept work:refund-guide")
    assert week.asks("owns work:refund-guide")["owners"] == ["person:dario"]
    week.does(
        "person:mara", "ritual record money-round --at 2026-11-26 --note 'refunds are done' --output work:refunds"
    )


def friday(week: Week) -> None:
    """A promise slips and its consumers know at once; an agent is stopped, at once; nobody promises for all."""
    week.at("Fri 09:00")
    week.does("person:femi", "promise move pass-app-needs-payments 2026-12-14 --reason 'a week lost to the audit'")
    assert any(one["about"] == "dependency:pass-app-needs-payments" for one in week.inbox("person:ruben"))
    week.does("person:ruben", "promise seen pass-app-needs-payments")
    assert not any(one["about"] == "dependency:pass-app-needs-payments" for one in week.inbox("person:ruben"))
    vague = week.does("person:mara", "commitment make 'All teams clean up their flags' --owner 'all teams'")
    assert vague["status"] == "asked"
    token(week.does("agent:penny", "lease take work:refund-guide"))
    week.does("person:mara", "agent stop agent:penny --reason 'it took what it was not asked to'")
    assert week.asks("lease show work:refund-guide")["status"] == "free"
    assert "agent:penny is stopped" in week.refused("agent:penny", "lease take work:refund-guide")


def afterwards(week: Week) -> None:
    """All of it is in the history; the acts replay; a copy has the same state."""
    week.at("Fri 16:00")
    told = week.asks("history work:refunds")["told"]
    acts = [one["value"]["verb"] for one in told if one["attribute"] == "act"]
    assert acts == ["complete"]
    lease = week.asks("history lease:work/refunds")["told"]
    assert [one["value"]["verb"] for one in lease if one["attribute"] == "act"] == ["take", "expire", "take", "release"]
    verified = week.asks("verify --replay")
    assert verified["damage"] == []
    assert verified["replayed"]["damage"] == []
    assert verified["replayed"]["acts"] >= 30
    copy = week.folder / "copy.db"
    backup = week.folder / "week.gz"
    week.asks(f"backup {backup}")
    assert run(f"restore {backup} --org {copy}").code == 0
    assert whole_state(week.org) == whole_state(copy)


def token(answer: dict[str, Any]) -> int:
    (found,) = [one["value"] for one in answer["says"] if one["attribute"] == "token"]
    return int(found)


def whole_state(place: Path) -> dict[str, Any]:
    """Every value of everything, as both ledgers tell it."""
    ledger = Ledger.open(str(place), clock=lambda: "2026-11-27T16:30:00.000000Z")
    try:
        with ledger.read() as snapshot:
            state = State(snapshot)
            kinds = ("work", "lease", "decision", "approval", "escalation", "handoff", "occurrence", "dependency",
                     "commitment", "agent", "gate", "ritual", "proposal", "waiver")  # fmt: skip
            found = {
                entity: {name: one.value for name, one in state.all(entity).items()}
                for kind in kinds
                for entity in state.entities(kind)
            }
        questions = Questions(ledger)
        return {"values": found, "ready": questions.ready(), "leases": questions.leases()}
    finally:
        ledger.close()
