"""An organisation step by step: how many take part, how many relationships that makes, and what comes of it.

What interdependence, pace and scalability share. A step is a period that was asked for, else a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.measures.declaration import Asked, Need, Setting, Tables, Window
from counterpoint.measures.requiring import coded, required, worked
from counterpoint.measures.units import MEMBERS, Units
from counterpoint.measures.windows import begin_of, end_of

_STEP = "coalesce(activity_by.period, cast(date_trunc('month', activity_by.moment) as date))"
_COORDINATION = "verb in ('review', 'post', 'report')"
INPUTS: Mapping[str, str] = {
    # Files by whom, without changes so large that they reformat, move or vendor.
    "touches": f"""
with large as (
    select source, thread from activity where verb = 'change' and thread is not null
    group by source, thread having count(distinct file) > $largest
)
select distinct {_STEP} as step, activity_by.unit, activity_by.party, activity_by.file as thing
from activity_by
left join large on large.source = activity_by.source and large.thread = activity_by.thread
where activity_by.verb = 'change' and activity_by.sort <> 'bot' and large.thread is null
""",
    "parties": f"select distinct {_STEP} as step, unit, party from activity_by where sort <> 'bot'",
    # A commit counts by itself; by zone it is known through the files that it changed.
    "counts": f"""
select {_STEP} as step, unit,
    count(distinct case when verb in ('commit', 'change') then coalesce(activity_by.thread, activity_by.object) end)
        as changes,
    count(case when {_COORDINATION} or (verb = 'attend' and came.party is not null) then 1 end) as coordination,
    max(cast(activity_by.moment as date)) as last
from activity_by
left join (select distinct thread, party from attended) as came
    on came.thread = activity_by.thread and came.party = activity_by.party
