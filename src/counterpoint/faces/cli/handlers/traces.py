"""``counterpoint traces``: which activity there is."""

from __future__ import annotations

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import open_measuring
from counterpoint.model.traces import TraceList, TraceRow


def run(call: Call) -> TraceList:
    """Ask."""
    return open_measuring(call.ledger(), call.place).traces()


def show(answer: TraceList, out: Paper) -> None:
    """Each source on a line."""
    if not answer.sources:
        out.line("no activity yet; counterpoint trace PATH brings it in")
        return
    heads = ("source", "format", "rows", "from", "to", "MB", "read", "by", "unread")
    out.table(heads, [_row(one, out) for one in answer.sources])
    out.line((f"{answer.actors:,} actors; kept in {answer.lake}", "dim"))


def _row(one: TraceRow, out: Paper) -> tuple[str | tuple[str, str], ...]:
    return (
        (one.source, "ref"),
        one.format,
        f"{one.rows:,}",
        one.first,
        one.last,
        f"{one.bytes / 1e6:.1f}",
        out.ago(one.recorded),
        one.by,
        str(one.unread or "–"),
    )
