"""How much of what is done serves an objective, of which priority, and which objectives move: busy told from moving."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pyarrow as pa

from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Need, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import proportion
from counterpoint.measures.units import MEMBERS, Units
from counterpoint.measures.windows import begin_of, end_of, within
from counterpoint.model.kinds import PRIORITIES

NOTHING, UNRANKED = "nothing", "unranked"
"""Instead of a priority: what serves no objective, and what serves one of which nobody states a priority."""
_OVER = ("done", "dropped")
_EXTRAS = (
    Extra(
        "priority",
        pa.string(),
        "of shares: of what serves an objective of this priority; unranked: of one without; nothing: of none",
        key=True,
    ),
)
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Span:
    """A period: from one time until before another."""

    period: date | None
    begin: datetime
    end: datetime

    def has(self, moment: datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.end


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    units = Units(asked.grain, tables["member"])
    works = [row | {"units": units.of(row["zone"], row["owner"])} for row in tables["work"].to_pylist()]
    objectives = [row | {"units": units.of(row["zone"], row["owner"])} for row in tables["objective"].to_pylist()]
    results = tables["key_result"].to_pylist()
    acts = tables["acts"].to_pylist()
    by_work = {row["work"]: row for row in works}
    rows: list[dict[str, Any]] = []
    for span in _spans(tables, asked, works, results):
        here = [row for row in acts if row["period"] == span.period]
        moved = _moved(span, works, results)
        for unit in sorted(
            {unit for one in (*works, *objectives) for unit in one["units"]} | {row["unit"] for row in here}
        ):
            base = {"period": span.period, "unit": unit}
            told = [
                *_activity([row for row in here if row["unit"] == unit], by_work),
                *_effort(span, [one for one in works if unit in one["units"]]),
                *_objectives(span, [one for one in objectives if unit in one["units"]], works, here, moved),
            ]
            rows += [base | row for row in told]
    return result(rows, _EXTRAS)


def _spans(tables: Tables, asked: Asked, works: Sequence[Row], results: Sequence[Row]) -> list[_Span]:
    """Every period in which anything is known to have been done."""
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None) or datetime.max
    if asked.window == "all":
        begin = datetime.min if asked.since is None else datetime.combine(asked.since, time())
        return [_Span(None, begin, now if asked.until is None else datetime.combine(asked.until, time()))]
    times = [row["done"] for row in works] + [row["moment"] for row in results]
    begins = {begin_of(one.date(), asked.window) for one in times if one is not None and within(asked, one)}
    begins |= set(tables["acts"]["period"].to_pylist())
    return [
        _Span(one, datetime.combine(one, time()), datetime.combine(end_of(one, asked.window), time()))
        for one in sorted(begin for begin in begins if begin is not None)
    ]


def _serves(one: Row | None) -> str:
    """What a work counts as: the priority of the objective that it serves."""
    if one is None or one["objective"] is None:
        return NOTHING
    return str(one["objective_priority"] or UNRANKED)


def _activity(acts: Sequence[Row], by_work: Mapping[str, Row]) -> Iterator[dict[str, Any]]:
    whole = sum(row["acts"] for row in acts)
    known = [row for row in acts if row["work"] in by_work]
    if whole:
        yield {"figure": "acts", "value": whole, "n": whole}
        yield _share("attributed", sum(row["acts"] for row in known), whole)
    counts: Counter[str] = Counter()
    for row in known:
        counts[_serves(by_work[row["work"]])] += row["acts"]
    yield from _by_priority("activity", counts, "activity that names work which is known")


def _effort(span: _Span, works: Sequence[Row]) -> Iterator[dict[str, Any]]:
    """Work that was in progress or finished, without that of which parts are told: nothing counts twice."""
    going = [one for one in works if _in_progress(span, one)]
    whole = {one["parent"] for one in going}
    leaves = [one for one in going if one["work"] not in whole]
    done = [one for one in works if span.has(one["done"])]
    yield {"figure": "finished", "value": len(done), "n": len(done)}
    if done:
        yield _share("finished_serving", sum(1 for one in done if one["objective"] is not None), len(done))
    yield from _by_priority("works", Counter(_serves(one) for one in leaves), "work in progress or finished")
    days: dict[str, float] = {}
    estimated = [one for one in leaves if one["days"] is not None]
    for one in estimated:
        days[_serves(one)] = days.get(_serves(one), 0.0) + one["days"]
    total = sum(days.values())
    if not total:
        yield {"figure": "effort", "n": 0, "missing": "work in progress or finished with an estimate, or with dates"}
    for name in _order(days) if total else ():
        yield {"figure": "effort", "priority": name, "value": days[name] / total, "n": len(estimated)}


def _in_progress(span: _Span, one: Row) -> bool:
    if span.has(one["done"]):
        return True
    ended = one["done"] or one["dropped"]
    if one["active"] is None or one["active"] >= span.end:
        return False
    return (ended is None and one["status"] not in _OVER) or (ended is not None and ended >= span.begin)


def _moved(span: _Span, works: Sequence[Row], results: Sequence[Row]) -> set[str]:
    """The objectives of which work was finished, or a key result came nearer to its target."""
    found = {one["objective"] for one in works if span.has(one["done"])}
    series: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(results, key=lambda row: row["moment"]):
        series.setdefault((row["objective"], row["name"]), []).append(row)
    for (objective, _), told in series.items():
        inside = [one for one in told if span.has(one["moment"])]
        before = [one for one in told if one["moment"] < span.begin]
        if inside and inside[-1]["progress"] > (before[-1] if before else inside[0])["progress"]:
            found.add(objective)
    return found - {None}


def _objectives(
    span: _Span, objectives: Sequence[Row], works: Sequence[Row], acts: Sequence[Row], moved: set[str]
) -> Iterator[dict[str, Any]]:
    aims = [one["objective"] for one in objectives if one["status"] not in _OVER]
    if not aims:
        return
    busy = {one["objective"] for one in works if _in_progress(span, one)}
    named = {row["work"] for row in acts}
    busy |= {one["objective"] for one in works if one["work"] in named}
    moving = sum(1 for one in aims if one in moved)
    only_busy = sum(1 for one in aims if one in busy and one not in moved)
    yield _share("moving", moving, len(aims))
    yield _share("busy", only_busy, len(aims))
    yield _share("idle", len(aims) - moving - only_busy, len(aims))


def _by_priority(figure: str, counts: Mapping[str, int], missing: str) -> Iterator[dict[str, Any]]:
    whole = sum(counts.values())
    if not whole:
        yield {"figure": figure, "n": 0, "missing": missing}
    for name in _order(counts) if whole else ():
        yield _share(figure, counts[name], whole) | {"priority": name}


def _order(names: Iterable[str]) -> list[str]:
    rank = {name: number for number, name in enumerate(PRIORITIES)} | {UNRANKED: 8, NOTHING: 9}
    return sorted(names, key=lambda name: (rank.get(name, 7), name))


def _share(figure: str, part: int, whole: int) -> dict[str, Any]:
    found = proportion(part, whole)
    return {"figure": figure, "value": found.value, "low": found.low, "high": found.high, "n": found.n}


_ACTS = """
select activity_by.period, activity_by.unit, work_name.work,
    count(distinct case when activity_by.verb in ('commit', 'change', 'rename')
        then coalesce(activity_by.thread, activity_by.object) end)
    + count(case when activity_by.verb not in ('commit', 'change', 'rename') then 1 end) as acts
