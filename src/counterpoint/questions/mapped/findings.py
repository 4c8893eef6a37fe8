"""What stands out of a map: at most five findings, each with its figure, how sure it is, and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from counterpoint.model.map import (
    Connectors,
    Coordination,
    Deciding,
    Exposure,
    Finding,
    Gap,
    Growth,
    Sure,
    Turn,
)

MOST = 5
_LEAST_UNMET = 3
_RISEN, _LEAST_EACH = 1.15, 1.0
"""By how much relationships for each person must have risen, and to how many, to be news."""
_SURE: tuple[Sure, ...] = ("firm", "fair", "weak")
_WELL_TRACED = 0.5
"""From which share of commits that say who else had a part a gap is more than a hint."""
_MANY_PAIRS, _FEW_PEOPLE = 30, 5
_LEAST_LINKING = 0.05
"""An area that less of all linking is in has no connectors worth telling of."""
_AT_REST = 0.25
"""Where no larger share of the files of exposed areas changed in the time that coordination is told of, most of them
may be finished, and need nobody."""
_MOST = 0.5
_DOCUMENTS = (".md", ".rst", ".txt", ".adoc", ".tex", ".html")
_CAUSES = 2
_NAMED = 3
_NARROW, _WIDE = 0.3, 0.8


def findings(
    titles: Mapping[str, str], *, people: int, bonds: Coordination, exposure: Exposure, connectors: Connectors,
    growth: Growth, deciding: Deciding,
) -> tuple[Finding, ...]:  # fmt: skip
    """At most one of each picture, the surest first; what is no news is no finding."""
    every = (
        *_gap(bonds, titles),
        *(_alone(exposure) if people == 1 else _exposed(exposure, titles)),
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
    when = "in the last year" if bonds.since else "in the whole history"
    yield Finding(
        "coordination",
        f"{gap.unmet:,} of {gap.required:,}",
        f"pairs of people whose work binds {titles[gap.one]} and {titles[gap.other]} to each other were not seen to "
        f"coordinate {when}.",
        sure,
        "talk that leaves no trace in the repository is not seen"
        if traced
        else f"only {(bonds.traced or 0) * 100:.0f} of 100 commits say who else had a part in them",
        f"{_bridge(gap)}; then ask those concerned whether they miss anything.",
    )


def _bridge(gap: Gap) -> str:
    """What would make the gap smaller, by the files that most of it is due to."""
    causes = list(gap.files[:1] if gap.files and gap.files[0].share >= _MOST else gap.files[:_CAUSES])
    if not causes:
        return "Put an interface between the two, or give both a common reviewer"
    much = "most" if sum(one.share for one in causes) >= _MOST else "a good part"
    files = [one.file for one in causes]
    about = f"{' and '.join(files)} {'causes' if len(files) == 1 else 'cause'} {much} of it: "
    if all(one.casefold().endswith(_DOCUMENTS) for one in files):
        return f"{about}give {'it' if len(files) == 1 else 'each'} one owner, or a reviewer from both sides"
    return f"{about}put an interface between the two sides, or give them a common reviewer"


def _alone(exposure: Exposure) -> Iterator[Finding]:
    """Where one person does everything, every area is alike, and none stands out."""
    if not exposure.areas:
        return
    files = sum(row.files for row in exposure.areas)
    yield Finding(
        "exposure",
        "1 person",
        "made every change: nobody else knows any of it.",
        "firm",
        f"counted over {files:,} files; who reads a file may know it too",
        "Let a second person in on the next changes, before it is urgent.",
    )


def _exposed(exposure: Exposure, titles: Mapping[str, str]) -> Iterator[Finding]:
    known = [row for row in exposure.areas if row.factor.value is not None]
    gone = [row for row in known if row.factor.value is not None and row.factor.value < 1]
    one = [row for row in known if row.factor.value is not None and 1 <= row.factor.value < 2]
    single = [*gone, *one]
    if not single:
        return
    files, active = sum(row.files for row in single), [row.active for row in single if row.active is not None]
    resting = bool(active) and sum(active) < _AT_REST * files
    certain = sum(row.factor.high is None or row.factor.high <= 1 for row in single)
    sure: Sure = "firm" if certain * 2 >= len(single) and not resting else "fair"
    counted = f"counted over {files:,} files"
    if resting:
        counted += f", of which only {sum(active):,} were worked on in the last year: what is finished may need nobody"
    yield Finding(
        "exposure",
        f"{len(single)} of {len(known)}",
        f"area{'s' if len(known) > 1 else ''}{_unknown(len(gone), len(one))}.",
        sure,
        f"{counted}; who reads or reviews a file may know it too",
        " ".join(
            text.format(_list([titles[row.area] for row in rows]))
            for rows, text in (
                (one, "Let a second person in on the next changes to {}."),
                (gone, "Say who answers for {} now, or that it may rest."),
            )
            if rows
        ),
    )


def _unknown(gone: int, one: int) -> str:
    """How many areas are known to too few: ``gone`` to nobody any more, ``one`` to one person."""
    if gone and one:
        already = f"{gone} {'is' if gone == 1 else 'are'} half unknown, because who knew the files has left"
        return f": {already}, and {one} would be if one person were away"
    if gone:
        return f" {'is' if gone == 1 else 'are'} half unknown: who knew the files has left"
    return " would be half unknown if one person were away"


def _undecided(deciding: Deciding, titles: Mapping[str, str]) -> Iterator[Finding]:
    if deciding.nobody is None:
        yield Finding(
            "deciding",
            "nobody",
            "is named as deciding anywhere: no ownership file says whose word counts.",
            "firm",
            "the places where hosts look for them were looked into",
            "Begin with the busiest areas: the lines are below, for you to fill in."
            if deciding.suggest
            else "Declare zones that cover paths, and who decides in them.",
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
            if deciding.suggest
            else "Name an owner for what is left open, or one for everything that nothing else covers.",
        )


def _grown(growth: Growth) -> Iterator[Finding]:
    risen = [
        turn
        for turn in growth.turns
        if turn.after > turn.before * _RISEN and _short(turn.after) != _short(turn.before) and turn.after >= _LEAST_EACH
    ]
    if risen and not _fallen_back(growth, risen[-1]):
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
    width = exponent.high - exponent.low
    sure: Sure = "firm" if width <= _NARROW else "fair" if width <= _WIDE else "weak"
    yield Finding(
        "growth",
        f"× {2**exponent.value:.1f}",
        "as many relationships where twice as many people are at work: coordination grows faster than the group.",
        sure,
        f"an exponent of {exponent.value:.2f}, between {exponent.low:.2f} and {exponent.high:.2f}",
        "Before the next growth, divide what everybody meets in: the widest boxes of the matrix show where.",
    )


def _fallen_back(growth: Growth, turn: Turn) -> bool:
    """Whether relationships for each person are by now nearer to what they were before a turn: then it is over."""
    now = growth.moments[-1].each if growth.moments else None
    return now is not None and abs(now - turn.before) < abs(now - turn.after)


def _carried(connectors: Connectors, titles: Mapping[str, str]) -> Iterator[Finding]:
    known = [row for row in connectors.areas if row.carriers is not None and row.people >= _FEW_PEOPLE]
    few = [row for row in known if (row.carriers or 0) <= 2 and (row.share or 0.0) >= _LEAST_LINKING]
    if not few:
        return
    first = max(few, key=lambda row: (row.share or 0.0, row.area))
    more = len(few) - 1
    alike = f"; it is alike in {more} more area{'s' if more > 1 else ''}." if more else "."
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
