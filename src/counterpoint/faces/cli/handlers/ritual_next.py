"""``counterpoint ritual next``: what is held next, what nobody recorded, what is never held."""

from __future__ import annotations

from collections import Counter

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper, Style
from counterpoint.model.agenda import Held, Rhythm

_STYLE: dict[str, Style] = {
    "prepared": "good", "held": "good", "proposed": "warn", "cancelled": "dim", "unrecorded": "bad", "awaited": "dim",
}  # fmt: skip


def run(call: Call, *, ritual: str | None, count: int) -> Rhythm:
    """Ask."""
    return call.questions().rhythm(ritual, count)


def show(answer: Rhythm, out: Paper) -> None:
    """What comes, soonest first; then what is left of the past; then what has no occurrences, with the reason."""
    out.line(f"{words.plural(len(answer.coming), 'occurrence')} to come")
    heads = ("starts", "ritual", "what", "stands", "items", "needed")
    out.table(heads, [_row(one, out) for one in answer.coming], indent=2)
    if answer.unrecorded:
        out.heading(f"{words.plural(len(answer.unrecorded), 'occurrence')} of the last four weeks that nobody recorded")
        out.table(("last", "ritual", "what", "in all"), _unrecorded(answer.unrecorded, out), indent=2)
    if answer.silent:
        out.heading(f"{words.plural(len(answer.silent), 'ritual')} without occurrences")
        rows = [((one.ritual, "ref"), words.dash(one.title), words.dash(one.reason)) for one in answer.silent]
        out.table(("ritual", "what", "why"), rows, indent=2)


def _unrecorded(every: tuple[Held, ...], out: Paper) -> list[tuple[Cell, ...]]:
    """One row for each ritual: the last of them, and how many."""
    last = {one.ritual: one for one in every}
    counts = Counter(one.ritual for one in every)
    return [
        (out.when(one.start or ""), (ritual, "ref"), words.dash(one.title), (str(counts[ritual]), "bad"))
        for ritual, one in last.items()
    ]


def _row(one: Held, out: Paper) -> tuple[Cell, ...]:
    stands = one.status if one.status != "awaited" or one.looked_at is None else f"agenda {out.when(one.looked_at)}"
    return (
        out.when(one.start) if one.start else "–",
        (one.ritual, "ref"),
        words.dash(one.title),
        (stands, _STYLE.get(one.status, "dim")),
        str(one.items or "–"),
        tuple(words.refs(one.needed)) or "–",
    )
