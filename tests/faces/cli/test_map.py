"""``counterpoint map`` as it is run: a page, the same as JSON, of an organisation that somebody keeps, and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from counterpoint.faces.cli.reference import answer_type
from counterpoint.model.commands import command_of
from counterpoint.model.shapes import schema_of
from tests.faces.cli.running import run
from tests.faces.report.marina import repository

ORGANISATION = """
[[person]]
id = "ines"
name = "Ines Ojeda"
address = ["ines@example.org", "ojeda@home.example"]
[[person]]
id = "tom"
name = "Tom Abara"
address = ["tom@example.org"]
[[person]]
id = "lee"
name = "Lee Park"
address = ["lee@example.org"]
[[person]]
id = "mira"
name = "Mira Voss"
address = ["mira@example.org"]
[[team]]
id = "ledger"
title = "Ledger"
lead = ["person:ines"]
member = ["person:tom"]
[[team]]
id = "storefront"
title = "Storefront"
lead = ["person:lee"]
member = ["person:mira"]
[[zone]]
id = "money"
title = "Money"
owner = "team:ledger"
decider = "person:ines"
covers = ["billing/**"]
[[zone]]
id = "shop"
title = "Shop"
owner = "team:storefront"
covers = ["shop/**"]
"""


@pytest.fixture(scope="module")
def marina(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("cli") / "marina")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME", "COUNTERPOINT_LAKE"):
        monkeypatch.delenv(name, raising=False)


def test_a_page_is_written_and_nothing_else_is_kept(marina: Path, tmp_path: Path) -> None:
    ran = run(f"map {marina} --no-open --output here.html")
    assert (ran.code, ran.err) == (0, "")
    assert "marina: 5 people" in ran.out and "What stands out" in ran.out
    assert "2 addresses were joined to 1 person" in ran.out
    assert (tmp_path / "here.html").as_uri() in ran.out
    assert [one.name for one in tmp_path.iterdir()] == ["here.html"]
    page = (tmp_path / "here.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "Coordination in marina" in page
    assert "Ojeda" not in page


def test_an_organisation_gives_its_teams_zones_and_deciders(marina: Path, tmp_path: Path) -> None:
    (tmp_path / "organisation").mkdir()
    (tmp_path / "organisation" / "all.toml").write_text(ORGANISATION)
    assert run("apply organisation --org marina.db").code == 0
    ran = run(f"map {marina} --org marina.db --json")
    assert (ran.code, ran.err) == (0, "")
    found = json.loads(ran.out)
    command = command_of(("map",))
    assert command is not None
    jsonschema.Draft202012Validator(schema_of(answer_type(command))).validate(found)
    assert not list(tmp_path.glob("*.html")), "no page"
    assert not found["units"]["areas_found"] and not found["units"]["groups_found"]
    assert {area["title"] for area in found["areas"]} == {"Money", "Shop", "in no zone"}
    assert {group["title"]: group["people"] for group in found["groups"]} == {"Ledger": 2, "Storefront": 2}
    assert found["coordination"]["grain"] == "team"
    (gap,) = found["coordination"]["gaps"]
    assert {gap["one"], gap["other"]} == {"team:ledger", "team:storefront"}
    rows = {row["area"]: row for row in found["deciding"]["areas"]}
    assert (rows["zone:money"]["one"], rows["zone:money"]["deciders"]) == (1.0, ["person:ines"])
    assert rows["zone:shop"]["deciders"] == ["person:lee"], "the lead of the team that owns it"
    assert rows["zone:(none)"]["nobody"] == 1.0
    again = json.loads(run("map --org marina.db --json").out)
    assert again == found, "what was brought in stays there"


def test_refusals(tmp_path: Path) -> None:
    nothing = run("map --no-open")
    assert nothing.code == 2 and "say which repository" in nothing.err
    elsewhere = run("map nowhere --no-open")
    assert elsewhere.code == 3 and "there is no nowhere" in elsewhere.err
    (tmp_path / "plain").mkdir()
    plain = run("map plain --no-open")
    assert plain.code == 5 and "no git repository" in plain.err
    folder = run("map plain --output plain --no-open")
    assert folder.code == 2 and "is a directory" in folder.err
    away = run("map plain --output gone/map.html --no-open")
    assert away.code == 7 and "there is no folder" in away.err
    day = run("map plain --since tomorrow --no-open")
    assert day.code == 2
