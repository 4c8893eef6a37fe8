-- What each party did to each file: created it, changed it, and when it was last there and last taken away.
with told as (
    select
        period, zone, source, party, sort, file, size, coalesce(landed, moment) as landed,
        coalesce(json_extract_string(attributes, '$.status'), '') as status
    from activity
    where verb = 'change'
)
select
    period,
    zone,
    source,
    file,
    party,
    sort = 'bot' as automatic,
    cast(count(*) filter (where status = 'added') as double) as creations,
    cast(
        count(*) filter (
            where status not in ('added', 'removed')
                and ($moves = 1 or status <> 'renamed' or coalesce(size, 0) > 0)
        ) as double
    ) as changes,
    min(landed) as began,
    max(landed) filter (where status <> 'removed') as there,
    max(landed) filter (where status = 'removed') as gone
from told
group by period, zone, source, file, party, sort = 'bot'
