"""``counterpoint lease show``: who holds it, until when, and who is next."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.leases import Lease


def run(call: Call, *, item: str) -> Lease:
    """Ask."""
    return call.questions().lease(item)


def show(answer: Lease, out: Paper) -> None:
    """The holder, the line, and who may end it."""
    if answer.status == "free" or answer.holder is None:
        given = f"; {words.plural(answer.token, 'token')} so far" if answer.token else ""
        out.line((answer.resource, "ref"), " is ", ("free", "good"), given)
    else:
        out.line((answer.holder, "ref"), " holds ", (answer.resource, "ref"), f" with token {answer.token}")
        if answer.taken and answer.until:
            out.line(f"taken {out.ago(answer.taken)}; ends {out.when(answer.until)} without a sign of life", indent=2)
        if answer.may_force:
            out.line("may be taken away by ", *words.refs(answer.may_force, "or"), indent=2)
    if answer.waiting:
        out.heading("In line")
        out.table(("", "who", "since"), [
            (str(place), (one.party, "ref"), out.ago(one.since)) for place, one in enumerate(answer.waiting, start=1)
        ], indent=2)  # fmt: skip
