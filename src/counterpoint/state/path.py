"""The critical path: the longest chain of open work, by what must be finished before what.

Work lasts as long as its estimate, else from its start to its due date. Work with open parts lasts as long as its
parts. Where fewer than half of the items say how long they last, the chain counts steps instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from counterpoint.model.answers import Path, PathItem
from counterpoint.model.identifiers import kind_of
from counterpoint.state.graph import reached
from counterpoint.state.links import days, links, standing
from counterpoint.state.order import Order, needs, order
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

Unit = Literal["days", "steps"]


def path(state: State, target: str | None = None, unit: Unit | None = None) -> Path:
    """The critical path to ``target`` (work, or an objective: all that serves it), or through all open work.

    ``unit`` asks for one unit whatever is known.
    """
    open_work = [work for work in entities_of(state, "work") if standing(state, work) == "open"]
    edges = needs(state, open_work, links(state))
    goal = None if target is None else state.canonical(target)
    if goal is not None:
        edges = _leading_to(edges, _ends(state, goal, edges))
    lasting = {work: days(state, work) for work in edges}
    whole = _whole(state, edges)
    items = [work for work in edges if work not in whole]
    known = sum(lasting[work] is not None for work in items)
    chosen: Unit = unit or ("days" if items and 2 * known >= len(items) else "steps")
    ordered = order(edges)
    weights = [0.0] * len(ordered.places)
    for index, place in enumerate(ordered.places):
        if index not in ordered.rounds and place[0] not in whole:
            weights[index] = 1.0 if chosen == "steps" else lasting[place[0]] or 0.0
    chain, rows, length = _walk(ordered, weights, lasting)
    rounds = tuple(ordered.places[index] for index in sorted(ordered.rounds))
    return Path(goal, chosen, length, chain, rows, len(items), known, rounds)


def _whole(state: State, edges: Iterable[str]) -> set[str]:
    """Work that lasts as long as its open parts: unless none of these says how long it lasts, and it does."""
    within = set(edges)
    found: dict[str, bool] = {}
    for work in within:
        for parent in state.refs(work, "parent"):
            if parent in within and parent != work:
                found[parent] = found.get(parent, False) or days(state, work) is not None
    return {parent for parent, known in found.items() if known or days(state, parent) is None}


def _ends(state: State, goal: str, edges: dict[str, list[str]]) -> list[str]:
    if kind_of(goal) != "objective":
        return [goal] if goal in edges else []
    objectives, pending = {goal}, [goal]
    while pending:
        state.load_mentions(pending)
        pending = [one for up in pending for one in state.naming(up, "objective", "parent") if one not in objectives]
        objectives.update(pending)
    return [work for work in edges if objectives.intersection(state.refs(work, "serves"))]


def _leading_to(edges: dict[str, list[str]], ends: list[str]) -> dict[str, list[str]]:
    return {work: edges[work] for work in sorted(reached(ends, edges))}


def _walk(
    ordered: Order, weights: list[float], lasting: dict[str, float | None]
) -> tuple[tuple[PathItem, ...], tuple[PathItem, ...], float]:
    """Earliest ends forwards, latest ends backwards; the chain is walked back from the last end.

    Ours, because the longest path of a library (rustworkx has one) tells nothing of the slack of all the others.
    """
    count = len(weights)
    starts, ends = [0.0] * count, [0.0] * count
    for index in range(count):
        starts[index] = max((ends[first] for first in ordered.before[index]), default=0.0)
        ends[index] = starts[index] + weights[index]
    length = max(ends, default=0.0)
    latest = [length] * count
    for index in reversed(range(count)):
        latest[index] = min((latest[then] - weights[then] for then in ordered.after[index]), default=length)
    chain = _chain(ordered, starts, ends)
    critical = set(chain)
    rows = {
        index: PathItem(
            ordered.places[index][0],
            lasting[ordered.places[index][0]],
            starts[index],
            ends[index],
            round(latest[index] - ends[index], 6) if index not in critical else 0.0,
        )
        for index in range(count)
        if index not in ordered.rounds
    }
    on_it = tuple(rows[index] for index in chain if index in rows)
    others = [row for index, row in rows.items() if index not in critical]
    return on_it, tuple(sorted(others, key=lambda row: (row.slack, row.starts, row.work))), length


def _chain(ordered: Order, starts: list[float], ends: list[float]) -> list[int]:
    if not ends:
        return []
    here = min(range(len(ends)), key=lambda index: (-ends[index], ordered.after[index] != (), ordered.places[index]))
    chain = [here]
    while True:
        before = [one for one in ordered.before[here] if ends[one] == starts[here]]
        if not before:
            return chain[::-1]
        here = min(before, key=lambda index: ordered.places[index])
        chain.append(here)
