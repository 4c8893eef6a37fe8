"""One entry: what is taken, what is refused, what comes back, and what the clock brings about."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from counterpoint.errors import Conflict, InvalidInput
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import NewEntry
from counterpoint.model.kinds import ATTRIBUTES
from counterpoint.model.statements import Json, Statement
from counterpoint.model.values import item_of
from tests.ledger.conftest import Bench
from tests.ledger.tools import START, append, day, entries_of, said, tables

ANA = "person:~00000000000000aa"
LEE = "person:~00000000000000bb"


def handle(person: str, name: str) -> Statement:
    return said(person, "handle", {"system": "github", "handle": name}, item=f"github\x1f{name}\x1f")


def test_what_was_appended_is_read_with_its_place(bench: Bench) -> None:
    ledger = bench.clear()
    made = append(ledger, said("team:lang", "title", "Language", file="teams/lang.toml", line=3, record="team:lang"))
    with ledger.read() as snapshot:
        (claim,) = snapshot.claims(["team:lang"])["team:lang"]
    assert (claim.value, claim.source, claim.file, claim.line) == ("Language", "tracker", "teams/lang.toml", 3)
    assert (claim.statement, claim.actor, claim.recorded) == ("1.0", "ana", START)
    assert made == entries_of(ledger)[0]


def test_an_error_in_the_block_leaves_nothing_behind(bench: Bench) -> None:
    ledger = bench.clear()
    before = tables(ledger)
    with pytest.raises(ZeroDivisionError), ledger.write() as transaction:
        transaction.append(NewEntry("ana", "tracker", [said("team:lang", "title", "Language")]))
        raise ZeroDivisionError
    assert tables(ledger) == before


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        (said("team:lang", "colour", "red"), "colour"),
        (said("planet:mars", "title", "Mars"), "planet"),
        (said("team:Lang", "title", "Language"), "canonical"),
        (said("team:a b", "title", "Language"), "reference"),
        (said("team:" + "x" * 600, "title", "Language"), "longer"),
        (said("work:x", "due", "2026-02-30"), "2026-02-30"),
        (said("work:x", "owner", ["team:b", "team:a"]), "canonical form"),
        (said("team:lang", "label", "a", item="b"), "name"),
        (said("team:lang", "title", "\ud800"), "surrogate"),
        (said("team:lang", "title", "x", at="2026-01-01"), "time"),
        (said("team:lang", "title", "x", at="2026-13-01T00:00:00.000000Z"), "time"),
        (said("team:lang", "title", "x", valid_from=day(3), valid_to=day(2)), "ends before"),
        (said("team:lang", "title", "x", file="a\0b"), "NUL"),
        (replace(said("team:lang", "title", "x"), operation="retract"), "retraction"),
        (said("zone:z", "freeze", {"start": "2026-01-01"}), "end"),
    ],
)
def test_what_the_vocabulary_does_not_take_is_refused_whole(bench: Bench, statement: Statement, word: str) -> None:
    ledger = bench.clear()
    before = tables(ledger)
    with pytest.raises(InvalidInput) as caught:
        append(ledger, said("team:lang", "title", "Language"), statement)
    assert [word in str(problem) for problem in caught.value.problems] == [True]
    assert caught.value.problems[0].field == statement.attribute
    assert tables(ledger) == before


def test_every_problem_is_listed(bench: Bench) -> None:
    ledger = bench.clear()
    with pytest.raises(InvalidInput) as caught:
        append(ledger, said("team:a", "colour", 1), said("team:a", "title", 1), actor="a\0b")
    assert len(caught.value.problems) == 3


def test_the_same_external_id_twice_is_one_entry(bench: Bench) -> None:
    ledger = bench.clear()
    statements = (said("team:a", "title", "A", file="a.toml", line=1), said("team:a", "label", "x", item="x"))
    first = append(ledger, *statements, external_id="k1")
    append(ledger, said("team:a", "title", "other"))
    again = append(ledger, *statements, external_id="k1")
    assert again == first
    assert len(entries_of(ledger)) == 2


def test_a_command_repeated_later_is_the_same_though_now_is_another_time(bench: Bench) -> None:
    ledger = bench.clear()

    def command() -> Any:
        with ledger.write() as transaction:
            now = transaction.now
            return transaction.append(
                NewEntry("ana", "tracker", [said("team:a", "title", "A", at=now)], external_id="k1")
            )

    first = command()
    bench.clock.now = day(9)
    assert command() == first


@pytest.mark.parametrize(
    "change",
    [
        {"statements": (said("team:a", "title", "B"),)},
        {"statements": (said("team:b", "title", "A"),)},
        {"statements": (said("team:a", "title", "A", line=2),)},
        {"statements": (said("team:a", "title", "A", valid_to=day(9)),)},
        {"statements": (said("team:a", "title", "A", at="2025-01-01T00:00:00.000000Z"),)},
        {"statements": (said("team:a", "title", "A"), said("team:a", "label", "x", item="x"))},
        {"statements": ()},
        {"actor": "lee"},
        {"source": "notes"},
        {"reason": "another"},
    ],
)
def test_an_external_id_with_other_content_is_a_conflict(bench: Bench, change: dict[str, Any]) -> None:
    ledger = bench.clear()
    new = NewEntry("ana", "tracker", (said("team:a", "title", "A"),), "why", external_id="k1")
    with ledger.write() as transaction:
        transaction.append(new)
    before = tables(ledger)
    with pytest.raises(Conflict), ledger.write() as transaction:
        transaction.append(replace(new, **change))
    assert tables(ledger) == before


def test_a_reference_to_a_person_means_one_person(bench: Bench) -> None:
    ledger = bench.clear()
    append(ledger, handle(ANA, "ana"))
    with pytest.raises(Conflict):
        append(ledger, handle(LEE, "ana"))
    with pytest.raises(Conflict):
        append(ledger, handle(ANA, "zoe"), handle(LEE, "zoe"))
    with ledger.read() as snapshot:
        assert snapshot.find("person:ana") == ANA
        assert snapshot.known(["person:ana", "person:zoe"]) == {"person:ana": ANA}
        assert snapshot.names([ANA]) == {ANA: "person:ana"}


@pytest.mark.parametrize("by", ["read", "write"])
def test_what_was_scheduled_comes_and_goes_with_the_clock(bench: Bench, by: str) -> None:
    ledger = bench.clear()
    append(ledger, said("team:a", "title", "before", at=day(1)))
    append(ledger, said("team:a", "title", "between", at=day(2), valid_from=day(5), valid_to=day(8)))

    def title() -> Any:
        if by == "read":
            with ledger.read() as snapshot:
                return [claim.value for claim in snapshot.claims(["team:a"])["team:a"]]
        with ledger.write() as transaction:
            return [claim.value for claim in transaction.snapshot.claims(["team:a"])["team:a"]]

    seen = []
    for number in (4, 5, 7, 8, 9):
        bench.clock.now = day(number)
        seen += title()
        assert verify(ledger).damage == ()
    assert seen == ["before", "between", "between", "before", "before"]
    assert tables(ledger)["scheduled"] == []


def test_now_is_never_before_what_was_carried_out(bench: Bench) -> None:
    ledger = bench.clear()
    append(ledger, said("team:a", "title", "soon", valid_from=day(5)))
    bench.clock.now = day(6)
    with ledger.read() as snapshot:
        assert snapshot.entities("team") == ["team:a"]
    bench.clock.now = day(1)
    with ledger.read() as snapshot:
        assert (snapshot.now, snapshot.entities("team")) == (day(5), ["team:a"])
    append(ledger, said("team:b", "title", "B", at=day(1)))
    assert entries_of(ledger)[-1].recorded == day(5)
    assert verify(ledger).damage == ()


def test_two_entries_in_one_transaction_are_one_chain(bench: Bench) -> None:
    ledger = bench.clear()
    with ledger.write() as transaction:
        first = transaction.append(NewEntry("ana", "tracker", [said("team:a", "title", "A")], external_id="k1"))
        second = transaction.append(NewEntry("ana", "tracker", [said("team:a", "title", "B")]))
        assert transaction.append(NewEntry("ana", "tracker", [said("team:a", "title", "A")], external_id="k1")) == first
    assert (second.sequence, second.previous) == (2, first.hash)
    assert verify(ledger).damage == ()


def test_a_write_within_a_write_is_a_bug_and_says_so(place: Any) -> None:
    ledger = Ledger.create(place("sqlite"))
    with pytest.raises(RuntimeError, match="writing already"), ledger.write(), ledger.write():
        pass
    append(ledger, said("team:a", "title", "A"))
    assert verify(ledger).good


@pytest.mark.parametrize(
    ("actor", "entity", "attribute", "value"),
    [
        ("person:ana", "team:lang", "exists", True),
        ("local", "person:ana", "exists", True),
        ("local", "team:lang", "lead", "person:ana"),
        ("local", "work:w", "owner", ["person:ana"]),
        ("local", "work:w", "champion", {"party": "person:ana", "team": "team:lang"}),
    ],
)
def test_no_person_stands_in_the_ledger_by_name(url: str, actor: str, entity: str, attribute: str, value: Json) -> None:
    declared = ATTRIBUTES[(entity.partition(":")[0], attribute)]
    named = Statement(entity, attribute, item_of(declared, value), "state", value, START, START)
    ledger = Ledger.create(url)
    try:
        with pytest.raises(InvalidInput) as refusal, ledger.write() as transaction:
            transaction.append(NewEntry(actor, "file", [named]))
        assert "in the clear" in refusal.value.problems[0].message
    finally:
        ledger.close()
