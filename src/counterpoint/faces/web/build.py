"""From answers to contexts: everything a page needs, worked out before its template runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from counterpoint.faces.web import words
from counterpoint.faces.web.contexts import Matrix, Query, Row, ScorePage, Site
from counterpoint.faces.web.curves import MANY, WIDE, bundles, curves
from counterpoint.faces.web.geometry import rules
from counterpoint.faces.web.layout import Layout, System, lay_out
from counterpoint.model.page import Named
from counterpoint.model.score import BarLine, Score

FOLDED = 22
MOST_LINES = 60
"""A stave with more bar lines than this shows only its rarer rituals until one is pointed at."""


def score_page(score: Score, query: Query, site: Site, teams: Sequence[Named]) -> ScorePage:
    """The context of the score."""
    layout = lay_out(score)
    quiet = len(score.slurs) > MANY
    folded = {stave.ref: layout.height + FOLDED for stave in score.folded}
    drawn = bundles(score.asks, layout) if quiet else ()
    style, classes = rules(layout, drawn)
    staves = (*score.staves, *score.folded)
    ends = [*(stave.ref for stave in staves), *(mark.ref for stave in score.staves for mark in stave.marks)]
    ends += [line.ritual for line in score.barlines]
    return ScorePage(
        site=site,
        query=query,
        score=score,
        layout=layout,
        curves=curves(score.slurs, layout, folded),
        bundles=drawn,
        lines=tuple(barlines(score.barlines, layout)),
        style=style,
        classes=classes,
        numbers={ref: number for number, ref in enumerate(dict.fromkeys(ends))},
        titles={stave.ref: stave.title for stave in staves},
        teams=tuple(teams),
        summary=tuple(_summary(score)),
        matrix=_matrix(score),
        quiet=quiet,
    )


def barlines(lines: Sequence[BarLine], layout: Layout) -> Iterable[tuple[str, str, bool]]:
    """Each ritual's bar lines as one path, and whether it is drawn before anyone points at it: the rarer ones are,
    as long as their stave does not crowd."""
    staves = {stave.stave.ref: stave for stave in layout.staves}
    taken: dict[str | None, int] = {}
    for line in sorted(lines, key=lambda line: len(line.days)):
        if not line.days or (line.stave is not None and line.stave not in staves):
            continue
        taken[line.stave] = taken.get(line.stave, 0) + len(line.days)
        through = layout.staves if line.stave is None else (staves[line.stave],)
        down = _down([system for stave in through for system in stave.systems])
        path = "".join(f"M{layout.axis.at(date.fromisoformat(day)) * WIDE:.1f} {down}" for day in line.days)
        yield line.ritual, path, taken[line.stave] <= MOST_LINES


def _down(systems: Sequence[System]) -> str:
    """From the top of the first system to the bottom of the last, drawn only within each."""
    parts = [f"{systems[0].y:g}v{systems[0].height:g}"]
    for above, below in pairwise(systems):
        parts.append(f"m0 {below.y - above.y - above.height:g}v{below.height:g}")
    return "".join(parts)


def _summary(score: Score) -> Iterable[str]:
    """What there is on the score, in a few short phrases."""
    marks = [mark for stave in score.staves for mark in stave.marks]
    yield words.level(score, len(marks))
    yield f"{words.plural(len(score.staves), 'stave')}"
    count = sum(slur.count for slur in score.slurs)
    if count:
        yield words.plural(count, "dependency", "dependencies")
    for kind in ("collision", "contradiction"):
        flagged = sum(any(flag.kind == kind for flag in mark.flags) for mark in marks)
        if flagged:
            yield f"{flagged} with a {kind}"
    undated = sum(mark.basis in ("period", "none") for mark in marks)
    if undated:
        yield f"{undated} without dates"
    undecided = sum(mark.who == "none" for mark in marks)
    if undecided:
        yield f"{undecided} that nobody decides"
    ambiguous = sum(mark.who == "ambiguous" for mark in marks)
    if ambiguous:
        yield f"{ambiguous} where who decides is ambiguous"
    if score.outside:
        yield f"{score.outside} outside this window"


def _matrix(score: Score) -> Matrix:
    titles = {stave.ref: stave for stave in (*score.staves, *score.folded)}
    asked: dict[str, int] = {}
    cells: dict[tuple[str, str], int] = {}
    for ask in score.asks:
        if ask.provider in titles and ask.consumer in titles:
            asked[ask.provider] = asked.get(ask.provider, 0) + ask.count
            cells[ask.consumer, ask.provider] = ask.count
    columns = sorted(asked, key=lambda ref: (-asked[ref], ref))
    consumers = {consumer for consumer, _ in cells}
    rows = [
        Row(
            titles[consumer],
            tuple(cells.get((consumer, column), 0) for column in columns),
            sum(cells.get((consumer, column), 0) for column in columns),
        )
        for consumer in consumers
    ]
    rows.sort(key=lambda row: (-row.total, row.stave.title))
    named = tuple((column, titles[column].title, asked[column]) for column in columns)
    return Matrix(named, tuple(rows), max(cells.values(), default=0))