where activity_by.sort <> 'bot'
group by {_STEP}, unit
""",
    "seen": f"select count(*) as ties from activity where sort <> 'bot' and ({_COORDINATION} or verb = 'attend')",
    "depends": "select consumer, provider, said, status from dependency",
    "works": "select work, zone, owner, done from work",
    "member": MEMBERS,
}
SETTINGS = (
    Setting("largest", 50, "changes of more files than this are left out: they reformat, move or vendor"),
    Setting(
        "common",
        0.25,
        "files that more than this share of the parties of a step changed, and more than ten, tie nobody; 1 keeps all",
    ),
)
NEED = Need(
    "changes to files",
    "select count(*) from activity where verb = 'change' and sort <> 'bot'",
    "counterpoint trace REPOSITORY brings them in",
)
_FEW = 10


@dataclass
class Step:
    """One step of one unit: ``whole`` says that all of it is over and in the data."""

    begin: date
    whole: bool = True
    parties: int = 0
    pairs: int = 0
    dependencies: int = 0
    changes: int = 0
    done: int = 0
    coordination: int = 0

    @property
    def relationships(self) -> int:
        """Pairs of parties who changed the same file in the step, and the dependencies that stood."""
        return self.pairs + self.dependencies


@dataclass
class Course:
    """The steps of one unit, in order; ``ties`` says whether any source tells of reviews, messages or meetings."""

    unit: str
    ties: bool
    steps: list[Step] = field(default_factory=list)

    @property
    def whole(self) -> list[Step]:
        """The steps that are complete and have anybody in them: what trends are fitted to."""
        return [one for one in self.steps if one.whole and one.parties]


def window_of(asked: Asked) -> Window:
    """How long a step is."""
    return "month" if asked.window == "all" else asked.window


def courses(tables: Tables, asked: Asked, common: float) -> list[Course]:
    """Every unit, by name, with its steps."""
    window = window_of(asked)
    pairs = _pairs(tables["touches"], common)
    people = _counted(tables["parties"])
    ties = (tables["seen"]["ties"].to_pylist() or [0])[0] > 0
    found: dict[str, Course] = {}
    rows = sorted(tables["counts"].to_pylist(), key=lambda row: (row["unit"], row["step"]))
    last = max((row["last"] for row in rows), default=None)
    for row in rows:
        course = found.setdefault(row["unit"], Course(row["unit"], ties))
        key = (row["unit"], row["step"])
        course.steps.append(
            Step(
                row["step"],
                last is None or end_of(row["step"], window) <= last + timedelta(days=1),
                people.get(key, 0),
                pairs.get(key, 0),
                changes=row["changes"],
                coordination=row["coordination"],
            )
        )
    _add_work(tables, asked, found, window)
    return list(found.values())


def _pairs(touches: pa.Table, common: float) -> dict[tuple[str, date], int]:
    """How many pairs of parties changed the same file, in each unit and step."""
    found = {}
    for (unit, step), rows in _groups(touches):
        doers, parties = coded(rows["party"].cast(pa.string()))
        things, names = coded(rows["thing"].cast(pa.string()))
        people = np.bincount(things, minlength=len(names))
        kept = (
            ~((people > common * len(parties)) & (people > _FEW))[things] if common < 1 else np.ones(len(things), bool)
        )
        did = worked(doers[kept], things[kept], None, (len(parties), len(names)))
        blocks = ((start, block) for start, block in required(did))
        found[unit, step] = sum(int(np.count_nonzero(np.triu(block, k=1))) for _, block in blocks)
    return found


def _counted(parties: pa.Table) -> dict[tuple[str, date], int]:
    counted = parties.group_by(["unit", "step"]).aggregate([("party", "count")])
    return {(row["unit"], row["step"]): row["party_count"] for row in counted.to_pylist()}


def _groups(rows: pa.Table) -> list[tuple[tuple[str, date], pa.Table]]:
    """The rows of each unit and step."""
    if not rows.num_rows:
        return []
    ordered = rows.sort_by([("unit", "ascending"), ("step", "ascending")]).combine_chunks()
    units, steps = ordered["unit"].combine_chunks(), ordered["step"].combine_chunks()
    unit, step = (
        pc.dictionary_encode(one.cast(kind)).indices.to_numpy()
        for one, kind in ((units, pa.string()), (steps, pa.date32()))
    )
    starts = [0, *(1 + np.flatnonzero((np.diff(unit) != 0) | (np.diff(step) != 0))).tolist(), ordered.num_rows]
    return [
        ((units[begin].as_py(), steps[begin].as_py()), ordered.slice(begin, end - begin))
        for begin, end in pairwise(starts)
    ]


def _add_work(tables: Tables, asked: Asked, found: Mapping[str, Course], window: Window) -> None:
    """Finished work to the step that it was finished in, and dependencies to every step after they were stated."""
    homes = homes_of(tables, asked)
    begins = {unit: {step.begin: step for step in course.steps} for unit, course in found.items()}
    for row in tables["works"].to_pylist():
        begin = None if row["done"] is None else begin_of(row["done"].date(), window)
        for unit in homes.get(row["work"], ()):
            if begin is not None and begin in begins.get(unit, {}):
                begins[unit][begin].done += 1
    for row in tables["depends"].to_pylist():
        if row["status"] in ("declined", "withdrawn"):
            continue
        units = set(homes.get(row["consumer"], ())) | set(homes.get(row["provider"], ()))
        for unit in units:
            for step in found[unit].steps if unit in found else ():
                if row["said"] is None or row["said"].date() < end_of(step.begin, window):
                    step.dependencies += 1


def homes_of(tables: Tables, asked: Asked) -> dict[str, tuple[str, ...]]:
    """To which units of the grain each work, and each party that depends on something or provides it, belongs."""
    units = Units(asked.grain, tables["member"])
    found = {row["work"]: units.of(row["zone"], row["owner"]) for row in tables["works"].to_pylist()}
    ends = {end for row in tables["depends"].to_pylist() for end in (row["consumer"], row["provider"])}
    return found | {end: units.of(None, end) for end in ends - found.keys()}


def setting(asked: Asked, name: str) -> float:
    """A setting of the steps as it was asked for, else its default."""
    return float(cast("float", asked.settings.get(name, {one.name: one.default for one in SETTINGS}[name])))
