"""Every act of a protocol on the command line: they all take what their row declares, and answer alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from counterpoint import settings
from counterpoint.actions.performing import perform
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.acts import Done
from counterpoint.model.command import Command


@dataclass(frozen=True, slots=True)
class ActHandler:
    """The handler of one act."""

    command: Command

    def run(self, call: Call, /, **arguments: Any) -> Done:
        """Do it."""
        noun, verb = self.command.words
        key = arguments.pop("key")
        ledger = call.ledger()
        given = {name: list(value) if isinstance(value, tuple) else value for name, value in arguments.items()}
        return perform(ledger, noun, verb, by=settings.actor(call.me), arguments=given, key=key)

    def show(self, answer: Done, out: Paper) -> None:
        """What happened, what followed, and where it stands."""
        stands = (" ", (answer.status, "good")) if answer.status else ()
        out.line((answer.subject, "ref"), *stands)
        if answer.told:
            out.line(answer.told)
        if answer.sponsor:
            out.line("by ", (answer.by, "ref"), f", for whom {answer.sponsor} answers")
        for one in answer.followed:
            out.line("then ", (one.subject, "ref"), f": {one.told}")
        told = "nothing was done again: this was" if answer.again else "entry"
        out.line((f"{told} {'entry ' if answer.again else ''}{answer.entry}", "dim"))
