select
    stored.source,
    stored.work,
    min(stored.moment) as first_moment,
    max(stored.moment) as last_moment
from stored
left join actor on actor.actor = stored.actor
where
    stored.verb = 'step'
    and stored.work is not null
    and ($bots = 'in' or coalesce(actor.sort, 'unknown') <> 'bot' or stored.attributes like '%"unnamed":true%')
    and (stored.attributes is null or stored.attributes not like '%"lifecycle":%')
group by stored.source, stored.work
