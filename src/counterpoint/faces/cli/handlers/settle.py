"""``counterpoint settle``: say which value holds, where sources differ."""

from __future__ import annotations

import json

from counterpoint import settings
from counterpoint.actions.settling import Settled
from counterpoint.actions.settling import settle as settle_it
from counterpoint.errors import NotAllowed, UsageError
from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Json


def run(
    call: Call, *, ref: str, attribute: str, value: str | None, statement: str | None, reason: str | None
) -> Settled:
    """Settle it, by name."""
    if (value is None) == (statement is None):
        raise UsageError(
            "a settlement is either a value or a statement that holds", hint="give --value or --statement, one of them"
        )
    me = settings.actor(call.me)
    if me == settings.LOCAL_ACTOR:
        raise NotAllowed("who settles it must be told", hint="give --as person:you, or set COUNTERPOINT_ME")
    ledger = call.ledger()
    told = None if value is None else _value(ref, attribute, value)
    done = settle_it(ledger, ref, attribute, actor=me, value=told, statement=statement, reason=reason or "")
    return call.written(ledger, done)


def _value(ref: str, attribute: str, text: str) -> Json:
    """JSON where the attribute takes more than a text (lists, numbers, yes and no), else the text itself."""
    declared = attribute_of(kind_of(ref), attribute)
    if declared is not None and (declared.type == "refs" or (declared.type == "ref" and declared.many)):
        return [part.strip() for part in text.strip("[]").replace('"', "").split(",") if part.strip()]
    if declared is None or declared.type in {"text", "url", "date", "moment", "period", "choice", "ref", "calendar"}:
        return text
    try:
        found: Json = json.loads(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is not JSON", hint=f"{attribute} takes a {declared.type}: {declared.about}"
        ) from error
    return found


def show(answer: Settled, out: Paper) -> None:
    """What holds now, and what it overrules."""
    out.line(("settled", "good"), ": ", (answer.entity, "ref"), f" {answer.attribute} is {words.value(answer.value)}")
    if answer.overruled:
        out.line(f"overrules {words.joined(answer.overruled)}; it reopens when a source says something new")
    out.line((f"entry {answer.entry}; counterpoint undo {answer.entry} takes it back", "dim"))
