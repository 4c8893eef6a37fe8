"""The parts of the schedule grammar that stand on their own: times with their zone, and dates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from counterpoint.sources.schedule_pieces import Clock, Unread
from counterpoint.sources.schedule_tokens import (
    DATE,
    MARK,
    MONTH,
    NUMBER,
    ORDINAL,
    TIME,
    WORD,
    ZONE,
    Token,
    zone_meanings,
)


class TokenReader:
    """Walks over tokens. Each method takes what it names and steps over it, or returns nothing and stays."""

    def __init__(self, tokens: Sequence[Token], declared: Mapping[str, str]) -> None:
        self.tokens = list(tokens)
        self.declared = declared
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        """A token further on, or one that is nothing."""
        index = self.at + ahead
        return self.tokens[index] if index < len(self.tokens) else Token(MARK, "", -1)

    def take(self, *words: str) -> bool:
        """Step over one token if it is one of these words or marks."""
        if self.peek().kind in (WORD, MARK) and self.peek().word in words:
            self.at += 1
            return True
        return False

    def clock(self) -> Clock | None:
        """One time, its end and its zone, and after ``/`` or ``=`` the same moment by other clocks."""
        clock = self._span()
        if clock is None:
            return None
        first, (zones, word) = self.tokens[self.at - 1], self.zone()
        clock = replace(clock, zones=zones, zone_word=word)
        if zones and clock.minutes is None and self.peek().word in ("-", "to") and self.peek(1).kind == TIME:
            clock = self._lasting(clock, first, self.peek(1))
            self.at += 2
            if self.zone()[0] not in ((), zones):
                raise Unread("it begins in one time zone and ends in another")
        while zones and self.peek().kind == MARK and self.peek().word in ("/", "="):
            before = self.at
            self.at += 1
            other = self._span()
            if other is None:
                self.at = before
                break
            others, word = self.zone()
            if not others:
                raise Unread("a time after “/” has no zone of its own")
            clock = replace(clock, same=(*clock.same, replace(other, zones=others, zone_word=word)))
        return clock

    def _span(self) -> Clock | None:
        first, second, third = (self.peek(ahead) for ahead in range(3))
        ranges = second.word in ("-", "to", "until", "till") and third.kind == TIME
        if first.kind == NUMBER and ranges and third.half and 1 <= first.number <= 12:
            begin = first.number % 12 * 60 + (12 * 60 if third.half == "p" else 0)
            if begin >= third.number:
                begin = (begin + 12 * 60) % (24 * 60)
        elif first.kind == TIME:
            begin = first.number
            if ranges and third.half and not first.half and begin <= 12 * 60 and begin < third.number - 12 * 60:
                begin += 12 * 60
        elif first.kind == WORD and first.word in ("noon", "midnight"):
            begin = 12 * 60 if first.word == "noon" else 0
        else:
            return None
        self.at += 3 if ranges else 1
        return self._lasting(Clock(begin), first, third) if ranges else Clock(begin)

    def _lasting(self, clock: Clock, first: Token, last: Token) -> Clock:
        """The clock with its length, from the time at which it ends."""
        end = last.number
        if first.half and not last.half and end < clock.at:
            end += 12 * 60
            if end <= clock.at:
                raise Unread(f"{last.text!r} is before it begins")
        if clock.at == end:
            raise Unread("it ends when it begins")
        return replace(clock, minutes=(end - clock.at) % (24 * 60))

    def zone(self) -> tuple[tuple[str, ...], str]:
        """A zone: a name, an offset, or an abbreviation with the meanings that it can have."""
        token = self.peek()
        if token.kind == MARK and token.word == "(" and self.peek(2).word == ")":
            inner = self.peek(1)
            if inner.kind == ZONE or (inner.kind == WORD and zone_meanings(inner.word, self.declared)):
                self.at += 1
                found = self.zone()
                self.at += 1
                return found
        if token.kind == ZONE:
            self.at += 1
            return (token.word,), ""
        if token.kind != WORD or not (zones := zone_meanings(token.word, self.declared)):
            return (), ""
        self.at += 1
        other = zone_meanings(self.peek(1).word, self.declared) if self.peek().word == "/" else ()
        if other and other != zones and other[0] == zones[0]:
            self.at += 2  # CET/CEST: winter and summer time of one clock
            zones = zones[:1]
        self.take("time")
        return zones, token.word if len(zones) > 1 else ""

    def date(self) -> date | None:
        """A whole date: in figures as ISO has it, or with the month in letters, and always with its year."""
        first, second, third = (self.peek(ahead) for ahead in range(3))
        if first.kind == DATE:
            self.at += 1
            return first.day
        taken = 3
        if first.kind == MONTH and third.kind == MARK and third.word == ",":
            third, taken = self.peek(3), 4
        month, number = (first, second) if first.kind == MONTH else (second, first)
        if month.kind != MONTH or number.kind not in (NUMBER, ORDINAL) or third.kind != NUMBER or third.number < 1900:
            return None
        try:
            found = date(third.number, month.number, number.number)
        except ValueError:
            return None
        self.at += taken
        return found
