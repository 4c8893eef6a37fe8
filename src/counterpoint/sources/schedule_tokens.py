"""The words of free-text schedules: what each piece of the text is, and what it can mean. Nothing is left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from counterpoint.errors import BadValue
from counterpoint.model.schedule import offset_name, zone_of

TIME, NUMBER, ORDINAL, DAY, MONTH, DATE, ZONE, WORD, MARK, UNREAD = (
    "time", "number", "ordinal", "day", "month", "date", "zone", "word", "mark", "unread",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of the text. ``number`` is minutes of the day, a number, an ordinal (-1: last), a weekday or a month.

    ``word`` is the text folded; ``half`` is am or pm where a time has one.
    """

    kind: str
    text: str
    position: int
    number: int = 0
    word: str = ""
    half: str = ""
    day: date | None = None


DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": -1}
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8}

# What an abbreviation of a time zone can mean. The ones with several meanings are read only when the caller has said
# which is meant: people write EST all year for the clock of New York, and others mean five hours behind UTC.
ZONE_WORDS: dict[str, tuple[str, ...]] = {
    "utc": ("UTC",), "gmt": ("UTC",), "z": ("UTC",), "zulu": ("UTC",),
    "pt": ("America/Los_Angeles",), "pacific": ("America/Los_Angeles",),
    "mt": ("America/Denver",), "mountain": ("America/Denver",),
    "ct": ("America/Chicago",), "central": ("America/Chicago",),
    "et": ("America/New_York",), "eastern": ("America/New_York",),
    "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",), "hkt": ("Asia/Hong_Kong",), "sgt": ("Asia/Singapore",),
    "hst": ("Pacific/Honolulu",), "sast": ("Africa/Johannesburg",), "msk": ("Europe/Moscow",),
    "pst": ("America/Los_Angeles", "UTC-08:00"), "pdt": ("America/Los_Angeles", "UTC-07:00"),
    "mst": ("America/Denver", "UTC-07:00"), "mdt": ("America/Denver", "UTC-06:00"),
    "cst": ("America/Chicago", "UTC-06:00", "Asia/Shanghai"), "cdt": ("America/Chicago", "UTC-05:00"),
    "est": ("America/New_York", "UTC-05:00"), "edt": ("America/New_York", "UTC-04:00"),
    "cet": ("Europe/Paris", "UTC+01:00"), "cest": ("Europe/Paris", "UTC+02:00"),
    "eet": ("Europe/Helsinki", "UTC+02:00"), "eest": ("Europe/Helsinki", "UTC+03:00"),
    "wet": ("Europe/Lisbon", "UTC"), "west": ("Europe/Lisbon", "UTC+01:00"),
    "bst": ("Europe/London", "UTC+01:00", "Asia/Dhaka"),
    "ist": ("Asia/Kolkata", "Asia/Jerusalem", "Europe/Dublin"),
    "aest": ("Australia/Sydney", "UTC+10:00"), "aedt": ("Australia/Sydney", "UTC+11:00"),
    "nzst": ("Pacific/Auckland", "UTC+12:00"), "nzdt": ("Pacific/Auckland", "UTC+13:00"),
}  # fmt: skip

