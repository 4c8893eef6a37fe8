"""Between what a share or a rate lies that was counted: 95 of 100 times."""

from __future__ import annotations

from math import sqrt

from counterpoint.simulation.known import MEASURED, Known

Z = 1.959964


def share_of(hits: int, sample: int, why: str) -> Known:
    """A share that was counted, with E. B. Wilson's score interval (JASA 22, 1927). ``sample`` is 1 or more."""
    share = hits / sample
    middle = (share + Z * Z / (2 * sample)) / (1 + Z * Z / sample)
    half = Z * sqrt(share * (1 - share) / sample + Z * Z / (4 * sample * sample)) / (1 + Z * Z / sample)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Known(share, min(low, share), max(high, share), MEASURED, sample, why)


def rate_of(events: int, sample: float, why: str, seen: int | None = None) -> Known:
    """How many events there are for each of a sample, with Byar's approximation of the exact interval of a Poisson
    count (N. E. Breslow and N. E. Day, IARC 1987, 2.13). ``seen`` is the sample to tell, if not the events' own."""
    low = 0.0
    if events:
        low = events * max(0.0, 1 - 1 / (9 * events) - Z / (3 * sqrt(events))) ** 3
    more = events + 1
    high = more * (1 - 1 / (9 * more) + Z / (3 * sqrt(more))) ** 3
    return Known(events / sample, low / sample, high / sample, MEASURED, events if seen is None else seen, why)
