"""The views that every measure sees, made for one run: activity with who and where, its periods and its units.

Only what a measure mentions is made: a column that no query names costs no join.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import pyarrow as pa

from counterpoint.lake.engine import Session
from counterpoint.lake.mentions import EVERYTHING, of_activity
from counterpoint.measures.declaration import Asked, Grain, Window
from counterpoint.measures.tables import VIEWS
from counterpoint.measures.windows import end_of, start_of

# When a file had a name goes by when a change reached the common record, as the table of names does.
_LANDED = "coalesce(stored.landed, stored.moment)"
_PATH = "stored.verb in ('change', 'rename')"
_LAST = "coalesce(path_name.name, stored.object)"
_WHOSE = "coalesce(repository.name || '/', '') || "
NAMED = f"""path_name.source = stored.source and path_name.path = stored.object
    and ({_LANDED} > path_name.since or ({_LANDED} = path_name.since and stored.thread = path_name.begun))
    and ({_LANDED} < path_name.till or ({_LANDED} = path_name.till and stored.thread <> path_name.ended))"""
"""When a row is of a span of :mod:`counterpoint.measures.lineage`."""
# Grouped by what they are joined on, so that an engine can see that no join makes a row two, and may leave out one of
# which a query takes no column: DuckDB does so where the query adds up.
_ACTORS = "(select actor, max(party) as party, max(sort) as sort from actor group by actor)"
_ZONES = "(select source, path, max(zone) as zone from path_zone group by source, path)"
_JOINS: dict[str, str] = {
    "doer": f"left join {_ACTORS} as doer on doer.actor = stored.actor",
    "other": f"left join {_ACTORS} as other on other.actor = stored.target",
    "path_name": f"left join path_name on {_PATH} and {NAMED}",
    "repository": f"left join repository on {_PATH} and repository.source = stored.source",
    "path_zone": f"left join {_ZONES} as path_zone on path_zone.source = stored.source and path_zone.path = {_LAST}",
    "left_out": f"left join left_out on {_PATH} and left_out.source = stored.source and left_out.path = {_LAST}",
}
"""By the name of what is joined, in the order in which one may rest on another."""
_JOINED: dict[str, tuple[str, tuple[str, ...]]] = {
    "party": ("coalesce(doer.party, stored.actor)", ("doer",)),
    "sort": ("coalesce(doer.sort, 'unknown')", ("doer",)),
    "target_party": ("coalesce(other.party, stored.target)", ("other",)),
    "target_sort": ("case when stored.target is not null then coalesce(other.sort, 'unknown') end", ("other",)),
    "file": (_WHOSE + _LAST, ("path_name", "repository")),
    "zone": ("coalesce(stored.zone, path_zone.zone)", ("path_name", "path_zone")),
}
"""The columns that are not simply kept: what each is, and the joins that it takes."""
_WITHOUT: dict[str, tuple[str, str]] = {
    "path_name": (_LAST, "stored.object"),
    "path_zone": ("coalesce(stored.zone, path_zone.zone)", "stored.zone"),
    "repository": (_WHOSE, ""),
}
"""What stands for a column's text where a table has no rows, and is not joined."""
_ANSWER = "coalesce(json_extract_string(attributes, '$.answer'), 'present')"
_ATTENDED = f"""
select source, period, moment, thread, object, party, sort
from (
    select source, period, moment, thread, object, party, sort, {_ANSWER} as answer,
        max(case when {_ANSWER} = 'present' then 1 else 0 end) over (partition by thread) as recorded
    from activity where verb = 'attend' and thread is not null
) as asked_to
where answer = 'present' or (recorded = 0 and answer in ('accepted', 'organizer'))
"""
_TEAMS = "(select distinct party, team from member) as belongs"
_UNITS: dict[Grain, tuple[str, str, str]] = {
    "organisation": ("''", "", "1 = 1"),
    "team": ("belongs.team", f"join {_TEAMS} on belongs.party = activity.party", "1 = 1"),
    "zone": ("activity.zone", "", "activity.zone is not null"),
    "person": ("activity.party", "", "activity.sort <> 'bot'"),
    "source": ("activity.source", "", "1 = 1"),
    "work": ("activity.work", "", "activity.work is not null"),
}
"""By grain: the unit of a row of activity, what is joined for it, and which rows have one."""
BREAK = "\x1f"
"""What stands between a unit and a person within it (:func:`by_person_within`): no reference has it."""
_PERSON = "activity.sort in ('person', 'unknown')"
_UNIT_COLUMNS: dict[Grain, tuple[str, ...]] = {"team": ("party",), "zone": ("zone",), "person": ("party", "sort")}
EVERY = frozenset({EVERYTHING})


def make_views(
    session: Session, asked: Asked, now: datetime, mentions: Collection[str] = EVERY, empty: Collection[str] = ()
) -> None:
    """Make the views of :data:`~counterpoint.measures.tables.VIEWS` in a session.

    ``mentions`` are the words of the queries to come (:mod:`counterpoint.lake.mentions`): of the columns that take a
    join, ``activity`` has only those that are among them. ``empty`` names tables that are known to have no rows.
    """
    words = _whole(frozenset(mentions), asked.grain)
    session.view("activity", activity_sql(asked, words, empty))
    if EVERYTHING in words or "activity_by" in words:
        unit, joined, condition = _UNITS[asked.grain]
        session.view("activity_by", f"select activity.*, {unit} as unit from activity {joined} where {condition}")
    if EVERYTHING in words or "unit_of" in words:
        session.view("unit_of", _unit_of(asked.grain))
    if EVERYTHING in words or "attended" in words:
        session.view("attended", _ATTENDED)
    if EVERYTHING in words or "period" in words:
        session.table("period", _periods(session, asked, now))


