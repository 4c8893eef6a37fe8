"""What a piece of a schedule's text can say, and the words that the grammar knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from counterpoint.sources.schedule_tokens import (
    DATE,
    DAY,
    MONTH,
    ORDINAL,
    TIME,
    UNREAD,
    WORD,
    ZONE,
    Token,
    zone_meanings,
)

HARMLESS = frozenset({
    "on", "at", "the", "a", "an", "meeting", "meetings", "meets", "meet", "we", "call", "calls", "sync",
    "standup", "stand-up", "held", "happens", "takes", "place", "is", "occurs", "regular", "recurring",
})  # fmt: skip
UNITS = {
    "day": "day", "days": "day", "week": "week", "weeks": "week", "wk": "week", "month": "month", "months": "month",
    "fortnight": "fortnight", "weekday": "weekday", "weekdays": "weekday", "quarter": "quarter",
}  # fmt: skip
RHYTHMS = {
    "daily": ("day", 1), "weekly": ("week", 1), "monthly": ("month", 1), "quarterly": ("month", 3),
    "fortnightly": ("week", 2), "weekdays": ("weekday", 1),
}  # fmt: skip
TWO_MEANINGS = {"biweekly": "week", "bi-weekly": "week", "bimonthly": "month", "bi-monthly": "month"}
STARTS = frozenset({"starting", "beginning", "starts", "begins", "since", "from"})
ENDS = frozenset({"until", "till", "through", "ending", "ends"})
MINUTES = {
    "m": 1, "min": 1, "mins": 1, "minute": 1, "minutes": 1, "h": 60, "hr": 60, "hrs": 60, "hour": 60, "hours": 60,
}  # fmt: skip
ALTERNATING = frozenset({"alternating", "alternates", "alternate"})
SEPARATORS = frozenset((",", "and", "&", "+", "/"))
# Words that can change when something happens: a note or label that has one is not harmless.
TELLING = frozenset({
    "except", "excluding", "not", "no", "never", "cancelled", "canceled", "skip", "skipped", "skipping", "only",
    "unless", "if", "when", "even", "odd", "holiday", "holidays", "summer", "winter", "spring", "autumn",
    "fall", "tbd", "tbc", "todo", "during", "before", "after", "or", "maybe", "usually", "sometimes",
    "sometime", "varies", "variable", "different", "other", "every", "each", "needed", "demand", "tentative",
    "paused", "hiatus", "inactive", "suspended", "off", "break", "school", "dst", "daylight", "standard",
    "local", "changes", "change", "changed", "moved", "week", "weeks", "day", "days", "month", "months", "year",
    "years", "might", "approximately", "about", "around", "ad", "hoc", "irregular", "occasionally", "once",
    "twice", "until", "till", "from", "starting", "since", "alternate", "between", "both", "instead", "also",
    "quarterly", "yearly", "annually", "noon", "midnight", "morning", "afternoon", "evening",
}).union(RHYTHMS, TWO_MEANINGS, ALTERNATING)  # fmt: skip


class Unread(Exception):
    """The grammar stops at a token; inside this room only: the reader turns it into an outcome."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day in minutes, how long it lasts if that is said, and the zone word or words that it may be in.

    ``same`` are times that are said to be the same moment by other clocks.
    """

    at: int
    minutes: int | None = None
    zones: tuple[str, ...] = ()
    zone_word: str = ""
    same: tuple[Clock, ...] = ()


@dataclass(slots=True)
class Piece:
    """What one piece of a text says; whatever is None or empty it does not say."""

    unit: Literal["day", "week", "month", "weekday"] | None = None
    interval: int = 1
    two_meanings: str | None = None
    every: bool = False
    every_other: bool = False
    ordinals: list[int] = field(default_factory=list)
    of_month: bool = False
    days: list[int] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    minutes: float | None = None
    start: date | None = None
    until: date | None = None
    on: date | None = None
    label: str | None = None
    alternating: bool = False
    between: bool = False

    def copy(self) -> Piece:
        """A piece of its own with the same content."""
        return replace(self, ordinals=list(self.ordinals), days=list(self.days), clocks=list(self.clocks))


def note(tokens: Sequence[Token], declared: Mapping[str, str]) -> str | None:
    """Words that say nothing about time, as one text; None where one of them might."""
    for token in tokens:
        if token.kind in (DAY, TIME, DATE, ORDINAL, MONTH, ZONE, UNREAD) or token.word in TELLING:
            return None
        if token.kind == WORD and len(token.word) > 1 and token.text.isupper() and zone_meanings(token.word, declared):
            return None
    return text_of(tokens) or None


def text_of(tokens: Sequence[Token]) -> str:
    """Tokens as the text that they were."""
    found = ""
    for before, token in zip([None, *tokens], tokens, strict=False):
        gap = before is not None and token.position > before.position + len(before.text)
        found += (" " if gap else "") + token.text
    return found
