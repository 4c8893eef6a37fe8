with done as (
    select
        period,
        source,
        work,
        case when attributes like '%"unnamed":true%' then '' else party end as party,
        coalesce(zone, '') as zone,
        moment,
        size
    from activity
    where
        verb = 'step'
        and work is not null
        and ($bots = 'in' or sort <> 'bot' or attributes like '%"unnamed":true%')
),
adjacent as (
    select
        period,
        source,
        party as taker,
        zone as to_zone,
        lag(party) over (partition by source, work order by moment, size) as giver,
        lag(zone) over (partition by source, work order by moment, size) as from_zone
    from done
)
select period, source, giver, taker, from_zone, to_zone, count(*) as times
from adjacent
where giver is not null
group by period, source, giver, taker, from_zone, to_zone
