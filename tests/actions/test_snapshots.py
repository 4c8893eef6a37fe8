"""A reading against what its source said before: files that move, times that have not come, single files, undoing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from counterpoint.actions.changing import undo
from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.page import Saying
from counterpoint.model.records import Unread
from counterpoint.model.statements import Draft, Json, Quarantined
from counterpoint.questions import Questions
from counterpoint.state.view import State

WORK, ANN = "work:a", "person:ann"


class Clock:
    """A clock that is set."""

    now = "2026-11-21T10:00:00.000000Z"

    def __call__(self) -> str:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    made = Ledger.create(str(tmp_path / "organisation.db"), clock=clock)
    yield made
    assert verify(made).good
    made.close()


def bring(
    ledger: Ledger,
    drafts: Sequence[Draft],
    quarantined: Sequence[Quarantined] = (),
    *,
    scope: Callable[[str | None], bool] = lambda _file: True,
    partial: bool = False,
    read: frozenset[str] = frozenset(),
) -> Imported:
    return import_reading(
        ledger, Reading("x", drafts, quarantined, scope, files=1, partial=partial, read=read), actor="local"
    )


def sort(value: Json, file: str | None = "a.yml", **times: str) -> Draft:
    return replace(Draft(WORK, "class", value, file, 1, WORK), **times)  # type: ignore[arg-type]


def value(ledger: Ledger, as_of: str | None = None, attribute: str = "class") -> Json:
    with ledger.read(as_of) as snapshot:
        return State(snapshot).value(WORK, attribute)


def sayings(ledger: Ledger) -> tuple[Saying, ...]:
    return next(one.sayings for one in Questions(ledger).show(WORK).values if one.attribute == "class")


def unread(ledger: Ledger) -> list[Unread]:
    return list(Questions(ledger).quarantine())


def test_a_file_that_was_renamed_and_then_breaks_retracts_nothing(ledger: Ledger) -> None:
    bring(ledger, [sort("A", "old.yml")])
    renamed = bring(ledger, [sort("A", "new.yml")])
    assert (renamed.added, renamed.changed, renamed.removed, renamed.unchanged) == (0, 0, 0, 1)
    (found,) = sayings(ledger)
    assert found.file == "new.yml"
    broken = bring(ledger, [], [Quarantined("file", "broken", file="new.yml")])
    assert (broken.entry, value(ledger)) == (None, "A")


def test_a_word_that_moved_is_no_younger_for_it(ledger: Ledger, clock: Clock) -> None:
    bring(ledger, [sort("A", "old.yml")])
    before, clock.now = clock.now, "2026-12-01T00:00:00.000000Z"
    bring(ledger, [sort("A", "new.yml")])
    (found,) = sayings(ledger)
    assert (found.said, found.file) == (before, "new.yml")
    assert bring(ledger, [sort("A", "new.yml")]).entry is None


def test_a_reading_of_one_file_moves_nothing_of_the_others(ledger: Ledger) -> None:
    bring(ledger, [sort("A", "a.yml")])
    again = bring(ledger, [sort("A", "b.yml")], scope=lambda file: file == "b.yml")
    assert again.entry is None


def test_a_record_of_a_person_that_cannot_be_read_retracts_nothing(ledger: Ledger) -> None:
    handle: Json = {"system": "github", "handle": "ann"}
    person = [Draft(ANN, "name", "Ann", "p.csv", 2, ANN), Draft(ANN, "handle", handle, "p.csv", 2, ANN)]
    bring(ledger, [*person, sort("A")])
    done = bring(ledger, [sort("A")], [Quarantined("record", "broken", file="p.csv", record=ANN)])
    assert (done.removed, done.entry) == (0, None)


def test_nothing_is_said_tomorrow(ledger: Ledger, clock: Clock) -> None:
    bring(ledger, [sort("A", said="2030-01-01T00:00:00.000000Z")])
    assert value(ledger) == "A"
    assert sayings(ledger)[0].said == clock.now


def test_what_is_yet_to_hold_is_stated_once_and_retracted_when_it_is_gone(ledger: Ledger) -> None:
    later = {"valid_from": "2030-01-01T00:00:00.000000Z"}
    assert bring(ledger, [sort("A", **later)]).added == 1
    assert bring(ledger, [sort("A", **later)]).entry is None
    assert value(ledger, "2030-06-01T00:00:00.000000Z") == "A"
    changed = bring(ledger, [sort("B", **later)])
    assert (changed.changed, value(ledger, "2030-06-01T00:00:00.000000Z")) == (1, "B")
    other = Draft(WORK, "exists", True, "a.yml", 1, WORK)
    assert bring(ledger, [other]).removed == 1
    assert value(ledger, "2030-06-01T00:00:00.000000Z") is None


def test_what_has_ended_is_stated_once(ledger: Ledger, clock: Clock) -> None:
    past = {"valid_from": "2020-01-01T00:00:00.000000Z", "valid_to": "2021-01-01T00:00:00.000000Z"}
    assert bring(ledger, [sort("A", **past)]).added == 1
    clock.now = "2026-11-22T10:00:00.000000Z"
    assert bring(ledger, [sort("A", **past)]).entry is None
    assert (value(ledger), value(ledger, "2020-06-01T00:00:00.000000Z")) == (None, "A")


def test_a_changed_mind_does_not_reach_back_to_the_record_s_old_date(ledger: Ledger) -> None:
    old = {"said": "2020-01-01T00:00:00.000000Z"}
    bring(ledger, [sort("A", **old)])
    bring(ledger, [sort("B", **old)])
    assert (value(ledger), value(ledger, "2024-01-01T00:00:00.000000Z")) == ("B", "A")


def test_the_first_of_two_drafts_alone_says_whether_its_validity_was_stated(ledger: Ledger, clock: Clock) -> None:
    drafts = [sort("A"), sort("A", valid_from="2020-01-01T00:00:00.000000Z")]
    bring(ledger, drafts)
    clock.now = "2026-11-22T10:00:00.000000Z"
    assert bring(ledger, drafts).entry is None


def test_what_undoing_restores_stands_where_it_stood(ledger: Ledger) -> None:
    bring(ledger, [sort("A")])
    done = bring(ledger, [sort("B")])
    assert done.entry is not None
    undo(ledger, done.entry, actor="local")
    (found,) = sayings(ledger)
    assert (value(ledger), found.file, found.line) == ("A", "a.yml", 1)
    assert bring(ledger, [], [Quarantined("file", "broken", file="a.yml")]).entry is None


def test_undoing_takes_back_what_was_yet_to_hold(ledger: Ledger) -> None:
    bring(ledger, [Draft(WORK, "exists", True, "a.yml", 1, WORK)])
    done = bring(ledger, [sort("A", valid_from="2030-01-01T00:00:00.000000Z")], partial=True)
    assert done.entry is not None
    undone = undo(ledger, done.entry, actor="local")
    assert (len(undone.changes), undone.kept) == (1, ())
    assert value(ledger, "2030-06-01T00:00:00.000000Z") is None


def test_what_is_gone_is_told_in_the_order_in_which_it_was_said(ledger: Ledger) -> None:
    names = ["work:c", "work:a", "work:b", "team:z"]
    bring(ledger, [Draft(name, "exists", True, "a.yml", 1, name) for name in names])
    gone = bring(ledger, [sort("A")])
    assert [change.entity for change in gone.changes if change.kind == "remove"] == names


def test_quarantine_of_files_that_were_not_read_stays(ledger: Ledger) -> None:
    broken = [Quarantined("file", "broken", file="a.yml"), Quarantined("file", "broken", file="b.yml")]
    bring(ledger, [], broken)
    bring(ledger, [sort("A", "b.yml")], scope=lambda file: file == "b.yml")
    assert [one.file for one in unread(ledger)] == ["a.yml"]
    bring(ledger, [sort("A", "a.yml")], partial=True, read=frozenset({"a.yml"}))
    assert unread(ledger) == []


def test_what_the_ledger_does_not_take_is_told_and_the_rest_is_taken(ledger: Ledger) -> None:
    long = "work:" + "x" * 600
    drafts = [
        sort("A"),
        Draft(long, "exists", True, "a.yml", 9, long),
        Draft("work:b", "title", "a\ud800b", "a.yml", 12),
    ]
    done = bring(ledger, drafts)
    assert (done.added, value(ledger)) == (1, "A")
    assert [(one.file, one.line, one.field) for one in done.quarantined] == [
        ("a.yml", 9, "exists"),
        ("a.yml", 12, "title"),
    ]
    assert [one.line for one in unread(ledger)] == [9, 12]
    again = bring(ledger, drafts)
    assert (again.entry, again.removed, len(again.quarantined)) == (None, 0, 2)


def test_a_reference_that_is_too_long_for_a_key_costs_its_field(ledger: Ledger) -> None:
    owner: Json = ["team:" + "y" * 5000]
    done = bring(ledger, [sort("A"), Draft(WORK, "owner", owner, "a.yml", 3, WORK)])
    assert (done.added, [one.field for one in done.quarantined]) == (1, ["owner"])


def test_a_period_that_ends_before_it_starts_costs_the_field(ledger: Ledger) -> None:
    wrong = {"valid_from": "2026-01-01T00:00:00.000000Z", "valid_to": "2025-01-01T00:00:00.000000Z"}
    done = bring(ledger, [sort("A", **wrong), Draft(WORK, "exists", True, "a.yml", 1, WORK)])
    assert (done.added, [one.field for one in done.quarantined]) == (1, ["class"])
