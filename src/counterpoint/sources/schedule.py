"""Free-text schedules: what people write about when they meet, read into recurrences. Nothing is guessed.

Four outcomes: *understood*; *phase unknown*, where it is not said in which weeks ("every other Thursday");
*ambiguous*, with its readings ("every third Wednesday", "8:00 EST"); *not understood*, and ``why``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import product

from counterpoint.model.rules import Rule, rule_text
from counterpoint.model.schedule import (
    AMBIGUOUS,
    NOT_UNDERSTOOD,
    PHASE_UNKNOWN,
    UNDERSTOOD,
    Recurrence,
    Schedule,
    anchored,
    zone_of,
)
from counterpoint.model.schedule_text import describe
from counterpoint.sources.schedule_grammar import parse
from counterpoint.sources.schedule_pieces import Clock, Piece, Unread
from counterpoint.sources.schedule_tokens import DAY_NAMES, tokens

LONGEST_TEXT = 500
MOST_READINGS = 8
NOBODY = frozenset({"tbd", "tba", "tbc", "todo", "n/a", "na", "none", "unknown", "-"})
_PROBES = tuple(datetime(2025, month, 15) for month in range(1, 13))


@dataclass(frozen=True, slots=True)
class _Choice:
    """One thing that a text leaves open: which, and what it can mean."""

    name: str
    options: tuple[str, ...]


def read_schedule(
    text: str | None,
    *,
    zone: str | None = None,
    zones: Mapping[str, str] | None = None,
    minutes: float | None = None,
    anchors: Sequence[str] = (),
) -> Schedule:
    """Read a text such as ``Every other Thursday at 07:30 PT``.

    ``zone`` is the time zone to take where the text names none; without it such a text is *not understood*, with the
    recurrence that it would be. ``zones`` says what abbreviations mean here (``{"EST": "America/New_York"}``).
    ``minutes`` is how long it takes where the text does not say. ``anchors`` are local dates (or date-times) of
    occurrences, which make a *phase unknown* schedule understood.

    Raises:
        BadValue: ``zone``, ``zones`` or ``anchors`` cannot be; never because of ``text``.
    """
    declared = dict(zones or {})
    for name in (*declared.values(), *([zone] if zone else [])):
        zone_of(name)
    said = " ".join((text or "").split())
    if not said or said.casefold() in NOBODY:
        return Schedule(NOT_UNDERSTOOD, (), text if said else None, (), "nobody has said when")
    if len(said) > LONGEST_TEXT:
        return Schedule(NOT_UNDERSTOOD, (), text, (), f"it is longer than {LONGEST_TEXT} characters")
    try:
        pieces = _shared(parse(tokens(said), declared), zone)
        found = _meaning(pieces, minutes)
    except Unread as problem:
        return Schedule(NOT_UNDERSTOOD, (), text, (), problem.why)
    found = replace(found, text=text)
    return anchored(found, *anchors) if anchors and found.outcome == PHASE_UNKNOWN else found


def _shared(pieces: list[Piece], zone: str | None) -> list[Piece]:
    """Give every piece what it shares with its neighbours: times, and the one zone that the text names."""
    for index in range(len(pieces) - 2, -1, -1):
        if not pieces[index].clocks:
            pieces[index].clocks = list(pieces[index + 1].clocks)
            pieces[index].minutes = pieces[index].minutes or pieces[index + 1].minutes
    for index, piece in enumerate(pieces[1:], start=1):
        if not (piece.days or piece.ordinals or piece.unit or piece.on or piece.two_meanings):
            raise Unread("a part of it names no day")
        spaced = pieces[index - 1].interval > 1 or pieces[index - 1].ordinals or pieces[index - 1].two_meanings
        if spaced and not (piece.unit or piece.every or piece.ordinals or piece.on or piece.two_meanings):
            raise Unread(f"it is not said how often {_named(piece.days)} is meant")
    said = {(clock.zones, clock.zone_word) for piece in pieces for clock in piece.clocks if clock.zones}
    only = next(iter(said)) if len(said) == 1 else ((zone,), "") if zone and not said else ((), "")
    for piece in pieces:
        after = ((), "") if len(said) != 1 else only
        filled: list[Clock] = []
        for clock in reversed(piece.clocks):
            zones, word = (clock.zones, clock.zone_word) if clock.zones else after
            after = (zones, word)
            filled.append(replace(clock, zones=zones or only[0], zone_word=word if zones else only[1]))
        piece.clocks = filled[::-1]
    return pieces


def _named(days: Iterable[int]) -> str:
    return " and ".join(DAY_NAMES[day] for day in days) or "it"


def _meaning(pieces: list[Piece], minutes: float | None) -> Schedule:
    choices = list(_choices(pieces))
    variants = list(product(*(choice.options for choice in choices)))
    if len(variants) > MOST_READINGS:
        raise Unread(f"it could be read in {len(variants)} ways")
    names = [choice.name for choice in choices]
    read = [_recurrences(pieces, dict(zip(names, variant, strict=True)), minutes) for variant in variants]
    if len(read) > 1:
        readings = tuple(dict.fromkeys(describe(one) if isinstance(one, tuple) else one for one in read))
        lacks = _lacking([one for part in read if isinstance(part, tuple) for one in part])
        return Schedule(AMBIGUOUS, (), None, readings, "; ".join([*map(_because, choices), *lacks]))
    (found,) = read
    if isinstance(found, str):
        raise Unread(found)
    if lacks := _lacking(found):
        return Schedule(NOT_UNDERSTOOD, found, None, (), lacks[0])
    open_ = [one for one in found if one.needs_anchor]
    if open_:
        part = "" if len(open_) == len(found) else f" (of {len(open_)} of {len(found)} parts)"
        return Schedule(PHASE_UNKNOWN, found, None, (), f"it is not said which weeks or months{part}: declare a date")
    return Schedule(UNDERSTOOD, found)


def _lacking(found: Iterable[Recurrence]) -> list[str]:
    """That the time or the time zone is not said, as a list of none or one."""
    missing = sorted({name for one in found for name in one.missing if name != "anchor"})
    return [f"the {' and the '.join(missing)} {'is' if len(missing) == 1 else 'are'} not said"] if missing else []


def _because(choice: _Choice) -> str:
    kind, _, rest = choice.name.partition(" ")
    if kind == "zone":
        return f"{rest.upper()} can mean {' or '.join(choice.options)}"
    if kind == "clock":
        return f"the times are the same moment for a part of the year only: {' or '.join(choice.options)}"
    return "it can be read as " + " or ".join(option.replace("-", " ") for option in choice.options)


def _choices(pieces: list[Piece]) -> Iterator[_Choice]:
    """What is left open, each once: the meaning of a zone word, of a rhythm, and of times that differ by season."""
    seen: set[str] = set()
    for index, piece in enumerate(pieces):
        for clock in piece.clocks:
            if clock.zone_word and clock.zone_word not in seen:
                seen.add(clock.zone_word)
                yield _Choice(f"zone {clock.zone_word}", clock.zones)
        for number, clock in enumerate(piece.clocks):
            governing = _governing(clock)
            if len(governing) > 1:
                yield _Choice(f"clock {index}.{number}", tuple(governing))
        if piece.two_meanings:
            unit = "month" if "month" in piece.two_meanings else "week"
            yield _Choice(f"rhythm {index}", (f"every-2-{unit}s", f"twice-a-{unit}"))
        elif piece.every_other and len(piece.days) > 1:
            yield _Choice(f"rhythm {index}", ("every-other-of-all-days", "every-other-of-one-day"))
        elif piece.every and piece.ordinals and _could_be_weeks(piece):
            yield _Choice(f"rhythm {index}", ("of-the-month", f"every-{piece.ordinals[0]}-weeks"))


def _could_be_weeks(piece: Piece) -> bool:
    """“Every third Wednesday” can be of the month or every three weeks; “every first” and “every last” cannot."""
    return len(piece.ordinals) == 1 and 2 <= piece.ordinals[0] <= 5 and not piece.of_month and piece.unit is None


def _governing(clock: Clock) -> dict[str, Clock]:
    """Of times said to be one moment: the clock that governs, or several where they agree in a part of the year only.

    Raises:
        Unread: they never are the same moment.
    """
    found = {_clock_name(clock): clock}
    for other in clock.same:
        pairs = [(one, two) for one in clock.zones for two in other.zones]
        agreements = [
            [(_utc_minutes(clock.at, one, day) - _utc_minutes(other.at, two, day)) % (24 * 60) == 0 for day in _PROBES]
            for one, two in pairs
        ]
        if not any(any(each) for each in agreements):
            raise Unread(f"{_clock_name(clock)} and {_clock_name(other)} are not the same moment")
        if not all(all(each) for each in agreements):
            if other.zone_word or clock.zone_word:
                raise Unread(f"{_clock_name(clock)} and {_clock_name(other)} may not be the same moment")
            found[_clock_name(other)] = other
    return found


def _clock_name(clock: Clock) -> str:
    return f"{clock.at // 60:02d}:{clock.at % 60:02d} {'/'.join(clock.zones)}".strip()


def _utc_minutes(at: int, zone: str, day: datetime) -> int:
    offset = zone_of(zone).utcoffset(day) or timedelta()
    return at - int(offset.total_seconds() // 60)


def _recurrences(pieces: list[Piece], chosen: dict[str, str], minutes: float | None) -> tuple[Recurrence, ...] | str:
    """One reading of the whole text; a text instead where this reading leaves the days unsaid."""
    found: list[Recurrence] = []
    for index, piece in enumerate(pieces):
        rule = _rule(piece, chosen.get(f"rhythm {index}", ""))
        if isinstance(rule, str):
            return rule
        for number, clock in enumerate(piece.clocks or [None]):
            if clock is not None and len(options := _governing(clock)) > 1:
                clock = replace(options[chosen[f"clock {index}.{number}"]], minutes=clock.minutes)  # noqa: PLW2901
            found.append(_recurrence(piece, rule, clock, chosen, minutes))
    return _in_turn(pieces, found)


def _recurrence(
    piece: Piece, rule: Rule | None, clock: Clock | None, chosen: dict[str, str], minutes: float | None
) -> Recurrence:
    length: float | None = clock.minutes if clock and clock.minutes else piece.minutes
    if clock and clock.minutes and piece.minutes and clock.minutes != piece.minutes:
        raise Unread("it says two different lengths")
    zone = None
    if clock and clock.zones:
        zone = chosen[f"zone {clock.zone_word}"] if clock.zone_word else clock.zones[0]
    at = None if clock is None else f"{clock.at // 60:02d}:{clock.at % 60:02d}"
    body = None if rule is None else rule_text(rule)
    length = minutes if length is None else length
    one = Recurrence(zone, body, None, at, length, label=piece.label)
    first = piece.on if rule is None else _first(piece, rule)
    return one if first is None else replace(one, start=f"{first.isoformat()}T{at or '00:00'}:00" if at else None)


def _first(piece: Piece, rule: Rule) -> date | None:
    """The day on which it starts, moved on to a day that the rule has; that is only certain where none is skipped."""
    if piece.start is None:
        return None
    if rule.interval > 1:
        if not rule.fits(piece.start):
            raise Unread(f"{piece.start.isoformat()} is a {piece.start:%A}, and no day of this")
        return piece.start
    return next(
        (day for day in (piece.start + timedelta(days=number) for number in range(366)) if rule.fits(day)), None
    )


def _rule(piece: Piece, choice: str) -> Rule | str | None:
    """The rule of a piece in the chosen reading; None for a single event; a text for a reading that has no rule.

    Raises:
        Unread: its parts contradict each other, or leave the day unsaid.
    """
    until = None if piece.until is None else f"{piece.until:%Y%m%d}"
    if piece.on is not None:
        if piece.days or piece.ordinals or piece.unit or piece.two_meanings or piece.start or piece.until:
            raise Unread(f"{piece.on.isoformat()} stands beside a rhythm: write “starting {piece.on.isoformat()}”")
        return None
    unit, interval = piece.unit, piece.interval
    if piece.two_meanings:
        if choice.startswith("twice"):
            return f"{choice.replace('-', ' ')}{', ' + _named(piece.days) if piece.days else ''} among the days"
        unit, interval = ("month" if "month" in choice else "week"), 2
    if choice.endswith("one-day"):
        return f"every other {_named(piece.days[:1])}, and every {_named(piece.days[1:])}"
    if choice.endswith("weeks") and not piece.two_meanings:
        return Rule("WEEKLY", piece.ordinals[0], tuple((0, day) for day in piece.days), until=until)
    if piece.ordinals:
        return _monthly(piece, unit, interval, until)
    days = tuple((0, day) for day in (range(5) if unit == "weekday" else piece.days))
    if unit == "day" and not (days and interval > 1):
        return Rule("WEEKLY", 1, days, until=until) if days else Rule("DAILY", interval, until=until)
    if not days or unit in ("month", "day"):
        raise Unread("it is not said on which day")
    if unit == "weekday" and piece.days:
        raise Unread("it says weekdays and other days")
    return Rule("WEEKLY", interval, days, until=until)


def _monthly(piece: Piece, unit: str | None, interval: int, until: str | None) -> Rule:
    numbers = tuple(sorted(set(piece.ordinals)))
    if unit not in (None, "month"):
        raise Unread(f"it counts days of a month, and says every {unit}")
    if not piece.days:
        if not all(1 <= number <= 31 or number == -1 for number in numbers):
            raise Unread("a month has no such day")
        return Rule("MONTHLY", interval, month_days=numbers, until=until)
    if not all(1 <= number <= 5 or number == -1 for number in numbers):
        raise Unread("a month has no such week")
    pairs = sorted(((number, day) for number in numbers for day in piece.days), key=lambda one: (one[0] < 0, one))
    return Rule("MONTHLY", interval, tuple(pairs), until=until)


def _in_turn(pieces: list[Piece], found: list[Recurrence]) -> tuple[Recurrence, ...]:
    """Those that take turns recur every n-th week, each in its own."""
    if not any(piece.alternating for piece in pieces):
        return tuple(found)
    slots: list[Recurrence] = []
    rest: list[Recurrence] = []
    position = 0
    for piece in pieces:
        own = found[position : position + max(1, len(piece.clocks))]
        position += len(own)
        if not piece.alternating:
            rest += own
            continue
        if (
            piece.ordinals
            or piece.interval > 1
            or piece.unit not in (None, "week")
            or piece.start
            or piece.two_meanings
        ):
            raise Unread("what takes turns is not said as days of a week")
        if len(piece.days) > 1 and len(own) > 1:
            raise Unread("it is not said which of the days and times take turns")
        slots += (
            own if len(own) > 1 else [replace(own[0], rule=f"FREQ=WEEKLY;BYDAY={_code(day)}") for day in piece.days]
        )
    number = len(slots)
    every = max(number, 2)
    if number > 1 and not all(piece.between for piece in pieces if piece.alternating):
        raise Unread("it is not said whether they take turns: write “alternating between”")
    turned = [
        replace(one, rule=_every(one, every), turn=(index, every) if number > 1 else None)
        for index, one in enumerate(slots, start=1)
    ]
    return (*turned, *rest)


def _code(day: int) -> str:
    return ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day]


def _every(one: Recurrence, weeks: int) -> str:
    rule = one.parsed
    if rule is None or rule.until:
        raise Unread("what takes turns is not said as days of a week")
    return rule_text(replace(rule, interval=weeks))
