"""What a map asks beside the catalogue: how much happens where, and what is required and met between each two units.

These are no measures of their own: what they count, the measures of the catalogue count too, one figure at a time. A
map wants all of it for every two units at once, and works out the requirements once for that.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from counterpoint.measures.areas import communities
from counterpoint.measures.coordination import INPUTS, LIMITS, SETTINGS, SOURCE, WORK_NEED, fields
from counterpoint.measures.crossing import crossing
from counterpoint.measures.declaration import Asked, Extra, Figure, Measure, Tables
from counterpoint.measures.requiring import required_pairs
from counterpoint.measures.rows import result

_FILE = Extra("file", pa.string(), "the file, as it is called last", key=True)
_PARTY = Extra("party", pa.string(), "somebody in it", key=True)
_OTHER = Extra("other", pa.string(), "the other unit; the same one for what is within it", key=True)
_CHANGES = Figure("changes", "changes", "changes to files, those of bots left out")

FILES = Measure(
    name="files",
    system="C2",
    question="Which files change, and how often?",
    about="Changes to each file, and how many people made them.",
    source="a count",
    limits="A change is a file in a commit, however much of it changed.",
    grains=("organisation", "source"),
    figures=(_CHANGES,),
    extras=(_FILE,),
    sql="""
        select cast(null as date) as period, unit, 'changes' as figure, count(*) as value, count(*) as n, file
        from activity_by where verb = 'change' and sort <> 'bot' group by unit, file
    """,
)
LAND = Measure(
    name="land",
    system="C2",
    question="How much happens in each area?",
    about="Changes, files that were changed, and people and agents who changed them.",
    source="a count",
    limits="A change is a file in a commit, however much of it changed.",
    grains=("organisation", "zone", "team", "source"),
    figures=(
        _CHANGES,
        Figure("files", "files", "files that were changed"),
        Figure("people", "parties", "people who changed them"),
        Figure("agents", "parties", "AI agents that changed them"),
    ),
    sql="""
        with counted as (
            select period, unit, count(*) as changes, count(distinct file) as files,
                count(distinct case when sort <> 'agent' then party end) as people,
                count(distinct case when sort = 'agent' then party end) as agents
            from activity_by where verb = 'change' and sort <> 'bot' group by period, unit
        )
        select period, unit, 'changes' as figure, changes as value, changes as n from counted
        union all select period, unit, 'files', files, changes from counted
        union all select period, unit, 'people', people, changes from counted
        union all select period, unit, 'agents', agents, changes from counted
    """,
)

WORKED = Measure(
    name="worked",
    system="C4",
    question="How many files are worked on in each area?",
    about="Files that were changed, save by changes of more than fifty files, which reformat or move.",
    source="a count",
    limits="A file that nobody changes may be finished, or forgotten.",
    grains=("organisation", "zone"),
    figures=(Figure("files", "files", "files that were worked on"),),
    sql="""
        with large as (
            select source, thread from activity where verb = 'change' and thread is not null
            group by source, thread having count(distinct file) > 50
        )
        select cast(null as date) as period, unit, 'files' as figure, count(distinct file) as value, count(*) as n
        from activity_by
        left join large on large.source = activity_by.source and large.thread = activity_by.thread
        where verb = 'change' and sort <> 'bot' and large.thread is null
        group by unit
    """,
)
WHERE = Measure(
    name="where",
    system="C2",
    question="In which areas does each team work?",
    about="Changes of each team to each area.",
    source="a count",
    limits="A change is a file in a commit, however much of it changed.",
    grains=("team",),
    figures=(_CHANGES,),
    extras=(Extra("zone", pa.string(), "the area", key=True),),
    sql="""
        select cast(null as date) as period, unit, 'changes' as figure, count(*) as value, count(*) as n, zone
        from activity_by where verb = 'change' and sort <> 'bot' and zone is not null group by unit, zone
    """,
)
SIGHT = Measure(
    name="sight",
    system="C1",
    question="What was seen, of which kind, and when?",
    about="Rows of each verb and of people, agents and bots, with the first and the last day.",
    source="a count",
    limits="What leaves no trace is not seen.",
    grains=("organisation", "source"),
    figures=(
        Figure("rows", "rows", "rows of the verb, by the sort of who did it"),
        Figure("directed", "rows", "those of them that name somebody else whom they were directed at"),
        Figure("parties", "parties", "who left them"),
    ),
    extras=(
        Extra("verb", pa.string(), "what was done", key=True),
        Extra("sort", pa.string(), "person, unknown, agent or bot", key=True),
        Extra("first", pa.string(), "the first day"),
        Extra("last", pa.string(), "the last day"),
    ),
    sql="""
        with counted as (
            select unit, verb, sort, count(*) as seen, count(distinct party) as parties,
                count(case when target_party is not null and target_party <> party and target_sort <> 'bot' then 1 end)
                    as directed,
                cast(cast(min(moment) as date) as varchar) as first,
                cast(cast(max(coalesce(landed, moment)) as date) as varchar) as last
            from activity_by group by unit, verb, sort
        )
        select cast(null as date) as period, unit, 'rows' as figure, seen as value, seen as n, verb, sort, first, last
        from counted
        union all
        select cast(null as date), unit, 'directed', directed, seen, verb, sort, first, last from counted
        union all
        select cast(null as date), unit, 'parties', parties, seen, verb, sort, first, last from counted
    """,
)

TRACED = Measure(
    name="traced",
    system="C2",
    question="How many commits say who else had a part in them?",
    about="Commits in which two people or agents took part: wrote it together, reviewed, reported or merged it.",
    source="a count",
    limits="What a host keeps beside the history is not seen.",
    grains=("organisation",),
    figures=(Figure("commits", "commits", "commits that were seen"), Figure("shared", "commits", "those of several")),
    sql="""
        with part as (
            select source, thread, party from activity
            where thread is not null and sort <> 'bot' and verb in ('commit', 'review', 'report', 'merge')
            union
            select source, thread, target_party from activity
            where thread is not null and sort <> 'bot' and verb in ('review', 'report', 'merge')
                and target_party is not null and target_sort <> 'bot'
        ),
        counted as (select source, thread, count(*) as people from part group by source, thread)
        select cast(null as date) as period, '' as unit, 'commits' as figure, count(*) as value, count(*) as n
        from counted
        union all
        select cast(null as date), '', 'shared', count(case when people > 1 then 1 end), count(*) from counted
    """,
)


def _kernel(tables: Tables, asked: Asked) -> pa.Table:
    rows: list[dict[str, Any]] = []
    for field in fields(tables, asked, teams=True):
        found = crossing(field)
        kinds = (
            ("required", found.required), ("met", found.met), ("beyond", found.elsewhere), ("weight", found.weight)
        )  # fmt: skip
        for one, other in zip(*np.nonzero(found.required + found.elsewhere), strict=True):
            base = {"period": field.period, "unit": field.units[one], "other": field.units[other],
                    "n": int(found.required[one, other])}  # fmt: skip
            rows += (base | {"figure": figure, "value": float(counts[one, other])} for figure, counts in kinds)
    return result(rows, (_OTHER,))


BONDS = Measure(
    name="bonds",
    system="C2",
    question="Between which units does the work require coordination, and where does it take place?",
    about="Pairs of people, by the two units that they work in: required to coordinate, those of them who did, and "
    "those who did although nothing required it.",
    source=SOURCE,
    limits=LIMITS,
    grains=("organisation", "zone", "team"),
    figures=(
        Figure("required", "pairs", "pairs required to coordinate"),
        Figure("met", "pairs", "those of them who did"),
        Figure("beyond", "pairs", "pairs who did, and of whom nothing is required"),
        Figure("weight", "CR", "how much is required: CR added up"),
    ),
    needs=(WORK_NEED,),
    settings=SETTINGS,
    extras=(_OTHER,),
    kernel=_kernel,
    inputs=INPUTS,
)


def _groups(tables: Tables, _asked: Asked) -> pa.Table:
    found = communities(required_pairs(tables["files"]))
    rows = ({"unit": group, "figure": "in", "value": 1.0, "n": 1, "party": party} for party, group in found.items())
    return result(rows, (_PARTY,))


GROUPS = Measure(
    name="groups",
    system="C3",
    question="Who works together, where nobody has declared teams?",
    about="People who change the same files, put together by the Louvain method.",
    source="Blondel, Guillaume, Lambiotte, Lefebvre, J. Stat. Mech. 2008",
    limits="It is found in what was changed, and is nobody's decision; people at the edge of two groups are in one.",
    grains=("organisation",),
    figures=(Figure("in", "people", "one for each who is in the group"),),
    extras=(_PARTY,),
    kernel=_groups,
    inputs={
        # Without changes so large that they reformat or move, and without files that everybody touches.
        "files": """
            with large as (
                select source, thread from activity where verb = 'change'
                group by source, thread having count(distinct file) > 50
            ),
            did as (
                select distinct doing.party, doing.file as thing
                from activity as doing
                left join large on large.source = doing.source and large.thread = doing.thread
                where doing.verb = 'change' and doing.sort in ('person', 'unknown') and large.thread is null
            ),
            everybody as (select count(distinct party) as people from did),
            common as (
                select thing from did group by thing
                having count(*) > 10 and count(*) > 0.25 * (select people from everybody)
            )
            select did.party, did.thing from did left join common on common.thing = did.thing
            where common.thing is null
        """
    },
)
