"""By what traces people are seen to coordinate, and whether there are enough of them to say where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from counterpoint.measures.landscape import SIGHT, TRACED
from counterpoint.model.map import Missing
from counterpoint.questions.mapped.ground import Ground

LEAST_TRACED = 0.05
"""The least share of commits that say who else had a part in them, before their silence says anything."""
_SAID: Mapping[str, str] = {
    "review": "one reviewed what the other wrote",
    "report": "one reported what the other changed",
    "merge": "one brought in what the other wrote",
    "post": "one answered the other",
    "attend": "both were in one meeting",
}
_TOGETHER = "both took part in one change"
_HINT = (
    "reviews on a host are not in the history, unless commits name who reviewed them (Reviewed-by) or who merged them; "
    "counterpoint trace brings in mail and meetings"
)


@dataclass(frozen=True)
class Seen:
    """The verbs by which anybody was seen to deal with others; commits, and those in which several had a part."""

    verbs: frozenset[str]
    commits: int
    shared: int

    @property
    def traced(self) -> float | None:
        """The share of the commits that say who else had a part in them."""
        return self.shared / self.commits if self.commits else None

    @property
    def words(self) -> tuple[str, ...]:
        """What counts as coordination."""
        return (*(_SAID[verb] for verb in _SAID if verb in self.verbs), *((_TOGETHER,) if self.shared else ()))

    @property
    def missing(self) -> Missing | None:
        """What there is too little of, if there is."""
        least = max(1, ceil(self.commits * LEAST_TRACED))
        if self.verbs & {"post", "attend"} or self.shared >= least:
            return None
        return Missing("commits that say who else had a part in them", self.shared, least, _HINT)


def seen(ground: Ground) -> Seen:
    """What was seen in the time that coordination is told of; bots are left out."""
    rows = [row for row in ground.rows(SIGHT, since=ground.recent) if row["sort"] != "bot"]
    verbs = {row["verb"] for row in rows if row["verb"] in ("post", "attend")}
    verbs |= {row["verb"] for row in rows if row["figure"] == "directed" and row["value"]}
    counts = {row["figure"]: int(row["value"]) for row in ground.rows(TRACED, since=ground.recent)}
    return Seen(frozenset(verbs & _SAID.keys()), counts["commits"], counts["shared"])
