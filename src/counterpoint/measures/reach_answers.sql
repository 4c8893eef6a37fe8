-- When whoever it was first did or said something to what a decision is about, after it was made.
with about as (
    select decision, decided, decision as thing from decision where decided is not null
    union
    select decision, decided, work as thing from decision where decided is not null and work is not null
),
told as (
    select actor as party, subject as thing, moment from act
    union all
    select actor as party, thing, moment from change
    union all
    select activity.party, work_name.work as thing, activity.moment
    from activity
    join work_name on work_name.name = activity.work
    where activity.sort <> 'bot'
)
select about.decision, told.party, min(told.moment) as answered
from about
join told on told.thing = about.thing and told.moment > about.decided
group by about.decision, told.party
