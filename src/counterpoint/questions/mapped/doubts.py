"""What a map rests on and what was not seen, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from counterpoint.model.map import Repository
from counterpoint.questions.mapped.ground import YEAR, Ground

_DIRECTED = ("review", "report", "merge")
_LITTLE = 0.05


def doubts(
    base: Ground, sight: Sequence[Mapping[str, Any]], repositories: Sequence[Repository], *, people: int
) -> tuple[str, ...]:
    """The doubts that the figures come with; the gravest first."""
    rows = [row for row in sight if row["sort"] != "bot"]
    commits = _count(rows, "commit", "rows")
    said = [
        "Only what left a trace in what was read was seen. Reviews on a host, chat, mail and meetings were not, unless "
        "a commit names them."
    ]
    if commits and people > 1:
        shares = {verb: _count(rows, verb, "directed") / commits for verb in _DIRECTED}
        said.append(
            f"For every 100 commits of the whole history, reviews are named {shares['review'] * 100:.0f} times, "
            f"reports {shares['report'] * 100:.0f} times, and {shares['merge'] * 100:.0f} bring in another's work."
        )
        if shares["review"] < _LITTLE:
            said.append("Hardly any commit says who reviewed it, so coordination looks rarer here than it is.")
    if base.recent is not None and base.recent != base.since:
        said.append(
            "Coordination, gaps, connectors and who decides are told of the last year of the history, because "
            "requirements change; the rest is told of the whole time."
        )
    elif people > 1 and _shorter(base, repositories):
        said.append("The history is shorter than a year: all of it is told of, as one time.")
    elif people > 1 and base.since is None:
        said.append(
            "Too little happened in the last year to tell coordination of it alone: it is told of all the history, in "
            "which people may never have met."
        )
    agents = sum(
        row["value"] for row in rows if row["sort"] == "agent" and row["figure"] == "rows" and row["verb"] == "change"
    )
    if agents:
        said.append(f"{int(agents):,} changes were made by AI agents, as far as they are marked.")
    unread = sum(one.unread for one in repositories)
    if unread:
        said.append(f"{unread:,} places could not be read, and are left out: counterpoint trace and import list them.")
    return tuple(said)


def _shorter(base: Ground, repositories: Sequence[Repository]) -> bool:
    """Whether what was read is shorter than the time that coordination is told of where there is more."""
    first = min((one.first for one in repositories if one.first), default=None)
    return first is not None and base.as_of is not None and base.as_of - date.fromisoformat(first) < YEAR


def _count(rows: Sequence[Mapping[str, Any]], verb: str, figure: str) -> float:
    return float(sum(row["value"] for row in rows if row["verb"] == verb and row["figure"] == figure))
