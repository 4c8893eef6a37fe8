"""The full score: which staves there are, which marks stand on them, and which slurs and bar lines join them.

Pure, over :class:`~counterpoint.state.view.State`. Nothing is laid out here: that is the business of a face.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from counterpoint.errors import BadValue
from counterpoint.model.identifiers import kind_of, slug_of
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.page import Named
from counterpoint.model.score import (
    LEVELS,
    UNASSIGNED,
    Answer,
    Ask,
    BarLine,
    Basis,
    Flag,
    Level,
    Line,
    Mark,
    Score,
    Slur,
    Stave,
)
from counterpoint.model.statements import Json
from counterpoint.model.times import day
from counterpoint.state import slurs
from counterpoint.state.graph import reached
from counterpoint.state.view import State

Window = tuple[str, str]
Happens = Callable[[Mapping[str, Json], str, str], Sequence[str]]
"""A schedule's days from the first day to the last, both within."""
REACH = timedelta(days=366)
SHORTEST = timedelta(days=27)


Decided = tuple[Answer, tuple[Named, ...]]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What other questions answer about the things on the score, for it to show; see :mod:`counterpoint.state.overlay`.

    ``who`` decides on each of some things; ``flags`` are by entity, and shown on the mark at which it stands; ``path``
    is the critical path, by entity; ``happens`` is when rituals do.
    """

    who: Callable[[Sequence[str]], Mapping[str, Decided]] = lambda _: {}
    flags: Mapping[str, tuple[Flag, ...]] = field(default_factory=dict)
    path: Line | None = None
    happens: Happens = lambda *_: ()


NOTHING = Overlay()
NOBODY: Decided = ("none", ())


def score(
    state: State,
    level: Level = "deliverable",
    teams: Iterable[str] = (),
    window: Window | None = None,
    overlay: Overlay = NOTHING,
) -> Score:
    """The score at one level of zoom.

    ``level`` *objective* has the objectives, *deliverable* the deliverables (work that states no level is one, unless
    it is part of other work), and *task* both deliverables and tasks. ``teams`` keeps only their staves and those of
    the teams within them; what others ask of them still counts. ``window`` is the first and last day; without it the
    score shows what is open, at most a year back and a year ahead, in whole months.

    Raises:
        BadValue: ``level`` is no level, or ``window`` is not two days in order.
    """
    if level not in LEVELS:
        raise BadValue(f"{level!r} is no level of the score", hint=f"one of: {', '.join(LEVELS)}")
    if window is not None and day(window[1]) < day(window[0]):
        raise BadValue(f"the window ends ({window[1]}) before it starts ({window[0]})", hint="first day, then last day")
    every_team = state.entities("team")
    shown = _with_inner(state, every_team, [state.canonical(team) for team in teams])
    every_mark = _marks(state, level)
    first, last = window or _window([mark for mark in every_mark if _is_shown(mark, shown)], state.now[:10])
    placed = [mark for mark in every_mark if _within(mark, first, last)]
    outside = sum(_is_shown(mark, shown) for mark in every_mark) - sum(_is_shown(mark, shown) for mark in placed)
    place = slurs.places(state, level, {mark.ref: mark.stave for mark in placed}, {*every_team, UNASSIGNED})
    bundles, unplaced = slurs.bundle(state, place)
    asks = slurs.asks(bundles)
    placed = [mark for mark in placed if _is_shown(mark, shown)]
    line = _line(overlay.path, place, {mark.ref for mark in placed})
    flags = _flags(state, overlay.flags, place)
    joined = _at_ends(bundles)
    decided = overlay.who([mark.ref for mark in placed])
    placed = [
        replace(
            _completed(mark, joined, line),
            who=decided.get(mark.ref, NOBODY)[0],
            deciders=decided.get(mark.ref, NOBODY)[1],
            flags=tuple(flags.get(mark.ref, ())),
        )
        for mark in placed
    ]
    staves, folded = _staves(state, every_team, placed, asks, shown)
    on_score = {stave.ref for stave in staves}
    return Score(
        level=level,
        first=first,
        last=last,
        now=state.now,
        staves=staves,
        folded=folded,
        slurs=tuple(one for one in bundles if not shown or {one.provider_stave, one.consumer_stave} & shown),
        barlines=tuple(_barlines(state, on_score, (first, last), overlay.happens)),
        asks=tuple(one for one in asks if not shown or {one.provider, one.consumer} & shown),
        path=line,
        teams=tuple(sorted(shown)),
        outside=outside,
        unplaced=unplaced,
    )


def _is_shown(mark: Mark, shown: Collection[str]) -> bool:
    return not shown or mark.stave in shown


def level_of(state: State, work: str) -> Level:
    """The stated level; without one, work that is part of other work is a task and any other a deliverable."""
    stated = state.text(work, "level")
    if stated is None:
        return "task" if state.refs(work, "parent") else "deliverable"
    return "task" if stated == "task" else "deliverable"


def home_of(state: State, entity: str) -> str:
    """The stave of a thing: its home team, else a team that owns it, else that of what it is part of, else
    ``unassigned``."""
    seen: set[str] = set()
    here: str | None = entity
    while here is not None and here not in seen:
        seen.add(here)
        for home in state.refs(here, "team"):
            return home
        for owner in state.refs(here, "owner"):
            if kind_of(owner) == "team":
                return owner
        parents = state.refs(here, "parent")
        here = parents[0] if parents else None
    return UNASSIGNED


def title_of(state: State, entity: str) -> str:
    """What people call it; its slug where nobody says, or where sources differ."""
    return state.text(entity, "title") or slug_of(entity)


def _with_inner(state: State, every: Sequence[str], wanted: Sequence[str]) -> set[str]:
    """The wanted teams, and every team that is part of one of them."""
    inner: dict[str, list[str]] = {}
    for team in every:
        for parent in state.refs(team, "parent"):
            inner.setdefault(parent, []).append(team)
    return reached(wanted, inner)


def _marks(state: State, level: Level) -> list[Mark]:
    if level == "objective":
        return [_mark(state, one, "objective") for one in state.entities("objective")]
    work = [(one, level_of(state, one)) for one in state.entities("work")]
    return [_mark(state, one, size) for one, size in work if level == "task" or size == "deliverable"]


def _mark(state: State, ref: str, level: Level) -> Mark:
    start, end, basis = extent_of(state, ref)
    disputed = _disputed_end(state, ref)
    parents = state.refs(ref, "parent")
    return Mark(
        ref=ref,
        title=title_of(state, ref),
        kind="objective" if level == "objective" else "work",
        level=level,
        stave=home_of(state, ref),
        parent=parents[0] if parents else None,
        start=start,
        end=end,
        basis=basis,
        sure_until=disputed[0] if disputed else None,
        announced=state.text(ref, "announced"),
        status=state.text(ref, "status"),
        priority=state.text(ref, "priority"),
        who="none",
        deciders=(),
        needs=0,
        serves=0,
        step=None,
        flags=(),
    )


def extent_of(state: State, ref: str) -> tuple[str | None, str | None, Basis]:
    """First and last day of a thing as far as they are stated, and what they rest on; see :class:`Mark`."""
    start = state.text(ref, "start")
    disputed = _disputed_end(state, ref)
    end = disputed[1] if disputed else state.text(ref, "finished") or state.text(ref, "due")
    if start and end:
        return (start, end, "dates") if start <= end else (end, start, "dates")
    if end:
        estimate = state.value(ref, "estimate")
        if isinstance(estimate, int | float) and not isinstance(estimate, bool) and estimate < 36_500:
            return (day(end) - timedelta(days=float(estimate))).isoformat(), end, "due"
        return None, end, "due"
    if start:
        return start, None, "start"
    period = state.text(ref, "period")
    if period:
        first, _, last = period.partition("/")
        return first, last, "period"
    return None, None, "none"


def _disputed_end(state: State, ref: str) -> Window | None:
    """The earliest and the latest end that sources state, where they differ and none has the say."""
    for attribute in ("finished", "due"):
        found = state.get(ref, attribute)
        if found is not None:
            days = sorted(str(claim.value) for claim in found.claims)
            return (days[0], days[-1]) if found.disputed else None
    return None


def _window(marks: Sequence[Mark], now: str) -> Window:
    """Whole months around what is open: at most a year back and a year ahead, and never without today."""
    today = day(now)
    open_marks = [mark for mark in marks if mark.status not in ("done", "dropped")]
    days = [day(one) for mark in open_marks for one in (mark.start, mark.end) if one]
    first = max(min([*days, today]), today - REACH).replace(day=1)
    last = max(min(max([*days, today]), today + REACH), first + SHORTEST)
    following = (last.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first.isoformat(), (following - timedelta(days=1)).isoformat()


def _within(mark: Mark, first: str, last: str) -> bool:
    if mark.status == "dropped" or (mark.status == "done" and mark.basis in ("none", "start")):
        return False
    if mark.basis == "start":
        return mark.start is None or mark.start <= last
    return (mark.start or mark.end or first) <= last and (mark.end or last) >= first


def _completed(mark: Mark, joined: Mapping[str, Sequence[Slur]], line: Line | None) -> Mark:
    """The mark with its counts; ``joined`` has the slurs at each end."""
    asked: Counter[str] = Counter()
    needs = serves = 0
    for slur in joined.get(mark.ref, ()):
        if slur.provider == mark.ref:
            serves += slur.count
            continue
        needs += slur.count
        if slurs.crosses(slur):
            asked[slur.provider_stave] += slur.count
    steps = line.marks if line else ()
    return replace(
        mark,
        needs=needs,
        serves=serves,
        step=steps.index(mark.ref) + 1 if mark.ref in steps else None,
        asks=tuple(sorted(asked, key=lambda stave: (-asked[stave], stave))),
    )


def _at_ends(bundles: Sequence[Slur]) -> dict[str, list[Slur]]:
    found: dict[str, list[Slur]] = {}
    for slur in bundles:
        found.setdefault(slur.provider, []).append(slur)
        found.setdefault(slur.consumer, []).append(slur)
    return found


def _line(line: Line | None, place: slurs.Place, marks: set[str]) -> Line | None:
    """The critical path by the marks at which its steps stand; it keeps counting all of its steps."""
    if line is None:
        return None
    ends = [end[0] for step in line.marks if (end := place(step)) is not None and end[0] in marks]
    return replace(line, marks=tuple(dict.fromkeys(ends)))


def _flags(state: State, found: Mapping[str, tuple[Flag, ...]], place: slurs.Place) -> dict[str, list[Flag]]:
    """Flags by mark: those of work that is not drawn stand at what it is part of, a dependency's at both its ends."""
    at: dict[str, list[Flag]] = {}
    for entity, flags in sorted(found.items()):
        ends = [entity]
        if kind_of(entity) == "dependency":
            ends = [*state.refs(entity, "consumer"), *state.refs(entity, "provider")]
        for mark in {end[0] for one in ends if (end := place(one)) is not None}:
            here = at.setdefault(mark, [])
            here += [flag for flag in flags if flag not in here]
    return at


