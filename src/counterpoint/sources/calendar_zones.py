"""The time zones that calendar files name: IANA's names, Windows' names, a vendor's prefix, or defined in place.

A definition in the file (VTIMEZONE) under a name that nobody knows is matched with the zone that keeps the same clock:
every day at noon in the years around the event. Where none does, the zone is not known; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import cast
from zoneinfo import available_timezones

from counterpoint.errors import BadValue
from counterpoint.model.schedule import offset_name, zone_of

# Of several zones with one clock, the one that people expect to read.
_FAMILIAR = (
    "Europe/London", "Europe/Berlin", "Europe/Paris", "Europe/Helsinki", "America/New_York", "America/Chicago",
    "America/Denver", "America/Phoenix", "America/Los_Angeles", "America/Sao_Paulo", "Asia/Kolkata", "Asia/Shanghai",
    "Asia/Tokyo", "Australia/Sydney", "Australia/Brisbane", "Pacific/Auckland",
)  # fmt: skip
_YEARS = 3


class UnknownZone(Exception):
    """A zone that is neither known nor defined; inside this room only."""


def zone_name(tzid: str, definitions: Mapping[str, str], year: int) -> str:
    """The zone that a TZID means, by IANA name or as a fixed offset.

    ``definitions`` are the texts of the file's VTIMEZONEs by their TZID; ``year`` is the one that matters.

    Raises:
        UnknownZone: nobody knows it, and the file does not define it.
    """
    tzid = tzid.strip().strip('"')
    known, certain = _known(tzid)
    if known is not None and (certain or tzid not in definitions):
        return known
    if tzid in definitions:
        found = _same_clock(definitions[tzid], year, known)
        if found is not None:
            return found
        raise UnknownZone(f"no known time zone keeps the clock that the file defines as {tzid!r}")
    raise UnknownZone(f"the time zone {tzid!r} is not known, and the file does not define it")


def _known(tzid: str) -> tuple[str | None, bool]:
    """The zone of that name, and is that certain: a name behind a vendor's prefix gives way to a definition."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    pieces = tzid.split("/")
    behind = ["/".join(pieces[-count:]) for count in (3, 2) if len(pieces) > count]
    for name in (tzid, WINDOWS_TO_OLSON.get(tzid, ""), *behind):
        try:
            zone_of(name)
        except BadValue:
            continue
        return "UTC" if name in ("Etc/UTC", "GMT", "Etc/GMT") else name, name not in behind
    return None, False


@lru_cache(maxsize=64)
def _same_clock(definition: str, year: int, first: str | None) -> str | None:
    """The first known zone with the same offset at noon of every day of some years, a fixed offset, or None."""
    from icalendar import Timezone

    try:
        component = cast("Timezone", Timezone.from_ical(definition))
        zone = component.to_tz(lookup_tzid=False)
        days = [datetime(year, 1, 1, 12) + timedelta(days=number) for number in range(_YEARS * 366)]
        offsets = [zone.utcoffset(day) for day in days]
    except Exception:  # whatever a broken definition makes the library raise, the zone is then not known
        return None
    if any(offset is None or offset % timedelta(minutes=1) for offset in offsets):
        return None
    if len(set(offsets)) == 1 and offsets[0] is not None:
        return offset_name(round(offsets[0].total_seconds() / 60))
    wanted = list(zip(days, offsets, strict=True))
    for name in (
        *([first] if first else []),
        *_FAMILIAR,
        *sorted(name for name in available_timezones() if "/" in name),
    ):
        candidate = zone_of(name)
        if all(candidate.utcoffset(day) == offset for day, offset in wanted[::61]) and all(
            candidate.utcoffset(day) == offset for day, offset in wanted
        ):
            return name
    return None
