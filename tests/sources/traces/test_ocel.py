"""Object-centric logs in OCEL 2.0: the same log as JSON, XML and SQLite."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput, UsageError
from tests.sources.traces.readings import Reading, reading

FORMS = ("json", "xml", "sqlite")
LOG: dict[str, Any] = {
    "objectTypes": [{"name": "order", "attributes": []}, {"name": "item", "attributes": []}],
    "eventTypes": [
        {"name": "Place order", "attributes": [{"name": "resource", "type": "string"}]},
        {"name": "Pick", "attributes": [{"name": "resource", "type": "string"}]},
    ],
    "objects": [
        {"id": "o1", "type": "order"},
        {"id": "o2", "type": "order"},
        {"id": "i1", "type": "item"},
    ],
    "events": [
        {
            "id": "e1",
            "type": "Place order",
            "time": "2026-03-02T09:00:00Z",
            "attributes": [{"name": "resource", "value": "Ana"}],
            "relationships": [{"objectId": "o1", "qualifier": "placed"}, {"objectId": "i1", "qualifier": "of"}],
        },
        {
            "id": "e2",
            "type": "Pick",
            "time": "2026-03-02T10:00:00+01:00",
            "attributes": [{"name": "resource", "value": "Bo"}],
            "relationships": [{"objectId": "o1", "qualifier": ""}, {"objectId": "o2", "qualifier": "with"}],
        },
        {"id": "e3", "type": "Pick", "time": "2026-03-02T12:00:00Z", "attributes": [], "relationships": []},
    ],
}


def written(folder: Path, form: str, log: dict[str, Any] = LOG) -> Path:
    """The log as a file of one of the three formats."""
    path = folder / f"orders.{form}"
    if form == "json":
        path.write_text(json.dumps(log), encoding="utf-8")
    elif form == "xml":
        path.write_text(_xml(log), encoding="utf-8")
    else:
        _sqlite(path, log)
    return path


def _xml(log: dict[str, Any]) -> str:
    objects = "".join(f"<object id={quoteattr(one['id'])} type={quoteattr(one['type'])}/>" for one in log["objects"])
    events = ""
    for one in log["events"]:
        attributes = "".join(
            f"<attribute name={quoteattr(part['name'])}>{escape(str(part['value']))}</attribute>"
            for part in one["attributes"]
        )
        related = "".join(
            f"<relationship object-id={quoteattr(part['objectId'])} qualifier={quoteattr(part['qualifier'])}/>"
            for part in one["relationships"]
        )
        events += (
            f"<event id={quoteattr(one['id'])} type={quoteattr(one['type'])} time={quoteattr(one['time'])}>"
            f"<attributes>{attributes}</attributes><objects>{related}</objects></event>"
        )
    return f"<log><events>{events}</events><objects>{objects}</objects></log>"


def _sqlite(path: Path, log: dict[str, Any]) -> None:
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("create table event (ocel_id text, ocel_type text)")
        connection.execute("create table object (ocel_id text, ocel_type text)")
        connection.execute("create table event_object (ocel_event_id text, ocel_object_id text, ocel_qualifier text)")
        connection.execute("create table event_map_type (ocel_type text, ocel_type_map text)")
        kinds = sorted({one["type"] for one in log["events"]})
        for number, kind in enumerate(kinds):
            connection.execute("insert into event_map_type values (?, ?)", (kind, f"T{number}"))
            connection.execute(f"create table event_T{number} (ocel_id text, ocel_time text, resource text)")
        for one in log["objects"]:
            connection.execute("insert into object values (?, ?)", (one["id"], one["type"]))
        for one in log["events"]:
            connection.execute("insert into event values (?, ?)", (one["id"], one["type"]))
            who = next((part["value"] for part in one["attributes"] if part["name"] == "resource"), None)
            table = f"event_T{kinds.index(one['type'])}"
            connection.execute(f"insert into {table} values (?, ?, ?)", (one["id"], one["time"], who))
            for part in one["relationships"]:
                row = (one["id"], part["objectId"], part["qualifier"])
                connection.execute("insert into event_object values (?, ?, ?)", row)


def told(found: Reading) -> list[tuple[Any, ...]]:
    """What a reading of the log above is about, in the order of the log."""
    rows = sorted(found.rows, key=lambda row: (row["size"], row["work"] or ""))
    return [(row["work"], row["object"], row["moment"].hour, row["actor"].partition("/")[2]) for row in rows]


@pytest.mark.parametrize("form", FORMS)
def test_an_event_is_a_step_of_each_of_its_cases(tmp_path: Path, form: str) -> None:
    found = reading(written(tmp_path, form), {"case": "order"})
    assert told(found) == [
        ("o1", "Place order", 9, "Ana"),
        ("o1", "Pick", 9, "Bo"),
        ("o2", "Pick", 9, "Bo"),
        (None, "Pick", 12, "orders"),
    ]
    first = min(found.rows, key=lambda row: row["size"])
    assert json.loads(first["attributes"]) == {
        "objects": [{"id": "o1", "type": "order", "as": "placed"}, {"id": "i1", "type": "item", "as": "of"}]
    }
    assert found.troubles == []


def test_the_three_formats_have_the_same_keys(tmp_path: Path) -> None:
    keys = {form: reading(written(tmp_path, form), {"case": "order"}).keys for form in FORMS}
    assert keys["json"] == keys["xml"] == keys["sqlite"]
    assert len(keys["json"]) == 4


def test_which_type_is_the_case_must_be_said_where_several_can_be_meant(tmp_path: Path) -> None:
    path = written(tmp_path, "json")
    with pytest.raises(UsageError) as refused:
        reading(path)
    assert "order (2)" in refused.value.hint
    with pytest.raises(UsageError, match="no object of type"):
        reading(path, {"case": "basket"})
    alone = {**LOG, "objects": [one for one in LOG["objects"] if one["type"] == "order"]}
    assert len(reading(written(tmp_path, "json", alone)).rows) == 4


def test_who_did_it_may_be_an_object(tmp_path: Path) -> None:
    log = json.loads(json.dumps(LOG))
    log["objects"].append({"id": "Cy", "type": "picker"})
    log["events"][2]["relationships"] = [{"objectId": "Cy", "qualifier": "by"}, {"objectId": "i1", "qualifier": "of"}]
    found = reading(written(tmp_path, "json", log), {"case": "item", "resource": "resource, picker"})
    last = max(found.rows, key=lambda row: row["size"])
    assert (last["actor"], last["work"]) == ("log:orders/Cy", "i1")
    assert json.loads(last["attributes"])["objects"] == [{"id": "i1", "type": "item", "as": "of"}]


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_read_is_told_and_costs_nothing_else(tmp_path: Path, form: str) -> None:
    log = json.loads(json.dumps(LOG))
    log["events"][1]["time"] = "some day"
    log["events"][2]["relationships"] = [{"objectId": "gone", "qualifier": "of"}]
    found = reading(written(tmp_path, form, log), {"case": "order"})
    assert [row[:2] for row in told(found)] == [("o1", "Place order"), (None, "Pick")]
    assert sorted((one.level, one.record) for one in found.troubles) == [("field", "e3"), ("record", "e2")]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("log.jsonocel", b'{"events": 3}'),
        ("log.jsonocel", b"{"),
        ("log.jsonocel", b'{"ocel:events": {}, "events": []}'),
        ("log.xmlocel", b"<log><event-types/></log>"),
        ("log.xmlocel", b'<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><events/></log>'),
        ("log.ocel", b"SQLite format 3\x00" + b"\x00" * 100),
        ("log.ocel", b""),
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(InvalidInput, match=r"log\."):
        reading(path)


def test_a_view_is_no_table(tmp_path: Path) -> None:
    path = written(tmp_path, "sqlite")
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("alter table event rename to kept")
        connection.execute("create view event as select * from kept")
    with pytest.raises(InvalidInput, match="no table event"):
        reading(path, form="ocel")


@settings(max_examples=60)
@example("sqlite", b"\x80", 3550)
@given(st.sampled_from(FORMS), st.binary(max_size=100), st.integers(0, 30_000))
def test_no_bytes_make_it_fail_otherwise_than_on_purpose(
    tmp_path_factory: pytest.TempPathFactory, form: str, noise: bytes, at: int
) -> None:
    path = written(tmp_path_factory.mktemp("ocel"), form)
    whole = path.read_bytes()
    at %= len(whole)
    path.write_bytes(whole[:at] + noise + whole[at + len(noise) :])
    try:
        found = reading(path, {"case": "order"}, form="ocel")
    except (InvalidInput, UsageError):
        return
    assert all(row["object"] for row in found.rows)
