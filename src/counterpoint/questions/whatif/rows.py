"""From what was simulated to the rows of answers."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from counterpoint.lake.crowds import LEAST_PEOPLE
from counterpoint.model.whatif import AreaRow, ElementRow, Figure, LimitRow, Load, NumberRow, VariantRow
from counterpoint.questions.whatif.verdicts import verdict
from counterpoint.simulation.bearing import Borne
from counterpoint.simulation.comparing import Simulated
from counterpoint.simulation.drawing import Spread
from counterpoint.simulation.known import SETTINGS, Known
from counterpoint.simulation.organisation import Organisation
from counterpoint.simulation.outcome import Outcome
from counterpoint.simulation.precision import Estimate
from counterpoint.simulation.rates import weekly
from counterpoint.simulation.saturation import limits
from counterpoint.simulation.variant import AS_IS, Variant, varied

BUSIEST = 8


def figure(of: Estimate) -> Figure:
    """An estimate as an answer has it."""
    return Figure(of.value, of.low, of.high)


def labels(organisation: Organisation) -> dict[str, str]:
    """What people call each station and element."""
    found = {name: label for name, label, _ in organisation.elements()}
    for area in organisation.areas:
        found[f"people:{area.name}"] = f"people of {area.label}"
        found[f"agents:{area.name}"] = f"agents of {area.label}"
    return {**found, "above": organisation.centre.label}


def may_be_shown(organisation: Organisation, station: str) -> bool:
    """Is how busy a station is told? That of fewer than five people is theirs to see; agents are no people."""
    sort, _, name = station.partition(":")
    if sort == "agents":
        return True
    if sort == "people":
        return organisation.area(name).people >= LEAST_PEOPLE
    if station == "above":
        return organisation.centre.deciders.value >= LEAST_PEOPLE
    return all(one.approvers >= LEAST_PEOPLE for one in organisation.gates if one.name == station)


def limit_rows(organisation: Organisation, variant: Variant = AS_IS) -> tuple[LimitRow, ...]:
    """When whom everything passes cannot keep up, the first first."""
    changed = varied(organisation, variant)
    called = labels(changed)
    return tuple(
        LimitRow(
            one.station,
            called.get(one.station, one.station),
            one.load if may_be_shown(changed, one.station) else None,
            one.speedup,
        )
        for one in limits(organisation, variant)
        if one.load > 0
    )


def variant_row(one: Simulated, first: Simulated, spread: Spread | None, error: float | None) -> VariantRow:
    """A variant beside the first; ``spread`` is over what is assumed, where that was drawn."""
    same = one is first
    called = labels(one.organisation)
    saturated = tuple(called.get(name, name) for name in one.saturated)
    # A difference from what grows without end is as large as one looks long.
    endless = bool(one.saturated or first.saturated)
    difference = figure(one.against(first, lambda each: each.cost))
    cost, likely, draws = figure(one.estimate(lambda each: each.cost)), None, 0
    if spread is not None and not same:
        likely, draws = spread.less, spread.draws
    said = "" if same else verdict(
        first=figure(first.estimate(lambda each: each.cost)), difference=difference, likely=likely, draws=draws,
        saturated=saturated, error=error, first_saturated=bool(first.saturated),
    )  # fmt: skip
    if same and saturated:
        said = "cannot keep up as it is: " + ", ".join(saturated)
    shown = {name: load for name, load in one.loads.items() if may_be_shown(one.organisation, name)}
    loads = sorted(shown.items(), key=lambda pair: (-pair[1], pair[0]))[:BUSIEST]
    return VariantRow(
        one.variant.name,
        figure(one.estimate(lambda each: each.lead)),
        figure(one.estimate(lambda each: each.median)),
        figure(one.estimate(lambda each: each.ninth)),
        _means(one.outcomes, lambda each: each.parts),
        _means(one.outcomes, lambda each: each.hours),
        figure(one.estimate(lambda each: each.share)),
        figure(one.estimate(lambda each: each.weekly)),
        one.estimate(lambda each: each.messages).value,
        one.estimate(lambda each: each.escapes).value,
        cost,
        None if same or endless else figure(one.against(first, lambda each: each.lead)),
        None if same or endless else difference,
        likely,
        draws,
        tuple(Load(name, called.get(name, name), load) for name, load in loads),
        saturated,
        said,
    )


def _means(outcomes: Sequence[Outcome], of: Callable[[Outcome], Mapping[str, float]]) -> dict[str, float]:
    return {name: float(np.mean([of(one)[name] for one in outcomes])) for name in of(outcomes[0])}


def area_rows(every: Sequence[Simulated], error: float | None) -> tuple[AreaRow, ...]:
    """The areas of the first variant that all have, with their lead times in each; ``error`` is the model's on the
    past."""
    first = every[0].organisation
    rows = []
    for area in first.areas:
        streams = [at for at, one in enumerate(first.streams) if one.area == area.name and one.weekly.value > 0]
        if not streams:
            continue
        leads = {one.variant.name: _lead(one, area.name) for one in every}
        rates = [first.streams[at].weekly.value for at in streams]
        touching = float(np.average([first.streams[at].touching.value for at in streams], weights=rates))
        best = _best(every, area.name, error)
        rows.append(AreaRow(area.name, area.label, area.people, area.agents, touching, leads, best))
    return tuple(rows)


def _leads(one: Simulated, area: str) -> list[float]:
    """The mean lead time of an area's items in each replication, not a number where none was done. A class of work
    counts by how many items of it come in a week."""
    running = [stream for stream in one.organisation.streams if stream.weekly.value > 0]
    places = [(at, weekly(one.variant, stream)) for at, stream in enumerate(running) if stream.area == area]
    found = []
    for each in one.outcomes:
        there = [(each.lead_of[at], rate) for at, rate in places if at < len(each.lead_of)]
        done = [(lead, rate) for lead, rate in there if not math.isnan(lead)]
        total = sum(rate for _, rate in done)
        found.append(sum(lead * rate for lead, rate in done) / total if total else math.nan)
    return found


def _lead(one: Simulated, area: str) -> float | None:
    there = [lead for lead in _leads(one, area) if not math.isnan(lead)]
    return float(np.mean(there)) if there and not one.saturated else None


def _best(every: Sequence[Simulated], area: str, wrong: float | None) -> str | None:
    """The variant with the least lead time, where its difference from the next is more than chance leaves (two standard
    errors of the paired differences), and more than the model is wrong on the past."""
    if any(one.saturated for one in every) or len(every) < 2:
        return None
    leads = {one.variant.name: np.array(_leads(one, area)) for one in every}
    if any(np.isnan(values).any() for values in leads.values()):
        return None
    order = sorted(leads, key=lambda name: (float(leads[name].mean()), name))
    apart = leads[order[1]] - leads[order[0]]
    error = float(apart.std(ddof=1) / math.sqrt(len(apart))) if len(apart) > 1 else math.inf
    least = max(2 * error, (wrong or 0.0) * float(leads[order[1]].mean()))
    return order[0] if float(apart.mean()) > least else None


def element_row(one: Borne) -> ElementRow:
    """An element as an answer has it."""
    return ElementRow(
        one.name,
        one.label,
        one.sort,
        one.weekly,
        one.hours,
        figure(one.little),
        figure(one.usual),
        figure(one.much),
        one.kind,
        one.rule,
    )


def number_rows(organisation: Organisation) -> tuple[NumberRow, ...]:
    """Every number of the model: those that hold for all, and those of streams, requests, gates and rituals."""
    rows = [_row(name, one.about, organisation.known(name), one.unit) for name, one in SETTINGS.items()]
    called = {one.name: one.label for one in organisation.areas}
    for stream in organisation.streams:
        where = f"{called[stream.area]}: {stream.sort}"
        rows.append(_row(f"items/{stream.area}/{stream.sort}", f"items a week, {where}", stream.weekly, "a week"))
        rows.append(
            _row(f"hours/{stream.area}/{stream.sort}", f"execution of an item, {where}", stream.volume, "hours")
        )
        about = f"of items that touch other areas, {where}"
        rows.append(_row(f"touching/{stream.area}/{stream.sort}", about, stream.touching, "share"))
    for request in organisation.requests:
        name = f"{request.asks}/{request.asked}"
        about = f"requests of {called[request.asks]} for {called[request.asked]}"
        rows.append(_row(f"requests/{name}", about, request.per_item, "an item"))
        if request.hours:
            rows.append(_row(f"request/{name}", f"of work in one of the {about}", request.hours, "hours"))
    for gate in organisation.gates:
        for known, about in ((gate.hours, "one approval"), (gate.catches, "of defects that it catches")):
            if known:
                unit = "hours" if known is gate.hours else "share"
                rows.append(_row(f"{gate.name}/{unit}", f"{gate.label}: {about}", known, unit))
    for ritual in organisation.rituals:
        rows.append(_row(f"{ritual.name}/every", f"between two of {ritual.label}", ritual.every, "working hours"))
        for known, about in ((ritual.hours, "one takes"), (ritual.catches, "of what would not fit that it catches")):
            if known:
                unit = "hours" if known is ritual.hours else "share"
                rows.append(_row(f"{ritual.name}/{unit}", f"{ritual.label}: {about}", known, unit))
    rows.append(
        _row("deciders", f"who decide above ({organisation.centre.label})", organisation.centre.deciders, "people")
    )
    return tuple(rows)


def _row(name: str, about: str, known: Known, unit: str) -> NumberRow:
    return NumberRow(name, about, known.value, unit, known.low, known.high, known.origin, known.sample, known.why)
