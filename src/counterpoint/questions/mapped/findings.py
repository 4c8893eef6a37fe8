"""What stands out of a map: at most five findings, each with its figure, how sure it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterpoint.model.map import Connectors, Coordination, Deciding, Exposure, Finding, Growth, Sure

MOST = 5
_LEAST_UNMET = 3
_RISEN, _LEAST_EACH = 1.15, 1.0
"""By how much relationships for each person must have risen, and to how many, to be news."""
_SURE: tuple[Sure, ...] = ("firm", "fair", "weak")
_WELL_TRACED = 0.5
"""From which share of commits that say who else had a part a gap is more than a hint."""
_MANY_PAIRS, _FEW_PEOPLE = 30, 5
_NAMED = 3
_NARROW = 0.3


def findings(
    titles: Mapping[str, str], *, bonds: Coordination, exposure: Exposure, connectors: Connectors, growth: Growth,
    deciding: Deciding,
) -> tuple[Finding, ...]:  # fmt: skip
    """At most one of each picture, the surest first; what is no news is no finding."""
    every = (
        *_gap(bonds, titles),
        *_exposed(exposure, titles),
        *_undecided(deciding, titles),
        *_grown(growth),
        *_carried(connectors, titles),
    )
    return tuple(sorted(every, key=lambda one: _SURE.index(one.sure))[:MOST])


def _gap(bonds: Coordination, titles: Mapping[str, str]) -> Iterator[Finding]:
    wide = [gap for gap in bonds.gaps if gap.unmet >= _LEAST_UNMET]
    if not wide:
        return
    gap = wide[0]
    traced = bonds.traced is None or bonds.traced >= _WELL_TRACED
    sure: Sure = "fair" if gap.required >= _MANY_PAIRS and traced else "weak"
    files = [cause.file for cause in gap.files[:2]]
    when = "in the last year" if bonds.since else "in the whole history"
    about = f"{' and '.join(files)} cause most of it: put" if files else "Put"
    yield Finding(
        "coordination",
        f"{gap.unmet:,} of {gap.required:,}",
        f"pairs of people whose work binds {titles[gap.one]} and {titles[gap.other]} to each other were not seen to "
        f"coordinate {when}.",
        sure,
        "talk that leaves no trace in the repository is not seen"
        if traced
        else f"only {(bonds.traced or 0) * 100:.0f} of 100 commits say who else had a part in them",
        f"{about} an interface between the two, or give both a common reviewer; then ask those concerned whether "
        "they miss anything.",
    )


def _exposed(exposure: Exposure, titles: Mapping[str, str]) -> Iterator[Finding]:
    known = [row for row in exposure.areas if row.factor.value is not None]
    single = [row for row in known if row.factor.value is not None and row.factor.value <= 1]
    if not single:
        return
    files = sum(row.files for row in known)
    certain = sum(row.factor.high is None or row.factor.high <= 1 for row in single)
    sure: Sure = "firm" if certain * 2 >= len(single) else "fair"
    yield Finding(
        "exposure",
        f"{len(single)} of {len(known)}",
        f"area{'s' if len(known) > 1 else ''}: half of the files hang on one person at most.",
        sure,
        f"counted over {files:,} files; who reads or reviews a file may know it too",
        f"Let a second person in on the next changes to {_list([titles[row.area] for row in single])}.",
    )


def _undecided(deciding: Deciding, titles: Mapping[str, str]) -> Iterator[Finding]:
    if deciding.nobody is None:
        yield Finding(
            "deciding",
            "nobody",
            "is named as deciding anywhere: no ownership file says whose word counts.",
            "firm",
            "the places where hosts look for them were looked into",
            "Begin with the busiest areas: the lines are below, for you to fill in.",
        )
    elif deciding.nobody > 0.02:
        none = [row for row in deciding.areas if row.nobody >= 0.5]
        where = f", most of them in {_list([titles[row.area] for row in none])}" if none else ""
        yield Finding(
            "deciding",
            f"{deciding.nobody * 100:.0f} %",
            f"of the latest changes fall where no file names who decides{where}.",
            "firm",
            "every change was held against what the files say today",
            "Add the lines below to CODEOWNERS, with the team or person whose word counts."
            if none
            else "Name an owner for what is left open, or one for everything that nothing else covers.",
        )


def _grown(growth: Growth) -> Iterator[Finding]:
    risen = [
        turn
        for turn in growth.turns
        if turn.after > turn.before * _RISEN and _short(turn.after) != _short(turn.before) and turn.after >= _LEAST_EACH
    ]
    if risen:
        turn = risen[-1]
        yield Finding(
            "growth",
            f"{_short(turn.before)} → {_short(turn.after)}",
            f"relationships that the work makes for each person, before and since {_month(turn.period)}.",
            "fair" if len(growth.moments) >= 12 else "weak",
            f"over {len(growth.moments)} {growth.window}s; it says when, not why",
            "Look at what was merged, split or moved then, and whether the work can be divided so that fewer people "
            "meet in the same files.",
        )
        return
    exponent = growth.exponent
    if exponent.value is None or exponent.low is None or exponent.high is None or exponent.low <= 1.1:
        return
    sure: Sure = "firm" if exponent.high - exponent.low <= _NARROW else "fair"
    yield Finding(
        "growth",
        f"× {2**exponent.value:.1f}",
        "relationships whenever the people double: coordination grows faster than the group.",
        sure,
        f"an exponent of {exponent.value:.2f}, between {exponent.low:.2f} and {exponent.high:.2f}",
        "Before the next growth, divide what everybody meets in: the widest boxes of the matrix show where.",
    )


def _carried(connectors: Connectors, titles: Mapping[str, str]) -> Iterator[Finding]:
    known = [row for row in connectors.areas if row.carriers is not None and row.people >= _FEW_PEOPLE]
    few = [row for row in known if row.carriers is not None and row.carriers <= 2]
    if not few:
        return
    first = max(few, key=lambda row: (row.share or 0.0, row.area))
    more = len(few) - 1
    alike = f"; in {more} more area{'s' if more > 1 else ''} it is alike." if more else "."
    yield Finding(
        "connectors",
        "1 person" if first.carriers == 1 else f"{first.carriers} people",
        f"{'does' if first.carriers == 1 else 'do'} half of the linking in {titles[first.area]}, between people who "
        f"do not deal with each other{alike}",
        "fair" if first.people >= _MANY_PAIRS else "weak",
        f"among {first.people:,} people who coordinate and work there; links outside the repository are not seen",
        "Write down what they are asked for, name them or a team as its owner, and let somebody else take part.",
    )


def _list(titles: Sequence[str]) -> str:
    shown = list(titles[:_NAMED])
    more = [f"{len(titles) - _NAMED} more"] if len(titles) > _NAMED else []
    every = [*shown, *more]
    return " and ".join([", ".join(every[:-1]), every[-1]]) if len(every) > 1 else every[0]


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:,.0f}"


_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def _month(day: str) -> str:
    return f"{_MONTHS[int(day[5:7]) - 1]} {day[:4]}"
