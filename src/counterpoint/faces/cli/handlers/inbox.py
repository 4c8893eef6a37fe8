"""``counterpoint inbox``: what needs whoever acts, now."""

from __future__ import annotations

from counterpoint import settings
from counterpoint.errors import UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper, Part
from counterpoint.model.inbox import Inbox, InboxLine
from counterpoint.questions import Questions


def run(call: Call, *, limit: int) -> Inbox:
    """Ask.

    Raises:
        UsageError: nobody said who acts.
    """
    ledger = call.ledger()
    actor = call.actor(ledger)
    if actor == settings.LOCAL_ACTOR:
        raise UsageError("whose inbox?", hint="--as person:ana, or COUNTERPOINT_ME")
    return Questions(ledger).inbox(actor, limit or None)


def show(answer: Inbox, out: Paper) -> None:
    """Each thing with why it is theirs, what waits on it, and the command that answers it."""
    teams = answer.of[1:]
    speaks: list[Part] = [", also for ", *words.refs(teams, "and")] if teams else []
    many = {0: "nothing needs ", 1: "one thing needs "}.get(answer.total, f"{answer.total} things need ")
    out.line(many, (answer.party, "ref"), *speaks)
    for one in answer.lines:
        out.line()
        _line(one, out)
    if answer.total > len(answer.lines):
        out.line()
        out.line((f"… and {answer.total - len(answer.lines)} more: --limit 0 shows all", "dim"))
    if not answer.all_work:
        out.line(("there is very much work of yours: what is asked of the least urgent of it is left out", "dim"))


def _line(one: InboxLine, out: Paper) -> None:
    due: list[Part] = []
    if one.due:
        day = one.due if len(one.due) == len("2026-11-21") else out.when(one.due)
        due = [(f", late since {day}", "bad") if one.late else (f", by {day}", "warn")]
    out.line((one.need, "good"), ": ", one.says, *due)
    waits = f"{words.plural(one.waiting, 'piece')} of work" if one.waiting != 1 else "a piece of work"
    worst: list[Part] = [f"; {waits} cannot end before, most of all ", (one.worst, "ref")] if one.worst else []
    since = f", since {out.when(one.since)}" if one.since else ""
    out.line((f"{one.why}{since}", "dim"), *worst, indent=2)
    for command in one.commands:
        out.line((command, "dim"), indent=2)
