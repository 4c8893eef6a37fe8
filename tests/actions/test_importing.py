"""An import is a snapshot of its source: what is new is stated, what is gone is retracted, what is unread stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request
from counterpoint.actions.bringing import bring as bring_in
from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.errors import InvalidInput
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.statements import Draft, Quarantined
from counterpoint.state.view import State

TEAM = "team:lang@x"


def member(name: str, file: str = "lang.toml", **more: str) -> list[Draft]:
    person = f"person:{name}@x"
    return [
        Draft(TEAM, "member", person, file, 3, TEAM, **more),
        Draft(person, "handle", {"system": "github", "handle": name}, file, 3, TEAM),
    ]


def team(*members: str, title: str = "Lang") -> list[Draft]:
    head = [Draft(TEAM, "exists", True, "lang.toml", 1, TEAM), Draft(TEAM, "title", title, "lang.toml", 2, TEAM)]
    return [*head, *(draft for name in members for draft in member(name))]


def bring(
    ledger: Ledger,
    drafts: Sequence[Draft],
    quarantined: Sequence[Quarantined] = (),
    *,
    dry_run: bool = False,
    partial: bool = False,
    source: str = "x",
) -> Imported:
    reading = Reading(source, drafts, quarantined, lambda _file: True, files=1, partial=partial)
    return import_reading(ledger, reading, actor="local", dry_run=dry_run)


def members(ledger: Ledger) -> set[str]:
    with ledger.read() as snapshot:
        found = State(snapshot).refs(TEAM, "member")
        return {snapshot.names([one])[one] for one in found}


def entries(ledger: Ledger) -> int:
    with ledger.read() as snapshot:
        return snapshot.head()[0]


def test_importing_twice_is_importing_once(ledger: Ledger) -> None:
    first = bring(ledger, team("Ana", "Ben"))
    again = bring(ledger, team("Ana", "Ben"))
    assert (first.entry, first.added) == (1, 6)
    assert (again.entry, again.added, again.changed, again.removed, again.unchanged) == (None, 0, 0, 0, 6)
    assert entries(ledger) == 1


def test_what_the_source_no_longer_says_is_retracted_and_nothing_else(ledger: Ledger) -> None:
    bring(ledger, team("ana", "ben"))
    done = bring(ledger, team("ana"))
    removed = [(change.entity.partition("~")[0], change.attribute) for change in done.changes]
    assert sorted(removed) == [("person:", "handle"), (TEAM, "member")]
    assert members(ledger) == {"person:ana@x"}


def test_who_comes_back_is_the_same_person(ledger: Ledger) -> None:
    bring(ledger, team("ana", "ben"))
    with ledger.read() as snapshot:
        before = snapshot.find("person:ben@x")
    bring(ledger, team("ana"))
    bring(ledger, team("ana", "ben"))
    with ledger.read() as snapshot:
        assert snapshot.find("person:ben@x") == before
    assert members(ledger) == {"person:ana@x", "person:ben@x"}


def test_handles_are_compared_without_case(ledger: Ledger) -> None:
    bring(ledger, team("Ana"))
    assert bring(ledger, team("ANA")).added <= 1, "the handle's spelling is news, the person is not"
    assert members(ledger) == {"person:ana@x"}


def test_a_dry_run_tells_the_same_and_writes_nothing(ledger: Ledger) -> None:
    would = bring(ledger, team("ana"), dry_run=True)
    assert entries(ledger) == 0
    did = bring(ledger, team("ana"))
    assert (would.added, would.entry) == (did.added, None)


def test_partial_retracts_nothing(ledger: Ledger) -> None:
    bring(ledger, team("ana", "ben"))
    assert bring(ledger, member("cleo"), partial=True).removed == 0
    assert members(ledger) == {"person:ana@x", "person:ben@x", "person:cleo@x"}


@pytest.mark.parametrize(
    ("quarantined", "left"),
    [
        (Quarantined("file", "broken", file="lang.toml"), {"person:ana@x", "person:ben@x"}),
        (Quarantined("file", "broken", file="other.toml"), set()),
        (Quarantined("record", "broken", file="lang.toml", record=TEAM), {"person:ana@x", "person:ben@x"}),
        (Quarantined("record", "broken", file="lang.toml"), {"person:ana@x", "person:ben@x"}),
        (
            Quarantined("field", "broken", file="lang.toml", record=TEAM, field="member"),
            {"person:ana@x", "person:ben@x"},
        ),
        (Quarantined("field", "broken", file="lang.toml", record=TEAM, field="title"), set()),
    ],
)
def test_what_could_not_be_read_retracts_nothing(ledger: Ledger, quarantined: Quarantined, left: set[str]) -> None:
    bring(ledger, team("ana", "ben"))
    bring(ledger, [Draft(TEAM, "exists", True, "lang.toml", 1, TEAM)], [quarantined])
    assert members(ledger) == left


def test_no_file_at_all_is_a_mistake_and_no_reason_to_retract(ledger: Ledger) -> None:
    bring(ledger, team("ana"))
    with pytest.raises(InvalidInput, match="no file was found"):
        import_reading(ledger, Reading("x", [], [], lambda _file: True, files=0), actor="local")
    assert members(ledger) == {"person:ana@x"}


def test_a_mapping_of_activity_alone_says_which_command_reads_it(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "my desk").mkdir()
    mapping = tmp_path / "desk.toml"
    mapping.write_text(
        '[mapping]\nsource = "desk"\n[[activity]]\nfiles = ["*.csv"]\nformat = "csv"\n'
        '[activity.set]\nverb = { value = "step" }\nmoment = "day"\nobject = "what"\n'
    )
    with pytest.raises(InvalidInput, match="activity alone") as told:
        bring_in(ledger, Request(tmp_path / "my desk", str(mapping)), actor="local")
    assert told.value.hint == (f"counterpoint trace '{tmp_path / 'my desk'}' --with mapping --set mapping={mapping}")


def test_two_sources_that_differ_leave_a_dispute(ledger: Ledger) -> None:
    bring(ledger, team(title="Lang"))
    bring(ledger, team(title="Language"), source="y")
    with ledger.read() as snapshot:
        title = State(snapshot).get(TEAM, "title")
        assert title is not None
        assert title.disputed
        assert {claim.value for claim in title.claims} == {"Lang", "Language"}
        assert snapshot.differing() == [(TEAM, "title")]


def test_a_change_of_mind_under_an_older_date_is_said_now(ledger: Ledger) -> None:
    newer, older = "2026-02-01T00:00:00.000000Z", "2026-01-01T00:00:00.000000Z"
    bring(ledger, [Draft(TEAM, "title", "Lang", "lang.toml", 2, TEAM, said=newer)])
    bring(ledger, [Draft(TEAM, "title", "Language", "lang.toml", 2, TEAM, said=older)])
    with ledger.read() as snapshot:
        assert State(snapshot).value(TEAM, "title") == "Language"
    assert bring(ledger, [Draft(TEAM, "title", "Language", "lang.toml", 2, TEAM, said=older)]).entry is None


def test_quarantine_is_kept_with_its_first_date_and_goes_when_it_is_mended(ledger: Ledger) -> None:
    broken = Quarantined("field", "no date", "write it like 2026-11-21", "lang.toml", 9, TEAM, "title", "due: soon")
    bring(ledger, team("ana"), [broken])
    with ledger.read() as snapshot:
        (first,) = snapshot.quarantined()
    bring(ledger, team("ana"), [broken])
    with ledger.read() as snapshot:
        (again,) = snapshot.quarantined()
    assert again["since"] == first["since"]
    assert (again["file"], again["line"], again["excerpt"]) == ("lang.toml", 9, "due: soon")
    bring(ledger, team("ana"))
    with ledger.read() as snapshot:
        assert snapshot.quarantined() == []
