"""What a copy of an organisation came to, in words."""

from __future__ import annotations

from dataclasses import replace

from counterpoint import settings
from counterpoint.faces.cli import words
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def with_lake(answer: Copied, place: str) -> Copied:
    """The copy, with where its activity is: in the lake of an organisation at this place, if that is said."""
    known = answer.activity and settings.has_lake(place)
    return replace(answer, lake=settings.without_password(settings.lake(place)) if known else None)


def show_copied(answer: Copied, verb: str, out: Paper) -> None:
    """From where to where, how much, and the head, which is the same on both sides."""
    entries = words.plural(answer.entries, "entry", "entries")
    out.line((verb, "good"), f" {entries} from {answer.source} to {answer.to}")
    out.line("head ", (answer.head, "strong"))


def show_left(answer: Copied, out: Paper) -> None:
    """That files of activity are not in the copy, and where they are."""
    if answer.activity:
        files = words.plural(answer.activity, "file", "files")
        out.line(("activity: ", "warn"), f"{files} not in it; keep a copy of {answer.lake or 'the lake'} as well")
