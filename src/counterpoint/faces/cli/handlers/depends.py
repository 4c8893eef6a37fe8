"""``counterpoint depends``: what a thing needs and what needs it, and why."""

from __future__ import annotations

from collections.abc import Sequence

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.answers import Dependency, Depends


def run(call: Call, *, ref: str, as_of: str | None, known_at: str | None) -> Depends:
    """Ask."""
    return call.questions(as_of, known_at).depends(ref)


def show(answer: Depends, out: Paper) -> None:
    """Two tables: what it needs, and what needs it."""
    direct = sum(one.depth == 1 for one in answer.needs)
    served = sum(one.depth == 1 for one in answer.needed_by)
    needs = f" needs {words.plural(direct, 'thing')} ({len(answer.needs)} with what is on the way)"
    needed = f", and is needed by {served} ({len(answer.needed_by)} with what is on the way)"
    out.line((answer.subject, "ref"), needs, needed)
    _table("Needs", answer.needs, out)
    _table("Is needed by", answer.needed_by, out)


def _table(title: str, rows: Sequence[Dependency], out: Paper) -> None:
    if not rows:
        return
    out.heading(title)
    out.table(
        ("depth", "consumer", "provider", "type", "size", "status", "needed by", "promised for", "why"),
        [
            (
                str(one.depth),
                (one.consumer, "ref"),
                (one.provider, "ref"),
                *(
                    ("disputed", "warn") if name in one.disputed else words.dash(getattr(one, name))
                    for name in ("type", "size", "status", "needed_by", "promised_for", "reason")
                ),
            )
            for one in rows
        ],
        indent=2,
    )
