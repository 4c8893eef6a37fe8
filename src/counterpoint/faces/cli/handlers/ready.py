"""``counterpoint ready``: what work can start now, and what the rest waits for."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper, Part
from counterpoint.model.answers import Ready, ReadyWork, WaitingWork


def run(
    call: Call,
    *,
    party: str | None,
    zone: str | None,
    team: str | None,
    limit: int | None,
    as_of: str | None,
    known_at: str | None,
) -> Ready:
    """Ask."""
    return call.questions(as_of, known_at).ready(limit or None, party=party, zone=zone, team=team)


def show(answer: Ready, out: Paper) -> None:
    """What is ready, then what waits and for what."""
    if answer.more:
        out.line(f"the first {len(answer.ready)} of what is ready")
    elif answer.closed is None and not answer.waiting:
        out.line((f"{len(answer.ready)} ready", "good"))
    else:
        closed = "" if answer.closed is None else f", {answer.closed} done or dropped"
        out.line((f"{len(answer.ready)} ready", "good"), f", {len(answer.waiting)} waiting{closed}")
    if answer.ready:
        out.heading("Ready")
        rows = [
            (
                (one.work, "ref"),
                str(one.waiting or "–"),
                words.dash(one.priority),
                words.dash(one.due),
                words.dash(one.status),
                words.refs(one.owners) or "–",
                (one.holder or "–", "ref"),
                _decided(one),
                words.refs(one.asks) or "–",
            )
            for one in answer.ready
        ]
        out.table(
            ("work", "holds up", "priority", "due", "status", "owner", "held by", "decided by", "asks open"),
            rows,
            indent=2,
        )
    if answer.waiting:
        out.heading("Waiting")
        waits = [row for one in answer.waiting for row in _waits(one)]
        out.table(("work", "status", "because", "of"), waits, indent=2)


def _waits(one: WaitingWork) -> list[tuple[Cell, ...]]:
    """A row for each sort of wait, with everything it waits for in that way."""
    grouped: dict[str, list[str]] = {}
    for wait in one.waits:
        grouped.setdefault(wait.says, []).extend([wait.on] if wait.on else [])
    return [((one.work, "ref"), words.dash(one.status), says, words.refs(on)) for says, on in grouped.items()]


def _decided(one: ReadyWork) -> list[Part]:
    if one.answer == "none":
        return [("nobody", "bad")]
    mark: list[Part] = [("ambiguous: ", "warn")] if one.answer == "ambiguous" else []
    return [*mark, *words.refs(one.deciders, "or")]
