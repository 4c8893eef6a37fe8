"""``counterpoint ritual agenda``: what an occurrence is to be about, and who is needed for it."""

from __future__ import annotations

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.handlers.changed import change_line
from counterpoint.faces.cli.paper import Paper, Part, Style
from counterpoint.model.agenda import Agenda, AgendaItem

_VERDICTS: dict[str, tuple[str, Style]] = {
    "to be held": ("to be held", "good"),
    "nothing to synchronise": ("nothing to synchronise", "warn"),
    "nothing is known": ("nothing is known of what it serves: no work, decision or dependency", "dim"),
}
_MOST_CHANGES = 20


def run(call: Call, *, ritual: str, at: str | None) -> Agenda:
    """Ask."""
    return call.questions().agenda(ritual, at)


def show(answer: Agenda, out: Paper) -> None:
    """When and what for; each item with who is needed for it; who need not come; and what else changed."""
    until = f" to {out.when(answer.end)}" if answer.end else ""
    stands: list[Part] = ["  ", (answer.status, "strong")] if answer.status else []
    out.line((answer.title or answer.ritual, "strong"), f"  {out.when(answer.start)}{until}", *stands)
    if answer.purpose:
        out.line((answer.purpose.splitlines()[0], "dim"))
    serves: list[Part] = [(answer.zone, "ref")] if answer.zone else words.refs(answer.parties)
    out.line("serves ", *(serves or ["nobody: state its zone, owner or participants"]))
    out.line(_VERDICTS[answer.verdict])
    for one in answer.items:
        _item(one, out)
    if answer.left_out:
        out.line((f"… and {answer.left_out} more", "dim"))
    if answer.items:
        surely = "" if answer.exact else " (there may be a smaller set)"
        out.line("needed: ", *(words.refs(answer.needed) or ["nobody in particular"]), surely)
    if answer.items and answer.spared:
        out.line("need not come: ", *words.refs(answer.spared))
    if answer.since is not None:
        out.heading(f"{words.plural(len(answer.changes), 'change')} since {out.when(answer.since)}")
        for change in answer.changes[:_MOST_CHANGES]:
            out.line(*change_line(change), indent=2)
        if len(answer.changes) > _MOST_CHANGES:
            out.line((f"… and {len(answer.changes) - _MOST_CHANGES} more (--json has all)", "dim"), indent=2)


def _item(one: AgendaItem, out: Paper) -> None:
    out.line()
    out.line((one.kind, "strong"), "  ", *words.refs(one.about))
    who: list[Part] = ["; with ", *words.refs(one.chosen)] if one.chosen else ["; nobody decides on it"]
    out.line(one.says, *who, indent=4)
