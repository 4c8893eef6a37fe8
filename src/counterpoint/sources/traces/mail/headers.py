"""The head of a message: who wrote it, when, to whom, what it answers, on which list, and whether a program sent it.

Headers in the wild are broken in every way, so each is read by itself and nothing that one of them holds can harm the
others. What a message says (subject and body) is never looked at. RFC 5322 (heads), 2047 (names), 2919 (lists), 3834
(what programs send).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import HeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from counterpoint.model.activity import Identity
from counterpoint.sources.traces.git.people import account, somebody

_ID = re.compile(r"<([^<>\s]{1,500})>")
_ANGLED = re.compile(r"<([^<>\s]+)>")
_OBSCURED = re.compile(r"(?P<local>[^\s@<>()]+) at (?P<domain>[^\s@<>()]+\.[^\s@<>()]+)(?:\s+\((?P<name>.*)\))?")
_MACHINE = re.compile(
    r"(?:no|do[-_.]?not)[-_.]?reply(?:[-_.+].*)?|mailer-daemon|postmaster|bounces?(?:[-_.+].*)?|auto-?(?:reply|mailer)"
)
_VIA = re.compile(r"\s+via\s+.*$", re.IGNORECASE | re.DOTALL)
_PARSER = HeaderParser(policy=compat32)
_LONGEST_HEADER = 64 * 1024
MOST_REFERENCES = 60
MOST_ADDRESSED = 20
"""A message to more people than this is addressed to nobody in particular."""
_APART = timedelta(days=30)
_EARLIEST, _LATEST = 1971, 2100


class Unusable(Exception):
    """Why a message cannot be read, and what to do; inside this room only."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


@dataclass(frozen=True, slots=True)
class Letter:
    """What of a message counts.

    ``number`` is its Message-ID, made up where it has none; ``answers`` are the messages that it names as those before
    it, from the first of the discussion to the one that it answers. ``automatic`` says why it is taken for one that a
    program sent; its ``author`` is then an identity of its own, and never the human being whose program it is.
    """

    number: str
    answers: tuple[str, ...]
    author: Identity
    tool: str
    moment: datetime
    ahead: int | None
    landed: datetime | None
    dated: str
    list: str
    automatic: str
    addressed: tuple[Identity, ...]


def letter(head: bytes, *, list_name: str = "") -> Letter:
    """Read a head. ``list_name`` is the list of messages that name none.

    Raises:
        Unusable: nobody says who wrote it, or when.
    """
    message = _PARSER.parsestr(head.decode("utf-8", "replace"))
    posted = _posting_addresses(message)
    on = _list_of(message) or list_name
    author, tool = _author(message, posted)
    moment, ahead, landed, dated = _dates(message)
    number = next(iter(_ID.findall(_text(message, "Message-ID"))), "") or _text(message, "Message-ID").strip()
    if not number:
        parts = (author.reference, moment.isoformat(), *(_text(message, name) for name in ("To", "Cc", "Subject")))
        number = "\x1f".join(parts)
    automatic = "" if _text(message, "X-GitHub-Sender") else _automatic(message, on)
    if automatic and author.sort == "unknown":
        author = Identity("automatic", author.handle, author.name, "bot", 0.9)
    answers = tuple(one for one in _answers(message) if one != number)
    addressed = _addressed(message, {*posted, author.handle}, on)
    return Letter(number, answers, author, tool, moment, ahead, landed, dated, on, automatic, addressed)


def _author(message: Message, posted: Iterable[str]) -> tuple[Identity, str]:
    sender = _text(message, "X-GitHub-Sender").strip()
    found = account(sender) if sender else None
    if found is None:
        name, address = _written_by(message, frozenset(posted))
        found = somebody(name, address)
    if found is None:
        raise Unusable("nobody says who wrote it", "it has no From, or one without an address")
    who = found.identity
    if who.sort == "unknown" and who.system == "email" and _MACHINE.fullmatch(who.handle.partition("@")[0]):
        who = Identity(who.system, who.handle, who.name, "bot", 0.9)
    return who, found.tool


def _written_by(message: Message, posted: frozenset[str]) -> tuple[str, str]:
    """Name and address of who wrote it. A list that puts its own address there says elsewhere whose it was."""
    first = ("", "")
    for header in ("From", "X-Original-From", "Reply-To", "Sender"):
        for name, address in _people(message, header):
            first = first if first[1] else (name, address)
            if address not in posted:
                return _VIA.sub("", name) if first[1] in posted else name, address
    return _VIA.sub("", first[0]), "" if first[1] in posted and first[0] else first[1]


