"""What the score shows beside work itself: who decides, what collides, what is disputed, the critical path, rituals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from counterpoint.errors import BadValue
from counterpoint.model.differences import Contradiction
from counterpoint.model.identifiers import is_opaque
from counterpoint.model.score import Flag, Line
from counterpoint.model.statements import Json
from counterpoint.model.times import day
from counterpoint.state.collisions import collisions
from counterpoint.state.contradictions import contradictions
from counterpoint.state.page import plain
from counterpoint.state.path import path
from counterpoint.state.schedule import occurrences
from counterpoint.state.score import Decided, Overlay
from counterpoint.state.view import State
from counterpoint.state.who import who_each


def overlay(state: State) -> Overlay:
    """Everything that the score shows of other questions' answers."""
    return Overlay(lambda subjects: _decided(state, subjects), _flags(state), _line(state), happens)


def happens(schedule: Mapping[str, Json], first: str, last: str) -> Sequence[str]:
    """The days, in UTC, on which a schedule happens from the first day to the last; none where that is not known."""
    start = datetime.combine(day(first), time(), UTC)
    end = datetime.combine(day(last) + timedelta(days=1), time(), UTC)
    try:
        found = occurrences(dict(schedule), start, end)
    except BadValue:
        return ()
    return [one.start.astimezone(UTC).date().isoformat() for one in found]


def _decided(state: State, subjects: Sequence[str]) -> dict[str, Decided]:
    named = plain(state)
    answers = who_each(state, subjects)
    state.load(party for found in answers.values() for party in found.deciders)
    return {
        subject: (found.answer, tuple(named(party) for party in found.deciders)) for subject, found in answers.items()
    }


def _flags(state: State) -> dict[str, tuple[Flag, ...]]:
    found: dict[str, list[Flag]] = {}
    for collision in collisions(state).collisions:
        for entity in collision.about:
            found.setdefault(entity, []).append(Flag("collision", collision.kind, collision.says))
    drawn = [entity for kind in ("work", "objective", "dependency") for entity in state.entities(kind)]
    for one in contradictions(state, drawn).contradictions:
        if one.standing == "disputed":
            found.setdefault(one.entity, []).append(Flag("contradiction", one.attribute, _sides(state, one)))
    return {entity: tuple(flags) for entity, flags in found.items()}


def _sides(state: State, one: Contradiction) -> str:
    sides = [f"{' and '.join(side.sources)} says {_value(state, side.value)}" for side in one.sides]
    return f"{one.attribute.replace('_', ' ')}: {', '.join(sides)}"


def _value(state: State, value: Json) -> str:
    """A disputed value in words: parties and things by their names."""
    parts = value if isinstance(value, list) else [value]
    named = plain(state)
    texts = [str(part) for part in parts]
    return " and ".join(
        named(text).title if is_opaque(text) or (":" in text and state.exists(text)) else text for text in texts
    )


def _line(state: State) -> Line | None:
    """One piece of work is no path."""
    found = path(state)
    if len(found.path) < 2:
        return None
    steps = tuple(item.work for item in found.path)
    return Line(steps, len(steps), found.length if found.unit == "days" else None, found.unit)
