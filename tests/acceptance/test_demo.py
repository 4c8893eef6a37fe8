"""The demo as a ledger: every question has something to say, and the demo's own README says true things of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from counterpoint.actions.applying import apply
from counterpoint.actions.demo import make_demo
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.answers import as_json
from counterpoint.model.times import stamp
from counterpoint.questions.questions import Questions
from counterpoint.sources.demo import demo_steps

TODAY = date(2026, 11, 18)


def at(days_ago: int) -> str:
    return stamp(datetime.combine(TODAY - timedelta(days=days_ago), time(12), UTC))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(str(folder / "demo.db"), folder / "files", TODAY)
    return folder


@pytest.fixture(scope="module")
def ledger(place: Path) -> Iterator[Ledger]:
    opened = Ledger.open(str(place / "demo.db"), clock=lambda: at(0))
    yield opened
    opened.close()


@pytest.fixture
def ask(ledger: Ledger) -> Questions:
    return Questions(ledger)


@pytest.mark.parametrize(
    ("subject", "answer", "deciders"),
    [
        ("work:season-pass-web", "one", {"person:jonas"}),
        ("work:season-pass-app", "one", {"person:beatriz"}),
        ("work:ledger-cleanup", "shared", {"person:mara", "person:nadia", "person:ada"}),
        ("work:offline-keys", "shared", {"person:oskar", "person:priya"}),
        ("work:offline-scanner", "ambiguous", {"person:beatriz", "person:kofi"}),
        ("work:group-bookings", "ambiguous", {"person:greta", "person:tomas"}),
        ("work:sal-147", "one", {"person:ines"}),
        ("zone:data", "one", {"person:ines"}),
        ("work:help-chat", "none", set()),
    ],
)
def test_who(ask: Questions, subject: str, answer: str, deciders: set[str]) -> None:
    found = ask.who(subject)
    assert (found.answer, set(found.deciders)) == (answer, deciders)
    assert found.steps and (found.because or answer == "none")


def test_who_is_inherited_where_a_team_has_no_lead(ask: Questions) -> None:
    assert ask.who("work:sal-147").inherited_from == "team:engineering"


def test_all_four_answers_are_there(ask: Questions) -> None:
    assert {ask.who(row.ref).answer for row in ask.listing("work").rows} == {"one", "shared", "ambiguous", "none"}


def test_ready_has_work_and_every_sort_of_wait(ask: Questions) -> None:
    found = ask.ready()
    kinds = {wait.kind for row in found.waiting for wait in row.waits}
    assert len(found.ready) > 5 and found.closed > 1
    assert {"unfinished", "part", "gate", "blocked", "disputed", "start", "promise", "declined"} <= kinds


def test_the_critical_path_leads_to_the_campaign(ask: Questions) -> None:
    found = ask.path()
    assert found.unit == "days" and found.cycles
    assert [one.work for one in found.path][:2] == ["work:season-pass-payments", "work:season-pass-web"]


def test_one_cycle(ask: Questions) -> None:
    (cycle,) = ask.cycles().cycles
    assert (cycle.of, set(cycle.members)) == ("dependency", {"work:sal-141", "work:sal-142", "work:sal-143"})


def test_every_sort_of_collision(ask: Questions) -> None:
    assert {one.kind for one in ask.collisions().collisions} == {
        "ships before what it needs",
        "promised after needed",
        "announced before it ships",
        "announced before tested",
        "two changes to one thing",
        "ships in a freeze",
    }


def test_whom_to_involve(ask: Questions) -> None:
    found = ask.involve(["work:season-pass-payments"])
    assert {need.why for need in found.needs} >= {"decides", "consumes", "zone", "gate"} and found.norms
    assert ask.involve(paths=["payments-api"]).parties


def test_contradictions_of_every_standing(ask: Questions) -> None:
    found = {(one.entity, one.attribute): one.standing for one in ask.contradictions().contradictions}
    assert found["work:season-pass", "due"] == "settled"
    assert found["work:season-pass-payments", "status"] == "by authority"
    assert found["work:season-pass-web", "status"] == "disputed"
    assert found["work:offline-tickets", "due"] == "disputed"
    assert found["work:group-report", "owner"] == "disputed"
    assert found["work:group-bookings", "decider"] == "disputed"


def test_quarantine_has_a_record_and_a_field(ask: Questions) -> None:
    assert {one.level for one in ask.quarantine()} == {"record", "field"}


def test_something_changed_this_week_and_something_went(ask: Questions) -> None:
    changes = ask.changed(at(7)).changes
    assert {one.what for one in changes} == {"appeared", "changed", "gone"}
    assert any(one.entity == "work:sal-118" and one.what == "gone" for one in changes)


def test_before_the_reorganisation(ledger: Ledger) -> None:
    then = Questions(ledger, as_of=at(100))
    assert then.who("zone:checkout").deciders == ("person:viktor",)
    assert "person:dario" in {row.ref for row in then.listing("person").rows}
    checkout = {"status": "active"}
    assert "team:checkout" in {row.ref for row in then.listing("team", checkout).rows}
    assert "team:checkout" not in {row.ref for row in Questions(ledger).listing("team", checkout).rows}


def test_two_names_were_joined_and_one_is_left(ask: Questions) -> None:
    assert "person:bea-novak" not in ask.who("work:season-pass-app").deciders
    assert "person:k.-mensah" in ask.who("work:offline-tickets").deciders


def test_the_files_are_what_was_applied(ledger: Ledger, place: Path) -> None:
    planned = apply(ledger, place / "files" / "organisation", actor="person:ines", dry_run=True)
    assert planned.changes == ()


def test_entries_are_dated_as_the_steps_are(ask: Questions) -> None:
    days = [(TODAY - timedelta(days=step.days_ago)).isoformat() for step in demo_steps(TODAY)]
    assert [entry.recorded[:10] for entry in ask.entries()] == days


def test_two_ledgers_of_the_same_entries_name_the_same_parties(tmp_path: Path) -> None:
    """Opaque identifiers are chance; no answer may depend on them."""
    said = []
    for name in ("one", "two", "three"):
        make_demo(str(tmp_path / f"{name}.db"), tmp_path / name, TODAY)
        ledger = Ledger.open(str(tmp_path / f"{name}.db"), clock=lambda: f"{TODAY}T12:00:00.000000Z")
        ask = Questions(ledger)
        work = [row.ref for row in ask.listing("work").rows]
        asked = [ask.involve([ref]) for ref in work] + [ask.involve(work)]
        said.append([as_json(one) for one in asked])
        said[-1] += [as_json(part) for part in (ask.ready(), ask.collisions(), ask.deciders("work"), ask.cycles())]
        ledger.close()
    assert said[0] == said[1] == said[2]
