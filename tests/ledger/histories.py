"""Random histories: several sources, late and early statements, retractions, validity that starts or ends, aliases,
settlements, sets, files, erasures, and a clock that jumps."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from hypothesis import strategies as st

from counterpoint.ledger.erase import erase_statements
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Json, Operation, Statement
from counterpoint.model.values import item_of
from tests.ledger.tools import Clock, Dice, day

SOURCES = ("calendar", "notes@otel", "tracker")
DAYS = 12
TEAMS = ("team:a", "team:b", "team:é@otel")
WORKS = ("work:x", "work:y")
PERSONS = ("person:~0000000000000001", "person:~0000000000000002")
DEPENDENCIES = ("dependency:d", "dependency:e")
ENTITIES = (*TEAMS, *WORKS, *PERSONS, *DEPENDENCIES)
parties = st.sampled_from((*TEAMS, *PERSONS))
texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")), min_size=1, max_size=8).map(
    lambda text: unicodedata.normalize("NFC", "x" + text)
)
floats = st.floats(0, 2**53 - 1).map(lambda number: int(number) if number.is_integer() else number)


def _sorted(found: list[str]) -> Json:
    return [*sorted(set(found))]


_VALUES: dict[str, list[tuple[str, st.SearchStrategy[Json]]]] = {
    "team": [
        ("exists", st.just(True)),
        ("title", texts),
        ("label", texts),
        ("lead", st.sampled_from(PERSONS)),
        ("parent", st.sampled_from(TEAMS)),
        ("alias_of", st.sampled_from(TEAMS)),
        ("role", st.builds(lambda party, role: {"party": party, "role": role}, parties, st.sampled_from(["a", "b"]))),
        ("status", st.sampled_from(["active", "archived"])),
    ],
    "work": [
        ("exists", st.just(True)),
        ("owner", st.lists(parties, min_size=1, max_size=3).map(_sorted)),
        ("estimate", floats),
        ("alias_of", st.sampled_from(WORKS)),
        ("contributor", parties),
        ("due", st.sampled_from(["2026-02-01", "2026-02-02"])),
        ("status", st.sampled_from(["active", "done", "dropped"])),
        ("priority", st.sampled_from(["critical", "normal", "low"])),
        ("finished", st.sampled_from(["2026-01-03", "2026-01-08"])),
        ("parent", st.sampled_from(WORKS)),
        (
            "settlement",
            st.builds(
                lambda value: {"attribute": "due", "value": value, "overrules": [{"source": "tracker", "value": 1.5}]},
                st.sampled_from(["2026-02-01", "2026-02-02"]),
            ),
        ),
    ],
    "dependency": [
        ("consumer", st.sampled_from(WORKS)),
        ("provider", st.sampled_from((*WORKS, *TEAMS))),
        (
            "settlement",
            st.builds(lambda value: {"attribute": "provider", "value": value, "overrules": []}, st.sampled_from(WORKS)),
        ),
    ],
    "person": [
        ("name", texts),
        ("alias_of", st.sampled_from(PERSONS)),
        ("handle", st.sampled_from(["one", "two"]).map(lambda name: {"system": "github", "handle": name})),
    ],
}


@dataclass(frozen=True)
class Step:
    """One entry at a moment, and the statements (of all so far, by their place) that are erased after it."""

    clock: int
    source: str
    statements: tuple[Statement, ...]
    erased: tuple[int, ...] = ()


PLACES = [(entity, attribute) for entity in ENTITIES for attribute, _ in _VALUES[kind_of(entity)]]


@st.composite
def statements(draw: st.DrawFn, places: list[tuple[str, str]]) -> Statement:
    """A statement that the ledger takes, on one of these attributes of these entities."""
    entity, attribute = draw(st.sampled_from(places))
    value = draw(dict(_VALUES[kind_of(entity)])[attribute])
    declared = attribute_of(kind_of(entity), attribute)
    assert declared is not None
    if attribute == "handle" and isinstance(value, dict):
        value = {**value, "handle": f"{value['handle']}-{entity[-1]}"}
    item = item_of(declared, value)
    operations: list[Operation] = ["state", "state", "state", "retract"]
    operation = draw(st.sampled_from(operations))
    if operation == "retract" and not declared.many:
        value = None
    start = draw(st.integers(0, DAYS))
    end = draw(st.none() | st.integers(start + 1, DAYS + 1))
    file = draw(st.sampled_from([None, "a.toml", "b/ü.toml"]))
    return Statement(
        entity, attribute, item, operation, value, day(draw(st.integers(0, DAYS))), day(start),
        None if end is None else day(end), file, None if file is None else draw(st.integers(1, 99)), entity,
    )  # fmt: skip


@st.composite
def steps(draw: st.DrawFn, *, erasing: bool) -> list[Step]:
    """Histories of up to eight entries, about few things, so that statements meet."""
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True))
    erased = st.lists(st.integers(0, 30), max_size=2).map(tuple) if erasing else st.just(())
    some = st.lists(statements(places), max_size=6).map(tuple)
    return draw(st.lists(st.builds(Step, st.integers(0, DAYS), st.sampled_from(SOURCES), some, erased), max_size=8))


def play(ledger: Ledger, clock: Clock, history: list[Step]) -> None:
    """Make a history come true. What is to be erased is erased in the transaction after its entry."""
    made: list[str] = []
    for number, step in enumerate(history):
        clock.now = day(step.clock)
        with ledger.write() as transaction:
            entry = transaction.append(NewEntry("ana", step.source, step.statements, f"step {number}"))
            made += [f"{entry.sequence}.{index}" for index in range(len(step.statements))]
        if made and step.erased:
            with ledger.write() as transaction:
                erase_statements(transaction, [made[place % len(made)] for place in step.erased])
                transaction.append(NewEntry("ana", "counterpoint", [], "erasure"))


def fresh() -> tuple[Clock, Dice]:
    """A clock and a chance at their start."""
    return Clock(day(0)), Dice()
