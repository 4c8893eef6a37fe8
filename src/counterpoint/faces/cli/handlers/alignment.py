"""``counterpoint alignment``: which effort serves which objective, and what serves none."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper
from counterpoint.model.alignment import Aim, Alignment, Effort, KeyResult, Share

MOST = 20


def run(
    call: Call, *, objective: str | None, zone: str | None, team: str | None, as_of: str | None, known_at: str | None
) -> Alignment:
    """Ask."""
    return call.questions(as_of, known_at).alignment(objective, zone=zone, team=team)


def show(answer: Alignment, out: Paper) -> None:
    """The shares by priority, each objective with what serves it, then what serves nothing."""
    shares = [*answer.serving, answer.nothing]
    out.table(("open work", "items", "estimated days"), [_share(one, one is answer.nothing) for one in shares])
    for aim in answer.aims:
        _aim(aim, out)
    if answer.unserved:
        out.heading("Objectives that nothing serves")
        out.line(*words.refs(answer.unserved))
    if answer.unaligned:
        out.heading("Open work that serves no objective")
        out.table(("work", "title", "status", "owner", "due", "and its parts"), list(_rows(answer.unaligned)), indent=2)
        if len(answer.unaligned) > MOST:
            out.line((f"and {len(answer.unaligned) - MOST} more; --json has them all", "dim"))
    if answer.closed:
        out.heading("Closed, and still served by open work")
        out.line(*words.refs(answer.closed))
    if answer.unknown:
        out.heading("Served, and described by nobody")
        out.line(*words.refs(answer.unknown))


def _share(one: Share, nothing: bool) -> tuple[Cell, ...]:
    name: Cell = ("serves nothing", "warn") if nothing else f"serves {one.priority or 'no stated'} priority"
    days = f"{one.days:g} ({one.estimated} of {one.work} estimated)" if one.estimated else "–"
    return name, str(one.work), days


def _aim(aim: Aim, out: Paper) -> None:
    out.heading(aim.title or aim.objective)
    priority = f"{aim.priority or 'no'} priority" + (f" (of {aim.priority_of})" if aim.priority_of else "")
    counts = f"{aim.open} open, {aim.done} done" + (f", {aim.beneath} open for its parts" if aim.beneath else "")
    owners = words.refs(aim.owners) or [("nobody", "bad")]
    out.line((aim.objective, "ref"), f"  {priority}, {counts}, owned by ", *owners)
    if aim.key_results:
        rows = [_key_result(one, out) for one in aim.key_results]
        out.table(("key result", "now", "target", "of the way", "said"), rows, indent=2)
    if aim.work:
        out.table(("work", "title", "status", "owner", "due", "and its parts"), list(_rows(aim.work)), indent=2)
        if len(aim.work) > MOST:
            out.line((f"and {len(aim.work) - MOST} more; --json has them all", "dim"))


def _key_result(one: KeyResult, out: Paper) -> tuple[Cell, ...]:
    unit = f" {one.unit}" if one.unit else ""
    now = "not measured" if one.value is None else f"{one.value:g}{unit}"
    way = "–" if one.progress is None else f"{one.progress:.0%}"
    return one.name, now, f"{one.target:g}{unit}", way, out.ago(one.said) if one.said else "–"


def _rows(efforts: tuple[Effort, ...]) -> list[tuple[Cell, ...]]:
    return [
        (
            (one.work, "ref"),
            words.dash(one.title),
            words.dash(one.status),
            words.refs(one.owners) or ("nobody", "bad"),
            words.dash(one.due),
            str(one.parts or "–"),
        )
        for one in efforts[:MOST]
    ]
