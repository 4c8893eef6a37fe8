with told as (
    select period, unit, party, object as what, avg(size) as own, sum(size) as total, count(*) as spans
    from activity_by
    where verb = 'act' and size is not null and json_extract_string(attributes, '$.told') is not null
        and sort in ('person', 'unknown')
    group by period, unit, party, object
)
select
    period, unit, 'mean' as figure,
    sum(total) / sum(spans) as value,
    case when count(*) > 1 then sum(total) / sum(spans) - 1.96 * stddev_samp(own) / sqrt(count(*)) end as low,
    case when count(*) > 1 then sum(total) / sum(spans) + 1.96 * stddev_samp(own) / sqrt(count(*)) end as high,
    sum(spans) as n, what, count(*) as people
from told
group by period, unit, what
