"""How much of the work AI agents do, who looks at it, and how handing over between them and people goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Need, Setting, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import Estimate, proportion
from counterpoint.measures.units import MEMBERS, Units
from counterpoint.measures.waiting import waiting
from counterpoint.measures.windows import begin_of, hours, within

LEAST = 3
"""How many handoffs or proposals a figure of time rests on, at least."""
_REVIEWS = "reviews: trailers in commits (Reviewed-by), or a source that tells who looked at a change"
Row = Mapping[str, Any]
Cell = tuple[date | None, str]


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    reviews = (tables["reviews"]["seen"].to_pylist() or [0])[0]
    rows: list[dict[str, Any]] = []
    for one in tables["commits"].to_pylist():
        rows += _share(one)
        rows += _coverage(one, "agent", one["agent"], reviews)
        rows += _coverage(one, "human", one["commits"] - one["agent"], reviews)
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None)
    units = Units(asked.grain, tables["member"])
    handoffs = [
        row | {"units": units.of(row["zone"], row["giver"], row["receiver"])} for row in tables["handoff"].to_pylist()
    ]
    for cell, ones in _cells(handoffs, asked, "offered"):
        rows += _handoffs(cell, ones, now)
    proposals = [row | {"units": units.of(None, row["agent"])} for row in tables["proposal"].to_pylist()]
    for cell, ones in _cells(proposals, asked, "made"):
        rows += _proposals(cell, ones, now)
    return result(rows)


def _share(one: Row) -> Iterator[dict[str, Any]]:
    base = {"period": one["period"], "unit": one["unit"], "n": one["commits"]}
    count = one["commits"]
    yield {**base, "figure": "commits", "value": count}
    yield {
        **base, "figure": "agent_share", "value": float(one["expected"]) / count, "low": one["certain"] / count,
        "high": one["marked"] / count,
    }  # fmt: skip


def _coverage(one: Row, whose: str, count: int, reviews: int) -> Iterator[dict[str, Any]]:
    cell = (one["period"], one["unit"])
    names = [f"{whose}_by_{by}" for by in ("person", "agents", "nobody")]
    if not reviews or not count:
        missing = _REVIEWS if not reviews else f"commits of {'agents' if whose == 'agent' else 'people alone'}"
        yield from (_row(cell, name, Estimate(None, None, None, count, missing)) for name in names)
        return
    seen = [one[name] for name in names[:2]]
    for name, part in zip(names, (*seen, count - sum(seen)), strict=True):
        yield _row(cell, name, proportion(part, count))


def _cells(rows: Sequence[Row], asked: Asked, by: str) -> list[tuple[Cell, list[Row]]]:
    found: dict[Cell, list[Row]] = {}
    for row in rows:
        when: datetime | None = row[by]
        if when is not None and within(asked, when):
            for unit in row["units"]:
                found.setdefault((begin_of(when.date(), asked.window), unit), []).append(row)
    return sorted(found.items(), key=lambda one: (one[0][0] or date.min, one[0][1]))


def _handoffs(cell: Cell, ones: Sequence[Row], now: datetime | None) -> Iterator[dict[str, Any]]:
    answered = [one for one in ones if one["status"] in ("accepted", "declined", "withdrawn")]
    failed = sum(1 for one in answered if one["status"] != "accepted")
    yield _row(cell, "handoffs", Estimate(len(ones), None, None, len(ones)))
    yield _row(cell, "handoffs_failed", proportion(failed, len(answered)))
    over = [hours(one["offered"], one["answered"]) for one in ones if one["status"] == "accepted" and one["answered"]]
    # What was declined had not been accepted until then, and nobody knows when it would have been.
    ends = [one["answered"] or now for one in ones if one["status"] != "accepted"]
    begun = [one["offered"] for one in ones if one["status"] != "accepted"]
    running = [hours(start, end) for start, end in zip(begun, ends, strict=True) if end is not None]
    yield _row(cell, "hours_to_accept", _time(over, running, "handoffs with an agent"))


def _proposals(cell: Cell, ones: Sequence[Row], now: datetime | None) -> Iterator[dict[str, Any]]:
    answered = [one for one in ones if one["answered"] is not None]
    yield _row(cell, "proposals", Estimate(len(ones), None, None, len(ones)))
    yield _row(cell, "proposals_returned", proportion(sum(one["verb"] == "return" for one in answered), len(answered)))
    over = [hours(one["made"], one["answered"]) for one in answered]
    running = [hours(one["made"], now) for one in ones if one["answered"] is None and now is not None]
    yield _row(cell, "hours_to_review", _time(over, running, "proposals of agents"))


def _time(over: list[float], running: list[float], what: str) -> Estimate:
    if len(over) + len(running) < LEAST:
        return Estimate(None, None, None, len(over) + len(running), f"at least {LEAST} {what}")
    return waiting(over, running)


def _row(cell: Cell, figure: str, found: Estimate) -> dict[str, Any]:
    value, low, high, n, missing = found
    return {
        "period": cell[0], "unit": cell[1], "figure": figure, "value": value, "low": low, "high": high, "n": n,
        "missing": missing,
    }  # fmt: skip


_OF_AGENTS = """
select handoff.giver, handoff.receiver, handoff.offered, handoff.answered, handoff.status, work.zone
from handoff
left join work on work.work = handoff.about
where handoff.giver like 'agent:%' or handoff.receiver like 'agent:%'
"""
_PROPOSED = """
with made as (
    select subject, min(moment) as made, min(actor) as agent from act
    where noun = 'proposal' and verb = 'make' group by subject
),
answers as (
    select subject, min(moment) as answered, min(verb) as verb from act
    where noun = 'proposal' and verb in ('accept', 'return') group by subject
)
select made.agent, made.made, answers.answered, answers.verb
from made left join answers on answers.subject = made.subject
"""
AI_PARTICIPATION = Measure(
    name="ai_participation",
    system="C12",
    question="How much of the work do AI agents do, and does a person look at it?",
    about="The share of commits in which an AI took part, by the marks that it leaves (account, trailer, branch, "
    "statement), each with its confidence: the value expects as many as the confidences add up to, its ends count only "
    "the sure marks and every mark. Of these commits, and of the others beside them: the share that somebody else than "
    "its authors looked at, a person, agents only, or nobody. And of what goes through the protocols: handoffs that an "
    "agent gives or takes, and proposals that wait for a person.",
    source="Counts; shares with Wilson's interval (JASA 22, 1927); times with Kaplan and Meier (JASA 53, 1958), what "
    "is still open counting as running. The ends of agent_share are no interval of chance but the least and the most "
    "that the marks allow",
    limits="An agent that leaves no mark is not seen, and a mark does not say how much of the work was whose. Where "
    "reviews are kept elsewhere than in the history (a forge), unreviewed means only that the history does not tell. "
    "That somebody looked says nothing of how closely.",
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("commits", "commits", "those of bots left out"),
        Figure("agent_share", "share", "of commits in which an AI took part"),
        Figure("agent_by_person", "share", "of commits with an AI: looked at by a person who did not write them"),
        Figure("agent_by_agents", "share", "of commits with an AI: looked at by agents only"),
        Figure("agent_by_nobody", "share", "of commits with an AI: no trace of anybody's looking"),
        Figure("human_by_person", "share", "of the other commits: looked at by another person"),
        Figure("human_by_agents", "share", "of the other commits: looked at by agents only"),
        Figure("human_by_nobody", "share", "of the other commits: no trace of anybody's looking"),
        Figure("handoffs", "handoffs", "given or taken by an agent"),
        Figure("handoffs_failed", "share", "of those answered: declined or withdrawn"),
        Figure("hours_to_accept", "hours", "after which half of them are accepted"),
        Figure("proposals", "proposals", "acts of agents that waited for a person"),
        Figure("proposals_returned", "share", "of those answered: returned"),
        Figure("hours_to_review", "hours", "after which half of them are answered"),
    ),
    needs=(
        Need(
            "commits, or handoffs and proposals of agents",
            "select (select count(*) from activity where verb = 'commit') + "
            "(select count(*) from handoff where giver like 'agent:%' or receiver like 'agent:%') + "
            "(select count(*) from act where noun = 'proposal') as there",
            "counterpoint trace REPOSITORY brings commits in",
        ),
    ),
    settings=(
        Setting("sure", 0.9, "from which confidence on a mark counts as sure"),
        Setting("merges", "count", "count: who brought in another's change has looked at it; not: only reviews count"),
    ),
    kernel=_kernel,
    inputs={
        "commits": "ai_participation_commits.sql",
        "reviews": "select count(*) as seen from activity "
        "where verb = 'review' or (verb = 'merge' and $merges = 'count')",
        "handoff": _OF_AGENTS,
        "proposal": _PROPOSED,
        "member": MEMBERS,
        "snapshot": "select moment from snapshot",
    },
    by_period=False,
)
