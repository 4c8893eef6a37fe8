-- Who addressed whom, answered whom, or took something over from whom.
select period, party as one, target_party as other
from activity
where target_party is not null
    and target_party <> party
    and sort <> 'bot'
    and target_sort <> 'bot'
    and verb in ('review', 'report', 'merge', 'post')
    and (',' || $ways || ',') like ('%,' || verb || ',%')
union
select period.period, handoff.giver as one, handoff.receiver as other
from handoff
join period on (period.period is null or cast(handoff.answered as date) >= period.period)
    and cast(handoff.answered as date) < period.ends
where handoff.status = 'accepted'
    and handoff.giver <> handoff.receiver
    and (',' || $ways || ',') like '%,handoff,%'
