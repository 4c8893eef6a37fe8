"""The ways through a program: where labels lead, which join belongs to which fork, and whether it ever ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from counterpoint.errors import InvalidInput
from counterpoint.simulation.layout import CHANCE, DONE, FORK, GOTO, JOIN, LEAVE, MARK, MESSAGE, TICK
from counterpoint.simulation.steps import Fork, Goto, Join, Label, Leave, Source, Step

_OUTSIDE = -1
_AT_ONCE = (MESSAGE, MARK, TICK, GOTO, CHANCE)
"""Steps that can take no time; who comes to a tick when it is time goes on."""


@dataclass(frozen=True)
class Path:
    """The steps of a source without labels; where each label leads, and each fork. Places count from ``start``."""

    name: str
    start: int
    steps: tuple[Step, ...]
    labels: Mapping[str, int]
    joins: Mapping[int, int]
    within: Sequence[int]
    """For each step, and for the end, the fork that it is within."""

    @classmethod
    def of(cls, source: Source, start: int) -> Path:
        """Follow a source's steps.

        Raises:
            InvalidInput: a fork without a join or the other way round; a label twice; an end within a fork.
        """
        labels: dict[str, int] = {}
        joins: dict[int, int] = {}
        within: list[int] = []
        steps: list[Step] = []
        forks: list[int] = []
        for step in source.steps:
            at = start + len(steps)
            if isinstance(step, Label):
                if step.name in labels:
                    raise InvalidInput(f"{source.name} has two labels {step.name!r}")
                labels[step.name] = at
                continue
            steps.append(step)
            within.append(forks[-1] if forks else _OUTSIDE)
            if isinstance(step, Fork):
                forks.append(at)
            elif isinstance(step, Join):
                if not forks:
                    raise InvalidInput(f"{source.name}: a join without a fork")
                joins[forks.pop()] = at
            elif forks and (isinstance(step, Leave) or (isinstance(step, Goto) and step.counts)):
                raise InvalidInput(f"{source.name}: nobody ends within a fork", hint="meet at its join first")
        if forks:
            raise InvalidInput(f"{source.name}: a fork without a join")
        return cls(source.name, start, tuple(steps), labels, joins, (*within, _OUTSIDE))

    def place(self, label: str, at: int) -> int:
        """Where a label leads from a step.

        Raises:
            InvalidInput: there is no such label, or it leads into a fork or out of it.
        """
        if label not in self.labels:
            raise InvalidInput(f"{self.name} leads to {label!r}, which there is not")
        to = self.labels[label]
        if self.within[to - self.start] != self.within[at - self.start]:
            raise InvalidInput(f"{self.name}: {label!r} leads into a fork or out of it")
        return to


def check(name: str, rows: Sequence[Mapping[str, Any]], start: int) -> None:
    """Can whoever follows these steps come to an end, and does time pass wherever they go round?

    Raises:
        InvalidInput: they cannot, or go round for ever at one moment.
    """
    seen, ahead = {0}, [0]
    while ahead:
        for to in _next(rows, ahead.pop(), start):
            if to not in seen:
                seen.add(to)
                ahead.append(to)
    if not any(rows[at]["op"] == DONE or (rows[at]["op"] == GOTO and rows[at]["count"]) for at in seen):
        raise InvalidInput(f"no item of {name} ever ends", hint="some way must lead to the end of its steps")
    for at in seen:
        _moves(name, rows, at, start)


def _moves(name: str, rows: Sequence[Mapping[str, Any]], begin: int, start: int) -> None:
    """From this step on, does time pass, or is there a choice or an end, before it comes round?"""
    passed: set[int] = set()
    at = begin
    while rows[at]["op"] in _AT_ONCE:
        if at in passed:
            raise InvalidInput(f"{name} goes round for ever at one moment", hint="a step that takes time")
        passed.add(at)
        ways = list(_next(rows, at, start))
        if len(ways) != 1:
            return
        at = ways[0]


def _next(rows: Sequence[Mapping[str, Any]], at: int, start: int) -> Iterator[int]:
    row = rows[at]
    match row["op"]:
        case op if op in (DONE, LEAVE, JOIN):
            return
        case op if op == GOTO:
            yield row["to"] - start
        case op if op == CHANCE:
            if row["number"] > 0:
                yield row["to"] - start
            if row["number"] < 1:
                yield at + 1
        case op:
            yield at + 1
            if op == FORK:
                yield row["to"] + 1 - start
