"""The kept open work: what a rebuild makes, what the memory reader has, and a page of it by an index."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.ledger import keep
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import head
from counterpoint.ledger.verify import verify
from counterpoint.state.memory import MemoryReader
from counterpoint.state.open_work import Within
from tests.ledger.conftest import Bench
from tests.ledger.histories import DAYS, PLACES, SOURCES, Step, play, statements
from tests.ledger.test_laws import law, view
from tests.ledger.tools import append, day, entries_of, said, tables

_TELLING = {
    "status", "priority", "due", "finished", "parent", "provider", "settlement", "alias_of", "owner", "exists",
}  # fmt: skip
places = [place for place in PLACES if place[0].startswith(("work:", "dependency:")) and place[1] in _TELLING]
steps = st.lists(
    st.builds(
        Step,
        st.integers(0, DAYS),
        st.sampled_from(SOURCES),
        st.lists(statements(places), min_size=1, max_size=5).map(tuple),
        st.lists(st.integers(0, 30), max_size=1).map(tuple),
    ),
    max_size=8,
)


@law
@given(history=steps, later=st.integers(0, DAYS + 2))
def test_it_is_what_a_rebuild_makes_and_what_the_memory_reader_has(
    bench: Bench, history: list[Step], later: int
) -> None:
    ledger = bench.clear()
    play(ledger, bench.clock, history)
    bench.clock.now = day(later)
    with ledger.read() as snapshot:
        assert view(snapshot) == view(MemoryReader(entries_of(ledger), snapshot.now))
    before = tables(ledger, of_state=True)
    assert verify(ledger).damage == ()
    with ledger.store.writing() as connection:
        keep.rebuild(connection, connection.execute(head.select()).one().state_time)
    assert tables(ledger, of_state=True) == before


def places_of(ledger: Ledger) -> list[tuple[str, str]]:
    with ledger.read() as snapshot:
        return [(one.work, one.place) for one in snapshot.open_work()]


def test_what_work_provides_for_moves_it_on(bench: Bench) -> None:
    ledger = bench.clear()
    append(ledger, said("work:a", "title", "A"), said("work:b", "title", "B"), said("work:c", "status", "done"))
    assert [work for work, _ in places_of(ledger)] == ["work:a", "work:b"]
    append(ledger, said("dependency:d", "provider", "work:b"))
    assert [work for work, _ in places_of(ledger)] == ["work:b", "work:a"]
    bench.clock.now = day(1)
    append(ledger, said("dependency:d", "provider", "work:c", at=day(1)), said("work:c", "status", "active", at=day(1)))
    assert [work for work, _ in places_of(ledger)] == ["work:c", "work:a", "work:b"]
    append(ledger, said("work:a", "priority", "critical"))
    assert [work for work, _ in places_of(ledger)] == ["work:a", "work:c", "work:b"]


def test_parts_are_within_at_any_depth(bench: Bench) -> None:
    ledger = bench.clear()
    append(
        ledger,
        said("work:whole", "owner", ["team:a"]),
        said("work:part", "parent", "work:whole"),
        said("work:small", "parent", "work:part"),
        said("work:whole2", "parent", "work:small"),
        said("work:whole2", "owner", ["team:b"]),
        said("work:other", "title", "Other"),
    )
    with ledger.read() as snapshot:
        found = snapshot.open_work(Within((), {"owner": ("team:a",)}))
        assert {one.work for one in found} == {"work:whole", "work:part", "work:small", "work:whole2"}
        assert [one.work for one in snapshot.open_work(Within(("work:other",)))] == ["work:other"]
        first = snapshot.open_work(Within((), {"owner": ("team:a", "team:b")}), None, 1)
        rest = snapshot.open_work(Within((), {"owner": ("team:a", "team:b")}), first[0], 9)
        assert [*first, *rest] == list(found)
