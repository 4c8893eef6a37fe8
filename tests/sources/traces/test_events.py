"""Event logs as tables."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput, UsageError
from tests.sources.traces.readings import reading

TABLE = """ticket;what;when;agent;desk
17;opened;02.03.2026 09:15;Ana;front
17;passed on;02.03.2026 10:00;;front
18;opened;02.03.2026 11:00;Bo;back
"""
SAID = {"case": "ticket", "activity": "what", "time": "when", "resource": "agent", "group": "desk",
        "format": "%d.%m.%Y %H:%M", "timezone": "Europe/Berlin"}  # fmt: skip


def written(folder: Path, text: str, name: str = "desk.csv") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_options_say_which_column_is_what(tmp_path: Path) -> None:
    found = reading(written(tmp_path, TABLE), SAID)
    assert found.told("work", "object", "moment", "ahead", "actor", "zone") == [
        ("17", "opened", datetime(2026, 3, 2, 8, 15), 60, "log:desk/Ana", "front"),
        ("17", "passed on", datetime(2026, 3, 2, 9, 0), 60, "nobody/desk", "front"),
        ("18", "opened", datetime(2026, 3, 2, 10, 0), 60, "log:desk/Bo", "back"),
    ]
    assert found.troubles == []


def test_usual_names_need_no_options(tmp_path: Path) -> None:
    text = "case:concept:name,concept:name,time:timestamp,org:resource\n1,a,2026-03-02 10:00:00+00:00,Ana\n"
    found = reading(written(tmp_path, text))
    assert found.told("work", "object", "actor") == [("1", "a", "log:desk/Ana")]
    lines = '{"Case ID": 1, "Activity": "a", "timestamp": "2026-03-02T10:00:00Z", "note": "x\\ud800"}\nno json\n'
    other = reading(written(tmp_path, lines, "desk.jsonl"), {"keep": "note"})
    assert other.told("work", "object", "attributes") == [("1", "a", '{"note":"x?","unnamed":true}')]
    assert [one.line for one in other.troubles] == [2]


def test_a_column_that_is_not_told_or_not_there_is_asked_for(tmp_path: Path) -> None:
    path = written(tmp_path, TABLE)
    with pytest.raises(UsageError, match=r"which column of desk\.csv is the case") as refused:
        reading(path)
    assert "ticket, what, when" in refused.value.hint
    with pytest.raises(UsageError, match="no column 'nothing'"):
        reading(path, {**SAID, "case": "nothing"})
    with pytest.raises(UsageError, match="one character"):
        reading(path, {**SAID, "delimiter": "::"})


def test_rows_that_cannot_be_read_are_told_with_their_line(tmp_path: Path) -> None:
    text = TABLE + "19;;02.03.2026 11:00;Bo;back\n19;opened;2026;Bo;back\n19;a;02.03.2026 11:00;b;c;d;e\n"
    found = reading(written(tmp_path, text), SAID)
    assert len(found.rows) == 3
    assert [(one.line, one.record) for one in found.troubles] == [(5, "19"), (6, "19"), (7, None)]


def test_an_event_is_known_by_its_identifier_where_there_is_one(tmp_path: Path) -> None:
    text = "case,activity,time,id\n1,a,2026-03-02T10:00:00Z,e1\n"
    before = reading(written(tmp_path, text), {"event": "id"})
    after = reading(written(tmp_path, text.replace("10:00", "11:00")), {"event": "id"})
    assert before.keys == after.keys


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    path.write_bytes("case,activity,time\n1,ä,2026-03-02T10:00:00Z\n".encode("latin-1"))
    with pytest.raises(InvalidInput, match="UTF-8"):
        reading(path)
    assert reading(path, {"encoding": "latin-1"}).told("object") == [("ä",)]
    with pytest.raises(UsageError, match="encoding"):
        reading(path, {"encoding": "klingon"})


CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=6).filter(
    lambda one: one.split()
)
ROWS = st.lists(st.tuples(CELLS, CELLS, st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), CELLS), max_size=8)


@settings(max_examples=60)
@given(ROWS)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, datetime, str]]
) -> None:
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(["case", "activity", "time", "resource"])
    table.writerows([case, name, when.replace(tzinfo=UTC).isoformat(), who] for case, name, when, who in rows)
    found = reading(written(tmp_path_factory.mktemp("events"), text.getvalue()))
    plain = [(" ".join(case.split()), " ".join(name.split()), when) for case, name, when, _ in rows]
    assert found.told("work", "object", "moment") == plain
    assert len(found.keys) == len(rows)


@settings(max_examples=60)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.tsv", "a.jsonl"]))
def test_no_bytes_make_it_fail_otherwise_than_on_purpose(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, name: str
) -> None:
    path = tmp_path_factory.mktemp("events") / name
    path.write_bytes(noise)
    try:
        reading(path, {"case": "a", "activity": "a", "time": "a"})
    except (InvalidInput, UsageError):
        return
