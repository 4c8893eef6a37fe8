"""Undo, erase, join: each by a new entry, and the chain stays valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions.changing import join, undo
from counterpoint.actions.erasing import erase, erase_values
from counterpoint.errors import NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.state.view import State
from tests.actions.test_importing import TEAM, bring, member, members, team


def title(ledger: Ledger) -> object:
    with ledger.read() as snapshot:
        return State(snapshot).value(TEAM, "title")


def test_undo_brings_back_what_held_before(ledger: Ledger) -> None:
    bring(ledger, team("ana", "ben"))
    bring(ledger, team("ana", title="Language"))
    done = undo(ledger, 2, actor="local")
    assert (done.entry, done.kept) == (3, ())
    assert title(ledger) == "Lang"
    assert members(ledger) == {"person:ana@x", "person:ben@x"}


def test_undo_of_the_undo_brings_it_back_again(ledger: Ledger) -> None:
    bring(ledger, team("ana", "ben"))
    bring(ledger, team("ana", title="Language"))
    undo(ledger, 2, actor="local")
    undo(ledger, 3, actor="local")
    assert title(ledger) == "Language"
    assert members(ledger) == {"person:ana@x"}


def test_undo_leaves_what_was_said_again_since_and_says_so(ledger: Ledger) -> None:
    bring(ledger, team("ana"))
    bring(ledger, team("ana", title="Language"))
    done = undo(ledger, 1, actor="local")
    assert f"{TEAM} title" in done.kept
    assert title(ledger) == "Language"
    assert members(ledger) == set()


def test_undo_of_nothing_is_refused(ledger: Ledger) -> None:
    with pytest.raises(NotFound, match="no entry 7"):
        undo(ledger, 7, actor="local")


def test_erasing_a_person_takes_the_name_everywhere_and_keeps_the_chain(ledger: Ledger, tmp_path: Path) -> None:
    bring(ledger, [*team("ana"), *member("benedikt", file="people/benedikt.toml")])
    done = erase(ledger, "person:benedikt@x", actor="local", reason="asked for it")
    assert done.statements >= 1
    assert done.files == 1
    with pytest.raises(NotFound):
        erase(ledger, "person:benedikt@x", actor="local")
    for path in tmp_path.glob("organisation.db*"):
        assert b"benedikt" not in path.read_bytes().lower()
    with ledger.read() as snapshot:
        left = State(snapshot).refs(TEAM, "member")
        assert len(left) == 2, "that somebody is a member stays; who it is, nobody can tell"
        assert sorted(snapshot.names([one]).get(one, "?") for one in left) == ["?", "person:ana@x"]


def test_erased_values_cannot_be_undone(ledger: Ledger) -> None:
    bring(ledger, team("ana"))
    erase_values(ledger, ["1.1"], actor="local")
    assert title(ledger) is None
    with pytest.raises(Refused, match="erased"):
        undo(ledger, 1, actor="local")


def test_only_persons_are_erased_whole(ledger: Ledger) -> None:
    bring(ledger, team("ana"))
    with pytest.raises(Refused, match="is no person"):
        erase(ledger, TEAM, actor="local")


def test_two_names_are_joined_and_parted_again(ledger: Ledger) -> None:
    bring(ledger, [*team("ana"), *member("ana-two")])
    entry = join(ledger, "person:ana-two@x", "person:ana@x", actor="local")
    assert len(members(ledger)) == 1
    with pytest.raises(Refused, match="one already"):
        join(ledger, "person:ana@x", "person:ana-two@x", actor="local")
    undo(ledger, entry.sequence, actor="local")
    assert len(members(ledger)) == 2


def test_things_of_two_kinds_are_not_one(ledger: Ledger) -> None:
    bring(ledger, team("ana"))
    with pytest.raises(Refused, match="is a team and"):
        join(ledger, TEAM, "person:ana@x", actor="local")
