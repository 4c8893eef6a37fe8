"""The demo as files: every step can be read, says enough, and is wrong only where it means to be."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Draft
from counterpoint.sources.demo import Apply, Import, Join, Settle, demo_files, demo_steps
from counterpoint.sources.organisation import read_organisation
from counterpoint.sources.placeholders import render
from counterpoint.sources.records.load import load_mapping
from counterpoint.sources.records.reading import check, read

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("demo")
    for path, text in demo_files(TODAY).items():
        (base / path).parent.mkdir(parents=True, exist_ok=True)
        (base / path).write_text(text, encoding="utf-8")
    return base


def organisation(folder: Path, name: str = "organisation") -> tuple[Draft, ...]:
    reading = read_organisation(folder / name)
    assert reading.problems == () and reading.outside == ()
    return reading.drafts


def values(drafts: tuple[Draft, ...] | list[Draft], entity: str, attribute: str) -> list[object]:
    return [one.value for one in drafts if (one.entity, one.attribute) == (entity, attribute)]


def test_every_step_names_files_that_are_there(folder: Path) -> None:
    for step in demo_steps(TODAY):
        if isinstance(step, Apply | Import):
            assert (folder / step.folder).is_dir()
        if isinstance(step, Import):
            assert (folder / step.mapping).is_file()


def test_the_steps_are_in_order_and_all_sorts_are_there() -> None:
    steps = demo_steps(TODAY)
    assert [one.days_ago for one in steps] == sorted((one.days_ago for one in steps), reverse=True)
    assert {type(one) for one in steps} == {Apply, Import, Join, Settle}


def test_every_version_of_the_organisation_can_be_applied(folder: Path) -> None:
    for step in demo_steps(TODAY):
        if isinstance(step, Apply):
            assert organisation(folder, step.folder)


def test_it_is_a_small_believable_organisation(folder: Path) -> None:
    there = {one.entity for one in organisation(folder) if one.attribute == "exists"}
    counts = {kind: sum(kind_of(one) == kind for one in there) for kind in ("person", "agent", "team", "zone", "work")}
    assert counts == {"person": 35, "agent": 3, "team": 12, "zone": 10, "work": 24}


def test_everybody_is_in_a_team_or_was(folder: Path) -> None:
    drafts = organisation(folder)
    placed = {one.value for one in drafts if one.attribute in ("lead", "member", "alumnus")}
    assert {one.entity for one in drafts if kind_of(one.entity) in ("person", "agent")} == placed


def test_the_reorganisation_shows_in_the_files(folder: Path) -> None:
    before, after = organisation(folder, "before/organisation"), organisation(folder)
    assert values(before, "team:checkout", "status") == ["active"]
    assert values(after, "team:checkout", "status") == ["archived"]
    assert "person:dario" in values(before, "team:checkout", "member")
    assert "person:dario" in values(after, "team:payments", "member")
    assert values(after, "zone:checkout", "exists") == [] != values(before, "zone:checkout", "exists")


def test_the_third_launch_came_last(folder: Path) -> None:
    assert not values(organisation(folder, "before/reorganised"), "work:offline-tickets", "exists")
    assert values(organisation(folder), "work:offline-tickets", "exists")


QUARANTINED = {
    "tracker": [
        ("record", "inbox.json", None, None),
        ("field", "issues.json", "work:sal-146", "status"),
        ("field", "issues.json", "work:sal-147", "due"),
    ],
    "sheet": [("field", "launches.csv", "work:price-page", "status"), ("record", "launches.csv", None, None)],
    "meetings": [],
    "before/tracker": [],
}


@pytest.mark.parametrize("name", sorted(QUARANTINED))
def test_only_what_is_meant_to_is_quarantined(folder: Path, name: str) -> None:
    step = next(one for one in demo_steps(TODAY) if isinstance(one, Import) and one.folder == name)
    found = check(load_mapping(folder / step.mapping), folder / step.folder, step.namespace)
    assert [(one.level, one.file, one.record, one.field) for one in found.quarantined] == QUARANTINED[name]
    assert all(one.line and one.message and one.hint for one in found.quarantined)
    assert found.warnings == () and found.records > 4


def imported(folder: Path, name: str) -> list[Draft]:
    step = next(one for one in demo_steps(TODAY) if isinstance(one, Import) and one.folder == name)
    return read(load_mapping(folder / step.mapping), folder / step.folder, step.namespace).drafts


def test_every_outcome_of_reading_a_schedule_is_there(folder: Path) -> None:
    found = [one.value for one in imported(folder, "meetings") if one.attribute == "schedule"]
    outcomes = {one["outcome"] for one in found if isinstance(one, dict)}
    assert outcomes == {"understood", "phase unknown", "ambiguous", "not understood"}


def test_words_for_nobody_are_nobody(folder: Path) -> None:
    assert values(imported(folder, "tracker"), "work:offline-tickets", "owner") == []
    assert values(imported(folder, "sheet"), "work:help-chat", "decider") == []
    assert values(imported(folder, "meetings"), "ritual:fares-table", "owner") == []


def test_sources_differ_on_purpose(folder: Path) -> None:
    own, tracker, sheet = organisation(folder), imported(folder, "tracker"), imported(folder, "sheet")
    for entity, attribute, one, other in (
        ("work:season-pass-web", "status", own, tracker),
        ("work:season-pass-payments", "status", own, tracker),
        ("work:offline-tickets", "due", own, tracker),
        ("work:group-report", "owner", own, tracker),
        ("work:season-pass", "due", own, sheet),
        ("work:group-bookings", "owner", own, sheet),
        ("work:group-bookings", "decider", own, sheet),
    ):
        here, there = values(one, entity, attribute), values(other, entity, attribute)
        assert here and there and here != there, (entity, attribute)


def test_the_tracker_goes_round_in_a_circle(folder: Path) -> None:
    drafts = imported(folder, "tracker")
    needs = {
        str(consumer): str(provider)
        for one in {draft.entity for draft in drafts if kind_of(draft.entity) == "dependency"}
        for consumer, provider in zip(values(drafts, one, "consumer"), values(drafts, one, "provider"), strict=True)
    }
    start = "work:sal-141"
    assert needs[needs[needs[start]]] == start and needs[start] != start


def test_one_name_is_joined_and_one_is_left_to_be_suggested(folder: Path) -> None:
    named = {one.entity for one in imported(folder, "sheet") if one.attribute == "handle"}
    assert {"person:bea-novak", "person:k.-mensah"} <= named
    assert [one.name for one in demo_steps(TODAY) if isinstance(one, Join)] == ["person:bea-novak"]


@pytest.mark.parametrize("weekday", range(7))
def test_it_is_as_good_on_any_day(tmp_path: Path, weekday: int) -> None:
    today = date(2028, 2, 27) + timedelta(days=weekday)
    for path, text in demo_files(today).items():
        assert "{today" not in text and "{monday" not in text
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    drafts = organisation(tmp_path)
    days = {date.fromisoformat(str(one.value)).weekday() for one in drafts if one.attribute in ("due", "start")}
    assert max(days) <= 4, "nothing is due at a weekend"


def test_the_same_day_gives_the_same_bytes() -> None:
    assert demo_files(TODAY) == demo_files(TODAY)


def test_days_are_told_from_today_and_from_monday() -> None:
    assert render("{today} {today-1} {monday} {monday+7} {tomorrow}", TODAY) == (
        "2026-11-21 2026-11-20 2026-11-16 2026-11-23 {tomorrow}"
    )
