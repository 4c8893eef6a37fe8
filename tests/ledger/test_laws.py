"""The laws of the ledger, tried on random histories."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import rfc8785
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterpoint.ledger import chain, keep, transfer
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import head
from counterpoint.ledger.verify import verify
from counterpoint.model.kinds import KINDS
from counterpoint.state.memory import MemoryReader
from counterpoint.state.open_work import Within
from counterpoint.state.reader import Reader
from tests.ledger.conftest import Bench
from tests.ledger.histories import DAYS, ENTITIES, PERSONS, Step, fresh, play, steps
from tests.ledger.tools import day, entries_of, tables

law = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
LAST = day(DAYS + 3)
WITHIN = (
    None,
    Within(),
    Within(("work:x",)),
    Within((), {"owner": ("team:a", PERSONS[0]), "contributor": ("team:b",)}),
    Within(("work:y",), {"parent": ("work:x", "work:none"), "owner": ()}),
)


def view(reader: Reader) -> dict[str, Any]:
    """Everything that a reader can be asked."""
    return {
        "now": reader.now,
        "claims": {entity: list(found) for entity, found in reader.claims(ENTITIES).items()},
        "mentions": {entity: list(found) for entity, found in reader.mentions(ENTITIES).items()},
        "aliases": dict(reader.aliases()),
        "entities": {kind: list(reader.entities(kind)) for kind in KINDS},
        "differing": list(reader.differing()),
        "not over": {
            target: list(found)
            for attribute in ("provider", "parent", "owner")
            for kind in ("dependency", "work")
            for target, found in reader.mentions(ENTITIES, (kind, attribute), ("done", "dropped", "met")).items()
        },
        "differing among": list(reader.differing(ENTITIES[3:5])),
        "open work": [list(reader.open_work(within)) for within in WITHIN],
        "pages": [list(reader.open_work(None, after, 1)) for after in (None, *reader.open_work())],
    }


def settle_in(ledger: Ledger) -> None:
    """Let what is due be carried out, as any read does."""
    with ledger.read():
        pass


@law
@given(history=steps(erasing=True), later=st.integers(0, DAYS + 2))
def test_rebuilding_gives_the_same_state(bench: Bench, history: list[Step], later: int) -> None:
    ledger = bench.clear()
    play(ledger, bench.clock, history)
    bench.clock.now = day(later)
    settle_in(ledger)
    before = tables(ledger, of_state=True)
    with ledger.store.writing() as connection:
        keep.rebuild(connection, connection.execute(head.select()).one().state_time)
    assert tables(ledger, of_state=True) == before
    assert verify(ledger).damage == ()


@law
@given(
    history=steps(erasing=True),
    later=st.integers(0, DAYS + 2),
    as_of=st.none() | st.integers(0, DAYS + 2),
    known_at=st.none() | st.integers(0, DAYS + 2),
)
def test_a_snapshot_reads_what_the_memory_reader_reads(
    bench: Bench, history: list[Step], later: int, as_of: int | None, known_at: int | None
) -> None:
    ledger = bench.clear()
    play(ledger, bench.clock, history)
    bench.clock.now = day(later)
    as_of_stamp, known_stamp = (None if number is None else day(number) for number in (as_of, known_at))
    with ledger.read(as_of_stamp, known_stamp) as snapshot:
        found = view(snapshot)
    assert found == view(MemoryReader(entries_of(ledger), as_of_stamp or found["now"], known_stamp))


@law
@given(history=steps(erasing=True))
def test_export_and_restore_give_the_same_ledger_on_either_store(
    benches: Callable[[str], Bench], history: list[Step]
) -> None:
    first = benches("sqlite")
    play(first.clear(), first.clock, history)
    first.clock.now = LAST
    settle_in(first.ledger)
    lines = list(transfer.export(first.ledger))
    for name in ("postgresql", "sqlite-second"):
        there = benches(name)
        there.clear()
        there.clock.now = LAST
        assert transfer.restore(there.ledger, lines) == transfer.check_lines(lines)
        assert tables(there.ledger) == tables(first.ledger)
        assert list(transfer.export(there.ledger)) == lines
        assert verify(there.ledger).damage == ()
        lines = list(transfer.export(there.ledger))


@law
@given(history=steps(erasing=True))
def test_sqlite_and_postgresql_hold_the_same(benches: Callable[[str], Bench], history: list[Step]) -> None:
    held = []
    for store in ("sqlite", "postgresql"):
        bench = benches(store)
        play(bench.clear(), bench.clock, history)
        held.append(tables(bench.ledger))
    assert held[0] == held[1]


def independent(history: Iterable[Step]) -> list[Step]:
    """The same history with every statement said at a time of its own, so that no order decides anything."""
    number = 0
    out = []
    for step in history:
        own = []
        for one in step.statements:
            number += 1
            own.append(replace(one, said=one.said.replace(".000000Z", f".{number:06d}Z")))
        out.append(replace(step, statements=tuple(own)))
    return out


def state_of(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    """The state without the sequence numbers that it refers to."""
    found = tables(ledger, of_state=True)
    found["current"] = [(*row[:7], *row[8:]) for row in found["current"]]
    return found


@law
@given(history=steps(erasing=False).map(independent), seed=st.integers(0, 2**32))
def test_independent_entries_give_the_same_state_in_any_order(bench: Bench, history: list[Step], seed: int) -> None:
    other = random.Random(seed).sample(history, len(history))
    states = []
    for order in (history, other):
        ledger = bench.clear()
        play(ledger, bench.clock, order)
        bench.clock.now = LAST
        settle_in(ledger)
        states.append(state_of(ledger))
    assert states[0] == states[1]


@law
@given(history=steps(erasing=False))
def test_what_was_recorded_never_goes_backwards(bench: Bench, history: list[Step]) -> None:
    ledger = bench.clear()
    play(ledger, bench.clock, history)
    recorded = [entry.recorded for entry in entries_of(ledger)]
    assert recorded == sorted(recorded)
    assert all(moment >= day(step.clock) for moment, step in zip(recorded, history, strict=True))
    with ledger.read() as snapshot:
        assert snapshot.now >= max(recorded, default="")


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=250, deadline=None)
@given(json_values)
def test_the_quick_canonical_form_is_that_of_the_rfc(value: Any) -> None:
    assert chain.canonical(value) == rfc8785.dumps(value)


def test_the_examples_of_the_rfc() -> None:
    numbers = [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001, -0.0]
    value: Any = {"numbers": numbers, "string": '€$\u000f\nA\'B"\\\\"/', "literals": [None, True, False]}
    assert chain.canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    keys: Any = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\u0080": 6, "\u00f6": 7}
    assert chain.canonical(keys).decode() == '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'


def test_what_has_no_canonical_form_is_refused() -> None:
    for value in (2**53, float("nan"), float("inf"), "\ud800", [{"a": "\udfff"}]):
        try:
            chain.canonical(value)  # type: ignore[arg-type]
        except ValueError:
            continue
        raise AssertionError(f"{value!r} was taken")


def test_the_history_does_hold_what_it_says() -> None:
    """The strategy reaches every kind of history that the laws are about, or they would prove little."""
    seen: set[str] = set()

    @settings(max_examples=500, deadline=None, database=None, derandomize=True)
    @given(history=steps(erasing=True))
    def look(history: Sequence[Step]) -> None:
        for step in history:
            seen.update(("erased",) if step.erased else ())
            for one in step.statements:
                seen.add(one.operation)
                seen.add(one.attribute)
                seen.update(("late",) if one.said < day(step.clock) else ())
                seen.update(("future",) if one.valid_from > day(step.clock) else ())
                seen.update(("ended",) if one.valid_to is not None and one.valid_to <= day(step.clock) else ())
        seen.update(("jumps back",) if any(a.clock > b.clock for a, b in pairwise(history)) else ())

    look()
    assert fresh()[1].rolled == 0
    assert seen >= {
        "state", "retract", "erased", "late", "future", "ended", "alias_of", "settlement", "handle", "jumps back",
    }  # fmt: skip
