"""Activity as a log in OCEL 2.0: what is written is read again, in every form, and names nobody unless asked to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.errors import Conflict, NotFound, StoreError, UsageError
from counterpoint.lake.ocel import Activity, Form, Party, export_ocel
from counterpoint.lake.place import Place
from counterpoint.lake.writing import Writer
from counterpoint.lakeside import open_place, write_ocel
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.activity import STORED
from counterpoint.wiring import open_ledger
from tests.measures.steps import numbered, step
from tests.measures.trial import stored
from tests.sources.traces.readings import reading

FORMS: tuple[Form, ...] = ("json", "xml", "sqlite")
ROWS: list[dict[str, Any]] = [
    *numbered([step("1", "Open <it>", 0, "actor:a", "front"), step("1", "Check", 700, "actor:b", "zone:back")]),
    {"source": "git:app", "actor": "actor:a", "verb": "change", "object": "src/ä.py", "thread": "abc", "size": 3.0},
    {"source": "git:app", "actor": "actor:r", "verb": "review", "object": "abc", "thread": "abc", "target": "actor:a"},
]
_NAMED = {"type": "object", "required": ["name", "attributes"], "properties": {"attributes": {"type": "array"}}}
_RELATED = {"type": "array", "items": {"type": "object", "required": ["objectId", "qualifier"]}}
_VALUE = {"type": "object", "required": ["name", "value"], "properties": {"value": {"type": "string"}}}
SCHEMA = {
    "type": "object",
    "required": ["eventTypes", "objectTypes", "events", "objects"],
    "properties": {
        "eventTypes": {"type": "array", "items": _NAMED},
        "objectTypes": {"type": "array", "items": _NAMED},
        "events": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type", "time"],
                "properties": {"attributes": {"type": "array", "items": _VALUE}, "relationships": _RELATED},
            },
        },
        "objects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "type"],
                "properties": {
                    "attributes": {"type": "array", "items": {**_VALUE, "required": ["name", "value", "time"]}},
                    "relationships": _RELATED,
                },
            },
        },
    },
}
"""What the standard requires of a log in JSON (ocel-standard.org, 2.0), in our words."""


def activity(folder: Path, rows: Sequence[dict[str, Any]], **more: Any) -> Activity:
    """Rows in a lake of their own."""
    place = Place.at(str(folder / "lake"))
    files = []
    for source in sorted({str(row.get("source", "git:app")) for row in rows}):
        writer = Writer(place, source, source.replace(":", "-"))
        writer.add(stored([row for row in rows if row.get("source", "git:app") == source]).cast(STORED))
        files += [(one.month, one.name) for one in writer.close()]
    return Activity(place, files, **more)


def exported(folder: Path, rows: Sequence[dict[str, Any]], form: Form, **more: Any) -> Path:
    """The file that rows become."""
    file = folder / f"log.{form}"
    export_ocel(activity(folder, rows, **more), file, form, lambda *_: None)
    return file


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read(tmp_path: Path, form: Form) -> None:
    found = reading(exported(tmp_path, ROWS, form), {"case": "work"})
    rows = {row["object"]: row for row in found.rows}
    assert found.troubles == []
    assert (rows["Open <it>"]["work"], rows["Open <it>"]["zone"]) == ("work:xes:desk/1", "zone:front")
    assert (rows["Check"]["actor"], rows["Check"]["zone"]) == ("log:log/actor:b", "zone:back")
    assert rows["Check"]["moment"] == datetime(2026, 3, 31, 13)
    objects = {one["id"]: one["type"] for one in json.loads(rows["change"]["attributes"])["objects"]}
    assert objects == {"thread:git:app/abc": "thread", "file:git:app/src/ä.py": "file"}
    assert rows["review"]["actor"] == "log:log/actor:r"


def test_the_three_forms_say_the_same_and_twice_the_same_bytes(tmp_path: Path) -> None:
    keys = {form: reading(exported(tmp_path, ROWS, form), {"case": "work"}).keys for form in FORMS}
    assert keys["json"] == keys["xml"] == keys["sqlite"]
    for form in ("json", "xml"):
        first = exported(tmp_path, ROWS, form).read_bytes()
        assert exported(tmp_path, ROWS, form).read_bytes() == first


def test_json_is_as_the_standard_requires_it(tmp_path: Path) -> None:
    log = json.loads(exported(tmp_path, ROWS, "json").read_bytes())
    jsonschema.validate(log, SCHEMA)
    known = {one["id"] for one in log["objects"]}
    assert {part["objectId"] for one in log["events"] for part in one["relationships"]} == known
    assert {one["type"] for one in log["events"]} == {one["name"] for one in log["eventTypes"]}
    declared = {one["name"]: {part["name"] for part in one["attributes"]} for one in log["eventTypes"]}
    assert all({part["name"] for part in one["attributes"]} <= declared[one["type"]] for one in log["events"])


def test_sqlite_holds_together(tmp_path: Path) -> None:
    rows = numbered([step("1", name, hour, "a") for hour, name in enumerate(["A b", "ab", "AB", "object", "…"])])
    with closing(sqlite3.connect(exported(tmp_path, rows, "sqlite"))) as connection:
        assert connection.execute("pragma foreign_key_check").fetchall() == []
        tables = [name for (name,) in connection.execute("select ocel_type_map from event_map_type")]
        assert len({one.casefold() for one in tables}) == 5
        for table in tables:
            assert connection.execute(f'select count(*) from "event_{table}"').fetchone() == (1,)


def test_some_days_and_parties_by_what_they_are_called(tmp_path: Path) -> None:
    parties = {"actor:a": Party("person:ana", "person"), "actor:b": Party("")}
    some = {"parties": parties, "since": date(2026, 3, 2), "until": date(2026, 3, 31)}
    log = json.loads(exported(tmp_path, ROWS, "json", **some).read_bytes())
    assert {one["type"] for one in log["events"]} == {"Open <it>", "change", "review"}
    assert {one["id"] for one in log["objects"] if one["type"] == "party"} == {"person:ana", "actor:r"}
    every = json.loads(exported(tmp_path, ROWS, "json", parties=parties).read_bytes())
    check = next(one for one in every["events"] if one["type"] == "Check")
    assert {part["qualifier"] for part in check["relationships"]} == {"of", "at"}, "who is nobody is no object"


TEXTS = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6).filter(lambda text: text.split())


@settings(max_examples=15)
@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 2000), TEXTS, TEXTS), min_size=1, max_size=6))
def test_any_text_is_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, given_: list[tuple[str, str, int, str, str]]
) -> None:
    rows = numbered([step(*one) for one in given_])
    for form in FORMS:
        found = reading(exported(tmp_path_factory.mktemp("ocel"), rows, form), {"case": "work"})
        assert len(found.rows) == len(rows)
        if form != "xml":
            assert sorted(row["object"] for row in found.rows) == sorted(" ".join(one[1].split()) for one in given_)


def test_an_export_names_nobody_unless_asked_to(tmp_path: Path) -> None:
    organisation = str(tmp_path / "org.db")
    ledger: Ledger = open_ledger(organisation, create=True)
    log = Path(__file__).parent.parent / "fixtures" / "flow" / "repairs.xes"
    trace(ledger, open_place(organisation), TraceRequest(log), actor="local")

    def write(name: str, **more: Any) -> str:
        done = write_ocel(ledger, organisation, tmp_path / name, progress=lambda *_: None, **more)
        assert (done.events, done.types) == (113, 8)
        return (tmp_path / name).read_text(encoding="utf-8")

    assert "iris" not in write("a.json")
    assert '"actor:' in write("b.json", source="xes:repairs", named=True), (
        "nobody whom the state knows has another name"
    )
    with pytest.raises(Conflict):
        write("a.json")
    with pytest.raises(UsageError, match="which form"):
        write("a.log")
    with pytest.raises(NotFound, match="of git:app"):
        write("c.json", source="git:app")
    with pytest.raises(StoreError):
        write("no/folder.json")
    assert not list(tmp_path.glob("*.part"))
    ledger.close()
