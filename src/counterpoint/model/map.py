"""The map: what coordination the work in some repositories needs, what there is, and how sure that is, as one answer.

``counterpoint map --json`` prints a :class:`Map`; the report is drawn from the same value and from nothing else. Areas
and groups are named by references (``zone:…``, ``team:…``) that :attr:`Map.areas` and :attr:`Map.groups` tell about.
People are counted and not named, save where the caller asked for names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Sure = Literal["firm", "fair", "weak"]
"""How well a finding is founded: on much data and little that could mislead; on some; or on so little, or with such
doubts, that it is a place to look and no more."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure: its value, its interval where it has one, on how many observations it rests.

    Where there is not enough data ``value`` is null, and ``missing`` says of what.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What a picture needs and there is too little of: how much there is, how much it takes, how it gets there."""

    what: str
    there: int
    least: int
    hint: str


@dataclass(frozen=True, slots=True)
class Repository:
    """What was read: commits in it, their first and last day, its ownership files, and how much could not be read."""

    name: str
    commits: int
    first: str | None
    last: str | None
    ownership: tuple[str, ...]
    unread: int


@dataclass(frozen=True, slots=True)
class Area:
    """An area of the work: ``changes`` to its files, ``files`` that were changed, ``people`` who changed them."""

    ref: str
    title: str
    changes: int
    files: int
    people: int


@dataclass(frozen=True, slots=True)
class Group:
    """A team, or people who were found to work together: how many, and the areas that most of their changes are in."""

    ref: str
    title: str
    people: int
    areas: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Units:
    """By what the report tells things apart. ``found`` says that nobody declared it; ``how`` says where it is from."""

    areas_found: bool
    areas_how: str
    groups_found: bool
    groups_how: str


@dataclass(frozen=True, slots=True)
class Names:
    """Who is who: addresses that were joined to one person by an equal full name, and pairs that may be one person."""

    joined: int
    people: int
    suggested: int


@dataclass(frozen=True, slots=True)
class Tie:
    """Two units, or one with itself: pairs of people whom the work needs to coordinate, and those of them who do.

    ``weight`` is how strongly the work binds the two, as a share of all that it binds; ``beyond`` are pairs who
    coordinate without the work needing it, as far as is seen.
    """

    one: str
    other: str
    required: int
    met: int
    beyond: int
    weight: float


@dataclass(frozen=True, slots=True)
class Cause:
    """Why two units need each other: a file, and what share of all that is required of the unmet pairs is due to it."""

    file: str
    share: float


@dataclass(frozen=True, slots=True)
class Gap:
    """Two units whose people need to coordinate and hardly do: pairs required and not met, and the files that cause
    it."""

    one: str
    other: str
    required: int
    unmet: int
    files: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Coordination:
    """What the work requires and what happens, between ``units`` (areas or teams), in an order that puts together what
    belongs together.

    ``seen`` says what counts as coordination here, and ``traced`` is the share of the commits that say who else had a
    part in them: where it is small, little of what happens was seen.
    """

    grain: Literal["zone", "team"]
    units: tuple[str, ...]
    ties: tuple[Tie, ...]
    gaps: tuple[Gap, ...]
    congruence: Estimate
    required: int
    met: int
    beyond: int
    seen: tuple[str, ...]
    traced: float | None
    since: str | None
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposed:
    """How an area would do without some of its people.

    ``factor`` is its truck factor: how many would have to be away before half of its files are known to nobody; 0 says
    that it is so already. ``authors`` are those who know any of its ``files`` and are still here; ``alone`` is the
    share of its files that one of them alone knows, ``orphaned`` the share that none of them does; ``active`` how many
    files were worked on in the time that coordination is told of (null where that is the whole history).
    """

    area: str
    factor: Estimate
    files: int
    authors: int
    alone: float | None
    orphaned: float | None
    active: int | None = None
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exposure:
    """Exposure by area, the most exposed first, and of everything together."""

    areas: tuple[Exposed, ...]
    whole: Estimate
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Connected:
    """Who links what would not be linked otherwise, as far as they work in an area.

    ``share`` is how much of all such linking that is; ``carriers`` the fewest people who do half of it, ``informal``
    those of them whom no ownership or decision right names (null where nobody declared any); ``people`` are all who
    coordinate with anybody and work there.
    """

    area: str
    share: float | None
    carriers: int | None
    informal: int | None
    people: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Between:
    """Two teams that are kept together by people whom nothing names, and how much of what such people do that is."""

    one: str
    other: str
    share: float


@dataclass(frozen=True, slots=True)
class Connectors:
    """What links the areas. ``roles`` are the brokerage roles (Gould and Fernandez) with the share of each."""

    areas: tuple[Connected, ...]
    roles: dict[str, float]
    between: tuple[Between, ...]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Moment:
    """One period: its first day, people and agents at work, relationships that the work makes between them."""

    period: str
    people: int
    relationships: int | None

    @property
    def each(self) -> float | None:
        """Relationships for each person; None where they are not told."""
        return None if self.relationships is None or not self.people else self.relationships / self.people


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which on a figure moved otherwise than before: its mean before and after."""

    period: str
    figure: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Growth:
    """How relationships grew with people. An ``exponent`` of 1 is one relationship more for each person; 2 is one with
    everybody."""

    window: Literal["week", "month", "quarter", "year"]
    moments: tuple[Moment, ...]
    exponent: Estimate
    turns: tuple[Turn, ...]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """Who decides in an area, as shares of the changes to it: one party, several of whom any may, several without a
    rule, nobody. ``deciders`` are those named most."""

    area: str
    one: float
    shared: float
    ambiguous: float
    nobody: float
    deciders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Deciding:
    """Who decides where and where nobody does, by the files that say so; ``suggest`` are lines that would say more."""

    areas: tuple[Decided, ...]
    files: tuple[str, ...]
    nobody: float | None
    suggest: tuple[str, ...]
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What stands out: the figure, what it says, how sure that is and why, and what to do about it.

    ``about`` is the picture that shows it: coordination, exposure, connectors, growth, deciding.
    """

    about: str
    figure: str
    says: str
    sure: Sure
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class Used:
    """A measure that the answer rests on: its name and version, where it is from, what it cannot tell."""

    name: str
    version: int
    source: str
    limits: str


@dataclass(frozen=True, slots=True)
class Map:
    """The answer. ``as_of`` is the day of the last activity that was read: no clock has a part in it.

    ``doubts`` says, in plain words, what all of it rests on and what was not seen.
    """

    title: str
    as_of: str | None
    since: str | None
    repositories: tuple[Repository, ...]
    people: int
    agents: int
    bots: int
    changes: int
    units: Units
    names: Names
    areas: tuple[Area, ...]
    groups: tuple[Group, ...]
    findings: tuple[Finding, ...]
    coordination: Coordination
    exposure: Exposure
    connectors: Connectors
    growth: Growth
    deciding: Deciding
    measures: tuple[Used, ...]
    doubts: tuple[str, ...]
