"""The organisation as tables: they say what the questions answer, and what the record tells of times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from counterpoint.actions.demo import make_demo
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.traces import TraceActor, keep_actors
from counterpoint.measures.tables import ORGANISATION
from counterpoint.questions import Questions
from counterpoint.questions.measuring import Measuring
from counterpoint.questions.moment import Moment
from counterpoint.questions.paths import PATH_TABLES
from counterpoint.questions.tables.made import MAKERS, made, path_zone
from tests.protocols.trial import Trial

TODAY = date(2026, 11, 21)
ANA, BEN, CY = (f"person:~{name}" for name in ("ana", "ben", "cy"))
FACTS = """
    person:~ana handle {system = "github", handle = "Ana"}
    person:~ana address ana@shop.example
    person:~ben handle {system = "github", handle = "ben"}
    person:~cy handle {system = "github", handle = "cy"}
    agent:helper sponsor person:~ana
    team:shop lead person:~ana
    team:shop member person:~ben
    team:cards parent team:shop
    team:cards member person:~cy
    team:cards member agent:helper
    team:old member person:~cy
    team:old status archived
    zone:shop owner team:shop
    zone:shop covers /shop/
    zone:cards owner team:cards
    zone:cards parent zone:shop
    zone:cards covers *.card
    objective:grow priority high
    objective:more parent objective:grow
    work:checkout zone zone:shop
    work:checkout serves objective:more
    work:button parent work:checkout
    work:button owner team:cards
    work:terminal owner person:~cy
    dependency:one consumer work:checkout
    dependency:one provider work:terminal