from activity_by
left join work_name on work_name.name = activity_by.work
where activity_by.sort <> 'bot'
group by activity_by.period, activity_by.unit, work_name.work
"""
_WORKS = """
select work.work, work.parent, work.status, work.owner, work.zone, work.objective, work.active, work.done, work.dropped,
    work.days, objective.priority as objective_priority
from work
left join objective on objective.objective = work.objective
"""
PROGRESS = Measure(
    name="progress",
    system="C16",
    question="How much of what we do serves what we are here for, and which objectives move rather than keep us busy?",
    about="Of the traces that name a piece of work, of work in progress, and of its estimated days: the share that "
    "serves an objective, by the objective's priority, and the share that serves none. And of the open objectives: "
    "those that moved (work that serves them was finished, or a key result came nearer to its target), those that only "
    "kept people busy, and those to which nothing happened. Work serves what it states, else what the nearest work "
    "that it is part of states; of several objectives, the most important.",
    source="Counts; shares with Wilson's interval (JASA 22, 1927). Output told from outcome: the idea is old, the rule "
    "for when an objective moved is ours",
    limits="Traces name work only where people write its name. An estimate is a guess, and is counted as it is. Work "
    "that serves no objective is not waste: upkeep seldom has one. That work which serves an objective was finished "
    "does not make the objective nearer; only a key result says so.",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("acts", "acts", "commits, and other traces than changes, of people and agents"),
        Figure("attributed", "share", "of these: they name work that is known"),
        Figure("activity", "share", "of those that do, by the priority of what they serve"),
        Figure("works", "share", "of work in progress or finished, by the priority of what it serves"),
        Figure("effort", "share", "of its days, by the priority of what it serves"),
        Figure("finished", "work", "finished in the period"),
        Figure("finished_serving", "share", "of that: it serves an objective"),
        Figure("moving", "share", "of open objectives: they moved"),
        Figure("busy", "share", "of open objectives: something was done for them, and they did not move"),
        Figure("idle", "share", "of open objectives: nothing was done for them"),
    ),
    needs=(
        Need("objectives", "select count(*) from objective", "counterpoint apply or import brings them in"),
        Need("work", "select count(*) from work", "counterpoint apply or import brings it in"),
    ),
    extras=_EXTRAS,
    kernel=_kernel,
    inputs={
        "acts": _ACTS,
        "work": _WORKS,
        "objective": "select objective, status, owner, zone from objective",
        "key_result": "select objective, name, moment, progress from key_result "
        "where moment is not null and progress is not null",
        "member": MEMBERS,
        "snapshot": "select moment from snapshot",
    },
    by_period=False,
)  # fmt: skip
