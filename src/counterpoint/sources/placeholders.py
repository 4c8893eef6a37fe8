"""Days in package data that are told from today, so that examples never grow old."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DAY = re.compile(r"\{(today|monday)([+-]\d+)?\}")


def render(text: str, today: date) -> str:
    """``{today}``, ``{today+14}``, ``{monday-7}`` as ISO dates, Monday being that of this week; the rest as it is.

    >>> render("due = {today+14}, in the week of {monday+14}", date(2026, 11, 21))
    'due = 2026-12-05, in the week of 2026-11-30'
    """
    starts = {"today": today, "monday": today - timedelta(days=today.weekday())}
    return _DAY.sub(lambda found: (starts[found[1]] + timedelta(days=int(found[2] or 0))).isoformat(), text)
