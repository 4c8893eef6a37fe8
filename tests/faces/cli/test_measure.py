"""What ``counterpoint measure`` says beside its rows: the time, who is not shown, and what was not worked out now."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from counterpoint.faces.cli.handlers.measure import show
from counterpoint.faces.cli.paper import Paper
from counterpoint.measures.volume import VOLUME
from counterpoint.model.measured import Measured
from counterpoint.questions.measuring import described
from tests.faces.cli.running import run

LOG = "case,step,when\n1,open,2026-01-05T09:00Z\n1,close,2026-02-05T09:00Z\n2,open,2026-02-09T09:00Z\n"
FIGURE = {"period": None, "unit": "team:red", "figure": "rows", "value": 3.0, "low": None, "high": None, "n": 3}


def answer() -> Measured:
    row = {**FIGURE, "missing": None}
    return Measured(
        described(VOLUME), "team", "all", None, None, {}, "duckdb", 1, 3, (row,), (), 0, {}, ()
    )  # fmt: skip


def told(given: Measured) -> list[str]:
    stream = io.StringIO()
    show(given, Paper(stream, datetime(2026, 11, 21, tzinfo=UTC)))
    return stream.getvalue().splitlines()[-2:]


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"since": "2026-01-01", "until": "2026-04-01"}, "of the time from 2026-01-01 until before 2026-04-01"),
        ({"until": "2026-04-01"}, "of the time until before 2026-04-01"),
        ({"withheld": 2}, "2 rows are not shown: each would be about fewer than five people"),
        ({"within": {"team:dark": "team:all"}},
         "team:dark has too few people to be shown: it is seen within team:all"),
        ({"kept": (None,)}, "worked out before, and kept because nothing in it has changed"),
        ({"kept": ("2026-01-01",)},
         "periods worked out before, and kept because nothing in them has changed: 2026-01-01"),
        ({"kept": ("2026-01-01", "2026-02-01")},
         "periods worked out before, and kept because nothing in them has changed: 2 from 2026-01-01 to 2026-02-01"),
    ],
)  # fmt: skip
def test_what_stands_beside_the_rows(changed: dict[str, object], line: str) -> None:
    assert told(replace(answer(), **changed))[-1] == line  # type: ignore[arg-type]


def test_nothing_more_is_said_where_there_is_nothing_to_say() -> None:
    assert told(answer())[-1].startswith("What it cannot tell")


def test_what_was_kept_is_told_as_json_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("COUNTERPOINT_ORG", "COUNTERPOINT_ME", "COUNTERPOINT_LAKE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "log.csv").write_text(LOG)
    assert run("init").code == 0
    assert run("trace log.csv --with csv --set case=case --set activity=step --set time=when").code == 0
    line = "measure volume --window month --until 2026-03-01"
    assert json.loads(run(f"{line} --json").out)["kept"] == []
    again = json.loads(run(f"{line} --json").out)
    assert (again["kept"], again["within"]) == (["2026-01-01", "2026-02-01"], {})
    assert "2 from 2026-01-01 to 2026-02-01" in run(line).out
