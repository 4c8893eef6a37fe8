"""How the answers of ``counterpoint whatif`` are printed."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.faces.cli.chart import way
from counterpoint.faces.cli.paper import Cell, Paper
from counterpoint.faces.cli.words import plural
from counterpoint.model.whatif import (
    AreaRow,
    Basis,
    Census,
    Compared,
    Compressed,
    ElementRow,
    Figure,
    Removed,
    Sensitivity,
    VariantRow,
)

MOST = 20
NOTES = 6
ENDLESS = "grows without end"
CANNOT = (
    "Not in the model: what people learn from each other, that they trust each other, and what else a meeting is good "
    "for. Optional says that nothing in the model gets worse."
)


def compared(answer: Compared, out: Paper) -> None:
    """Variants side by side, what their lead times are made of, and the areas."""
    day = answer.basis.day
    out.line((answer.title, "strong"), f": {_size(answer.basis)}")
    out.line()
    rows = [_variant(one, day) for one in answer.variants]
    out.table(("", "lead time", "9 of 10 within", "coordination", "done a week", "an item costs", "what follows"), rows)
    parts = list(answer.variants[0].parts)
    out.heading("What the lead time is made of, in days")
    out.table(("", *parts), [(one.name, *(_days(one.parts[part], day) for part in parts)) for one in answer.variants])
    if len(answer.areas) > 1:
        _areas(answer, out)
    basis(answer.basis, out)


def _variant(one: VariantRow, day: float) -> Sequence[Cell]:
    endless = bool(one.saturated)
    lead = ENDLESS if endless else f"{_days(one.lead.value, day)} {_half(one.lead, day)}d"
    ninth = "" if endless else f"{_days(one.ninth.value, day)}d"
    return (
        (one.name, "strong"),
        lead,
        ninth,
        f"{one.coordination.value:.0%}",
        f"{one.weekly.value:.3g}",
        f"{one.cost.value:.3g} {_half(one.cost)}h",
        one.verdict or "what the others are compared with",
    )


def _areas(answer: Compared, out: Paper) -> None:
    names, day = [one.name for one in answer.variants], answer.basis.day
    out.heading("Lead time by area, in days")
    every = sorted(answer.areas, key=lambda one: (-one.people, one.area))
    out.table(("area", "people", "touches others", *names, "least"), [_area(one, names, day) for one in every[:MOST]])
    _more(len(every), out)


def _area(one: AreaRow, names: Sequence[str], day: float) -> Sequence[Cell]:
    leads = [one.leads[name] for name in names]
    people = f"{one.people} + {one.agents} AI" if one.agents else str(one.people)
    told = ["" if lead is None else _days(lead, day) for lead in leads]
    return (one.label, people, f"{one.touching:.0%}", *told, one.best or "not clear")


def census(answer: Census, out: Paper) -> None:
    """Hours by kind, then each element."""
    when = "now" if answer.speedup == 1 else f"where execution is {answer.speedup:g} times as fast"
    out.line((f"Coordination {when}", "strong"), f": {answer.weekly:.3g} hours of people a week")
    total = answer.weekly or 1.0
    rows = [(kind, f"{hours:.3g}h", f"{hours / total:.0%}") for kind, hours in answer.by_kind.items()]
    rest = answer.weekly - sum(answer.by_kind.values())
    rows.append(("messages and reviews of agents, which are no element", f"{rest:.3g}h", f"{rest / total:.0%}"))
    out.table(("kind", "a week", "of it"), rows, indent=2)
    low, high = sorted((answer.bearing_low, answer.bearing_high))
    out.line(
        f"Of coordination {answer.bearing_usual:.0%} bears load if everything catches what is usual; from {low:.0%} to "
        f"{high:.0%} if as little or as much as it could."
    )
    if answer.saturated:
        out.line((f"cannot keep up: {', '.join(answer.saturated)}", "warn"))
    out.heading("What an item costs more without each, in hours")
    elements(sorted(answer.elements, key=lambda one: (-one.weekly, one.element)), out)
    out.line((CANNOT, "dim"))


def elements(rows: Sequence[ElementRow], out: Paper) -> None:
    """A line for each element."""
    lines: list[Sequence[Cell]] = []
    for one in rows[:MOST]:
        kind = f"{one.kind}: {one.rule}" if one.rule else one.kind
        figures = (_signed(one.little), _signed(one.usual), _signed(one.much))
        lines.append(((one.element, "ref"), one.label, f"{one.weekly:.3g}h", *figures, kind))
    out.table(("element", "", "a week", "catches little", "as usual", "much", "so it is"), lines)
    _more(len(rows), out)


def removed(answer: Removed, out: Paper) -> None:
    """Each element, the pairs, and all of them together."""
    out.line(("What an item costs more without it, in hours", "strong"))
    elements(answer.elements, out)
    if answer.pairs:
        out.heading("Two at a time")
        rows = []
        for one in answer.pairs:
            says = "each does the other's work" if one.substitutes else "no more than the two alone"
            rows.append((f"{one.one} and {one.other}", _signed(one.together), _signed(one.beyond), says))
        out.table(("without", "costs more", "beyond the two alone", ""), rows)
    more = answer.together.more_lead
    out.line()
    if more is None:
        out.line((f"{answer.together.name}: {answer.together.verdict}", "warn"))
    else:
        days = more.value / answer.basis.day
        out.line(f"{answer.together.name}: lead time changes by {days:+.2g} days; {answer.together.verdict}")


def compressed(answer: Compressed, out: Paper) -> None:
    """The curve, who cannot keep up first, and the elements now and then."""
    grows = f", and demand grows with it (to the power of {answer.response:g})" if answer.response else ""
    out.line(("What faster execution does", "strong"), f"{grows}: {_size(answer.basis)}")
    out.line()
    rows = []
    for point in answer.curve:
        row, day = point.row, answer.basis.day
        bears = ""
        if point.bearing_low is not None and point.bearing_high is not None and point.bearing_usual is not None:
            low, high = sorted((point.bearing_low, point.bearing_high))
            bears = f"{point.bearing_usual:.0%} ({low:.0%} to {high:.0%})"
        lead = ENDLESS if row.saturated else f"{_days(row.lead.value, day)} {_half(row.lead, day)}d"
        done = f"{row.weekly.value:.3g}"
        rows.append(
            (f"{point.speedup:g}", lead, f"{row.coordination.value:.0%}", bears, done, ", ".join(row.saturated))
        )
    heads = ("times as fast", "lead time", "coordination's share of hours", "of it bears load", "done a week", "full")
    out.table(heads, rows)
    out.heading("Who cannot keep up first, if demand grows as execution gets faster")
    limits = [
        (
            one.label,
            "theirs to see" if one.load is None else f"{one.load:.0%}",
            "never below 1000" if one.speedup is None else f"{one.speedup:.3g}",
        )
        for one in answer.limits[:MOST]
    ]
    out.table(("", "busy now", "full from times as fast"), limits)
    _more(len(answer.limits), out)
    changed = _changed(answer)
    if changed:
        out.heading(f"What changes from now to {answer.speedup:g} times as fast")
        out.table(("element", "", "now", "then"), changed)
    out.line()
    census(answer.after, out)


def _changed(answer: Compressed) -> list[Sequence[Cell]]:
    before = {one.element: one for one in answer.before.elements}
    return [
        ((one.element, "ref"), one.label, before[one.element].kind, one.kind)
        for one in answer.after.elements
        if one.element in before and before[one.element].kind != one.kind
    ]


def sensitivity(answer: Sensitivity, out: Paper) -> None:
    """The assumptions, those that matter most first."""
    out.line((f"What matters to {answer.figure}", "strong"), f" (now {answer.value:.3g} {answer.unit})")
    rows = []
    for one in answer.rows[:MOST]:
        size = f"{one.size:.2g} ± {one.half_width:.1g}"
        direction = way(one) if one.size else ""
        rows.append(
            ((one.name, "strong"), f"{one.low:g} to {one.high:g} {one.unit}", size, direction, (one.about, "dim"))
        )
    out.table(("", "assumed", f"changes it by ({answer.unit})", "", ""), rows)
    _more(len(answer.rows), out)


def basis(answer: Basis, out: Paper) -> None:
    """What an answer rests on, and what is not in it."""
    out.heading("What this rests on")
    out.line(
        f"{plural(answer.measured, 'number')} measured, {answer.declared} declared, {answer.assumed} assumed "
        "(`counterpoint whatif matters` says which of those matter, and --json has all)"
    )
    if answer.error is None:
        out.line(("Not held against the past: ", "warn"), answer.calibration)
    else:
        out.line(f"Error on the past: {answer.error:.0%} ({answer.calibration})")
    for note in answer.notes[:NOTES]:
        out.line((f"Not in it: {note}", "dim"))
    if len(answer.notes) > NOTES:
        out.line((f"and {len(answer.notes) - NOTES} notes more: --json has all", "dim"))


def _size(of: Basis) -> str:
    agents = f" and {plural(of.agents, 'agent')}" if of.agents else ""
    return f"{of.areas} areas with {of.people} people{agents}, {plural(of.elements, 'element')} of coordination"


def _days(hours: float, day: float) -> str:
    return f"{hours / day:.2g}" if hours / day < 100 else f"{hours / day:.0f}"


def _half(of: Figure, unit: float = 1.0) -> str:
    return f"± {(of.high - of.low) / 2 / unit:.1g}"


def _signed(of: Figure) -> str:
    return f"{of.value:+.2g} ± {(of.high - of.low) / 2:.1g}"


def _more(count: int, out: Paper) -> None:
    if count > MOST:
        out.line((f"and {count - MOST} more: --json has all", "dim"))
