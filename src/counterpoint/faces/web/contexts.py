"""One typed context for each page: all that its template may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import quote, urlencode

from counterpoint.faces.web import words
from counterpoint.faces.web.curves import Bundle, Curve
from counterpoint.faces.web.layout import Layout, Placed
from counterpoint.model.page import Named, Page
from counterpoint.model.score import Level, Mark, Score, Stave

Here = Literal["score", "contradictions", "collisions", "whatif", "search", "thing", "error"]
View = Literal["score", "table", "asks"]
VIEWS: tuple[tuple[View, str], ...] = (("score", "Score"), ("table", "Table"), ("asks", "Who asks whom"))
ZOOMS: tuple[tuple[Level, str], ...] = (
    ("objective", "Objectives"),
    ("deliverable", "Deliverables"),
    ("task", "Tasks"),
)


def link_to(ref: str, as_of: str | None = None) -> str:
    """The address of a thing's page."""
    query = f"?{urlencode({'as_of': as_of})}" if as_of else ""
    return f"/thing/{quote(ref, safe=':@/~')}{query}"


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of the score, as the address has it."""

    level: Level = "deliverable"
    teams: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    view: View = "score"
    as_of: str | None = None

    def fields(self) -> list[tuple[str, str]]:
        """The parts of the address, without what is usual."""
        found: list[tuple[str, str]] = []
        if self.level != "deliverable":
            found.append(("level", self.level))
        found += [("team", team) for team in self.teams]
        for name, value in (("from", self.first), ("to", self.last), ("as_of", self.as_of)):
            if value:
                found.append((name, value))
        if self.view != "score":
            found.append(("view", self.view))
        return found

    def url(self, path: str = "/") -> str:
        """The address that asks the same."""
        fields = self.fields()
        return f"{path}?{urlencode(fields)}" if fields else path

    def at(self, level: Level) -> str:
        """The same at another level of zoom."""
        return replace(self, level=level).url()

    def seen(self, view: View) -> str:
        """The same in another view."""
        return replace(self, view=view).url()

    def without(self, team: str) -> str:
        """The same without one team of the filter."""
        return replace(self, teams=tuple(one for one in self.teams if one != team)).url()

    def only(self, team: str) -> str:
        """The same with the filter on one team."""
        return replace(self, teams=(team,)).url()


@dataclass(frozen=True, slots=True)
class Site:
    """What every page shows around its content."""

    title: str
    here: Here
    head: str
    now: str
    as_of: str | None = None
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table of who asks whom: one stave, what it asks of each column, and the sum."""

    stave: Stave
    cells: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Who asks whom: columns are the staves that are asked, the most asked first."""

    columns: tuple[tuple[str, str, int], ...]
    rows: tuple[Row, ...]
    most: int


@dataclass(frozen=True, slots=True)
class ScorePage:
    """The full score. ``classes`` are the names of the generated style rules; ``numbers`` count ends for the script."""

    site: Site
    query: Query
    score: Score
    layout: Layout
    curves: tuple[Curve, ...]
    bundles: tuple[Bundle, ...]
    lines: tuple[tuple[str, str, bool], ...]
    style: str
    classes: Mapping[str, str]
    numbers: Mapping[str, int]
    titles: Mapping[str, str]
    teams: tuple[Named, ...]
    summary: tuple[str, ...]
    matrix: Matrix
    quiet: bool

    def describe(self, mark: Mark) -> str:
        """A mark in words."""
        return words.describe(mark, self.titles)

    def place(self, placed: Placed) -> str:
        """The style classes that put a mark where it belongs."""
        return self.classes[placed.mark.ref]

    @property
    def marks(self) -> int:
        """How many marks there are on the score."""
        return sum(len(stave.marks) for stave in self.score.staves)


@dataclass(frozen=True, slots=True)
class SideRow:
    """One side of a contradiction: the value in words, and each statement of it as source, day, age and place."""

    value: str
    sayings: tuple[tuple[str, str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """Where sources differ on one attribute: the sides, what holds (nothing where it is disputed), who may settle."""

    attribute: str
    standing: str
    holds: str
    why: str
    sides: tuple[SideRow, ...]
    settlers: tuple[Named, ...]
    hint: str


@dataclass(frozen=True, slots=True)
class ThingPage:
    """The page of one thing. ``titles`` has the names for the references in its answer about who decides."""

    site: Site
    page: Page
    titles: Mapping[str, str]
    disputes: tuple[Dispute, ...]
    events: tuple[EventRow, ...]
    known_from: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One statement in a thing's history."""

    said: str
    recorded: str
    attribute: str
    text: str
    source: str
    actor: str
    place: str
    operation: str
    statement: str


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a plain list: what it is about, what is wrong (*grave* or not), and its parts."""

    things: tuple[Named, ...]
    title: str
    text: str
    parts: tuple[str, ...]
    grave: bool = False


@dataclass(frozen=True, slots=True)
class ListPage:
    """Contradictions, collisions, or what a search found."""

    site: Site
    intro: str
    items: tuple[Item, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """What went wrong, in plain words, and where to go instead."""

    site: Site
    message: str
    hint: str
    suggestions: tuple[Named, ...]
