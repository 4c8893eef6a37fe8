"""``counterpoint deciders``: who decides on every thing of a kind."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.kinds import conditions, singular
from counterpoint.faces.cli.paper import Paper, Style
from counterpoint.model.records import Deciders

_STYLE: dict[str, Style] = {"one": "good", "shared": "good", "ambiguous": "warn", "none": "bad"}


def run(
    call: Call, *, kind: str, where: tuple[tuple[str, str], ...], as_of: str | None, known_at: str | None
) -> Deciders:
    """Ask for all of them at once."""
    return call.questions(as_of, known_at).deciders(singular(kind), conditions(where))


def show(answer: Deciders, out: Paper) -> None:
    """A row for each, then how many get which answer."""
    out.table(
        (answer.kind, "answer", "deciders", "from", "title"),
        [
            (
                (one.subject, "ref"),
                (one.answer if one.rule is None else f"{one.answer} ({one.rule})", _STYLE[one.answer]),
                words.refs(one.deciders) or "–",
                words.dash(one.inherited_from),
                one.title,
            )
            for one in answer.answers
        ],
    )
    counted = ", ".join(f"{count} {name}" for name, count in answer.counts.items())
    out.line((f"{len(answer.answers)}: {counted}", "strong"))
