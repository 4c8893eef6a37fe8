"""``counterpoint ready``: what work can start now, and what the rest waits for."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper, Part
from counterpoint.model.answers import Ready, ReadyWork, WaitingWork


def run(call: Call, *, as_of: str | None, known_at: str | None) -> Ready:
    """Ask."""
    return call.questions(as_of, known_at).ready()


def show(answer: Ready, out: Paper) -> None:
    """What is ready, then what waits and for what."""
    out.line(
        (f"{len(answer.ready)} ready", "good"), f", {len(answer.waiting)} waiting, {answer.closed} done or dropped"
    )
    if answer.ready:
        out.heading("Ready")
        rows = [
            (
                (one.work, "ref"),
                words.dash(one.priority),
                words.dash(one.due),
                words.dash(one.status),
                words.refs(one.owners) or "–",
                _decided(one),
                words.refs(one.asks) or "–",
            )
            for one in answer.ready
        ]
        out.table(("work", "priority", "due", "status", "owner", "decided by", "asks open"), rows, indent=2)
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
