"""A schedule in plain words, for people; every form that is written here is read back as the same by ``sources``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from counterpoint.model.rules import Rule
from counterpoint.model.schedule import Recurrence, Schedule, local_time

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last"}
_UNITS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}


def describe(recurrences: Sequence[Recurrence]) -> str:
    """What recurrences say: ``every Thursday at 08:00 America/Los_Angeles for 60 minutes; …``.

    Exceptions and moved occurrences are counted, not listed.
    """
    turns = [one for one in recurrences if one.turn is not None]
    if len(turns) > 1:
        slots = " and ".join(f"{_slot(one)}{_note(one)}" for one in turns)
        rest = [one for one in recurrences if one.turn is None]
        return "; ".join([f"alternating between {slots}", *([describe(rest)] if rest else [])])
    return "; ".join(_line(one) for one in recurrences)


def told(schedule: Schedule) -> str:
    """A schedule as people should see it: how it was read, and, where it is not certain, that it is not and why."""
    read = describe(schedule.recurrences)
    if schedule.outcome == "understood":
        return read
    doubt = f"{schedule.outcome}: {schedule.why}" if schedule.why else schedule.outcome
    if schedule.outcome == "phase unknown":
        return f"{read} ({doubt})"
    return f"{schedule.text} ({doubt})" if schedule.text else doubt


def _line(one: Recurrence) -> str:
    label = f"{one.label}: " if one.label else ""
    if one.rule is None:
        text = f"on {(one.start or 'an unknown day')[:10]}{_clock(one)}"
    else:
        rule = _dated(one)
        text = f"{_rhythm(rule) if rule else ''}{_clock(one)}{_bounds(one, rule)}"
    excluded, moved = len(one.excluded), len(one.moved)
    exceptions = [f"{excluded} left out"] if excluded else []
    exceptions += [f"{moved} moved"] if moved else []
    exceptions += [f"{len(one.also)} more"] if one.also else []
    return f"{label}{text}" + (f" ({', '.join(exceptions)})" if exceptions else "")


def _dated(one: Recurrence) -> Rule | None:
    """The rule with the day that it takes from its start, where it names none itself."""
    rule = one.parsed
    if rule is None or one.start is None or rule.days or rule.month_days or rule.year_days or rule.weeks:
        return rule
    start = local_time(one.start)
    if rule.frequency == "WEEKLY":
        return replace(rule, days=((0, start.weekday()),))
    return replace(rule, month_days=(start.day,)) if rule.frequency == "MONTHLY" else rule


def _slot(one: Recurrence) -> str:
    rule = one.parsed
    days = _listed([_DAYS[day] for _, day in rule.days]) if rule else ""
    return f"{days}{_clock(one)}"


def _note(one: Recurrence) -> str:
    return f" ({one.label})" if one.label else ""


def _clock(one: Recurrence) -> str:
    if one.days is not None:
        return "" if one.days == 1 else f" for {one.days} days"
    clock = one.start[11:16] if one.start else one.time
    zone = f" {one.timezone}" if one.timezone else ""
    length = f" for {one.minutes:g} minutes" if one.minutes is not None else ""
    return (f" at {clock}{zone}" if clock else zone) + length


def _bounds(one: Recurrence, rule: Rule | None) -> str:
    text = f" starting {one.start[:10]}" if one.start else ""
    if rule and rule.count is not None:
        text += f", {rule.count} times"
    if rule and rule.until:
        text += f" until {rule.until[:4]}-{rule.until[4:6]}-{rule.until[6:8]}"
    return text


def _rhythm(rule: Rule) -> str:
    plain = not (rule.months or rule.year_days or rule.weeks or rule.hours or rule.minutes or rule.positions)
    days = [day for _, day in rule.days]
    numbers = {number for number, _ in rule.days}
    if plain and rule.frequency == "DAILY" and not rule.days and not rule.month_days:
        return "every day" if rule.interval == 1 else f"every {rule.interval} days"
    if plain and rule.frequency == "WEEKLY" and days:
        named = _listed([_DAYS[day] for day in days])
        return f"every {named}" if rule.interval == 1 else f"every {rule.interval} weeks on {named}"
    if plain and rule.frequency == "MONTHLY" and numbers <= set(_ORDINALS) and _rectangular(rule):
        ordinals = sorted(numbers, key=lambda number: (number < 0, number))
        which = f"{_listed([_ORDINALS[one] for one in ordinals])} {_listed([_DAYS[day] for day in sorted(set(days))])}"
        return _of_month(which, rule.interval)
    if plain and rule.frequency == "MONTHLY" and rule.month_days and not days and min(rule.month_days) > 0:
        return _of_month(_listed([_nth(day) for day in rule.month_days]), rule.interval)
    unit = _UNITS[rule.frequency]
    return f"every {unit if rule.interval == 1 else f'{rule.interval} {unit}s'} (by its rule)"


def _rectangular(rule: Rule) -> bool:
    """Do the counted days say “these ordinals of these weekdays”, with no day of the month beside them?"""
    numbers, days = {number for number, _ in rule.days}, {day for _, day in rule.days}
    return bool(days) and not rule.month_days and len(set(rule.days)) == len(numbers) * len(days)


def _of_month(which: str, interval: int) -> str:
    return f"the {which} of each month" if interval == 1 else f"every {interval} months on the {which}"


def _nth(number: int) -> str:
    suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
