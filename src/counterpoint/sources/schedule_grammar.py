"""The grammar of free-text schedules: tokens to pieces. Whatever it does not read makes the whole text unread.

A text is pieces, and a piece is phrases in any order: how often, which days, at what times, for how long, from and
until when. A phrase that says again what its piece has said already begins the next piece, after a separator::

    text     = section (";" section)*        section = [(label | piece) ":"] piece (("," | "and" | "&" | "/") piece)*
    rhythm   = ("every" | "each") ["other" | number | ordinal] [unit | days] | "daily" | "weekly" | "fortnightly" | …
    days     = [ordinals] day ((sep | "-" | "to") day)* ["of" ("the" | "each" | "every") "month"]
    times    = ["from"] time [("-" | "to") time] [zone] (("and" | "/") time …)*
    bounds   = ("starting" | "from" | …) date | ("until" | "through") date
    length   = ["for"] number ("min" | "hour" | …)
    note     = "(" phrases, or words that say nothing about time ")"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from counterpoint.sources.schedule_clock import TokenReader
from counterpoint.sources.schedule_pieces import (
    ALTERNATING,
    ENDS,
    HARMLESS,
    MINUTES,
    RHYTHMS,
    SEPARATORS,
    STARTS,
    TWO_MEANINGS,
    UNITS,
    Piece,
    Unread,
    note,
    text_of,
)
from counterpoint.sources.schedule_tokens import (
    DAY,
    MARK,
    NUMBER,
    ORDINAL,
    WORD,
    Token,
)


def parse(tokens: Sequence[Token], declared: Mapping[str, str]) -> list[Piece]:
    """All the pieces of a text.

    Raises:
        Unread: some of the text is not in the grammar; the message says which.
    """
    pieces: list[Piece] = []
    section: list[Token] = []
    depth = 0
    for token in [*tokens, Token(MARK, ";", -1, word=";")]:
        depth += {"(": 1, ")": -1}.get(token.word if token.kind == MARK else "", 0)
        if token.kind == MARK and token.word == ";" and depth <= 0:
            if section:
                pieces += _section(section, declared)
            section = []
        else:
            section.append(token)
    if not pieces:
        raise Unread("it says nothing")
    return pieces


def _section(section: list[Token], declared: Mapping[str, str]) -> list[Piece]:
    colon = next((index for index, token in enumerate(section) if token.kind == MARK and token.word == ":"), None)
    label = None
    if colon is not None:
        label = note(section[:colon], declared)
        # What stands before a colon may also be a part of the schedule: "Weekly: Thursdays at 10:00 UTC".
        section = section[colon + 1 :] if label is not None else section[:colon] + section[colon + 1 :]
    parser = _Parser(section, declared)
    pieces = parser.run()
    for piece in pieces:
        piece.label = ": ".join(part for part in (label, piece.label) if part) or None
    return pieces


class _Parser(TokenReader):
    """Reads one section. Each ``_read_…`` takes one phrase and says whether it was there."""

    def __init__(self, tokens: Sequence[Token], declared: Mapping[str, str]) -> None:
        super().__init__(tokens, declared)
        self.piece = Piece()
        self.pieces = [self.piece]
        self.separator = ""

    def run(self) -> list[Piece]:
        while self.at < len(self.tokens):
            if not self._phrase():
                raise Unread(f"{text_of(self.tokens[self.at :])!r} is not read")
        if self.separator == "and":
            raise Unread("it ends in the middle")
        return self.pieces

    def _phrase(self) -> bool:
        if self._read_separator() or self._read_note():
            return True
        start = self.at
        for read in (self._read_bounds, self._read_length, self._read_times, self._read_alternating):
            if read():
                self.separator = ""
                return True
            self.at = start
        for read in (self._read_rhythm, self._read_days, self._read_zone):
            if read():
                self.separator = ""
                return True
            self.at = start
        return self.take(*HARMLESS) or (self.at == len(self.tokens) - 1 and self.take("."))

    def _read_separator(self) -> bool:
        if not self.take(*SEPARATORS):
            return False
        word = self.tokens[self.at - 1].word
        if self.separator and not (self.separator == "," and word in ("and", "&")):
            raise Unread(f"{text_of(self.tokens[self.at - 1 :])!r} is not read")
        if self.piece == Piece():
            raise Unread(f"it begins with {word!r}")
        self.separator = "," if word == "," else "and"
        return True

    def _room(self, *names: str) -> None:
        """Make room for what a phrase says: where the piece has said it already, the next piece begins."""
        fresh = Piece()
        taken = [name for name in names if getattr(self.piece, name) != getattr(fresh, name)]
        if not taken:
            if self.separator == "and":
                raise Unread("“and” joins things of two sorts")
            return
        if not self.separator:
            raise Unread(f"{text_of(self.tokens[self.at - 1 :])!r} follows something that was said already")
        self.piece = Piece(alternating=self.piece.alternating, between=self.piece.between)
        self.pieces.append(self.piece)
        self.separator = ""

    def _read_note(self) -> bool:
        if not self.take("("):
            return False
        depth, first = 1, self.at
        while depth and self.at < len(self.tokens):
            depth += {"(": 1, ")": -1}.get(self.peek().word if self.peek().kind == MARK else "", 0)
            self.at += 1
        if depth:
            raise Unread("a bracket is not closed")
        inner = self.tokens[first : self.at - 1]
        if not self._read_inside(inner):
            text = note(inner, self.declared)
            if text is None:
                raise Unread(f"({text_of(inner)}) is not read")
            self.piece.label = "; ".join(part for part in (self.piece.label, text) if part)
        return True

    def _read_inside(self, inner: list[Token]) -> bool:
        """Brackets may hold phrases: a length, a zone, a start, or the same moment by another clock."""
        parser = _Parser(inner, self.declared)
        parser.piece = self.piece.copy()
        clocks = parser.piece.clocks
        try:
            if clocks and parser._read_times(fresh=True) and parser.at == len(inner):
                *_, last = self.piece.clocks
                self.piece.clocks[-1] = replace(last, same=(*last.same, *parser.piece.clocks[len(clocks) :]))
                return True
            parser.at, parser.piece = 0, self.piece.copy()
            parser.pieces = [parser.piece]
            parser.run()
        except Unread:
            return False
        if len(parser.pieces) > 1 or parser.piece == self.piece:
            return False
        for name in Piece.__dataclass_fields__:
            setattr(self.piece, name, getattr(parser.piece, name))
        return True

    def _read_bounds(self) -> bool:
        word = self.peek().word if self.peek().kind == WORD else ""
        if word in STARTS | ENDS:
            self.at += 1
            self.take("on", "at")
            day = self.date()
            if day is None:
                return False
            name = "start" if word in STARTS else "until"
            self._room(name)
            setattr(self.piece, name, day)
            return True
        day = self.date()
        if day is None:
            return False
        self._room("on")
        self.piece.on = day
        return True

    def _read_length(self) -> bool:
        self.take("for")
        if self.peek().kind != NUMBER:
            return False
        number = self.peek().number
        self.at += 1
        self.take("-")
        unit = self.peek().word
        if unit not in MINUTES or not 0 < number * MINUTES[unit] <= 24 * 60:
            return False
        self.at += 1
        self._room("minutes")
        self.piece.minutes = number * MINUTES[unit]
        return True

    def _read_times(self, *, fresh: bool = False) -> bool:
        before = self.at
        self.take("from", "at", "@")
        clock = self.clock()
        if clock is None:
            self.at = before
            return False
        if self.piece.clocks and not self.separator and not fresh:
            raise Unread(f"{text_of(self.tokens[before:])!r} follows another time")
        if not self.piece.clocks and self.separator == "and":
            raise Unread("“and” joins things of two sorts")
        self.piece.clocks.append(clock)
        return True

    def _read_zone(self) -> bool:
        """A zone that stands apart from the times: ``all times UTC``, ``10:00 on Mondays UTC``."""
        if self.take("all") and not (self.take("times") and (self.take("are", "in") or True)):
            return False
        self.take("in")
        zones, word = self.zone()
        if not zones or not self.piece.clocks or self.piece.clocks[-1].zones:
            return False
        self.piece.clocks = [
            clock if clock.zones else replace(clock, zones=zones, zone_word=word) for clock in self.piece.clocks
        ]
        return True

    def _read_alternating(self) -> bool:
        if not self.take(*ALTERNATING):
            return False
        self.take("weeks", "weekly")
        between = self.take("between")
        if any(piece.alternating for piece in self.pieces):
            raise Unread("it alternates twice")
        self.piece.alternating, self.piece.between = True, between
        return True

    def _read_rhythm(self) -> bool:
        word = self.peek().word if self.peek().kind == WORD else ""
        if word in ("once", "one") and self.peek(1).word in ("a", "per", "every", "each"):
            self.at += 2 if self.peek(1).word in ("a", "per") else 1
            if self.peek(-1).word in ("a", "per"):
                return self._unit(1)
            word = self.peek().word
        if word in RHYTHMS:
            self.at += 1
            unit, interval = RHYTHMS[word]
            return self._say(unit, interval)
        if word in TWO_MEANINGS:
            self.at += 1
            self._room("unit", "two_meanings", "every")
            self.piece.two_meanings = word
            return True
        if word not in ("every", "each"):
            return False
        self.at += 1
        return self._every()

    def _every(self) -> bool:
        token = self.peek()
        if token.word in ("other", "alternate"):
            self.at += 1
            return self._unit(2) or (self.peek().kind == DAY and self._say("week", 2))
        if token.kind == NUMBER:
            self.at += 1
            return self._unit(token.number)
        if token.kind == ORDINAL and self.peek(1).word in UNITS:
            self.at += 1
            return token.number > 1 and self._unit(token.number)
        if token.kind in (DAY, ORDINAL):
            self._room("unit", "every", "two_meanings", "days", "ordinals")
            self.piece.every = True
            return self._read_days()
        return self._unit(1)

    def _unit(self, interval: int) -> bool:
        unit = UNITS.get(self.peek().word) if self.peek().kind == WORD else None
        if unit is None or not 1 <= interval <= 52:
            return False
        self.at += 1
        if unit in ("fortnight", "quarter"):
            return interval == 1 and self._say(*(("week", 2) if unit == "fortnight" else ("month", 3)))
        return (unit != "weekday" or interval == 1) and self._say(unit, interval)

    def _say(self, unit: str, interval: int) -> bool:
        names: tuple[str, ...] = ("unit", "every", "two_meanings")
        if self.peek().kind == DAY and interval > 1:
            names = (*names, "days")  # "every other Thursday" brings its own days
        self._room(*names)
        self.piece.unit = unit  # type: ignore[assignment]
        self.piece.interval = interval
        if self.peek().kind == DAY and interval > 1:
            self.separator = ""
            self.piece.every_other = True
            return self._read_days()
        return True

    def _read_days(self) -> bool:
        before = self.at
        ordinals = self._ordinals()
        self.take("day") if ordinals else None
        days = self._day_list()
        of_month = self._of_month() if ordinals else False
        if not days and not (ordinals and (of_month or self.piece.unit == "month")):
            self.at = before
            return False
        if not self.piece.every or self.piece.days:
            self._room("days", "ordinals")
        self.piece.days, self.piece.ordinals, self.piece.of_month = days, ordinals, of_month
        return True

    def _ordinals(self) -> list[int]:
        found: list[int] = []
        while self.peek().kind == ORDINAL:
            found.append(self.peek().number)
            self.at += 1
            ahead = 1 + (self.peek().word == "," and self.peek(1).word in ("and", "&"))
            if self.peek().word not in SEPARATORS or self.peek(ahead).kind != ORDINAL:
                break
            self.at += ahead
        return found

    def _day_list(self) -> list[int]:
        if self.peek().kind != DAY:
            return []
        found: list[int] = []
        while self.peek().kind == DAY:
            first = self.peek().number
            self.at += 1
            if self.peek().word in ("-", "to", "through") and self.peek(1).kind == DAY:
                last = self.peek(1).number
                self.at += 2
                found += [day % 7 for day in range(first, first + (last - first) % 7 + 1)]
            else:
                found.append(first)
            ahead = 1 + (self.peek().word == "," and self.peek(1).word in ("and", "&"))
            if self.peek().word not in SEPARATORS or self.peek(ahead).kind != DAY:
                break
            self.at += ahead
        return sorted(set(found))

    def _of_month(self) -> bool:
        before = self.at
        if self.take("of", "in"):
            self.take("the", "each", "every")
            if self.take("month"):
                return True
            self.at = before
        return False
