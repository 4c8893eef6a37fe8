"""Whoever asks again for what was refused is refused on sight: nothing is held, nobody waits, and it is as true."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from counterpoint.actions.performing import MOST_REMEMBERED, perform, refuse_on_sight
from counterpoint.actions.timers import ring_all
from counterpoint.errors import Conflict, CounterpointError, NotAllowed, NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.acts import Done
from counterpoint.model.statements import Json
from tests.protocols.anything import ORGANISATION, Anything
from tests.protocols.small import Clock, small

ITEM = "work:checkout"
START = "2026-03-02T09:00:00Z"


def take(ledger: Ledger, by: str, **more: Json) -> Done:
    return perform(ledger, "lease", "take", by=by, arguments={"item": ITEM, **more})


def take_under_key(ledger: Ledger) -> Done:
    return perform(ledger, "lease", "take", by="person:bo", arguments={"item": ITEM}, key="one")


def refused(ledger: Ledger, by: str) -> str:
    with pytest.raises(Conflict) as found:
        take(ledger, by)
    return found.value.message + found.value.hint


def test_who_asks_again_waits_for_nobody(url: str, tmp_path: Path) -> None:
    ledger = small(tmp_path, Clock(START), url=url)
    take(ledger, "agent:deploy")
    told = refused(ledger, "agent:review")
    with ThreadPoolExecutor(1) as other, ledger.write() as transaction:
        # Somebody is at it and has not ended: to take it now is to wait, to be refused is not.
        transaction.lock(["agents", ITEM, "lease:work/checkout"])
        assert other.submit(refused, ledger, "agent:review").result(timeout=20) == told


def test_a_lease_that_ran_out_is_no_reason(url: str, tmp_path: Path) -> None:
    clock = Clock(START)
    ledger = small(tmp_path, clock, url=url)
    take(ledger, "agent:deploy")
    for _ in range(2):
        assert "agent:deploy holds work:checkout" in refused(ledger, "agent:review")
        clock.pass_minutes(7)
    clock.pass_minutes(1)
    refuse_on_sight(ledger, "lease", "take", "agent:review", {"item": ITEM})
    assert take(ledger, "agent:review").entry > 0


def test_what_was_refused_is_done_when_it_can_be(url: str, tmp_path: Path) -> None:
    ledger = small(tmp_path, Clock(START), url=url)
    for holder, other in (("agent:deploy", "person:bo"), ("person:bo", "agent:deploy")) * 2:
        take(ledger, holder)
        assert len({refused(ledger, other) for _ in range(3)}) == 1
        perform(ledger, "lease", "release", by=holder, arguments={"item": ITEM})
    perform(ledger, "agent", "stop", by="person:ana", arguments={"agent": "agent:deploy"})
    for _ in range(2):
        with pytest.raises(NotAllowed, match="agent:deploy is stopped"):
            take(ledger, "agent:deploy")
    perform(ledger, "agent", "start", by="person:ana", arguments={"agent": "agent:deploy"})
    take(ledger, "agent:deploy")
    for _ in range(2):
        with pytest.raises(NotAllowed, match="agent:deploy holds it, and not person:cy"):
            perform(ledger, "lease", "release", by="person:cy", arguments={"item": ITEM})


def test_under_a_key_the_first_answer_counts(url: str, tmp_path: Path) -> None:
    """Of an act under a key nothing is told on sight: the first time it was asked for may be under way still."""
    ledger = small(tmp_path, Clock(START), url=url)
    take(ledger, "agent:deploy")
    with pytest.raises(Conflict):
        take_under_key(ledger)
    assert not ledger.refused
    perform(ledger, "lease", "release", by="agent:deploy", arguments={"item": ITEM})
    done = take_under_key(ledger)
    assert take_under_key(ledger).entry == done.entry


def test_not_more_is_remembered_than_there_is_room_for(tmp_path: Path) -> None:
    ledger = small(tmp_path, Clock(START))
    take(ledger, "agent:deploy")
    ledger.refused |= {str(number) for number in range(MOST_REMEMBERED)}
    refused(ledger, "person:bo")
    assert len(ledger.refused) == 1


def tried(
    ledger: Ledger, noun: str, verb: str, by: str, arguments: dict[str, Json], *, sight: bool
) -> CounterpointError | None:
    """What an act is told, on sight alone or with everything held."""
    try:
        if sight:
            refuse_on_sight(ledger, noun, verb, by, arguments)
        else:
            ledger.refused.clear()
            perform(ledger, noun, verb, by=by, arguments=arguments)
    except CounterpointError as error:
        return error
    return None


@pytest.mark.parametrize("seed", range(3))
def test_on_sight_is_told_what_is_told_with_everything_held(seed: int, tmp_path: Path) -> None:
    """Any act by anybody on anything: no refusal on sight is another one than that of the act itself, or none."""
    clock = Clock(START)
    ledger = small(tmp_path, clock, ORGANISATION)
    anything = Anything(ledger, random.Random(seed))
    same = done = held_only = 0
    for number in range(120):
        if number % 6 == 0:
            clock.pass_minutes(45)
            anything.look()
            if number % 12 == 0:
                ring_all(ledger)
        command, by, arguments = anything.act()
        noun, verb = command.words
        seen = tried(ledger, noun, verb, by, arguments, sight=True)
        told = tried(ledger, noun, verb, by, arguments, sight=False)
        if seen is None:
            done += told is None
            held_only += isinstance(told, Refused)
            assert not isinstance(told, NotFound)
            continue
        assert told is not None
        assert (type(seen), str(seen), seen.hint) == (type(told), str(told), told.hint), (noun, verb, by, arguments)
        same += 1
    assert same > 20
    assert done > 5
    assert held_only < same / 5, "most of what is refused is refused on sight"
