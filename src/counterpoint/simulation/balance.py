"""What nobody stated of the amount of work is taken to be what keeps people as busy as they are assumed to be.

An organisation that works is in balance: its queues do not grow without end. So where either the number of items or
the hours of one are not known, they follow from ``utilisation``, with all the coordination that the work takes. And
since one person works at an item at a time, no more people are busy with their own work than there are items under
way, where that number is known: by Little's law (*Operations Research* 9, 1961) items then take no longer than that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

from counterpoint.simulation.organisation import Organisation, Stream, checked
from counterpoint.simulation.rates import loads
from counterpoint.simulation.variant import AS_IS

ROUNDS, STEPS = 60, 5
ROUNDING = 1e-9
LEAST_VOLUME = 0.25
"""Hours: less than that is no item of work."""


def balanced(organisation: Organisation, settings: Mapping[str, float] | None = None) -> Organisation:
    """The organisation with the amounts of work that nobody stated; ``settings`` are other values of its numbers.

    Where coordination alone takes more than people are assumed to do, items are as small as they can be, and the area
    stays busier than assumed.

    Raises:
        InvalidInput: there is nothing to simulate in it.
    """
    stated = {name: organisation.known(name).at(value) for name, value in (settings or {}).items()}
    found = checked(replace(organisation, settings={**organisation.settings, **stated}))
    usual = found.setting("volume")
    found = _with(found, [_volume(one, usual) if one.volume.assumed else one for one in found.streams])
    aim = found.setting("utilisation")
    for _ in range(ROUNDS if any(one.weekly.assumed for one in found.streams) else 0):
        taken = loads(found, AS_IS)
        streams = []
        for one in found.streams:
            if one.weekly.assumed and (load := taken[f"people:{one.area}"]) > 0:
                # Half of the way in each round, since what one area does is asked of others.
                streams.append(replace(one, weekly=one.weekly.at(one.weekly.value * (aim / load) ** 0.5)))
            else:
                streams.append(one)
        found = _with(found, streams)
    return _staffed(_volumes(found, aim), aim)


def _staffed(organisation: Organisation, aim: float) -> Organisation:
    """Where nobody says how many decide above, as many as what goes there now takes."""
    deciders = organisation.centre.deciders
    if not deciders.assumed:
        return organisation
    needed = math.ceil(loads(organisation, AS_IS)["above"] * deciders.value / aim - ROUNDING)
    return replace(
        organisation, centre=replace(organisation.centre, deciders=deciders.at(max(deciders.value, float(needed))))
    )


def _volumes(organisation: Organisation, aim: float) -> Organisation:
    """Where the number of items is known and the hours of one are not."""
    solved = [one.volume.assumed and not one.weekly.assumed for one in organisation.streams]
    if not any(solved):
        return organisation

    names = [area.name for area in organisation.areas]
    none = loads(_at(organisation, solved, dict.fromkeys(names, 0.0)), AS_IS)
    aims = {name: min(aim - none[f"people:{name}"], _most(organisation, name)) for name in names}
    hours = dict.fromkeys(aims, 1.0)
    for _ in range(STEPS):
        taken = loads(_at(organisation, solved, hours), AS_IS)
        for name in hours:
            # What an area's own work takes is nearly linear in its hours.
            own = taken[f"people:{name}"] - none[f"people:{name}"]
            hours[name] = max(LEAST_VOLUME, hours[name] * aims[name] / own) if own > 0 else hours[name]
    return _at(organisation, solved, hours)


def _at(organisation: Organisation, solved: list[bool], hours: dict[str, float]) -> Organisation:
    pairs = zip(organisation.streams, solved, strict=True)
    return _with(organisation, [_volume(one, hours[one.area]) if yes else one for one, yes in pairs])


def _most(organisation: Organisation, area: str) -> float:
    """The share of an area's people that the items under way can keep busy; 1 where their number is not known."""
    every = [one.under_way for one in organisation.streams if one.area == area]
    known = [one for one in every if one is not None]
    return sum(known) / organisation.area(area).people if len(known) == len(every) else 1.0


def _volume(stream: Stream, hours: float) -> Stream:
    return replace(stream, volume=stream.volume.at(hours))


def _with(organisation: Organisation, streams: list[Stream]) -> Organisation:
    return replace(organisation, streams=tuple(streams))
