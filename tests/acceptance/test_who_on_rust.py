"""Who decides, on Rust's teams and goals, against a reading of the same files that shares no code with the product."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import tomli

from counterpoint.actions.applying import apply
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions import Questions
from tests.acceptance.organisations import bring_all
from tests.realdata import data


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = Ledger.create(str(tmp_path_factory.mktemp("rust") / "three.db"))
    for _ in bring_all(made, data("README.md").parent):
        pass
    return made


def leads_by_team() -> dict[str, list[str]]:
    """The leads of every active team, as its file lists them."""
    found = {}
    for path in data("rust", "team", "teams").glob("*.toml"):
        team = tomli.loads(path.read_text())
        leads = [lead if isinstance(lead, str) else lead["github"] for lead in team["people"].get("leads", [])]
        found[team["name"].lower()] = sorted({lead.lower() for lead in leads})
    return found


def goals() -> dict[str, str | None]:
    """Each accepted or proposed goal of 2026, with the team of its first champion."""
    found = {}
    for path in sorted(data("rust", "goals", "2026").glob("*.md")):
        text = path.read_text()
        status = re.search(r"^\|\s*Status\s*\|\s*(\w+)", text, re.M)
        if status is None or status[1] not in {"Accepted", "Proposed"}:
            continue
        champion = re.search(r"^\|\s*\[([\w-]+)\]\s+champion\s*\|\s*@", text, re.M | re.I)
        found[path.stem] = champion[1].lower() if champion else None
    return found


def expected(leads: list[str]) -> str:
    return "none" if not leads else "one" if len(leads) == 1 else "ambiguous"


def people(deciders: tuple[str, ...]) -> list[str]:
    return sorted(one.removeprefix("person:").removesuffix("@rust") for one in deciders)


def test_every_team_is_decided_by_its_leads(ledger: Ledger) -> None:
    leads = leads_by_team()
    assert len(leads) == 165
    rows = {
        row.subject.removeprefix("team:").removesuffix("@rust"): row
        for row in Questions(ledger).deciders("team", {"status": "active"}).answers
        if row.subject.endswith("@rust")
    }
    assert rows.keys() == leads.keys()
    for team, names in leads.items():
        assert (rows[team].answer, people(rows[team].deciders)) == (expected(names), names), team
    print("teams:", dict(Counter(row.answer for row in rows.values())))


def test_every_goal_is_decided_by_the_leads_of_its_first_champion_s_team(ledger: Ledger) -> None:
    leads, home = leads_by_team(), goals()
    assert len(home) == 75
    answers = {row.subject: row for row in Questions(ledger).deciders("work").answers}
    counts: Counter[str] = Counter()
    for goal, team in home.items():
        row = answers[f"work:2026/{goal.lower()}@rust"]
        names = leads.get(team or "", [])
        assert (row.answer, people(row.deciders)) == (expected(names), names), goal
        counts[row.answer] += 1
    print("goals:", dict(counts))


def test_a_declared_rule_makes_the_two_leads_of_compiler_share(ledger: Ledger, tmp_path: Path) -> None:
    questions = Questions(ledger)
    assert questions.who("team:compiler@rust").answer == "ambiguous"
    (tmp_path / "zones.toml").write_text('[[zone]]\nid = "compiler"\nowner = ["team:compiler@rust"]\nrule = "any"\n')
    apply(ledger, tmp_path, actor="local")
    who = questions.who("team:compiler@rust")
    assert (who.answer, who.rule) == ("shared", "any")
    assert people(who.deciders) == ["boxyuwu", "davidtwco"]
    lang = questions.who("team:lang@rust")
    assert (lang.answer, lang.deciders) == ("one", ("person:tmandry@rust",))
