"""The rituals of Rust and OpenTelemetry as they are published: each occurrence has an agenda, and the clock goes on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request, bring
from counterpoint.actions.performing import perform
from counterpoint.actions.replaying import replay
from counterpoint.actions.timers import ring_all
from counterpoint.actions.timing import append
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import NewEntry
from counterpoint.model.identifiers import namespace_of
from counterpoint.model.statements import Json, Statement
from counterpoint.questions import Questions
from counterpoint.state.agenda import agenda
from counterpoint.state.rhythm import coming, looked_at
from counterpoint.state.view import State
from tests.acceptance.organisations import SOURCES, base
from tests.protocols.small import Clock
from tests.realdata import ROOT

NOW = "2026-11-21T12:00:00Z"
LANG = "ritual:3ef00f70a6ed3c141bd77dd2f0279b2b7c967099@rust"


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory, clock: Clock) -> Iterator[Ledger]:
    made = Ledger.create(str(tmp_path_factory.mktemp("rituals") / "organisation.db"), clock=clock)
    root: Path = base()
    for source in SOURCES:
        if source.namespace in ("rust", "otel"):
            mapping = str(ROOT / "examples" / source.mapping)
            bring(made, Request(root / source.folder, mapping, source.namespace), actor="local")
    yield made
    made.close()


def test_every_ritual_has_its_next_occurrences_or_a_reason(ledger: Ledger) -> None:
    found = Questions(ledger).rhythm(count=3)
    held = Counter(namespace_of(one) for one in {one.ritual for one in found.coming})
    silent = Counter(namespace_of(one.ritual) for one in found.silent)
    # Of Rust's 77 events 34 are over; of OpenTelemetry's 52 meetings 26 are understood.
    assert (held, silent) == ({"rust": 43, "otel": 26}, {"rust": 34, "otel": 26})
    assert all(one.reason for one in found.silent)
    assert Counter(str(one.reason).partition(":")[0] for one in found.silent) == {
        "it has no further occurrence": 34,
        "its schedule is phase unknown": 21,
        "its schedule is ambiguous": 3,
        "its schedule is not understood": 2,
    }


def test_each_of_the_next_occurrences_has_an_agenda(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        state = State(snapshot)
        for ritual in state.entities("ritual"):
            for one in coming(state, ritual, state.now, 2):
                found = agenda(state, ritual, one)
                assert found.verdict in ("nothing to synchronise", "nothing is known")
                assert looked_at(state, ritual, found.start) < found.start


def test_what_is_open_in_a_team_stands_on_the_agenda_of_its_meeting(ledger: Ledger, clock: Clock) -> None:
    with ledger.read() as snapshot:
        state = State(snapshot)
        (owner,) = state.refs(LANG, "owner")
        leads = state.refs(owner, "lead")
    assert owner == "team:lang@rust"
    with ledger.write() as transaction:
        now = transaction.now
        values: dict[str, Json] = {
            "owner": [owner],
            "decider": [owner],
            "due": "2026-11-25",
            "question": "Trait objects?",
        }
        said = [Statement("decision:dyn", name, "", "state", value, now, now) for name, value in values.items()]
        append(transaction, NewEntry("local", "file", said))
    found = Questions(ledger).agenda(LANG)
    assert [(one.kind, one.about[0], one.chosen) for one in found.items] == [("decision due", "decision:dyn", (owner,))]
    assert leads, "who leads it speaks for it"
    with ledger.read() as snapshot:
        state = State(snapshot)
        others = state.naming("team:clippy@rust", "ritual", "owner")
    assert others
    assert all(
        Questions(ledger).agenda(other).items == () for other in others if Questions(ledger).rhythm(other).coming
    )


def test_a_week_of_it_under_the_clock(ledger: Ledger, clock: Clock) -> None:
    acts = 0
    for _ in range(7 * 2):
        clock.pass_minutes(12 * 60)
        acts += len(ring_all(ledger).acts)
    assert acts >= 90
    with ledger.read() as snapshot:
        state = State(snapshot)
        stands = Counter((namespace_of(one), state.text(one, "status") or "") for one in state.entities("occurrence"))
    assert {status for _, status in stands} <= {"prepared", "proposed", "unrecorded"}, "silence cancels nothing"
    assert stands["otel", "proposed"] == 0, "nothing is known there that could be told"
    assert stands["rust", "unrecorded"] > 5
    last = max(Questions(ledger).rhythm(LANG).unrecorded, key=lambda one: one.start or "")
    with ledger.read() as snapshot:
        (lead, *_) = State(snapshot).refs("team:lang@rust", "lead")
    done = perform(ledger, "ritual", "record", by=lead, arguments={"held": last.occurrence})
    assert done.status == "held"
    assert replay(ledger).good