def _addressed(message: Message, without: set[str], on: str) -> tuple[Identity, ...]:
    found: dict[str, Identity] = {}
    for header in ("To", "Cc"):
        for name, address in _people(message, header):
            if address in without or address.replace("@", ".") == on:
                continue
            one = somebody(name, address)
            if one is not None and one.identity.system != "name":
                found.setdefault(one.reference, one.identity)
            if len(found) > MOST_ADDRESSED:
                return ()
    return tuple(found.values())


def _people(message: Message, header: str) -> list[tuple[str, str]]:
    """Names and addresses, these in lower case; also where an archive has written `` at `` for ``@``."""
    every = []
    for text in _texts(message, header):
        obscured = _OBSCURED.fullmatch(" ".join(text.split()))
        if obscured is not None:
            every.append((_decoded(obscured["name"] or ""), f"{obscured['local']}@{obscured['domain']}".lower()))
            continue
        try:
            pairs = getaddresses([text])
        except (ValueError, IndexError, TypeError, RecursionError):
            continue
        every += [(_decoded(name), address.strip().lower()) for name, address in pairs if address.count("@") == 1]
    return every


def _dates(message: Message) -> tuple[datetime, int | None, datetime | None, str]:
    """When it was written, how far that clock was ahead of UTC, when it arrived, and which of the two is told.

    Raises:
        Unusable: it has no date that can be.
    """
    written = _date(_text(message, "Date"))
    received = _date(next(iter(_texts(message, "Received")), "").rpartition(";")[2])
    landed = None if received is None else received[0]
    if written is not None and (landed is None or abs(written[0] - landed) <= _APART):
        return *written, landed, ""
    if landed is not None:
        return landed, None, landed, "received"
    text = _text(message, "Date").strip()
    raise Unusable(
        f"its date {text[:60]!r} cannot be read" if text else "nobody says when it was written",
        "it has no Date like Mon, 02 Mar 2026 10:00:00 +0100",
    )


def _date(text: str) -> tuple[datetime, int | None] | None:
    """The moment in UTC, without a zone, and the minutes that the clock was ahead; these None for ``-0000``."""
    try:
        found = parsedate_to_datetime(text.strip())
        offset = found.utcoffset()
        moment = found if offset is None else found.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if not _EARLIEST <= moment.year <= _LATEST or (offset is not None and abs(offset) > timedelta(hours=14)):
        return None
    return moment, None if offset is None else offset // timedelta(minutes=1)


def _answers(message: Message) -> Sequence[str]:
    """The messages before it, the first of the discussion first: ``References``, else the first of ``In-Reply-To``."""
    named = list(dict.fromkeys(_ID.findall(_text(message, "References"))))
    direct = _ID.findall(_text(message, "In-Reply-To"))[:1]
    if not named:
        return direct
    if len(named) > MOST_REFERENCES:
        named = [named[0], *named[1 - MOST_REFERENCES :]]
    return named


def _list_of(message: Message) -> str:
    text = _text(message, "List-Id").strip()
    found = _ANGLED.findall(text)
    name = found[-1] if found else text
    return name.lower() if name and not any(one.isspace() for one in name) else ""


def _posting_addresses(message: Message) -> frozenset[str]:
    """The addresses of the list itself."""
    found = set()
    for header in ("List-Post", "X-Mailing-List"):
        text = _text(message, header)
        for one in _ANGLED.findall(text) or [text.strip()]:
            address = one.lower().removeprefix("mailto:").partition("?")[0]
            if address.count("@") == 1:
                found.add(address)
    return frozenset(found)


def _automatic(message: Message, on: str) -> str:
    """By which header a program says that it sent this; empty where none does."""
    submitted = _text(message, "Auto-Submitted").strip().lower()
    if submitted and not submitted.startswith("no"):
        return "Auto-Submitted"
    precedence = _text(message, "Precedence").strip().lower()
    if precedence in ("auto_reply", "junk") or (precedence == "bulk" and not on):
        return "Precedence"
    for header in ("X-Autoreply", "X-Autorespond", "X-Auto-Reply", "X-Autogenerated"):
        if _text(message, header):
            return header
    if _text(message, "Return-Path").strip() == "<>":
        return "Return-Path"
    if _text(message, "Content-Type").strip().lower().startswith("multipart/report"):
        return "Content-Type"
    return "List-Unsubscribe" if not on and _text(message, "List-Unsubscribe") else ""


def _text(message: Message, name: str) -> str:
    return next(iter(_texts(message, name)), "")


def _texts(message: Message, name: str) -> list[str]:
    """Every header of a name as text on one line, without what cannot be encoded."""
    return [" ".join(str(one)[:_LONGEST_HEADER].splitlines()) for one in message.get_all(name, [])]


def _decoded(text: str) -> str:
    """A name as people write it."""
    try:
        found = str(make_header(decode_header(text)))
    except (MessageError, ValueError, LookupError, IndexError, TypeError):
        found = text
    return found.encode("utf-8", "replace").decode("utf-8").strip().strip("\"'")
