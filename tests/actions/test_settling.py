"""Contradictions are settled by whoever may, and reopen only when somebody says something else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request, bring, retry
from counterpoint.actions.changing import undo
from counterpoint.actions.demo import make_demo
from counterpoint.actions.settling import settle
from counterpoint.errors import BadValue, NotAllowed, NotFound, Refused, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.records import History
from counterpoint.questions import Questions

TODAY = date(2026, 11, 21)
WORK = "work:group-bookings"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("demo")
    make_demo(str(place / "demo.db"), place / "files", TODAY)
    return place


@pytest.fixture
def ledger(template: Path, tmp_path: Path) -> Iterator[Ledger]:
    (tmp_path / "demo.db").write_bytes((template / "demo.db").read_bytes())
    opened = Ledger.open(str(tmp_path / "demo.db"))
    yield opened
    assert verify(opened).good
    opened.close()


def standing(ledger: Ledger, attribute: str, reference: str = WORK) -> tuple[str, str]:
    (found,) = [value for value in Questions(ledger).show(reference).values if value.attribute == attribute]
    return found.standing, "".join(piece.text for piece in found.pieces)


def told(history: History, attribute: str) -> list[str]:
    return [one.operation for one in history.told if one.attribute == attribute]


def test_who_decides_settles_and_the_value_holds(ledger: Ledger) -> None:
    assert standing(ledger, "status")[0] == "disputed"
    done = settle(ledger, WORK, "status", actor="person:greta", value="blocked", reason="we talked")
    assert standing(ledger, "status") == ("settled", "blocked")
    assert len(done.overruled) == 2


def test_a_settlement_by_statement_takes_that_statement_s_value(ledger: Ledger) -> None:
    (row,) = [one for one in Questions(ledger).contradictions().contradictions if one.attribute == "status"
              and one.entity == WORK]  # fmt: skip
    chosen = next(side for side in row.sides if side.value == "blocked")
    settle(ledger, WORK, "status", actor="person:greta", statement=chosen.because[0].statement)
    assert standing(ledger, "status") == ("settled", "blocked")


def test_somebody_else_is_refused_and_told_who_may(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed, match="may not settle this; person:greta may"):
        settle(ledger, WORK, "status", actor="person:jonas", value="blocked")
    assert standing(ledger, "status")[0] == "disputed"


def test_what_nobody_may_settle_says_how_to_change_that(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed) as refusal:
        settle(ledger, "work:offline-tickets", "decider", actor="person:greta", value="person:greta")
    assert "zone" in refusal.value.hint


def test_undoing_a_settlement_reopens_it(ledger: Ledger) -> None:
    done = settle(ledger, WORK, "status", actor="person:greta", value="blocked")
    undo(ledger, done.entry, actor="local")
    assert standing(ledger, "status")[0] == "disputed"


def test_saying_the_same_again_keeps_it_settled_and_saying_another_reopens(ledger: Ledger, template: Path) -> None:
    settle(ledger, WORK, "status", actor="person:greta", value="blocked")
    files = template / "files"
    mapping = files / "sheet" / "sheet.mapping.toml"
    bring(ledger, Request(files / "sheet", str(mapping)), actor="local")
    assert standing(ledger, "status")[0] == "settled"
    sheet = files / "sheet" / "launches.csv"
    before = sheet.read_text()
    try:
        sheet.write_text(before.replace("stuck", "shipped"))
        bring(ledger, Request(files / "sheet", str(mapping)), actor="local")
    finally:
        sheet.write_text(before)
    assert standing(ledger, "status")[0] == "disputed"


@pytest.mark.parametrize(
    ("attribute", "value", "error"),
    [("status", "gone fishing", BadValue), ("status", None, BadValue), ("title", "x", Refused)],
)
def test_nonsense_is_refused(ledger: Ledger, attribute: str, value: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        settle(ledger, WORK, attribute, actor="person:greta", value=value)


def test_a_retry_reads_again_what_was_in_quarantine(ledger: Ledger, template: Path) -> None:
    before = len(Questions(ledger).quarantine("tracker"))
    inbox = template / "files" / "tracker" / "issues.json"
    text = inbox.read_text()
    try:
        inbox.write_text(text.replace("Waiting for a miracle", "Blocked"))
        (done,) = retry(ledger, "tracker", actor="local")
    finally:
        inbox.write_text(text)
    assert len(Questions(ledger).quarantine("tracker")) == before - 1
    assert [change.attribute for change in done.changes if change.attribute == "status"] == ["status"]
    with pytest.raises(NotFound, match="quarantine"):
        retry(ledger, "nobody", actor="local")


def test_the_demo_does_not_write_over_anything(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(StoreError, match="not empty"):
        make_demo(str(tmp_path / "demo.db"), folder, TODAY)
    assert not (tmp_path / "demo.db").exists()
