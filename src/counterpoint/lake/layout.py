"""Which folders a lake has, and what the name of a file says about its rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

ACTIVITY = "activity"
"""``activity/SOURCE/2026-11/….parquet``: rows of one source and one month, in UTC."""
RESULTS = "results"
"""``results/MEASURE/….parquet``: what measures came to for periods that are over."""


def month_of(name: str) -> str:
    """The month of the rows of a file, like ``2026-11``."""
    return name.split("/")[-2]


def overlapping(names: Iterable[str], since: date | None, until: date | None) -> list[str]:
    """The files that may have rows from ``since`` until before ``until``; None: from the first, to the last."""
    first = "" if since is None else f"{since:%Y-%m}"
    found = [name for name in names if month_of(name) >= first]
    if until is None:
        return found
    # On the first of a month the month itself is out.
    last = f"{until:%Y-%m}"
    return [name for name in found if month_of(name) < last or (month_of(name) == last and until.day > 1)]
