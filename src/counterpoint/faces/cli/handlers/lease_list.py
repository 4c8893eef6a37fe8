"""``counterpoint lease list``: everything that is held."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.leases import Leases


def run(call: Call) -> Leases:
    """Ask."""
    return call.questions().leases()


def show(answer: Leases, out: Paper) -> None:
    """A table, what ends soonest first."""
    out.line(f"{words.plural(len(answer.leases), 'thing')} held")
    rows = [
        (
            (one.resource, "ref"),
            (one.holder or "–", "ref"),
            str(one.token),
            out.when(one.until) if one.until else "–",
            str(len(one.waiting) or "–"),
        )
        for one in answer.leases
    ]
    out.table(("what", "holder", "token", "ends", "in line"), rows, indent=2)