def _staves(
    state: State, every: Sequence[str], marks: Sequence[Mark], asks: Sequence[Ask], shown: set[str]
) -> tuple[tuple[Stave, ...], tuple[Stave, ...]]:
    """The staves with marks, the most asked first within the order of the teams; and those without, folded."""
    at: dict[str, list[Mark]] = {}
    for mark in marks:
        at.setdefault(mark.stave, []).append(mark)
    asked, asking = Counter[str](), Counter[str]()
    for ask in asks:
        asked[ask.provider] += ask.count
        asking[ask.consumer] += ask.count
    active = [team for team in every if state.text(team, "status") != "archived" or team in at]
    names = sorted({*active, *at} & shown if shown else {*active, *at, *asked} - {UNASSIGNED})
    staves = [_stave(state, team, at.get(team, []), asked[team], asking[team]) for team in names]
    if UNASSIGNED in at:
        staves.append(
            Stave(UNASSIGNED, UNASSIGNED, None, _ordered(at[UNASSIGNED]), asked[UNASSIGNED], asking[UNASSIGNED])
        )
    staves.sort(key=lambda stave: (stave.ref == UNASSIGNED, -len(stave.marks), -stave.asked, stave.title, stave.ref))
    return tuple(one for one in staves if one.marks), tuple(one for one in staves if not one.marks)


