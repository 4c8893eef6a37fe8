"""What a copy of an organisation came to, in words."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.reports import Copied


def show_copied(answer: Copied, verb: str, out: Paper) -> None:
    """From where to where, how much, and the head, which is the same on both sides."""
    entries = words.plural(answer.entries, "entry", "entries")
    out.line((verb, "good"), f" {entries} from {answer.source} to {answer.to}")
    out.line("head ", (answer.head, "strong"))
