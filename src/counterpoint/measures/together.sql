-- Who took part in the same thing: a change (who wrote, reviewed, reported or merged it), a discussion, a meeting.
with part as (
    select period, source || ' ' || thread as thing, party
    from activity
    where thread is not null
        and sort <> 'bot'
        and verb in ('commit', 'review', 'report', 'merge', 'post')
        and (',' || $ways || ',') like ('%,' || verb || ',%')
    union
    select period, thread as thing, party
    from attended
    where sort <> 'bot' and (',' || $ways || ',') like '%,attend,%'
    union
    select period, source || ' ' || thread as thing, target_party as party
    from activity
    where thread is not null
        and sort <> 'bot'
        and target_party is not null
        and target_sort <> 'bot'
        and verb in ('review', 'report', 'merge')
        and (',' || $ways || ',') like ('%,' || verb || ',%')
),
small as (
    select period, thing
    from part
    group by period, thing
    having count(*) between 2 and $crowd
)
select part.period, part.thing, part.party
from part
join small on small.thing = part.thing and small.period is not distinct from part.period