def _stave(state: State, team: str, marks: Sequence[Mark], asked: int, asks: int) -> Stave:
    parents = state.refs(team, "parent")
    return Stave(team, title_of(state, team), parents[0] if parents else None, _ordered(marks), asked, asks)


def _ordered(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """By time; what has no dates of its own comes after what has, by its title, and what is part of it after it."""
    titles = {mark.ref: mark.title for mark in marks}

    def place(one: Mark) -> tuple[object, ...]:
        if one.basis not in ("period", "none"):
            return False, one.start or one.end or "", one.title, one.ref
        family = titles.get(one.parent or "")
        return True, one.title if family is None else family, family is not None, one.title, one.ref

    return tuple(sorted(marks, key=place))


def _barlines(state: State, staves: set[str], window: Window, happens: Happens) -> Iterable[BarLine]:
    for ritual in state.entities("ritual"):
        schedule = state.value(ritual, "schedule")
        if state.text(ritual, "status") == "cancelled" or not isinstance(schedule, dict):
            continue
        stave = _ritual_stave(state, ritual)
        if stave is None or stave in staves:
            yield BarLine(
                ritual=ritual,
                title=title_of(state, ritual),
                stave=stave,
                days=tuple(dict.fromkeys(happens(schedule, *window))),
                outcome=str(schedule.get("outcome")),
                text=str(schedule.get("text") or ""),
            )


def _ritual_stave(state: State, ritual: str) -> str | None:
    """The team that holds it or whose zone it serves; None for the whole organisation's."""
    zones = state.refs(ritual, "zone")
    if ROOT_ZONE in zones:
        return None
    owners = [*state.refs(ritual, "owner"), *(owner for zone in zones for owner in state.refs(zone, "owner"))]
    return next((owner for owner in owners if kind_of(owner) == "team"), UNASSIGNED if owners else None)
