"""How far and how long it is from a decision to those whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from math import inf
from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.declaration import Asked, Figure, Measure, Need, Setting, Tables
from counterpoint.measures.paths_between import Distances, Ties
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import Estimate, proportion, quantile
from counterpoint.measures.units import Units
from counterpoint.measures.waiting import waiting
from counterpoint.measures.windows import begin_of, hours, within

LEAST = 3
"""How many pairs of a decision and a party a figure rests on, at least."""
_PAIRS = f"at least {LEAST} parties concerned by decisions of which it is known who made them"
_TIES = "teams with members, or traces of coordination"
Row = Mapping[str, Any]
Cell = tuple[date | None, str]


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    members = [(row["party"], row["team"]) for row in tables["member"].to_pylist() if row["direct"]]
    ties = Ties(members, _pairs(tables["spoke"], "party", "other"), _pairs(tables["met"], "party", "thing"))
    people = _people(tables["member"])
    pairs = _concerning(tables, asked, people)
    ways = {
        "hops": Distances(ties.formal | ties.actual, people),
        "hops_formal": Distances(ties.formal, people),
        "hops_actual": Distances(ties.actual, people),
        "layers": Distances(ties.levels, people),
    }
    there = {"hops": members or ties.spoke or ties.met, "hops_formal": members, "layers": members}
    there["hops_actual"] = ties.spoke or ties.met
    for name, way in ways.items():
        way.start(row["decider"] for row in pairs if there[name])
    rows: list[dict[str, Any]] = []
    for cell, ones in _cells(pairs, asked):
        for name, way in ways.items():
            rows.append(_row(cell, name, _far(ones, way) if there[name] else _lacking(_TIES)))
        rows += _reached(cell, ones, ways["hops"] if there["hops"] else None)
        rows.append(_row(cell, "hours", _hours(ones)))
    return result([*rows, *_structure(members)])


def _pairs(rows: pa.Table, one: str, other: str) -> list[tuple[str, str]]:
    return list(zip(rows[one].to_pylist(), rows[other].to_pylist(), strict=True))


def _people(members: pa.Table) -> dict[str, frozenset[str]]:
    """For each team everybody in it who is no team."""
    found: dict[str, set[str]] = {}
    for row in members.to_pylist():
        if not row["party"].startswith("team:"):
            found.setdefault(row["team"], set()).add(row["party"])
    return {team: frozenset(people) for team, people in found.items()}


def _concerning(tables: Tables, asked: Asked, people: Mapping[str, frozenset[str]]) -> list[dict[str, Any]]:
    """Every decision that was made with every party it concerns, but for whoever made it."""
    units = Units(asked.grain, tables["member"])
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None)
    made = {row["decision"]: row for row in tables["decision"].to_pylist() if within(asked, row["decided"])}
    answers: dict[str, dict[str, datetime]] = {}
    for row in tables["answers"].to_pylist():
        answers.setdefault(row["decision"], {})[row["party"]] = row["answered"]
    found = []
    for row in tables["concerned"].to_pylist():
        one = made.get(row["decision"])
        if one is None or row["party"] == one["decider"]:
            continue
        meant = people.get(row["party"]) or frozenset({row["party"]})
        mine = [when for party, when in answers.get(row["decision"], {}).items() if party in meant]
        found.append(
            {
                "decided": one["decided"], "decider": one["decider"], "party": row["party"], "now": now,
                "answered": min(mine, default=None), "units": units.of(one["zone"], one["decider"]),
            }
        )  # fmt: skip
    return found


def _cells(rows: Sequence[Row], asked: Asked) -> list[tuple[Cell, list[Row]]]:
    found: dict[Cell, list[Row]] = {}
    for row in rows:
        for unit in row["units"]:
            found.setdefault((begin_of(row["decided"].date(), asked.window), unit), []).append(row)
    return sorted(found.items(), key=lambda one: (one[0][0] or date.min, one[0][1]))


def _far(ones: Sequence[Row], way: Distances) -> Estimate:
    """The median distance, those that no path leads to counting as the furthest."""
    every = np.array([way.between(one["decider"], one["party"]) for one in ones if one["decider"] is not None])
    if len(every) < LEAST:
        return Estimate(None, None, None, len(every), _PAIRS)
    # Their place is behind all others; how far behind does not matter to a median that is among the others.
    furthest = every[np.isfinite(every)].max(initial=0) + 1
    found = quantile(np.where(np.isfinite(every), every, furthest), 0.5)
    if found.value is not None and found.value > furthest - 1:
        return Estimate(None, found.low, None, len(every), "a path to half of them")
    return found._replace(high=None if found.high == furthest else found.high, missing=None)


def _reached(cell: Cell, ones: Sequence[Row], way: Distances | None) -> Iterator[dict[str, Any]]:
    known = [one for one in ones if one["decider"] is not None]
    yield _row(cell, "concerned", Estimate(len(ones), None, None, len(ones)))
    if way is not None and known:
        far = sum(way.between(one["decider"], one["party"]) == inf for one in known)
        yield _row(cell, "unreached", proportion(far, len(known)))


def _hours(ones: Sequence[Row]) -> Estimate:
    if len(ones) < LEAST:
        return Estimate(None, None, None, len(ones), f"at least {LEAST} parties concerned by decisions")
    over = [hours(one["decided"], one["answered"]) for one in ones if one["answered"] is not None]
    running = [hours(one["decided"], one["now"]) for one in ones if one["answered"] is None and one["now"] is not None]
    found = waiting(over, running)
    return found._replace(missing=None if found.value is not None else "any sign from half of them yet")


def _structure(members: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    """How wide and how deep the teams are."""
    under: dict[str, set[str]] = {}
    for party, team in members:
        under.setdefault(team, set()).add(party)
    if not under:
        return
    cell = (None, "")
    yield _row(
        cell, "span", quantile(np.array([len(one) for one in under.values()], dtype=float), 0.5)._replace(missing=None)
    )
    yield _row(cell, "levels", Estimate(max(_depth(team, under, ()) for team in under), None, None, len(under)))


def _depth(team: str, under: Mapping[str, set[str]], above: tuple[str, ...]) -> int:
    inside = [one for one in under.get(team, ()) if one in under and one not in above and one != team]
    return 1 + max((_depth(one, under, (*above, team)) for one in inside), default=0)


def _lacking(what: str) -> Estimate:
    return Estimate(None, None, None, 0, what)


def _row(cell: Cell, figure: str, found: Estimate) -> dict[str, Any]:
    value, low, high, n, missing = found
    return {
        "period": cell[0], "unit": cell[1], "figure": figure, "value": value, "low": low, "high": high, "n": n,
        "missing": missing,
    }  # fmt: skip


_MET = """
with part as (
    select distinct party, source || ' ' || thread as thing from activity
    where verb = 'post' and thread is not null and sort <> 'bot'
    union
    select party, thread as thing from attended where sort <> 'bot'
),
small as (select thing from part group by thing having count(*) between 2 and $crowd)
select part.party, part.thing from part join small on small.thing = part.thing
"""
REACH = Measure(
    name="reach",
    system="C17",
    question="How far is it from a decision to those whom it concerns, and how long does it take?",
    about="For each decision that was made, and each party that it concerns (who asked, who was consulted, who owns or "
    "works on what it is about, who needs that or provides for it): hops from who made it, through teams and through "
    "whom they spoke or met with in the time that was asked for; levels of teams between them; and hours until that "
    "party first did or said anything to the decision or to the work that it is about. A team is reached with the "
    "first of its people. Beside that, how wide and how deep the teams are.",
    source="Shortest paths; medians with the interval of their order statistics (Conover, 1999, 3.2); hours with "
    "Kaplan and Meier (JASA 53, 1958), those without a sign yet counting as running",
    limits="That there is a path does not mean that word went along it, and who did nothing may have heard at once. "
    "Whom a decision concerns is told from what is on record; those whom nobody thought of are not in it.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("concerned", "parties", "pairs of a decision and a party that it concerns"),
        Figure("hops", "hops", "half of them are no further, by the shortest way there is"),
        Figure("hops_formal", "hops", "the same through teams alone"),
        Figure("hops_actual", "hops", "the same through whom they spoke or met with alone"),
        Figure("layers", "levels", "half of them have no more levels of teams between"),
        Figure("unreached", "share", "of them: no way leads there"),
        Figure("hours", "hours", "after which half of them have given a sign"),
        Figure("span", "parties", "half of the teams have no more people and teams directly in them"),
        Figure("levels", "levels", "of teams within teams, at the deepest"),
    ),
    needs=(
        Need(
            "decisions that were made and concern somebody",
            "select count(distinct concerned.decision) from concerned "
            "join decision on decision.decision = concerned.decision where decision.decided is not null",
            "counterpoint decision decide, or import, brings them in; name what they concern",
        ),
    ),
    settings=(Setting("crowd", 25, "a discussion or meeting of more people than this brings no two of them together"),),
    kernel=_kernel,
    inputs={
        "decision": "select decision, decider, decided, zone from decision where decided is not null",
        "concerned": "select distinct decision, party from concerned",
        "member": "select party, team, direct from member",
        "spoke": "select distinct party, target_party as other from activity where target_party is not null "
        "and target_party <> party and sort <> 'bot' and target_sort <> 'bot'",
        "met": _MET,
        "answers": "reach_answers.sql",
        "snapshot": "select moment from snapshot",
    },
    by_period=False,
)  # fmt: skip