def tables_joined(asked: Asked, mentions: Collection[str], empty: Collection[str] = ()) -> set[str]:
    """The tables of the organisation that the views are made of, for queries that mention these words."""
    words = _whole(frozenset(mentions), asked.grain)
    tables = {"actor" if one in ("doer", "other") else one for one in _joins(words, empty)}
    by_team = asked.grain == "team" and bool(words & {EVERYTHING, "activity_by", "unit_of"})
    return tables | {"member"} if by_team else tables


def _whole(words: frozenset[str], grain: Grain) -> frozenset[str]:
    """The words, with those that the views themselves use."""
    if "activity_by" in words:
        words |= {of_activity(one) for one in _UNIT_COLUMNS.get(grain, ())}
    return words | {of_activity("party"), of_activity("sort")} if words & {"unit_of", "attended"} else words


def _columns(words: Collection[str]) -> list[str]:
    """Those of the columns in :data:`_JOINED` that a query takes."""
    return [name for name in _JOINED if EVERYTHING in words or of_activity(name) in words]


def _joins(words: Collection[str], empty: Collection[str]) -> set[str]:
    """What activity is joined with, by the names in :data:`_JOINS`."""
    needed = {one for name in _columns(words) for one in _JOINED[name][1]}
    if "left_out" not in empty:
        needed |= {"left_out", "path_name"}
    return needed - set(empty)


def by_person_within(session: Session, grain: Grain) -> None:
    """Make the views of units anew: a unit is now one person's part of a unit of the grain, ``UNIT BREAK PERSON``, and
    beside them ``BREAK PERSON``, whatever the person did in any."""
    unit, joined, condition = _UNITS[grain]
    of_unit = f"select activity.*, {unit} || '{BREAK}' || activity.party as unit from activity {joined}"
    of_all = f"select activity.*, '{BREAK}' || activity.party as unit from activity where {_PERSON}"
    whole = grain == "organisation"
    session.view("activity_by", of_all if whole else f"{of_unit} where {condition} and {_PERSON} union all {of_all}")
    people = "select distinct party from activity union select party from party union select party from member"
    of_each = f"select party, '{BREAK}' || party as unit from ({people}) as people"
    of_teams = f"select party, team || '{BREAK}' || party as unit from {_TEAMS}"
    session.view("unit_of", f"{of_teams} union all {of_each}" if grain == "team" else of_each)


def _unit_of(grain: Grain) -> str:
    if grain == "team":
        return "select distinct party, team as unit from member"
    if grain == "person":
        return "select distinct party, party as unit from activity where sort <> 'bot'"
    return "select distinct party, '' as unit from activity"


def activity_sql(asked: Asked, words: Collection[str] = EVERY, empty: Collection[str] = ()) -> str:
    """The query of the view ``activity``, with the columns that are kept and those others that are among ``words``.

    A file counts by what it is called last: also where its path is left out by rule.
    """
    chosen = _columns(words)
    needed = _joins(words, empty)
    columns = []
    for name in VIEWS["activity"].columns:
        if name == "period":
            columns.append(f"{_period_of('stored.moment', asked.window)} as period")
        elif name not in _JOINED:
            columns.append(f"stored.{name}")
        elif name in chosen:
            columns.append(f"{_JOINED[name][0]} as {name}")
    conditions = ["left_out.path is null"] if "left_out" in needed else []
    conditions += _within(asked)
    lines = ["select " + ", ".join(columns), "from stored", *(_JOINS[name] for name in _JOINS if name in needed)]
    if conditions:
        lines.append("where " + " and ".join(conditions))
    text = "\n".join(lines)
    for name, (whole, short) in _WITHOUT.items():
        if name in empty:
            text = text.replace(whole, short)
    return text


def _period_of(column: str, window: Window) -> str:
    if window == "all":
        return "cast(null as date)"
    return f"cast({column} as date)" if window == "day" else f"cast(date_trunc('{window}', {column}) as date)"


def _within(asked: Asked) -> list[str]:
    return [
        f"stored.moment {sign} timestamp '{day.isoformat()} 00:00:00'"
        for sign, day in ((">=", asked.since), ("<", asked.until))
        if day is not None
    ]


def _periods(session: Session, asked: Asked, now: datetime) -> pa.Table:
    schema = VIEWS["period"].schema
    first, end = asked.since, asked.until
    if first is None or end is None:
        (seen,) = session.query("select min(moment) as first, max(moment) as last from activity").to_pylist()
        first = first or (seen["first"] and seen["first"].date())
        end = end or (seen["last"] and seen["last"].date() + timedelta(days=1))
    if first is None or end is None:
        return schema.empty_table()
    if asked.window == "all":
        return pa.Table.from_pylist([{"period": None, "ends": end, "over": end <= now.date()}], schema=schema)
    rows, begin = [], start_of(first, asked.window)
    while begin < end:
        ends = end_of(begin, asked.window)
        rows.append({"period": begin, "ends": ends, "over": ends <= now.date()})
        begin = ends
    return pa.Table.from_pylist(rows, schema=schema)
