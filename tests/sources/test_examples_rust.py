"""The mappings of the Rust project on its own public records."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from counterpoint.model.schedule import schedule_of
from counterpoint.sources.records import Reading
from counterpoint.state.schedule import occurrences
from tests.realdata import data
from tests.sources.mappings import count, example, place, records, stated, tally


@pytest.fixture(scope="module")
def teams() -> Reading:
    return example("rust/teams.toml", data("rust", "team"))


@pytest.fixture(scope="module")
def events() -> Reading:
    return example("rust/calendar.toml", data("rust", "calendar"))


@pytest.fixture(scope="module")
def goals() -> Reading:
    return example("rust/goals.toml", data("rust", "goals"))


def test_every_team_is_there_and_the_folder_says_which_are_archived(teams: Reading) -> None:
    assert len(records(teams, "team")) == 217
    said = Counter(draft.value for draft in teams.drafts if draft.attribute == "status")
    assert said == {"active": 165, "archived": 52}
    assert not teams.quarantined
    assert len(records(teams, "person")) == 666


def test_leads_members_and_parents(teams: Reading) -> None:
    found = stated(teams)
    assert found["team:lang@rust"]["lead"] == "person:tmandry@rust"
    assert "parent" not in found["team:lang@rust"]
    assert set(found["team:compiler@rust"]["lead"]) == {"person:davidtwco@rust", "person:boxyuwu@rust"}
    assert found["team:cargo@rust"]["parent"] == "team:devtools@rust"
    assert len(found["team:compiler@rust"]["member"]) == 75
    assert {"party": "person:lcnr@rust", "role": "compiler-maintainer"} in found["team:compiler@rust"]["role"]
    assert count(teams, "parent", "team:") == 158
    assert place(teams, "team:lang@rust", "lead") == ("teams/lang.toml", 6)
    # the file is called assumptions-on-binders.toml, the team is not
    assert "team:project-assumptions-on-binders@rust" in records(teams, "team")


def test_people_are_introduced_once_as_they_spell_themselves(teams: Reading) -> None:
    handles = [d for d in teams.drafts if d.attribute == "handle" and d.entity == "person:boxyuwu@rust"]
    assert [d.value for d in handles] == [{"system": "github", "handle": "BoxyUwU"}]


def test_every_event_is_a_ritual_that_is_understood(events: Reading) -> None:
    assert len(events.files) == 36
    assert len(records(events, "ritual")) == 77
    assert not events.quarantined
    schedules = [schedule_of(d.value) for d in events.drafts if d.attribute == "schedule"]
    assert Counter(one.outcome for one in schedules) == {"understood": 77}
    assert sum(any(part.rule for part in one.recurrences) for one in schedules) == 63
    assert count(events, "owner") == 77


def test_an_event_with_two_rules_and_exceptions(events: Reading) -> None:
    found = stated(events)["ritual:1704825224734@rust"]
    wednesday, thursday = schedule_of(found["schedule"]).recurrences
    assert (wednesday.start, wednesday.time) == ("2024-01-10T10:00:00", "10:00")
    assert (thursday.start, thursday.time) == ("2024-01-11T16:00:00", "16:00")
    assert wednesday.timezone == "America/New_York"
    assert wednesday.rule == "FREQ=WEEKLY;BYDAY=WE;BYHOUR=10;UNTIL=20260325T130000Z"
    assert wednesday.minutes == found["duration"] == 60
    assert len(wednesday.excluded) == 4
    draft = next(d for d in events.drafts if d.entity == "ritual:1704825224734@rust" and d.attribute == "title")
    assert (draft.file, draft.line, draft.said) == ("cargo/office-hours.toml", 9, "2024-12-18T16:06:21.480000Z")


def test_an_event_in_utc(events: Reading) -> None:
    only = schedule_of(stated(events)["ritual:1704471961833@rust"]["schedule"]).recurrences[0]
    assert (only.start, only.timezone, only.rule) == (
        "2024-01-11T17:00:00",
        "UTC",
        "FREQ=WEEKLY;UNTIL=20240331T000000Z",
    )


def test_goals_and_roadmaps(goals: Reading) -> None:
    found = [entity for entity in records(goals, "work") if entity.count("/") == 1]
    assert len(found) == 75
    assert len(records(goals, "objective")) == 9
    said = Counter(d.value for d in goals.drafts if d.attribute == "status_said")
    assert said == {"Accepted": 73, "Proposed": 2}
    rule = next(rule for rule in goals.rules if rule.name == "goals")
    assert (rule.records, rule.left_out) == (75, 18)


def test_what_goals_ask_of_teams(goals: Reading) -> None:
    assert tally(goals, "provider", "dependency").most_common(3) == [
        ("team:compiler@rust", 43),
        ("team:lang@rust", 42),
        ("team:types@rust", 32),
    ]
    sizes = Counter(d.value for d in goals.drafts if d.attribute == "size")
    assert set(sizes) == {"small", "medium", "large"}
    asks = records(goals, "dependency")
    assert len(asks) == 205
    assert sum(sizes.values()) == 200, "five asks do not say how much"
    ask = stated(goals)["dependency:2026/cargo-script/compiler@rust"]
    assert ask["consumer"] == "work:2026/cargo-script@rust"
    assert ask["reason"] == "Reviewing any further compiler changes"


def test_who_stands_for_a_goal(goals: Reading) -> None:
    contacts: Counter[str] = Counter()
    for draft in goals.drafts:
        if draft.attribute == "owner" and draft.entity.startswith("work:") and draft.entity.count("/") == 1:
            contacts.update(draft.value)  # type: ignore[arg-type]
    assert contacts.most_common(1) == [("person:epage@rust", 6)]
    assert sum(contacts.values()) == 75
    polonius = stated(goals)["work:2026/polonius@rust"]
    assert polonius["champion"] == {
        "party": "person:jackh726@rust",
        "role": "champion",
        "team": "team:types@rust",
    }
    assert polonius["team"] == "team:types@rust"
    assert polonius["serves"] == "objective:2026/the-borrow-checker-within@rust"
    assert polonius["period"] == "2026-01-01/2026-12-31"


def test_every_goal_serves_a_roadmap_that_is_there(goals: Reading) -> None:
    served = tally(goals, "serves", "work")
    assert set(served) <= records(goals, "objective")
    assert sum(served.values()) == 36
    home = [d for d in goals.drafts if d.attribute == "team" and d.entity.count("/") == 1]
    assert len(home) == 62, "thirteen goals have no champion and are at home nowhere"


def test_tasks_whose_owner_is_no_handle_are_reported_not_guessed(goals: Reading) -> None:
    assert {q.level for q in goals.quarantined} == {"field"}
    assert {q.field for q in goals.quarantined} == {"owner"}
    assert all(q.record and q.record.count("/") == 2 for q in goals.quarantined)
    assert any("'Nadri'" in q.message for q in goals.quarantined)
    assert len([e for e in records(goals, "work") if e.count("/") == 2]) >= 290


def test_every_recurring_event_has_moments_also_those_of_whole_days(events: Reading) -> None:
    since, until = datetime(2010, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)
    whole_days = 0
    for ritual, attributes in stated(events).items():
        if ritual.startswith("ritual:"):
            schedule = schedule_of(attributes["schedule"])
            whole_days += schedule.recurrences[0].days is not None
            assert occurrences(schedule, since, until), ritual
    assert whole_days == 10
