"""Is a history of concurrent operations linearizable: could they have happened one after the other, each at one moment
between its call and its return?

The search is Wing and Gong's: of the operations that nothing else must come before, try each next, and go back where
none fits. It is kept short by Lowe's observation that a set of operations already placed and the state they led to
need be looked at once only, and by treating every object by itself. There is no library for it in Python.

An operation whose process died, or was never answered, has no output and no return: it may have happened at any moment
after its call, or not at all.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)
NEVER = float("inf")
MOST = 2_000_000


@dataclass(frozen=True, slots=True)
class Operation:
    """One call on one object, by a clock that all processes share; any unit of time.

    ``output`` is what was answered. An operation without ``returned`` was never answered, and its output means nothing.
    """

    on: str
    name: str
    input: tuple[Any, ...]
    output: Hashable
    called: float
    returned: float = NEVER
    process: int = 0

    @property
    def is_known(self) -> bool:
        """Was it answered?"""
        return self.returned != NEVER


class Model(Protocol[S]):
    """What an object does when nobody else is there."""

    def initial(self) -> S:
        """The state in which every object begins."""

    def step(self, state: S, operation: Operation) -> tuple[bool, S]:
        """Could the operation have been answered as it was, in this state; and the state after it.

        For an operation that was never answered: the state that it would lead to (the same, where it would be refused).
        """


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one history.

    ``order`` is one order in which it could have happened; where there is none, it is the longest that was found, and
    ``stuck`` has the operations of which one had to be next, and none could be, in ``state``.
    """

    ok: bool
    order: tuple[Operation, ...]
    stuck: tuple[Operation, ...] = ()
    state: Hashable = None

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        if self.ok:
            return f"linearizable: {len(self.order)} operations"
        lines = [
            f"not linearizable: after {len(self.order)} operations, in {self.state!r}, none of these could be next"
        ]
        lines += [f"  {each}" for each in self.stuck]
        return "\n".join([*lines, "the last ones before it", *(f"  {each}" for each in self.order[-5:])])


class Undecided(Exception):
    """The search was given up: the history is too entangled to be judged in the given number of steps."""


def check(model: Model[S], history: Iterable[Operation], most: int = MOST) -> Verdict:
    """Judge a history, each object by itself; the first object that fails is told.

    Raises:
        Undecided: more than ``most`` configurations of one object would have to be looked at.
    """
    placed: list[Operation] = []
    for _, operations in groupby(sorted(history, key=lambda each: (each.on, each.called)), lambda each: each.on):
        verdict = _Search(model, list(operations), most).run()
        if not verdict:
            return verdict
        placed += verdict.order
    return Verdict(True, tuple(placed))


@dataclass(frozen=True, slots=True)
class _Place:
    """How far a search has come: what is placed (all before ``first``, those of ``beyond`` counted from it, and of
    those never answered the ones of ``unanswered``), and the state that it led to."""

    first: int
    beyond: int
    unanswered: int
    state: Hashable


class _Search:
    """One object's operations, sorted by their call."""

    def __init__(self, model: Model[S], operations: list[Operation], most: int) -> None:
        self.model: Model[Any] = model
        self.known = [each for each in operations if each.is_known]
        self.unknown = [each for each in operations if not each.is_known]
        self.most = most
        # For each place, the one before it and the operation between: the way back.
        self.before: dict[_Place, tuple[_Place | None, Operation | None]] = {}

    def run(self) -> Verdict:
        """Depth first; a place is looked at once."""
        start = _Place(0, 0, 0, self.model.initial())
        self.before[start] = (None, None)
        waiting, furthest, depth = [start], start, -1
        while waiting:
            place = waiting.pop()
            if place.first == len(self.known):
                return Verdict(True, self._way_to(place))
            if (reached := place.first + place.beyond.bit_count()) > depth:
                furthest, depth = place, reached
            following = self._following(place)
            for operation, after in reversed(following):
                if after not in self.before:
                    self.before[after] = (place, operation)
                    waiting.append(after)
            if len(self.before) > self.most:
                raise Undecided(f"more than {self.most} configurations of {self.known[0].on}")
        stuck = tuple(self.known[index] for index in self._next(furthest))
        return Verdict(False, self._way_to(furthest), stuck, furthest.state)

    def _next(self, place: _Place) -> Iterator[int]:
        """Of those answered and not placed, the ones that no other must come before."""
        earliest_return = NEVER
        for index in range(place.first, len(self.known)):
            if place.beyond >> (index - place.first) & 1:
                continue
            operation = self.known[index]
            # Those that come later in the list were called later still.
            if operation.called > earliest_return:
                return
            earliest_return = min(earliest_return, operation.returned)
            yield index

    def _following(self, place: _Place) -> list[tuple[Operation, _Place]]:
        """Where one can go from here, the likelier first."""
        found = []
        by: float = NEVER
        for index in self._next(place):
            operation = self.known[index]
            by = min(by, operation.returned)
            ok, state = self.model.step(place.state, operation)
            if not ok:
                continue
            after = self._placed(place, index, state)
            # What fits and changes nothing can be placed at once: any order that has it later has it here as well.
            if state == place.state:
                return [(operation, after)]
            found.append((operation, after))
        for number, operation in enumerate(self.unknown):
            if operation.called > by:
                break
            if not place.unanswered >> number & 1:
                ok, state = self.model.step(place.state, operation)
                if ok and state != place.state:
                    after = _Place(place.first, place.beyond, place.unanswered | 1 << number, state)
                    found.append((operation, after))
        # Of two that fit, the one that returned first is the likelier; those never answered are the last resort.
        return sorted(found, key=lambda each: each[0].returned)

    def _placed(self, place: _Place, index: int, state: Hashable) -> _Place:
        beyond = place.beyond | 1 << (index - place.first)
        first = place.first
        while beyond & 1:
            beyond >>= 1
            first += 1
        return _Place(first, beyond, place.unanswered, state)

    def _way_to(self, place: _Place) -> tuple[Operation, ...]:
        way: list[Operation] = []
        before, operation = self.before[place]
        while before is not None and operation is not None:
            way.append(operation)
            before, operation = self.before[before]
        return tuple(reversed(way))
