with counted as (
    select
        period,
        unit,
        count(*) filter (where sort <> 'bot') as rows_seen,
        count(distinct case when sort in ('person', 'unknown') then party end) as people,
        count(distinct case when sort = 'agent' then party end) as agents,
        count(*) filter (where sort = 'bot') as bots
    from activity_by
    group by period, unit
)
select period, unit, 'rows' as figure, rows_seen as value, rows_seen as n from counted
union all
select period, unit, 'people', people, rows_seen from counted
union all
select period, unit, 'agents', agents, rows_seen from counted
union all
select period, unit, 'bots', bots, bots from counted
