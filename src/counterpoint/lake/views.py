"""The views that every measure sees, made for one run: activity with who and where, its periods and its units."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pyarrow as pa
from dateutil.relativedelta import relativedelta

from counterpoint.lake.engine import Session
from counterpoint.measures.declaration import Asked, Grain, Window
from counterpoint.measures.tables import VIEWS

_ACTIVITY = """
select
    stored.source, stored.key, stored.moment, stored.landed, stored.ahead, stored.actor,
    coalesce(doer.party, stored.actor) as party, coalesce(doer.sort, 'unknown') as sort,
    stored.verb, stored.object, coalesce(path_name.name, stored.object) as file,
    stored.target, coalesce(other.party, stored.target) as target_party,
    case when stored.target is null then null else coalesce(other.sort, 'unknown') end as target_sort,
    stored.work, coalesce(stored.zone, path_zone.zone) as zone,
    stored.size, stored.thread, stored.agent, stored.confidence, stored.attributes,
    {period} as period
from stored
left join actor as doer on doer.actor = stored.actor
left join actor as other on other.actor = stored.target
left join path_name on
    path_name.source = stored.source and path_name.path = stored.object
    and stored.verb in ('change', 'rename')
    and coalesce(stored.landed, stored.moment) >= path_name.since
    and coalesce(stored.landed, stored.moment) < path_name.till
left join path_zone on path_zone.path = coalesce(path_name.name, stored.object)
where not exists (
    select 1 from left_out where left_out.path = stored.object and stored.verb in ('change', 'rename')
){bounds}
"""
_UNITS: dict[Grain, str] = {
    "organisation": "select activity.*, '' as unit from activity",
    "team": "select activity.*, member.team as unit from activity join member on member.party = activity.party",
    "zone": "select activity.*, zone as unit from activity where zone is not null",
    "person": "select activity.*, party as unit from activity where sort <> 'bot'",
    "source": "select activity.*, source as unit from activity",
    "work": "select activity.*, work as unit from activity where work is not null",
}
_UNIT_OF: dict[Grain, str] = {
    "team": "select party, team as unit from member",
    "person": "select distinct party, party as unit from activity where sort <> 'bot'",
}
_EVERYBODY = "select distinct party, '' as unit from activity"
_STEP: dict[Window, relativedelta] = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "year": relativedelta(years=1),
}


def make_views(session: Session, asked: Asked, now: datetime) -> None:
    """Make the views of :data:`~counterpoint.measures.tables.VIEWS` in a session."""
    session.view("activity", _ACTIVITY.format(period=_period_of("stored.moment", asked.window), bounds=_within(asked)))
    session.view("activity_by", _UNITS[asked.grain])
    session.view("unit_of", _UNIT_OF.get(asked.grain, _EVERYBODY))
    session.table("period", _periods(session, asked, now))


def begin_of(day: date, window: Window) -> date:
    """The first day of the period that a day is in; weeks begin on Mondays."""
    match window:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
        case _:
            return day


def _period_of(column: str, window: Window) -> str:
    if window == "all":
        return "cast(null as date)"
    return f"cast({column} as date)" if window == "day" else f"cast(date_trunc('{window}', {column}) as date)"


def _within(asked: Asked) -> str:
    bounds = [
        f"stored.moment {sign} timestamp '{day.isoformat()} 00:00:00'"
        for sign, day in ((">=", asked.since), ("<", asked.until))
        if day is not None
    ]
    return "".join(f"\n    and {one}" for one in bounds)


def _periods(session: Session, asked: Asked, now: datetime) -> pa.Table:
    schema = VIEWS["period"].schema
    (seen,) = session.query("select min(moment) as first, max(moment) as last from activity").to_pylist()
    first = asked.since or (seen["first"] and seen["first"].date())
    end = asked.until or (seen["last"] and seen["last"].date() + timedelta(days=1))
    if first is None or end is None:
        return schema.empty_table()
    if asked.window == "all":
        return pa.Table.from_pylist([{"period": None, "ends": end, "over": end <= now.date()}], schema=schema)
    rows, begin = [], begin_of(first, asked.window)
    while begin < end:
        after = begin + _STEP[asked.window]
        rows.append({"period": begin, "ends": after, "over": after <= now.date()})
        begin = after
    return pa.Table.from_pylist(rows, schema=schema)
