"""Days in package data that are told from today, so that examples never grow old."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"\{today([+-]\d+)?\}")


def render(text: str, today: date) -> str:
    """``{today}``, ``{today+14}`` and ``{today-90}`` as ISO dates; everything else stays as it is.

    >>> render("due = {today+14}", date(2026, 11, 16))
    'due = 2026-11-30'
    """
    return _DAY.sub(lambda found: (today + timedelta(days=int(found.group(1) or 0))).isoformat(), text)
