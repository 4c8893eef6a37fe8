"""``counterpoint tick``: carry out what is due."""

from __future__ import annotations

import threading

from counterpoint.actions.timers import Rung, ring_all
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.live.clock import watch as keep_watching


def run(call: Call, *, watch: bool) -> Rung | None:
    """Once, or until interrupted."""
    ledger = call.ledger(catch_up=False)
    if not watch:
        return ring_all(ledger)
    keep_watching(ledger, threading.Event(), lambda rung: _told(rung, call.paper))
    return None


def show(answer: Rung, out: Paper) -> None:
    """What was done, and what comes next."""
    done = words.plural(len(answer.acts), "thing")
    following = f"; the next is due {out.when(answer.next)}" if answer.next else "; nothing else is set"
    out.line(f"{done} carried out{following}")
    for one in answer.acts:
        out.line(one, indent=2)


def _told(rung: Rung, out: Paper) -> None:
    if rung.acts:
        show(rung, out)
        out.stream.flush()
