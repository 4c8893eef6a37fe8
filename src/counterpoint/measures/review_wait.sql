with reviewed as (
    select source, thread, min(moment) as seen
    from activity
    where
        verb = 'review'
        and ($bots = 'in' or sort <> 'bot')
        and (target_party is null or party <> target_party)
    group by source, thread
)
select
    activity.source,
    activity.thread,
    activity.period,
    activity.party,
    activity.moment as written,
    activity.landed,
    reviewed.seen,
    reviewed.thread is not null as looked_at
from activity
left join reviewed on reviewed.source = activity.source and reviewed.thread = activity.thread
where activity.verb = 'commit' and activity.sort <> 'bot'