"""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(str(folder / "demo.db"), folder / "files", TODAY)
    ledger = Ledger.open(str(folder / "demo.db"), clock=lambda: "2026-11-21T12:00:00.000000Z")
    yield ledger
    ledger.close()


@pytest.fixture
def trial(place: Callable[[str], str]) -> Trial:
    return Trial(place("sqlite"), FACTS)


def rows(ledger: Ledger, name: str, **at: str) -> list[dict[str, Any]]:
    with Moment(ledger, **at).open() as asking:
        found: list[dict[str, Any]] = made(asking, {name})[name].to_pylist()
    return found


def of(ledger: Ledger, name: str, key: str, **at: str) -> dict[str, Any]:
    (found,) = [row for row in rows(ledger, name, **at) if row[name] == key]
    return found


def seen(ledger: Ledger, name: str, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row[one] for one in columns) for row in rows(ledger, name))


# --- what the questions answer ---


def test_every_table_has_its_schema_and_nothing_else_is_made(demo: Ledger) -> None:
    with Moment(demo).open() as asking:
        found = made(asking, set(ORGANISATION))
        assert set(found) == set(MAKERS) == set(ORGANISATION) - PATH_TABLES
        assert all(table.schema == ORGANISATION[name].schema for name, table in found.items())
        assert made(asking, {"team"}).keys() == {"team"}
        opaque = [
            (name, column)
            for name, table in found.items()
            for column in table.column_names
            if pa.types.is_string(table[column].type)
            and any("person:~" in one for one in table[column].to_pylist() if one is not None)
        ]
    assert opaque == []


@pytest.mark.parametrize("kind", ["zone", "work", "objective"])
def test_who_decides_is_what_the_question_answers(demo: Ledger, kind: str) -> None:
    told = {one.subject: (one.answer, set(one.deciders)) for one in Questions(demo).deciders(kind).answers}
    found: dict[str, tuple[str, set[str]]] = {}
    for row in rows(demo, "decides"):
        if row["kind"] == kind:
            _, deciders = found.setdefault(row["thing"], (row["answer"], set()))
            deciders |= {row["decider"]} - {None}
    assert found == told


def test_work_teams_and_zones_are_those_that_are_listed(demo: Ledger) -> None:
    questions = Questions(demo)
    listed = {row.ref: row.values for row in questions.listing("work", {}).rows}
    found = {row["work"]: row for row in rows(demo, "work")}
    assert found.keys() == listed.keys()
    for work, values in listed.items():
        due = found[work]["due"]
        assert (found[work]["status"], due and due.date().isoformat()) == (values["status"], values["due"])
        owns = questions.owns(work)
        assert found[work]["owner"] in (owns.owners if owns.answer in ("one", "shared") else (None,))
    for kind in ("zone", "objective", "decision", "team", "ritual"):
        every = questions.listing(kind).rows
        assert {row[kind] for row in rows(demo, kind)} == {
            row.ref for row in every if row.values.get("status") not in ("archived", "cancelled")
        }


def test_what_is_disputed_is_what_the_question_tells(demo: Ledger) -> None:
    told = [(one.entity, one.attribute) for one in Questions(demo).contradictions().contradictions]
    found = [(row["thing"], row["attribute"]) for row in rows(demo, "disputed")]
    assert found
    assert set(found) <= set(told)
    still = {(row["thing"], row["attribute"]) for row in rows(demo, "disputed") if row["settled"] is None}
    standing = Questions(demo).contradictions().contradictions
    assert still == {(one.entity, one.attribute) for one in standing if one.standing == "disputed"}


def test_the_snapshot_is_the_moment_and_the_last_entry(demo: Ledger) -> None:
    (row,) = rows(demo, "snapshot")
    assert row == {"moment": datetime(2026, 11, 21, 12), "sequence": Questions(demo).head()[0]}


# --- parties ---


def test_who_is_in_a_team_is_in_those_around_it_and_the_archived_have_nobody(trial: Trial) -> None:
    assert seen(trial.ledger, "member", "team", "party", "direct") == [
        ("team:cards", "agent:helper", True),
        ("team:cards", "person:cy", True),
        ("team:shop", "agent:helper", False),
        ("team:shop", "person:ana", True),
        ("team:shop", "person:ben", True),
        ("team:shop", "person:cy", False),
        ("team:shop", "team:cards", True),
    ]
    assert seen(trial.ledger, "team", "team", "people") == [("team:cards", 1), ("team:shop", 3)]


def test_an_actor_is_who_states_its_handle_or_address_and_nobody_by_name(trial: Trial) -> None:
    given = [
        ("actor:1", "github", "ANA", "Ana", "person", 0.5),
        ("actor:2", "email", "ana@shop.example", "Ana", "unknown", 0.0),
        ("actor:3", "name", "ben", "Ben", "unknown", 0.0),
        ("actor:4", "github", "cy", None, "bot", 1.0),
        ("actor:5", None, None, None, "person", 1.0),
    ]
    with trial.ledger.store.writing() as connection:
        keep_actors(connection, [TraceActor(*one) for one in given])
    assert seen(trial.ledger, "actor", "actor", "party", "sort", "confidence") == [
        ("actor:1", "person:ana", "person", 1.0),
        ("actor:2", "person:ana", "person", 1.0),
        ("actor:3", "actor:3", "unknown", 0.0),
        ("actor:4", "person:cy", "bot", 1.0),
        ("actor:5", "actor:5", "person", 1.0),
    ]
    unknown = {row["party"]: row["label"] for row in rows(trial.ledger, "party") if row["party"].startswith("actor:")}
    assert unknown == {"actor:3": "Ben", "actor:5": "actor:5"}


def test_of_two_persons_with_one_handle_none_is_chosen_until_they_are_joined(trial: Trial) -> None:
    trial.says('person:~ana2 handle {system = "github", handle = "ana", namespace = "other"}')
    with trial.ledger.store.writing() as connection:
        keep_actors(connection, [TraceActor("actor:1", "github", "ana", None, "person", 1.0)])
    assert seen(trial.ledger, "actor", "party") == [("actor:1",)]
    trial.says("person:~ana2 alias_of person:~ana")
    assert seen(trial.ledger, "actor", "party") == [("person:ana",)]


# --- work and its course ---


def test_the_times_of_work_are_those_of_its_statuses(trial: Trial) -> None:
    trial.says("work:checkout status proposed")
    trial.at("24 10:00").says("work:checkout status active")
    trial.at("25 10:00").says("work:checkout status done")
    trial.at("26 10:00").says("work:checkout status active")
    again = of(trial.ledger, "work", "work:checkout")
    assert (again["proposed"], again["active"], again["done"]) == (
        datetime(2026, 11, 23, 9),
        datetime(2026, 11, 24, 10),
        None,
    )
    trial.at("27 10:00").says("work:checkout status done")
    assert of(trial.ledger, "work", "work:checkout")["done"] == datetime(2026, 11, 27, 10)
    then = of(trial.ledger, "work", "work:checkout", as_of="2026-11-25T12:00:00Z", known_at="2026-11-25T12:00:00Z")
    assert then["done"] == datetime(2026, 11, 25, 10)
    trial.says("work:checkout finished 2026-11-20")
    assert of(trial.ledger, "work", "work:checkout")["done"] == datetime(2026, 11, 20)


def test_work_is_owned_placed_and_served_as_what_it_is_part_of(trial: Trial) -> None:
    columns = ("work", "owner", "zone", "objective", "priority")
    assert seen(trial.ledger, "work", *columns) == [
        ("work:button", "team:cards", "zone:cards", "objective:more", "high"),
        ("work:checkout", "team:shop", "zone:shop", "objective:more", "high"),
        ("work:terminal", "person:cy", None, None, None),
    ]
    assert seen(trial.ledger, "objective", "objective", "priority") == [
        ("objective:grow", "high"),
        ("objective:more", "high"),
    ]


def test_dependencies_that_were_withdrawn_are_none(trial: Trial) -> None:
    assert seen(trial.ledger, "dependency", "consumer", "provider", "status") == [
        ("work:checkout", "work:terminal", "stated")
    ]
    trial.says("dependency:one status withdrawn")
    assert rows(trial.ledger, "dependency") == []


# --- decisions and protocols ---


def decided(trial: Trial) -> str:
    asked = trial.do("decision ask", BEN, question="Which colour?", concerns=["work:checkout"], consult=[CY])
    trial.at("24 10:00").do(
        "decision decide", ANA, decision=asked.subject, outcome="red", reason="it is", unadvised=True
    )
    return asked.subject


def test_a_decision_has_its_times_and_whom_it_concerns(trial: Trial) -> None:
    decision = decided(trial)
    row = of(trial.ledger, "decision", decision)
    assert (row["asked"], row["decided"]) == (datetime(2026, 11, 23, 9), datetime(2026, 11, 24, 10))
    told = (
        row["asked_by"],
        row["decider"],
        row["work"],
        row["zone"],
        row["outcome"],
        row["reopened"],
        row["defaulted"],
    )
    assert told == ("person:ben", "person:ana", "work:checkout", "zone:shop", "red", 0, False)
    concerned = {(row["party"], row["why"]) for row in rows(trial.ledger, "concerned")}
    assert concerned == {
        ("person:ben", "asked"),
        ("person:cy", "consulted"),
        ("team:shop", "owns work:checkout"),
        ("person:cy", "provides for work:checkout"),
    }


def test_a_decision_that_was_opened_again_is_open_and_says_so(trial: Trial) -> None:
    decision = decided(trial)
    trial.at("25 10:00").do("decision reopen", ANA, decision=decision, reason="it was blue")
    row = of(trial.ledger, "decision", decision)
    assert (row["status"], row["decided"], row["reopened"]) == ("open", None, 1)


def test_when_a_decision_was_asked_is_not_known_where_it_was_told_with_its_outcome(trial: Trial) -> None:
    trial.says("decision:old status decided", "decision:old outcome yes", "decision:old decided 2026-11-02")
    row = of(trial.ledger, "decision", "decision:old")
    assert (row["asked"], row["decided"]) == (None, datetime(2026, 11, 2))


def test_acts_handoffs_and_what_changed(trial: Trial) -> None:
    trial.do("handoff offer", CY, what="work:terminal", to="person:~ben")
    offered = rows(trial.ledger, "handoff")
    assert [(one["giver"], one["receiver"], one["answered"], one["status"]) for one in offered] == [
        ("person:cy", "person:ben", None, "offered")
    ]
    trial.at("23 11:00").do("handoff accept", BEN, what="work:terminal")
    (row,) = rows(trial.ledger, "handoff")
    assert (row["about"], row["offered"], row["answered"]) == (
        "work:terminal", datetime(2026, 11, 23, 9), datetime(2026, 11, 23, 11),
    )  # fmt: skip
    assert seen(trial.ledger, "act", "actor", "noun", "verb") == [
        ("person:ben", "handoff", "accept"),
        ("person:cy", "handoff", "offer"),
    ]
    owner = [row for row in rows(trial.ledger, "change") if row["thing"] == "work:terminal"]
    assert [(one["actor"], one["source"], one["attribute"], one["moment"]) for one in owner] == [
        ("person:ben", "protocol", "owner", datetime(2026, 11, 23, 11))
    ]


def test_an_approval_has_a_row_for_each_who_gave_it_and_a_gate_that_sources_tell_of_is_one(trial: Trial) -> None:
    trial.says("gate:safe approver person:~ben", "gate:safe work work:terminal", "work:terminal status active")
    assert [(one["approval"], one["approver"], one["status"]) for one in rows(trial.ledger, "approval")] == [
        ("gate:safe", "person:ben", "open")
    ]
    asked = trial.do("approval ask", CY, gate="safe", work="terminal")
    trial.at("24 11:00").do("approval grant", BEN, approval=asked.subject)
    (row,) = rows(trial.ledger, "approval")
    assert (row["work"], row["asked_by"], row["approver"], row["status"]) == (
        "work:terminal", "person:cy", "person:ben", "granted",
    )  # fmt: skip
    assert (row["asked"], row["answered"]) == (datetime(2026, 11, 23, 9), datetime(2026, 11, 24, 11))


# --- rituals ---


def test_occurrences_are_those_of_the_schedule_since_it_was_known(demo: Ledger) -> None:
    found = [one for one in rows(demo, "occurrence") if one["ritual"] == "ritual:engineering-weekly"]
    assert found[0]["start"] >= datetime(2026, 9, 12)
    past = [one for one in found if one["start"] < datetime(2026, 11, 21, 12)]
    assert {one["status"] for one in past} == {"unknown"}
    assert {one["status"] for one in found if one not in past} == {"planned"}
    assert {one["minutes"] for one in found} == {45.0}
    (coming,) = Questions(demo).rhythm("engineering-weekly").coming
    assert str(coming.start)[:16] == min(one["start"] for one in found if one not in past).isoformat()[:16]


# --- paths ---


def test_a_path_is_in_the_inner_zone_and_in_the_last_rule_of_an_ordered_file(trial: Trial) -> None:
    trial.says(
        "zone:app/all covers *", "zone:app/all position 1", "zone:app/all parent zone:app",
        "zone:app/docs covers docs/", "zone:app/docs position 2", "zone:app/docs parent zone:app",
        "zone:twin1 covers /same/", "zone:twin2 covers /same/",
    )  # fmt: skip
    with Moment(trial.ledger).open() as asking:
        paths = ["shop/a.py", "shop/a.card", "docs/a.md", "b.py", "same/x", "shop/a.py"]
        found = path_zone(asking, [("git:app", one) for one in paths]).to_pylist()
    assert {row["path"]: row["zone"] for row in found} == {
        "shop/a.py": "zone:shop",
        "shop/a.card": "zone:cards",
        "docs/a.md": "zone:app/docs",
        "b.py": "zone:app/all",
    }
    assert len(found) == 4


def test_the_files_are_not_needed(tmp_path: Path) -> None:
    empty = Ledger.create(str(tmp_path / "empty.db"))
    with Moment(empty).open() as asking:
        found = made(asking, set(ORGANISATION))
    assert {name for name, table in found.items() if table.num_rows} == {"snapshot"}
    empty.close()


def test_like_cases_are_those_that_are_linked_and_those_with_the_same_options_or_words(trial: Trial) -> None:
    trial.says(
        "decision:a question Which database do payments take?", "decision:a option oracle", "decision:a option maria",
        "decision:b question What stores the searches?", "decision:b option Oracle", "decision:b option maria",
        "decision:c question Which database do searches take?", "decision:d question Who paints the wall?",
        "decision:d like decision:a",
        "decision:e question Which database do payments take?", "decision:e status withdrawn",
    )  # fmt: skip
    assert seen(trial.ledger, "alike", "one", "other", "stated", "why") == [
        ("decision:a", "decision:b", False, "between the same options"),
        ("decision:a", "decision:c", False, "in much the same words"),
        ("decision:a", "decision:d", True, "linked"),
    ]


def test_key_results_are_told_as_they_were_measured_against_the_target_that_holds(trial: Trial) -> None:
    trial.says('objective:grow key_result {name = "sales", target = 20, start = 10, value = 10}')
    measured = {"name": "sales", "value": 15, "at": "2026-11-30T10:00:00Z"}
    trial.at("24 10:00").says(f'objective:grow measured {{name = "sales", value = 15, at = "{measured["at"]}"}}')
    assert seen(trial.ledger, "key_result", "objective", "moment", "value", "progress") == [
        ("objective:grow", datetime(2026, 11, 23, 9), 10.0, 0.0),
        ("objective:grow", datetime(2026, 11, 30, 10), 15.0, 0.5),
    ]


def test_work_is_known_by_its_reference_its_slug_and_what_another_system_calls_it(trial: Trial) -> None:
    trial.says("work:terminal external_id T-1", "work:button external_id both", "work:checkout external_id both")
    names = dict(seen(trial.ledger, "work_name", "name", "work"))
    assert (names["work:terminal"], names["terminal"], names["T-1"]) == ("work:terminal",) * 3
    assert "both" not in names


def test_zones_without_a_path_in_them_stay_beside_the_areas_that_are_found(trial: Trial, tmp_path: Path) -> None:
    given, _, _ = Measuring.of(trial.ledger, Place.at(str(tmp_path)), DuckEngine()).given({"zone"})
    assert {row["zone"] for row in given.tables["zone"].to_pylist()} == {"zone:shop", "zone:cards"}


def test_both_stores_make_the_same_tables(place: Callable[[str], str]) -> None:
    found = []
    for store in ("sqlite", "postgresql"):
        trial = Trial(place(store), FACTS)
        decided(trial)
        trial.do("handoff offer", CY, what="work:terminal", to="person:~ben")
        with Moment(trial.ledger).open() as asking:
            found.append({name: table.to_pylist() for name, table in made(asking, set(MAKERS)).items()})
        with Moment(trial.ledger, known_at="2026-11-23T12:00:00Z").open() as asking:
            before = made(asking, {"decision", "act", "change"})
        assert before["decision"]["decided"].to_pylist() == [None]
        assert (before["act"].num_rows, before["change"].num_rows) == (1, 0)
    assert found[0] == found[1]


def test_working_hours_are_those_that_count_for_a_team(place: Callable[[str], str]) -> None:
    facts = """
        zone:organisation calendar UTC 09:00-17:00
        team:shop calendar Europe/Berlin Mon-Thu 08:00-16:00
        team:cards parent team:shop
        team:far calendar Asia/Tokyo
        team:plain lead person:~ana
    """
    found = {row["team"]: row["hours"] for row in rows(Trial(place("sqlite"), facts).ledger, "calendar")}
    berlin = "Europe/Berlin Mon-Thu 08:00-16:00"
    assert found == {"": "UTC 09:00-17:00", "team:shop": berlin, "team:cards": berlin, "team:plain": "UTC 09:00-17:00"}
