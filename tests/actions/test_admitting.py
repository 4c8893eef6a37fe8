"""No way of writing leads an agent round the terms: every writer that is no protocol asks for them too."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counterpoint.actions.applying import apply
from counterpoint.actions.bringing import CALENDAR, Request, bring, retry
from counterpoint.actions.changing import join, undo
from counterpoint.actions.erasing import erase, erase_values
from counterpoint.actions.importing import Reading, import_reading
from counterpoint.actions.leasing import beat
from counterpoint.actions.settling import settle
from counterpoint.errors import NotAllowed, Refused
from counterpoint.ledger.verify import verify
from counterpoint.model.statements import Draft
from tests.protocols.trial import Trial

FACTS = """
    person:~ana
    person:~guest
    agent:scout sponsor person:~ana
    agent:scout capability zone:organisation
    zone:lax terms {action = "*", term = "alone"}
    zone:strict terms {action = "*", term = "never"}
    zone:organisation decider person:~ana
    work:a zone zone:lax
    work:a decider agent:scout
    work:a due 2026-12-01
    work:b zone zone:lax
    work:s zone zone:strict
"""
Writer = Callable[[Trial, Path], object]


def _import(trial: Trial, *facts: tuple[str, str, object], by: str = "agent:scout") -> object:
    drafts = [Draft(entity, attribute, value, "f", 1, entity) for entity, attribute, value in facts]  # type: ignore[arg-type]
    return import_reading(trial.ledger, Reading("tracker", drafts, (), lambda _: True, 1), actor=by)


def _apply(trial: Trial, folder: Path, by: str = "agent:scout") -> object:
    (folder / "work.toml").write_text('[[work]]\nid = "a"\ntitle = "A"\n')
    return apply(trial.ledger, folder, actor=by)


def _retry(trial: Trial, folder: Path) -> object:
    (folder / "a.ics").write_text("no calendar")
    bring(trial.ledger, Request(folder, CALENDAR), actor="person:~ana")
    (folder / "a.ics").write_text(ICS)
    return retry(trial.ledger, actor="agent:scout")


ICS = "\r\n".join([
    "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//x//EN", "BEGIN:VEVENT", "UID:1", "DTSTAMP:20261101T000000Z",
    "DTSTART:20261124T100000Z", "DTEND:20261124T110000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:Weekly", "END:VEVENT",
    "END:VCALENDAR", "",
])  # fmt: skip
WRITERS: dict[str, Writer] = {
    "import": lambda trial, _: _import(trial, ("work:a", "title", "A")),
    "apply": _apply,
    "quarantine retry": _retry,
    "settle": lambda trial, _: settle(trial.ledger, "work:a", "due", actor="agent:scout", value="2026-12-02"),
    "undo": lambda trial, _: undo(trial.ledger, 2, actor="agent:scout"),
    "alias": lambda trial, _: join(trial.ledger, "work:b", "work:a", actor="agent:scout"),
    "erase": lambda trial, _: erase(trial.ledger, "person:~guest", actor="agent:scout"),
    "erase --statement": lambda trial, _: erase_values(trial.ledger, ["2.1"], actor="agent:scout"),
}
every_writer = pytest.mark.parametrize("name", WRITERS)


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    made = Trial(place("sqlite"), FACTS)
    made.says("work:a due 2026-12-05", source="tracker@other")
    return made


def by_the_terms(trial: Trial, term: str) -> None:
    for zone in ("zone:organisation", "zone:lax"):
        trial.says(f'{zone} terms {{action = "*", term = "{term}"}}')


def written(trial: Trial) -> int:
    with trial.ledger.read() as snapshot:
        return len([one for one in range(1, snapshot.head()[0] + 1) if _actor(snapshot, one) == "agent:scout"])


def _actor(snapshot, sequence: int) -> str:  # type: ignore[no-untyped-def]
    return str(snapshot.connection.exec_driver_sql(f"select actor from entry where sequence = {sequence}").scalar_one())


@every_writer
def test_where_agents_may_they_may(trial: Trial, tmp_path: Path, name: str) -> None:
    by_the_terms(trial, "alone")
    WRITERS[name](trial, tmp_path)
    assert written(trial) == 1
    assert verify(trial.ledger).good


@every_writer
@pytest.mark.parametrize("term", ["review", "never"])
def test_where_they_may_not_they_may_not(trial: Trial, tmp_path: Path, name: str, term: str) -> None:
    by_the_terms(trial, term)
    with pytest.raises(NotAllowed, match="agents never do" if term == "never" else "needs the review of a person"):
        WRITERS[name](trial, tmp_path)
    assert written(trial) == 0


@every_writer
def test_without_terms_a_person_is_asked(trial: Trial, tmp_path: Path, name: str) -> None:
    trial.says("work:a zone zone:quiet", "work:b zone zone:quiet")
    with pytest.raises(NotAllowed, match="so it is where no terms say otherwise") as refused:
        WRITERS[name](trial, tmp_path)
    assert "let person:~ana do it" in refused.value.hint


@every_writer
def test_a_stopped_agent_writes_nothing(trial: Trial, tmp_path: Path, name: str) -> None:
    by_the_terms(trial, "alone")
    trial.do("agent stop", "person:~ana", agent="agent:scout")
    with pytest.raises(NotAllowed, match="agent:scout is stopped"):
        WRITERS[name](trial, tmp_path)


@every_writer
def test_nor_where_all_are_stopped(trial: Trial, tmp_path: Path, name: str) -> None:
    by_the_terms(trial, "alone")
    trial.do("agents stop", "person:~ana")
    with pytest.raises(NotAllowed, match="agents are stopped in zone:organisation"):
        WRITERS[name](trial, tmp_path)


@every_writer
def test_every_writer_counts_against_the_budget(trial: Trial, tmp_path: Path, name: str) -> None:
    by_the_terms(trial, "alone")
    trial.says("agent:scout budget 1")
    trial.do("lease take", "agent:scout", item="anything")
    with pytest.raises(Refused, match="used up its budget of 1 an hour"):
        WRITERS[name](trial, tmp_path)


def test_a_line_of_the_terms_names_one_command(trial: Trial) -> None:
    by_the_terms(trial, "never")
    trial.says('zone:lax terms {action = "import", term = "alone"}')
    _import(trial, ("work:a", "title", "A"))
    with pytest.raises(NotAllowed):
        join(trial.ledger, "work:b", "work:a", actor="agent:scout")


def test_the_strictest_terms_of_everything_it_changes_hold(trial: Trial) -> None:
    with pytest.raises(NotAllowed, match="zone:strict says so"):
        _import(trial, ("work:a", "title", "A"), ("work:s", "title", "S"))


@pytest.mark.parametrize(("work", "zone"), [("work:s", "zone:lax"), ("work:a", "zone:strict")])
def test_what_goes_from_one_zone_to_another_is_a_matter_of_both(trial: Trial, work: str, zone: str) -> None:
    trial.says('zone:organisation authority {kind = "work", attribute = "zone", sources = ["tracker", "file"]}')
    with pytest.raises(NotAllowed, match="zone:strict says so"):
        _import(trial, (work, "zone", zone))


@pytest.mark.parametrize("fact", [
    ("agent:scout", "sponsor", "person:ben"), ("agent:scout", "budget", 900), ("agent:scout", "status", "active"),
    ("agent:scout", "capability", "work:a"), ("agent:new", "sponsor", "person:ben"),
    ("zone:lax", "terms", {"action": "lease", "term": "alone"}), ("zone:lax", "agents", "active"),
    ("zone:lax", "budget", 9),
])  # fmt: skip
def test_no_agent_states_its_own_terms(trial: Trial, fact: tuple[str, str, object]) -> None:
    by_the_terms(trial, "alone")
    with pytest.raises(NotAllowed, match="it says how agents take part"):
        _import(trial, fact)
    assert written(trial) == 0


def test_nor_becomes_another_agent(trial: Trial) -> None:
    by_the_terms(trial, "alone")
    trial.says("agent:trusted sponsor person:~ana")
    with pytest.raises(NotAllowed, match="it says how agents take part"):
        join(trial.ledger, "agent:scout", "agent:trusted", actor="agent:scout")


def test_nor_acts_out_of_its_reach(trial: Trial) -> None:
    trial.says("agent:rover sponsor person:~ana", "agent:rover capability work:b")
    with pytest.raises(NotAllowed, match="work:a is out of the reach of agent:rover"):
        _import(trial, ("work:a", "title", "A"), by="agent:rover")
    _import(trial, ("work:b", "title", "B"), by="agent:rover")


def test_whoever_is_stopped_by_its_record_gives_no_sign_of_life(trial: Trial) -> None:
    trial.do("lease take", "agent:scout", item="work:a")
    beat(trial.ledger, "work:a", by="agent:scout", token=1)
    trial.says("agent:scout status stopped")
    # What it held ended with that, so it is told that it lost it, or that it is stopped.
    with pytest.raises(Refused, match=r"is stopped|was lost"):
        beat(trial.ledger, "work:a", by="agent:scout", token=1)
