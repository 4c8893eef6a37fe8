"""The tables, the command table and the page hold together."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.errors import Refused
from counterpoint.model.acts import Act
from counterpoint.model.commands import COMMANDS
from counterpoint.model.kinds import KINDS, attribute_of
from counterpoint.protocols import page
from counterpoint.protocols.catalogue import BY_NOUN, PROTOCOLS
from counterpoint.protocols.machine import DISPUTED, NOTHING, Outcome, Protocol, Transition, decide
from tests.state.organisation import org

ROOT = Path(__file__).parents[2]
every_protocol = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda one: one.noun)


def test_acts_and_rows_match_one_to_one() -> None:
    rows = {command.words for command in COMMANDS if command.act}
    moves = {(one.noun, row.verb) for one in PROTOCOLS for row in one.transitions if not row.automatic}
    assert rows == moves
    assert len(BY_NOUN) == len(PROTOCOLS)


@every_protocol
def test_a_table_is_well_formed(protocol: Protocol) -> None:
    assert protocol.invariants
    status = attribute_of(protocol.kind, "status")
    known = {NOTHING, DISPUTED, *(status.choices if status else ())}
    pairs = [(source, row.verb, row.automatic) for row in protocol.transitions for source in row.sources]
    assert len(pairs) == len(set(pairs)), "one row for each state and verb"
    for row in protocol.transitions:
        assert set(row.sources) | set(row.targets) <= known | _own_states(protocol)
        assert row.who
        assert not (row.automatic and not row.targets)
    for name in protocol.speaks_of:
        kind, _, attribute = name.partition(".")
        assert attribute_of(kind, attribute), name


def _own_states(protocol: Protocol) -> set[str]:
    """A protocol with a standing of its own has states of its own; each must be reachable in its table."""
    if protocol.standing is Protocol.__dataclass_fields__["standing"].default:
        return set()
    return {state for row in protocol.transitions for state in row.sources}


@every_protocol
def test_every_pair_that_the_table_does_not_list_is_refused(protocol: Protocol) -> None:
    state = org("work:thing status active")
    subject = f"{protocol.kind}:not-there"
    rows = [row for row in protocol.transitions if not row.automatic]
    verbs = {row.verb for row in rows} - {row.verb for row in rows if NOTHING in row.sources}
    if protocol.standing(state, subject) != NOTHING:
        pytest.skip("what is not there stands somewhere, by this protocol")
    for verb in sorted(verbs):
        with pytest.raises(Refused, match="is not possible"):
            decide(protocol, state, Act(protocol.noun, verb, subject, "agent:x"), state.now)


def test_what_is_for_the_clock_cannot_be_asked_for() -> None:
    for one in PROTOCOLS:
        for row in one.transitions:
            if row.automatic and not any(not r.automatic and r.verb == row.verb for r in one.transitions):
                act = Act(one.noun, row.verb, f"{one.kind}:not-there", "agent:x")
                with pytest.raises(Refused):
                    decide(one, org("work:thing status active"), act, "2026-11-21T12:00:00.000000Z")


def test_an_outcome_outside_the_table_is_a_bug_that_shows() -> None:
    def astray(_state: object, act: Act, _now: str) -> Outcome:
        return Outcome((), "nothing was said of where it went")

    row = Transition("go", (NOTHING,), ("held", "free"), "anyone", astray)
    protocol = Protocol("lease", "lease", "a test", (row,), lambda *_: "lease:x", ("none",))
    with pytest.raises(AssertionError, match="does not list"):
        decide(protocol, org("work:thing status active"), Act("lease", "go", "lease:x", "agent:x"), "")


def test_kinds_that_protocols_keep_have_one() -> None:
    kept = {kind.name for kind in KINDS.values() if kind.kept}
    assert kept <= {one.kind for one in PROTOCOLS}


def test_the_page_is_made_from_the_tables() -> None:
    text = (ROOT / "docs" / "protocols.md").read_text()
    assert text == page.page(), "python -m counterpoint.protocols.page > docs/protocols.md"
