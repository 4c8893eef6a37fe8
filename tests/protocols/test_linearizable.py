"""The checker of histories is checked itself: on histories known to be good and bad, and against trying every order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocols.histories import BAD, GOOD, op
from tests.protocols.linearizable import NEVER, Operation, Undecided, check
from tests.protocols.models import NO, YES, AnyModel, ApprovalModel, LeaseModel, RegisterModel

Call = tuple[str, tuple[Any, ...]]


@pytest.mark.parametrize("name", GOOD)
def test_good_histories_are_accepted_with_an_order(name: str) -> None:
    model, history = GOOD[name]
    verdict = check(model, history)
    assert verdict, str(verdict)
    assert {each for each in history if each.is_known} <= set(verdict.order) <= set(history)
    for on in {each.on for each in history}:
        assert fits(model, [each for each in verdict.order if each.on == on])


@pytest.mark.parametrize("name", BAD)
def test_bad_histories_are_rejected_and_the_place_is_told(name: str) -> None:
    model, history = BAD[name]
    verdict = check(model, history)
    assert not verdict
    assert verdict.stuck
    assert "none of these could be next" in str(verdict)
    # What was found until then is an order of its own.
    assert fits(model, verdict.order)


def by_trying_everything(model: AnyModel, history: list[Operation]) -> bool:
    """Every order of all that were answered and of any of those that were not."""
    known = [each for each in history if each.is_known]
    unknown = [each for each in history if not each.is_known]
    return any(
        fits(model, order)
        for number in range(len(unknown) + 1)
        for some in combinations(unknown, number)
        for order in permutations([*known, *some])
    )


def fits(model: AnyModel, order: Sequence[Operation]) -> bool:
    """Does this order respect the times, and every answer?"""
    if any(later.returned < earlier.called for earlier, later in combinations(order, 2)):
        return False
    state = model.initial()
    for each in order:
        ok, state = model.step(state, each)
        if not ok:
            return False
    return True


WHO = st.sampled_from(["a", "b", "c"])
TOKEN = st.integers(1, 4)
CALLS: dict[str, st.SearchStrategy[Call]] = {
    "lease": st.one_of(
        st.tuples(st.sampled_from(["take", "wait", "leave"]), st.tuples(WHO)),
        st.tuples(st.sampled_from(["beat", "release"]), st.tuples(WHO, TOKEN)),
        st.tuples(st.sampled_from(["check", "expire"]), st.tuples(TOKEN)),
        st.tuples(st.sampled_from(["force", "holder"]), st.just(())),
    ),
    "approval": st.one_of(
        st.tuples(st.just("consume"), st.tuples(WHO)),
        st.tuples(st.sampled_from(["grant", "withdraw", "used_by"]), st.just(())),
    ),
    "register": st.one_of(
        st.tuples(st.sampled_from(["claim", "give_up"]), st.tuples(WHO)),
        st.tuples(st.just("read"), st.just(())),
    ),
}
MODELS: dict[str, AnyModel] = {"lease": LeaseModel(), "approval": ApprovalModel(), "register": RegisterModel()}
KINDS = sorted(MODELS)


def answers(kind: str, name: str) -> st.SearchStrategy[Any]:
    """Anything that could be answered, true or not."""
    if name == "take":
        return st.one_of(TOKEN, st.just(NO))
    if name in ("holder", "used_by", "read"):
        return st.one_of(WHO, st.none())
    return st.sampled_from([YES, NO])


@st.composite
def any_histories(draw: st.DrawFn, kind: str) -> list[Operation]:
    """Few operations with any answers, at any times."""
    history = []
    for _ in range(draw(st.integers(1, 6))):
        name, given_ = draw(CALLS[kind])
        called = draw(st.integers(0, 8))
        known = name != "expire" and draw(st.integers(0, 3)) > 0
        returned = called + draw(st.integers(0, 5)) if known else NEVER
        gives = draw(answers(kind, name)) if known else None
        history.append(op(called, returned, name, *given_, gives=gives))
    return history


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=300)
@given(data=st.data())
def test_the_verdict_is_that_of_trying_every_order(kind: str, data: st.DataObject) -> None:
    history = data.draw(any_histories(kind))
    verdict = check(MODELS[kind], history)
    assert verdict.ok == by_trying_everything(MODELS[kind], history), str(verdict)


class Lease:
    """A lease in the plainest way, which gives the answers of sequential runs."""

    def __init__(self) -> None:
        self.holder: str | None = None
        self.token = 0
        self.line: list[str] = []

    def take(self, who: str) -> Any:
        if self.holder is not None:
            return NO
        self.holder = who
        self.token += 1
        return self.token

    def wait(self, who: str) -> str:
        if self.holder in (None, who) or who in self.line:
            return NO
        self.line.append(who)
        return YES

    def leave(self, who: str) -> str:
        if who not in self.line:
            return NO
        self.line.remove(who)
        return YES

    def pass_on(self) -> None:
        self.holder = None
        if self.line:
            self.take(self.line.pop(0))

    def beat(self, who: str, token: int) -> str:
        return YES if (self.holder, self.token) == (who, token) else NO

    def release(self, who: str, token: int) -> str:
        if self.beat(who, token) == YES:
            self.pass_on()
            return YES
        return NO

    def check(self, token: int) -> str:
        return YES if self.holder is not None and self.token == token else NO

    def force(self) -> str:
        if self.holder is None:
            return NO
        self.pass_on()
        return YES

    def expire(self, token: int) -> None:
        if self.check(token) == YES:
            self.pass_on()


class Approval:
    """An approval in the plainest way."""

    def __init__(self) -> None:
        self.open = False
        self.used: str | None = None

    def grant(self) -> str:
        if self.open or self.used:
            return NO
        self.open = True
        return YES

    def consume(self, who: str) -> str:
        if not self.open or self.used:
            return NO
        self.used = who
        return YES

    def withdraw(self) -> str:
        if not self.open or self.used:
            return NO
        self.open = False
        return YES


class Register:
    """A register in the plainest way."""

    def __init__(self) -> None:
        self.by: str | None = None

    def claim(self, who: str) -> str:
        if self.by is not None:
            return NO
        self.by = who
        return YES

    def give_up(self, who: str) -> str:
        if self.by != who:
            return NO
        self.by = None
        return YES


THINGS: dict[str, Callable[[], Any]] = {"lease": Lease, "approval": Approval, "register": Register}
READS = {"holder": "holder", "used_by": "used", "read": "by"}


def ask(thing: Any, name: str, given_: tuple[Any, ...]) -> Any:
    """What the thing answers."""
    return getattr(thing, READS[name]) if name in READS else getattr(thing, name)(*given_)


@st.composite
def sequential(draw: st.DrawFn, kind: str, *, most: int, spread: float) -> list[Operation]:
    """A run of one after the other, each at a whole number, its call and return up to ``spread`` away from it."""
    thing, history = THINGS[kind](), []
    away = st.floats(0, spread, allow_nan=False)
    for moment, (name, given_) in enumerate(draw(st.lists(CALLS[kind], min_size=1, max_size=most))):
        gives = ask(thing, name, given_)
        called, returned = moment - draw(away), moment + draw(away)
        # Somebody else's time being over is answered to nobody.
        history.append(op(called, NEVER if name == "expire" else returned, name, *given_, gives=gives))
    return history


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_what_happened_in_a_row_is_accepted_however_the_calls_overlapped(kind: str, data: st.DataObject) -> None:
    history = data.draw(sequential(kind, most=40, spread=6))
    verdict = check(MODELS[kind], history)
    assert verdict, str(verdict)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_who_was_never_answered_may_have_been_heard_or_not(kind: str, data: st.DataObject) -> None:
    history = data.draw(sequential(kind, most=15, spread=3))
    cut = data.draw(st.sets(st.integers(0, len(history) - 1), max_size=3))
    history = [
        replace(each, returned=NEVER, output=None) if number in cut else each for number, each in enumerate(history)
    ]
    for name, given_ in data.draw(st.lists(CALLS[kind], max_size=2)):
        # Called, and never happened.
        history.append(op(data.draw(st.integers(0, 15)), NEVER, name, *given_))
    verdict = check(MODELS[kind], history)
    assert verdict, str(verdict)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_one_wrong_answer_in_a_row_is_rejected(kind: str, data: st.DataObject) -> None:
    # Nobody is told the token of who was next in line, so that a wrong no to it cannot be known; nor is an expiry
    # ever answered. Without these the answers are others: ask again.
    history = [each for each in data.draw(sequential(kind, most=25, spread=0)) if each.name not in ("expire", "wait")]
    thing = THINGS[kind]()
    history = [replace(each, output=ask(thing, each.name, each.input)) for each in history]
    if not history:
        return
    at = data.draw(st.integers(0, len(history) - 1))
    history[at] = replace(history[at], output=wrong(history, at))
    assert not check(MODELS[kind], history)


def wrong(history: list[Operation], at: int) -> Any:
    """Another answer than the right one."""
    each = history[at]
    if each.name in READS:
        return "d" if each.output is None else None
    if each.name != "take":
        return NO if each.output == YES else YES
    given_before = [one.output for one in history[:at] if isinstance(one.output, int)]
    return (given_before[-1] if given_before else NO) if isinstance(each.output, int) else 99


def test_a_long_history_of_many_is_judged_quickly() -> None:
    history = list(races(rounds=60, claimants=64))
    verdict = check(LeaseModel(), history)
    assert verdict and len(verdict.order) == len(history) == 60 * 65
    tokens = [each.output for each in verdict.order if isinstance(each.output, int)]
    assert all(earlier < later for earlier, later in pairwise(tokens))


def test_one_lie_in_a_long_history_is_found() -> None:
    history = list(races(rounds=60, claimants=64))
    liar = next(number for number, each in enumerate(history) if each.called > 30 and each.output == NO)
    history[liar] = replace(history[liar], output=10_000)
    verdict = check(LeaseModel(), history)
    assert not verdict
    assert 30 * 65 - 130 < len(verdict.order) < 30 * 65 + 130


def races(rounds: int, claimants: int) -> Iterator[Operation]:
    """In every round all ask at once for the one lease; the one who gets it gives it back."""
    for number in range(rounds):
        winner = number * 7 % claimants
        for who in range(claimants):
            gives = number + 1 if who == winner else NO
            yield op(number + who / 1000, number + 0.5, "take", f"agent-{who}", gives=gives)
        yield op(number + 0.6, number + 0.7, "release", f"agent-{winner}", number + 1, gives=YES)


def test_a_search_that_would_not_end_is_given_up_and_says_so() -> None:
    history = [op(0, 100, "give_up" if number % 2 else "claim", f"a{number // 2}", gives=YES) for number in range(30)]
    history.append(op(200, 201, "read", gives="nobody"))
    with pytest.raises(Undecided, match="more than 1000 configurations of x"):
        check(RegisterModel(), history, most=1000)
