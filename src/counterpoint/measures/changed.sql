-- Which files were changed together: T_D, where requirements are followed through changes.
with large as (
    select source, thread
    from activity
    where verb = 'change' and thread is not null
    group by source, thread
    having count(distinct file) > $largest
)
select distinct
    doing.period,
    doing.source || ' ' || coalesce(doing.thread, hex(doing.key)) as change,
    doing.file as thing
from activity as doing
left join large on large.source = doing.source and large.thread = doing.thread
where $through = 'changes' and doing.verb = 'change' and doing.sort <> 'bot' and large.thread is null
