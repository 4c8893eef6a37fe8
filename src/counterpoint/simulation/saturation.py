"""When a gatekeeper cannot keep up: the speed-up from which a station's queue grows without end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from counterpoint.simulation.comparing import FULL
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.rates import loads
from counterpoint.simulation.variant import AS_IS, Variant, varied

MOST = 1_000.0
PRECISION = 1e-3


@dataclass(frozen=True, slots=True)
class Limit:
    """A station: how much of its capacity is taken now, and from which speed-up on it cannot keep up (None: not below
    a thousand)."""

    station: str
    load: float
    speedup: float | None


def limits(organisation: Organisation, variant: Variant = AS_IS, response: float = 1.0) -> list[Limit]:
    """Every station with its limit, the first to be reached first, if demand responds to faster execution as said
    (1: as much more work as it is faster).

    Raises:
        InvalidInput: the variant makes no sense.
    """

    def at(speedup: float) -> dict[str, float]:
        faster = replace(variant, speedup=speedup, response=response)
        return loads(varied(organisation, faster), faster)

    now = at(1.0)
    found = [Limit(name, load, _limit(at, name, load)) for name, load in now.items()]
    return sorted(found, key=lambda one: (one.speedup or MOST, -one.load, one.station))


def _limit(at: Callable[[float], dict[str, float]], name: str, now: float) -> float | None:
    if now >= FULL:
        return 1.0
    low, high = 1.0, MOST
    if at(high)[name] < FULL:
        return None
    while high / low > 1 + PRECISION:
        middle = (low * high) ** 0.5
        low, high = (low, middle) if at(middle)[name] >= FULL else (middle, high)
    return high
