"""``counterpoint erase``: erase what names a person, or single values."""

from __future__ import annotations

from counterpoint import settings
from counterpoint.actions.erasing import erase as erase_person
from counterpoint.actions.erasing import erase_values
from counterpoint.errors import UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.lakeside import open_place
from counterpoint.model.records import Erased


def run(
    call: Call, *, person: str | None, statement: tuple[str, ...], word: tuple[str, ...], reason: str | None
) -> Erased:
    """Erase a person, or the values of statements."""
    if (person is None) == (not statement):
        raise UsageError("erase what?", hint="name a person, like person:ana, or give --statement 12.3")
    ledger = call.ledger()
    actor = call.actor(ledger)
    if person is None:
        return erase_values(ledger, statement, actor=actor, reason=reason or "")
    place = open_place(call.place) if settings.has_lake(call.place) else None
    return erase_person(ledger, person, actor=actor, reason=reason or "", words=word, place=place)


def show(answer: Erased, out: Paper) -> None:
    """How much, and where a human should look."""
    counted = (
        words.plural(answer.statements, "value"),
        words.plural(answer.files, "file name"),
        words.plural(answer.reasons, "reason"),
        words.plural(answer.quarantined, "unread record"),
        words.plural(answer.actors, "actor of the activity", "actors of the activity"),
        words.plural(answer.traces, "file of activity", "files of activity"),
    )
    out.line(("erased", "good"), f" {words.joined(counted)}; the chain is as valid as it was")
    if answer.mentioned_in:
        out.line(("still named in the text of ", "warn"), words.joined(answer.mentioned_in))
        out.line("look at them, and erase with --statement what should go", indent=2)
    out.line(("backups and exports made before still hold it", "dim"))
