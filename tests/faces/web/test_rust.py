"""The score of a real organisation: 75 goals and 9 roadmaps of one period, without a date, and 165 teams."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request, bring
from counterpoint.faces.web.app import create_app
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions import Questions
from tests.faces.web.test_app import Client
from tests.realdata import ROOT, data

NOW = "2026-11-21T12:00:00.000000Z"


@pytest.fixture(scope="module")
def rust(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    ledger = Ledger.create(str(tmp_path_factory.mktemp("rust") / "rust.db"), clock=lambda: NOW)
    for name in ("team", "calendar", "goals"):
        mapping = "teams" if name == "team" else name
        request = Request(data("rust", name), str(ROOT / "examples" / "rust" / f"{mapping}.toml"), "rust")
        bring(ledger, request, actor="local")
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def client(rust: Ledger) -> Client:
    return Client(create_app(lambda as_of: Questions(rust, as_of)))


def test_goals_and_roadmaps_and_who_is_asked_most(rust):
    found = Questions(rust).score()
    marks = [mark for stave in found.staves for mark in stave.marks]
    assert len(marks) == 75
    assert {mark.basis for mark in marks} == {"period"}
    asked = {stave.ref: stave.asked for stave in (*found.staves, *found.folded)}
    most = sorted(asked.items(), key=lambda one: -one[1])[:3]
    assert most == [("team:compiler@rust", 43), ("team:lang@rust", 42), ("team:types@rust", 32)]
    assert found.path is not None and found.path.counted == "steps"
    assert (found.first, found.last) == ("2026-01-01", "2026-12-31")
    roadmaps = Questions(rust).score("objective")
    assert sum(len(stave.marks) for stave in roadmaps.staves) == 9


def test_all_active_teams_are_there_most_of_them_folded(rust):
    found = Questions(rust).score()
    teams = [stave.ref for stave in (*found.staves, *found.folded) if stave.ref.startswith("team:")]
    assert len(teams) == len(set(teams)) >= 165
    assert len(found.staves) < 20


def test_no_opaque_person_gets_out(client):
    for address in ("/", "/?view=table", "/thing/team:lang@rust", "/thing/person:tmandry@rust", "/search?q=mandry"):
        response = client.get(address)
        assert response.status_code == 200
        assert "person:~" not in response.text, address


@pytest.mark.parametrize("address", ["/", "/?level=task", "/?view=table", "/?view=asks", "/thing/team:compiler@rust"])
def test_light_and_quick(client, address):
    started = time.perf_counter()
    response = client.get(address)
    seconds = time.perf_counter() - started
    assert response.status_code == 200
    assert len(response.content) < 1_000_000
    assert seconds < 5, "under a second on an idle machine; the rest is for busy ones"


def test_who_decides_with_its_reasons_is_on_the_page(client):
    text = client.get("/thing/team:lang@rust").text
    assert 'href="/thing/person:tmandry@rust"' in text
    assert "teams/lang.toml:" in text
    assert "Ambiguous between" in client.get("/thing/team:compiler@rust").text


def test_the_data_is_where_the_tests_look_for_it():
    assert Path(data("rust", "goals")).is_dir()
