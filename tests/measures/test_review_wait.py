"""How long changes wait for review."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from counterpoint.measures.review_wait import REVIEW_WAIT
from tests.measures.trial import actors, figures, outcome

MONDAY = datetime(2026, 3, 2, 9)


def commit(name: str, who: str, landed: float | None) -> dict[str, Any]:
    """A commit that reached the common record so many hours after it was written."""
    when = None if landed is None else MONDAY + timedelta(hours=landed)
    return {"actor": who, "verb": "commit", "object": name, "thread": name, "moment": MONDAY, "landed": when}


def review(name: str, who: str, of: str, hours: float) -> dict[str, Any]:
    """A look at a commit, so many hours after it was written."""
    moment = MONDAY + timedelta(hours=hours)
    return {"actor": who, "verb": "review", "object": name, "thread": name, "target": of, "moment": moment}


PEOPLE = actors(red=["ana", "bo"], blue=["cy"])
PEOPLE["actor"] = [*PEOPLE["actor"], {"actor": "robot", "party": "agent:robot", "sort": "bot"}]


def test_from_writing_to_the_first_look_by_somebody_else_and_to_landing() -> None:
    rows = [
        commit("1", "ana", 10), review("1", "robot", "ana", 0.1), review("1", "ana", "ana", 1),
        review("1", "bo", "ana", 4), review("1", "cy", "ana", 6),
        commit("2", "ana", 2), review("2", "robot", "ana", 0.1),
        commit("3", "cy", 30), review("3", "bo", "cy", 30),
    ]  # fmt: skip
    found = figures(REVIEW_WAIT, rows, PEOPLE)
    assert found["reviewed", ""] == 2 / 3
    assert found["first_review", ""] == 4, "that of the third is the time at which it landed, and so a trailer's"
    assert (found["landing_reviewed", ""], found["landing_alone", ""]) == (20, 2)
    assert figures(REVIEW_WAIT, rows, PEOPLE, bots="in")["first_review", ""] == 0.1
    teams = figures(REVIEW_WAIT, rows, PEOPLE, grain="team", hours="UTC 09:00-17:00")
    assert (teams["landing_reviewed", "team:blue"], teams["landing_working", "team:blue"]) == (30, 14)
    assert teams["reviewed", "team:red"] == 0.5


def test_what_a_trailer_cannot_tell_is_not_told() -> None:
    rows = [commit("1", "ana", None), review("1", "bo", "ana", 0)]
    found = {row["figure"]: row for row in outcome(REVIEW_WAIT, rows, PEOPLE).rows.to_pylist()}
    assert found["reviewed"]["value"] == 1
    for figure, missing in (("first_review", "trailer"), ("landing_reviewed", "common record")):
        assert found[figure]["value"] is None
        assert missing in found[figure]["missing"]
    assert [one.what for one in outcome(REVIEW_WAIT, [commit("1", "ana", 1)], PEOPLE).lacking] == ["reviews"]