_PATTERN = re.compile(
    r"""
      (?P<date>\d{4}-\d{2}-\d{2}(?!\d))
    | (?P<time>\d{1,2}:\d{2}(?!\d)(?:\s*(?P<half>[ap])\.?m\b\.?)?)
    | (?P<hour>\d{1,2}\s*(?P<only>[ap])\.?m\b\.?)
    | (?P<offset>(?:utc|gmt)\s*[+-]\s*\d{1,2}(?::?\d{2})?(?![\d:]))
    | (?P<ordinal>\d{1,2}(?:st|nd|rd|th)\b)
    | (?P<number>\d{1,6}(?![\d:]))
    | (?P<place>[A-Za-z]+(?:/[A-Za-z_+-]+\d{0,2})+)
    | (?P<joined>(?:bi-(?:weekly|monthly))|stand-up)
    | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)
    | (?P<mark>[,;:&/()@+=.–—-])
    | (?P<unread>\S)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def tokens(text: str) -> list[Token]:
    """The text as tokens, every character of it but white space."""
    text = unicodedata.normalize("NFKC", text).replace("−", "-")
    found: list[Token] = []
    position = 0
    while match := _PATTERN.search(text, position):
        token = _token(match)
        if token is None:  # no place of that name: read its first word alone
            first = re.compile(r"[A-Za-z]+").match(text, match.start())
            token = _word(first.group() if first else match.group(), match.start())
        found.append(token)
        position = match.start() + len(token.text)
    return found


def _token(match: re.Match[str]) -> Token | None:
    text, at = match.group(), match.start()
    if match["date"]:
        try:
            return Token(DATE, text, at, day=date.fromisoformat(text))
        except ValueError:
            return Token(UNREAD, text, at)
    if match["time"] or match["hour"]:
        return _time(match, text, at)
    if match["offset"]:
        return _offset(text, at)
    if match["ordinal"]:
        return Token(ORDINAL, text, at, int(text[:-2]))
    if match["number"]:
        return Token(NUMBER, text, at, int(text), text)
    if match["place"]:
        try:
            zone_of(text)
        except BadValue:
            return None
        return Token(ZONE, text, at, word=text)
    if match["mark"]:
        return Token(MARK, text, at, word="-" if text in "–—" else text)
    return Token(UNREAD, text, at) if match["unread"] else _word(text, at)


def _time(match: re.Match[str], text: str, at: int) -> Token:
    digits = re.findall(r"\d+", text)
    hour, minute = int(digits[0]), int(digits[1]) if match["time"] else 0
    half = (match["half"] or match["only"] or "").lower()
    if minute > 59 or hour > 23 or (half and hour == 0) or (half == "a" and hour > 12) or (match["hour"] and hour > 12):
        return Token(UNREAD, text, at)
    if half == "a" and hour == 12:
        hour = 0
    elif half == "p" and hour < 12:
        hour += 12
    return Token(TIME, text, at, hour * 60 + minute, half=half)


def _offset(text: str, at: int) -> Token:
    sign = -1 if "-" in text else 1
    digits = "".join(re.findall(r"\d", text))
    hours, minutes = (digits[:-2], digits[-2:]) if len(digits) > 2 else (digits, "0")
    try:
        return Token(ZONE, text, at, word=offset_name(sign * (int(hours) * 60 + int(minutes))))
    except BadValue:
        return Token(UNREAD, text, at)


def _word(text: str, at: int) -> Token:
    word = text.casefold().replace("’", "'")
    single = word.removesuffix("s")
    for number, name in enumerate(DAY_NAMES):
        if single == name.casefold() or word in (name[:3].casefold(), name[:3].casefold() + "s"):
            return Token(DAY, text, at, number, word)
    if word in _SHORT_DAYS:
        return Token(DAY, text, at, _SHORT_DAYS[word], word)
    if word in _ORDINALS:
        return Token(ORDINAL, text, at, _ORDINALS[word], word)
    if word in _NUMBERS:
        return Token(NUMBER, text, at, _NUMBERS[word], word)
    for number, name in enumerate(_MONTH_NAMES, start=1):
        if word in (name, name[:3], "sept" if number == 9 else name):
            return Token(MONTH, text, at, number, word)
    return Token(WORD, text, at, word=word)


def zone_meanings(word: str, declared: Mapping[str, str]) -> tuple[str, ...]:
    """What an abbreviation can mean here: what the caller declared, else every meaning it has; none: it is no zone."""
    own = {name.casefold(): zone for name, zone in declared.items()}
    return (own[word],) if word in own else ZONE_WORDS.get(word, ())
