"""Who decides where, and where nobody does: every change held against what says who decides on its path."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from counterpoint.ledger.ledger import Ledger
from counterpoint.measures.areas import TOP
from counterpoint.model.map import Decided, Deciding, Missing
from counterpoint.questions.moment import Asking
from counterpoint.questions.paths import FOUND
from counterpoint.questions.tables.places import zones_of_paths
from counterpoint.state.who import who_each

MOST_NAMED = 12
MOST_SUGGESTED = 12
_OPEN = 0.5
"""From which share of its changes that nobody decides on an owner is suggested for an area."""
NOBODY = ("none", ())


@dataclass(frozen=True)
class Says:
    """Something that says who decides on the paths of a source: a ledger, and what every such path begins with."""

    ledger: Ledger
    source: str
    prefix: str
    files: tuple[str, ...]


@dataclass
class _Area:
    """The changes of one area, by who decides, and who is named how often."""

    answers: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)


def decided(says: Says, paths: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """For each path that anything is said of: *one*, *shared*, *ambiguous* or *none*, and who."""
    mine = {path.removeprefix(says.prefix): path for path in paths if path.startswith(says.prefix)}
    with says.ledger.read() as snapshot:
        asking = Asking(snapshot)
        zone_of = {path: zone for _, path, zone in zones_of_paths(asking.state, ((says.source, one) for one in mine))}
        answers = asking.written(tuple(who_each(asking.state, sorted(set(zone_of.values()))).items()))
    by_zone = {zone: (one.answer, tuple(one.deciders)) for zone, one in answers}
    return {mine[path]: by_zone[zone] for path, zone in zone_of.items()}


def deciding(
    every: Sequence[Says], changes: Mapping[str, float], area_of: Mapping[str, str], titles: Mapping[str, str], *,
    declared: bool, repositories: Sequence[str], shown: Collection[str],
) -> Deciding:  # fmt: skip
    """Of the changes to each area, how many fall where one party decides, several, or nobody.

    ``changes`` are those to each path; ``declared`` says that an organisation was asked, and not ownership files.
    """
    files = tuple(file for one in every for file in one.files)
    found: dict[str, tuple[str, tuple[str, ...]]] = {}
    for one in every:
        found |= decided(one, changes)
    if not found:
        lines = _lines((titles[area] for area in _busiest(changes, area_of) if _is_folder(area)), repositories)
        return Deciding((), files, None, lines, () if declared else (_NO_FILES,))
    per: defaultdict[str, _Area] = defaultdict(_Area)
    for path, count in changes.items():
        answer, deciders = found.get(path, NOBODY)
        area = per[area_of[path]]
        area.answers[answer] += count  # type: ignore[assignment]
        for decider in deciders:
            area.named[decider] += count  # type: ignore[assignment]
    # What is shown are the areas that have a title; what is left of many counts in the whole.
    rows = [_row(area, one) for area, one in per.items() if one.answers.total() > 0 and area in shown]
    rows.sort(key=lambda row: (-row.nobody, -per[row.area].answers.total(), row.area))
    whole = sum(one.answers.total() for one in per.values())
    nobody = sum(one.answers["none"] for one in per.values())
    suggest = _lines((titles[row.area] for row in rows if row.nobody >= _OPEN and _is_folder(row.area)), repositories)
    return Deciding(tuple(rows), files, nobody / whole if whole else None, suggest)


_NO_FILES = Missing(
    "ownership files",
    0,
    1,
    "add a file CODEOWNERS at the root, in .github/ or in docs/: a pattern and an owner on each line",
)


def _is_folder(area: str) -> bool:
    """Whether an area is of the tree, so that a pattern can name it; a zone that somebody declared has its own."""
    return area.startswith(FOUND)


def _row(area: str, one: _Area) -> Decided:
    whole = one.answers.total()
    one_party, shared, ambiguous, nobody = (
        round(one.answers[answer] / whole, 6) for answer in ("one", "shared", "ambiguous", "none")
    )
    named = sorted(one.named, key=lambda party: (-one.named[party], party))
    return Decided(area, one_party, shared, ambiguous, nobody, tuple(named[:MOST_NAMED]))


def _busiest(changes: Mapping[str, float], area_of: Mapping[str, str]) -> list[str]:
    busy: Counter[str] = Counter()
    for path, count in changes.items():
        busy[area_of[path]] += count  # type: ignore[assignment]
    return sorted(busy, key=lambda area: (-busy[area], area))


def _lines(titles: Iterable[str], repositories: Sequence[str]) -> tuple[str, ...]:
    """Lines for CODEOWNERS, by repository where there are several."""
    # In CODEOWNERS the last line that matches holds, so what lies within something else comes after it.
    every = sorted(list(titles)[:MOST_SUGGESTED], key=_pattern)
    if len(repositories) < 2:
        return tuple(f"{_pattern(one)} @your-team" for one in every)
    lines: list[str] = []
    for name in repositories:
        mine = [one.removeprefix(f"{name}/") for one in every if one.startswith(f"{name}/")]
        whole = [one for one in every if one.removesuffix(" (rest)") == name]
        if mine or whole:
            lines += [
                f"# {name}",
                *(["* @your-team"] if whole else []),
                *(f"{_pattern(one)} @your-team" for one in mine),
            ]
    return tuple(lines)


def _pattern(title: str) -> str:
    """The pattern of an area: its directory, with what is below it; for the top every file right in it."""
    return "/*" if title == TOP else f"/{title.removesuffix(' (rest)')}/"
