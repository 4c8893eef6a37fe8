-- T_A: how often whom worked on what, and in which zone that is: a file changed (once for each change), or a work item.
with large as (
    select source, thread
    from activity
    where verb = 'change' and thread is not null
    group by source, thread
    having count(distinct file) > $largest
)
select
    doing.period,
    doing.zone,
    doing.party,
    case when $through = 'work' then doing.work else doing.file end as thing,
    count(*) as amount
from activity as doing
left join large on large.source = doing.source and large.thread = doing.thread
where doing.sort <> 'bot'
    and large.thread is null
    and (($through = 'work' and doing.work is not null) or ($through <> 'work' and doing.verb = 'change'))
group by doing.period, doing.zone, doing.party, case when $through = 'work' then doing.work else doing.file end
