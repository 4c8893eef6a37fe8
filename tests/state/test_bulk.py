"""A question about everything asks the reader for many entities at once: as often for many works as for few."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import pytest

from counterpoint.model.statements import Claim
from counterpoint.state.changed import changed
from counterpoint.state.collisions import collisions
from counterpoint.state.contradictions import contradictions
from counterpoint.state.cycles import cycles
from counterpoint.state.dangling import dangling
from counterpoint.state.involve import involve
from counterpoint.state.open_work import Candidate, Within
from counterpoint.state.owns import owns_each
from counterpoint.state.path import path
from counterpoint.state.reader import Mention, Reader
from counterpoint.state.ready import ready
from counterpoint.state.view import State
from counterpoint.state.who import who_each
from tests.state.organisation import org_reader


class Counting:
    """A reader that counts how often it is asked."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.now = reader.now
        self.calls = 0

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        self.calls += 1
        return self._reader.claims(entities)

    def entities(self, kind: str) -> Sequence[str]:
        self.calls += 1
        return self._reader.entities(kind)

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        self.calls += 1
        return self._reader.mentions(targets, of, over)

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        self.calls += 1
        return self._reader.open_work(within, after, limit)

    def aliases(self) -> Mapping[str, str]:
        self.calls += 1
        return self._reader.aliases()

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        self.calls += 1
        return self._reader.differing(among)


def _many(count: int) -> str:
    lines = ["zone:organisation inherit true", "zone:organisation decider person:~top"]
    for n in range(count):
        lines += [
            f"team:t{n} lead person:~p{n}",
            f"team:t{n} parent team:t{n // 2}",
            f"zone:z{n} owner team:t{n}",
            f"zone:z{n} parent zone:z{n // 2}",
            f"zone:z{n} covers /src/{n}/",
            f'zone:z{n} freeze {{start = "2026-12-20", end = "2027-01-05"}}',
            f"work:w{n} team team:t{n}",
            f"work:w{n} due 2026-12-{1 + n % 28:02} -- tracker",
            f"work:w{n} due 2026-12-{1 + (n + 1) % 28:02} -- chat",
            f"work:w{n} parent work:w{n // 2}",
            f"work:w{n} touches src/{n}/a.py",
            f"work:v{n} zone zone:z{n}",
            f"work:v{n} due 2026-12-24",
            f"gate:g{n} work work:w{n}",
            f"dependency:d{n} consumer work:w{n}",
            f"dependency:d{n} provider work:v{n}",
            f"dependency:e{n} consumer work:w0",
            f"dependency:e{n} provider team:t{n}",
        ]
    return "\n".join(lines)


QUESTIONS: dict[str, Callable[[State], object]] = {
    "who": lambda state: who_each(state, state.entities("work")),
    "owns": lambda state: owns_each(state, state.entities("work")),
    "ready": ready,
    "path": path,
    "cycles": cycles,
    "collisions": collisions,
    "contradictions": contradictions,
    "dangling": dangling,
    "involve": lambda state: involve(state, ["work:w0"], ["src/1/x"]),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_as_often_for_many_as_for_few(name: str) -> None:
    few, many = Counting(org_reader(_many(16))), Counting(org_reader(_many(64)))
    QUESTIONS[name](State(few))
    QUESTIONS[name](State(many))
    # Each doubling adds a layer to the teams, zones and parts, and so at most a few fetches.
    assert many.calls <= few.calls + 12


def test_what_changed_too() -> None:
    readers = [Counting(org_reader(_many(count))) for count in (16, 64)]
    for reader in readers:
        changed(State(reader), State(reader))
    assert readers[1].calls == readers[0].calls
