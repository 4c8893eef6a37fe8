"""Times as the ledger writes them: ISO 8601, UTC, microseconds, one width, so that text order is time order."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

from dateutil import parser as dateutil_parser

from counterpoint.errors import BadValue

_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d\.\d{6}Z")


def stamp(moment: datetime) -> str:
    """``2026-11-21T10:50:34.000000Z``. A naive time is a bug of the caller.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be stamped")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def times_for_people(text: str) -> str:
    """A text with the stamps in it as people read times: ``2026-11-21 10:50 UTC``."""
    return _STAMP.sub(r"\1 \2 UTC", text)


def moment(text: str) -> datetime:
    """The inverse of :func:`stamp`, and of any ISO 8601 time with a zone.

    Raises:
        BadValue: the text is no time, or has no zone.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadValue(f"{text!r} is not a time", hint="write it like 2026-11-21T10:50:00Z") from error
    if found.tzinfo is None:
        raise BadValue(f"{text!r} has no time zone", hint="end it with Z or an offset such as +01:00")
    return found


def after(text: str, **wait: float) -> str:
    """The stamp so long after a stamp: ``after(now, minutes=15)``. What lies beyond all times is the last of them."""
    try:
        return stamp(moment(text) + timedelta(**wait))
    except OverflowError:
        return stamp(datetime.max.replace(tzinfo=UTC))


def day(text: str) -> date:
    """An ISO date.

    Raises:
        BadValue: the text is no date that exists.
    """
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadValue(f"{text!r} is not a date", hint="write it like 2026-11-21") from error


def start_of(text: str) -> str:
    """The stamp of a date (its midnight in UTC) or of a time; what ``--as-of`` and ``--known-at`` take.

    Raises:
        BadValue: neither a date nor a time with a zone.
    """
    if len(text) == len("2026-11-21"):
        return stamp(datetime.combine(day(text), time(), UTC))
    return stamp(moment(text))


def read_date(text: str, *, day_first: bool = False) -> date:
    """A date in words or figures (``13-Jun-2000``, ``June 13, 2000``, ``2000-06-13``); every part must be there.

    Raises:
        BadValue: no date, a date that does not exist, or a part is missing.
    """
    probes = (datetime(2001, 1, 1), datetime(2004, 12, 31))
    try:
        first, second = (
            dateutil_parser.parse(text, default=probe, dayfirst=day_first, ignoretz=True) for probe in probes
        )
    except (ValueError, OverflowError, TypeError) as error:
        raise BadValue(f"{text!r} is not a date", hint="an ISO date such as 2026-11-21 is always read") from error
    if first.date() != second.date():
        raise BadValue(f"{text!r} is not a whole date", hint="day, month and year are needed")
    return first.date()
