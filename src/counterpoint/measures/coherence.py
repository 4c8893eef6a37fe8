"""How much of the state is owned, decided, current and undisputed, and how much of what work requires is met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from math import prod
from typing import Any

import pyarrow as pa

from counterpoint.measures import congruence, coordination
from counterpoint.measures.declaration import Asked, Figure, Measure, Need, Setting, Tables
from counterpoint.measures.rows import result
from counterpoint.measures.sureness import proportion
from counterpoint.measures.units import MEMBERS, Units

FRESH_DAYS = 30
PARTS = ("owned", "decided", "current", "undisputed", "congruent")
_OVER = ("done", "dropped")
_NO_CONGRUENCE = "changes and traces of coordination: counterpoint trace brings them in"
Row = Mapping[str, Any]


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    things = list(_things(tables, asked))
    days = float(asked.settings.get("fresh_days", FRESH_DAYS))
    now = next((row["moment"] for row in tables["snapshot"].to_pylist()), None)
    congruent = _congruent(tables, asked)
    rows: list[dict[str, Any]] = []
    for unit in sorted({unit for one in things for unit in one["units"]} | congruent.keys()):
        mine = [one for one in things if unit in one["units"]]
        parts = {
            "owned": _share(one["owned"] for one in mine),
            "decided": _share(one["answer"] in ("one", "shared") for one in mine),
            "current": _share(_is_current(one, now, days) for one in mine if one["kind"] == "work" and now is not None),
            "undisputed": _share(not one["disputed"] for one in mine),
            "congruent": congruent.get(unit, {"n": 0, "missing": _NO_CONGRUENCE}),
        }
        rows += [{"unit": unit, "figure": name, **part} for name, part in parts.items()]
        rows.append({"unit": unit, "figure": "coherence", **_together(parts)})
    return result(rows)


def _share(every: Iterable[bool]) -> dict[str, Any]:
    flags = list(every)
    found = proportion(sum(flags), len(flags))
    missing = None if flags else "anything of which it could be told"
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n, "missing": missing}


def _together(parts: Mapping[str, Row]) -> dict[str, Any]:
    """The geometric mean: one part that is nearly nothing is not made up for by the others."""
    lacking = [name for name in PARTS if parts[name].get("value") is None]
    if lacking:
        return {"n": 0, "missing": f"the {'parts' if len(lacking) > 1 else 'part'} {', '.join(lacking)}"}
    value = prod(float(parts[name]["value"]) for name in PARTS) ** (1 / len(PARTS))
    return {"value": value, "n": min(int(parts[name]["n"]) for name in PARTS)}


def _things(tables: Tables, asked: Asked) -> Iterator[dict[str, Any]]:
    """Open work, zones and open objectives, each with what the parts ask of it."""
    units = Units(asked.grain, tables["member"])
    decides = {row["thing"]: row["answer"] for row in tables["decides"].to_pylist()}
    disputed = set(tables["disputed"]["thing"].to_pylist())
    said = {row["thing"]: row["last"] for row in tables["said"].to_pylist()}
    for row in tables["thing"].to_pylist():
        name = row["name"]
        if row["status"] in _OVER:
            continue
        yield {
            **row, "owned": row["owner"] is not None, "answer": decides.get(name, "none"),
            "disputed": name in disputed, "last": _latest(said.get(name), row["begun"]),
            "units": units.of(row["zone"], row["owner"]),
        }  # fmt: skip


def _latest(*times: datetime | None) -> datetime | None:
    return max((one for one in times if one is not None), default=None)


def _is_current(one: Row, now: datetime | None, days: float) -> bool:
    """Not past due, and something was said of it or done to it of late."""
    assert now is not None
    overdue = one["due"] is not None and one["due"].date() < now.date()
    return not overdue and one["last"] is not None and one["last"] >= now - timedelta(days=days)


def _congruent(tables: Tables, asked: Asked) -> dict[str, dict[str, Any]]:
    """Congruence of each unit in the last period of what was asked for."""
    if not tables["touches"].num_rows:
        return {}
    its = {name: tables[name] for name in coordination.INPUTS}
    rows = congruence.kernel(its, replace(asked, me=None)).to_pylist()
    found: dict[str, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: str(row["period"] or "")):
        if row["figure"] == "congruence":
            found[row["unit"]] = {name: row[name] for name in ("value", "low", "high", "n", "missing")}
    return found


_THINGS = """
select work as name, 'work' as kind, status, owner, zone, due,
    greatest(coalesce(proposed, timestamp '1900-01-01 00:00:00'), coalesce(accepted, timestamp '1900-01-01 00:00:00'),
        coalesce(active, timestamp '1900-01-01 00:00:00')) as begun
from work
union all
select zone, 'zone', null, owner, zone, cast(null as timestamp), cast(null as timestamp) from zone
where coalesce(found, false) = false
union all
select objective, 'objective', status, owner, zone, cast(null as timestamp), cast(null as timestamp) from objective
"""
_SAID = """
select thing, max(last) as last from (
    select thing, max(moment) as last from change where kind = 'work' group by thing
    union all
    select subject, max(moment) from act where subject like 'work:%' group by subject
    union all
    select work_name.work, max(activity.moment) from activity join work_name on work_name.name = activity.work
    group by work_name.work
) as told
group by thing
"""
COHERENCE = Measure(
    name="coherence",
    system="C11",
    question="How much of what we have on record holds together, and where does it not?",
    about="A vector of five shares, as things stand at the moment of the snapshot. Owned: of open work, zones and open "
    "objectives, those with an owner. Decided: those where it is plain who makes the final call, one party or several "
    "under a rule. Current: of open work, what is not past due and of which something was said, or to which something "
    "was done, in the last days. Undisputed: those on which no two sources differ unsettled. Congruent: of the "
    "coordination that the work of the time that was asked for requires, what took place. Coherence is their geometric "
    "mean; it is there only where all five are, and is to be read beside them alone.",
    source="Shares with Wilson's interval (JASA 22, 1927); congruence as in the measure congruence. That there are "
    "five, and their mean, is a choice of ours and no result of research",
    limits="A state in which little is said is easily coherent: look at n first. Owned on paper is not looked after. "
    "There is no threshold from which an organisation is coherent enough; compare it with itself. "
    + coordination.LIMITS.split(".")[0] + ".",
    grains=("organisation", "team", "zone"),
    figures=(
        Figure("owned", "share", "of open work, zones and open objectives: they have an owner"),
        Figure("decided", "share", "of the same: it is plain who makes the final call"),
        Figure("current", "share", "of open work: not past due, and spoken of or worked on lately"),
        Figure("undisputed", "share", "of the same as owned: sources do not differ"),
        Figure("congruent", "share", "of required coordination: it took place"),
        Figure("coherence", "share", "the geometric mean of the five, where all are known"),
    ),
    needs=(
        Need(
            "work, zones or objectives",
            "select (select count(*) from work) + (select count(*) from zone where coalesce(found, false) = false) + "
            "(select count(*) from objective) as there",
            "counterpoint import or apply brings them in",
        ),
    ),
    settings=(*coordination.SETTINGS, Setting("fresh_days", FRESH_DAYS, "how many days something is current")),
    kernel=_kernel,
    inputs={
        **coordination.INPUTS,
        "thing": _THINGS,
        "decides": "select thing, min(answer) as answer from decides group by thing",
        "disputed": "select distinct thing from disputed where settled is null",
        "said": _SAID,
        "member": MEMBERS,
        "snapshot": "select moment from snapshot",
    },
    by_period=False,
)  # fmt: skip
