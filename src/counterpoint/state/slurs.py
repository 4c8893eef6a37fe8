"""Dependencies as slurs on the score: each end is found a place, and those that join the same two are bundled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

from counterpoint.model.identifiers import kind_of
from counterpoint.model.score import Ask, Level, Slur
from counterpoint.state.view import State

Place = Callable[[str], tuple[str, str] | None]
"""An entity to its end on the score and that end's stave; None where it has neither."""
GONE = frozenset({"withdrawn", "declined"})


def places(state: State, level: Level, marks: Mapping[str, str], staves: Collection[str]) -> Place:
    """How to find the ends. Work that is no mark itself stands at the nearest work that it is part of and that is one;
    on the level of objectives, at the first objective that it (or work around it) serves. A team is its own stave."""
    found: dict[str, tuple[str, str] | None] = {}

    def place(entity: str) -> tuple[str, str] | None:
        if entity not in found:
            found[entity] = _find(state, level, marks, staves, entity)
        return found[entity]

    return place


def _find(
    state: State, level: Level, marks: Mapping[str, str], staves: Collection[str], entity: str
) -> tuple[str, str] | None:
    if kind_of(entity) == "team":
        return (entity, entity) if entity in staves else None
    seen: set[str] = set()
    here: str | None = entity
    while here is not None and here not in seen:
        if here in marks:
            return here, marks[here]
        seen.add(here)
        if level == "objective":
            for objective in state.refs(here, "serves"):
                if objective in marks:
                    return objective, marks[objective]
        parents = state.refs(here, "parent")
        here = parents[0] if parents else None
    return None


def bundle(state: State, place: Place) -> tuple[list[Slur], int]:
    """Every live dependency between two ends, bundled; and how many have an end that is not on the score."""
    bundles: dict[tuple[str, str], list[str]] = {}
    staves: dict[str, str] = {}
    unplaced = 0
    for dependency in state.entities("dependency"):
        if state.text(dependency, "status") in GONE:
            continue
        providers, consumers = state.refs(dependency, "provider"), state.refs(dependency, "consumer")
        provider = place(providers[0]) if providers else None
        consumer = place(consumers[0]) if consumers else None
        if provider is None or consumer is None:
            unplaced += 1
            continue
        if provider[0] != consumer[0]:
            staves[provider[0]], staves[consumer[0]] = provider[1], consumer[1]
            bundles.setdefault((provider[0], consumer[0]), []).append(dependency)
    made = [_slur(state, ends, staves, dependencies) for ends, dependencies in sorted(bundles.items())]
    return made, unplaced


def _slur(state: State, ends: tuple[str, str], staves: Mapping[str, str], dependencies: Sequence[str]) -> Slur:
    provider, consumer = ends
    needed = [day for one in dependencies if (day := state.text(one, "needed_by"))]
    promised = [day for one in dependencies if (day := state.text(one, "promised_for"))]
    reasons = [text for one in dependencies if (text := state.text(one, "reason"))]
    return Slur(
        provider=provider,
        consumer=consumer,
        provider_stave=staves[provider],
        consumer_stave=staves[consumer],
        dependencies=tuple(dependencies),
        needed_by=min(needed, default=None),
        promised_for=max(promised, default=None),
        late=any(_late(state, one) for one in dependencies),
        settled=all(state.text(one, "status") == "fulfilled" for one in dependencies),
        reason=reasons[0] if reasons else "",
    )


def _late(state: State, dependency: str) -> bool:
    """Promised, or due, after the day on which it is needed; the consumer's own due day where none is stated."""
    if state.text(dependency, "status") == "fulfilled":
        return False
    provider = state.refs(dependency, "provider")[0]
    consumer = state.refs(dependency, "consumer")[0]
    needed = state.text(dependency, "needed_by") or state.text(consumer, "due")
    comes = state.text(dependency, "promised_for") or state.text(provider, "finished") or state.text(provider, "due")
    return needed is not None and comes is not None and comes > needed


def asks(slurs: Sequence[Slur]) -> tuple[Ask, ...]:
    """How much each stave needs from each other one, the most first. What is asked of a team by the work that is at
    home there counts too: its members have to give it like any other."""
    counts: Counter[tuple[str, str]] = Counter()
    for slur in slurs:
        if crosses(slur):
            counts[(slur.consumer_stave, slur.provider_stave)] += slur.count
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Ask(consumer, provider, count) for (consumer, provider), count in ordered)


def crosses(slur: Slur) -> bool:
    """Is a team asked, or does it join two staves? Between two works of one stave nobody else is asked."""
    return slur.provider == slur.provider_stave or slur.consumer_stave != slur.provider_stave
