"""``counterpoint agent terms``: what an agent may do."""

from __future__ import annotations

from itertools import groupby

from counterpoint.faces.cli import words
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Cell, Paper, Part, Style
from counterpoint.model.participation import AgentTerms, Allowed

_ORDER = {"alone": 0, "review": 1, "never": 2}
_STYLE: dict[str, Style] = {"alone": "good", "review": "warn", "never": "bad"}


def run(call: Call, *, agent: str, on: str | None, as_of: str | None, known_at: str | None) -> AgentTerms:
    """Ask."""
    return call.questions(as_of, known_at).agent_terms(agent, on)


def show(answer: AgentTerms, out: Paper) -> None:
    """What keeps it from acting, then the actions, those alike on one line."""
    where = f" on {answer.on}" if answer.on else ""
    sponsor = f"{answer.sponsor} answers for it" if answer.sponsor else "nobody is accountable for it"
    out.line((answer.agent, "ref"), f"{where}: {sponsor}")
    if answer.sponsor is None:
        out.line(("it may do nothing", "bad"))
    if answer.kept_from:
        out.line((f"it may do nothing: {answer.kept_from}", "bad"))
    if not answer.within_reach:
        # Without a thing it is asked of the organisation itself, which no capability but that of its root zone reaches.
        head: Part = ("out of its reach", "bad") if answer.on else "within its reach alone"
        out.line(head, ": it may act on ", *words.refs(answer.reach))
    if answer.budget is not None:
        out.line(f"{answer.budget} acts an hour")
    out.table(("", "action", "by whom", "says"), _rows(answer))


def _rows(answer: AgentTerms) -> list[tuple[Cell, ...]]:
    """A line for each noun whose actions are alike."""
    return [_row(list(group)) for _, group in groupby(sorted(answer.actions, key=_alike), key=_alike)]


def _alike(one: Allowed) -> tuple[int, str, str, tuple[str, ...], str]:
    return _ORDER[one.term], one.zone or "", one.line or "", one.reviewers, one.action.partition(" ")[0]


def _row(group: list[Allowed]) -> tuple[Cell, ...]:
    first = group[0]
    noun = first.action.partition(" ")[0]
    verbs = ", ".join(one.action.partition(" ")[2] for one in group)
    says = f"{first.zone}, of {first.line}" if first.zone else "the default"
    who: Cell = "–" if first.term != "review" else words.refs(first.reviewers, "or") or ("nobody can", "bad")
    return (first.term, _STYLE[first.term]), f"{noun} {verbs}".strip(), who, says
