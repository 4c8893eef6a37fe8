-- Minutes of a day at which working hours begin and end, and the wall clock of those of whom no trace tells it.
with asked as (
    select
        cast(substr($hours, 1, 2) as integer) * 60 + cast(substr($hours, 4, 2) as integer) as opens,
        cast(substr($hours, 7, 2) as integer) * 60 + cast(substr($hours, 10, 2) as integer) as closes,
        cast(nullif($ahead, '') as integer) as fallback
),
people as (
    select
        period, party, moment, verb, object, work, zone, thread, target_party, target_sort, size, ahead,
        coalesce(json_extract_string(attributes, '$.answer'), 'present') as answer,
        json_extract_string(attributes, '$.free') as free,
        json_extract_string(attributes, '$.span') as span,
        floor(epoch(moment)) / 60 as utc
    from activity
    where sort in ('person', 'unknown') and json_extract_string(attributes, '$.told') is null
),
-- A trace without a wall clock has that of the last one before it that has; else of the first.
heard as (
    select party, moment, max(ahead) as ahead from people group by party, moment
),
clocks as (
    select
        party, moment,
        last_value(ahead ignore nulls) over (
            partition by party order by moment rows between unbounded preceding and current row
        ) as last_one,
        first_value(ahead ignore nulls) over (
            partition by party order by moment rows between unbounded preceding and unbounded following
        ) as first_one
    from heard
),
placed as (
    select people.*, coalesce(people.ahead, clocks.last_one, clocks.first_one, asked.fallback) as clock
    from people
    join clocks on clocks.party = people.party and clocks.moment = people.moment
    cross join asked
),
traces as (
    select
        placed.*,
        utc + clock as wall,
        floor((utc + coalesce(clock, 0)) / 1440) as day
    from placed
),
-- The days of the week: 1 January 1970 was a Thursday, so that Monday is 0.
days as (
    select distinct period, party, day, clock is not null as known
    from traces
    where span is null
),
asked_to as (
    select
        traces.*,
        max(case when answer = 'present' then 1 else 0 end) over (partition by thread) as recorded
    from traces
    where verb = 'attend' and size is not null and coalesce(free, 'false') <> 'true'
),
-- How sure it is that somebody was there: 3 recorded, 2 said so, 1 said maybe or nothing.
meetings as (
    select
        period, party, thread, day, wall, utc, utc + size as till, size, span,
        case
            when answer = 'present' then 3
            when recorded = 1 or answer = 'declined' then 0
            when answer in ('accepted', 'organizer') then 2
            else 1
        end as sure
    from asked_to
),
-- What each meeting adds to those before it: two at one time are one. For each degree of certainty by itself.
degrees as (select 3 as sure, 'low' as bound union all select 2, 'value' union all select 1, 'high'),
ordered as (
    select
        meetings.*, degrees.bound,
        max(till) over (
            partition by period, party, degrees.bound order by utc, till, thread, wall
            rows between unbounded preceding and 1 preceding
        ) as before
    from meetings join degrees on meetings.sure >= degrees.sure
    where span is null
),
added as (
    select
        ordered.*,
        greatest(0, till - greatest(utc, coalesce(before, utc))) as minutes,
        wall + greatest(0, coalesce(before, utc) - utc) as begins
    from ordered
),
sat as (
    select period, party, bound, sum(minutes) as minutes
    from (
        select period, party, bound, minutes from added
        union all
        select period, party, degrees.bound, size from meetings join degrees on meetings.sure >= degrees.sure
        where span is not null
    ) as every_minute
    group by period, party, bound
),
has_calendar as (
    select distinct period, party from traces where verb = 'attend' and size is not null
),
timed_calendar as (
    select distinct period, party from traces where verb = 'attend' and size is not null and span is null
),
has_clock as (
    select distinct period, party from days where known
),
-- Of what a meeting adds, what lies outside working hours, on the day it begins and the day after.
outside as (
    select
        period, party, bound,
        minutes
        - case when (day + 3) % 7 < 5
            then greatest(0, least(begins + minutes, day * 1440 + closes) - greatest(begins, day * 1440 + opens))
            else 0 end
        - case when (day + 4) % 7 < 5
            then greatest(0, least(begins + minutes, (day + 1) * 1440 + closes)
                - greatest(begins, (day + 1) * 1440 + opens))
            else 0 end as minutes
    from added cross join asked
    where wall is not null
),
late as (
    select period, party, bound, sum(minutes) as minutes from outside group by period, party, bound
),
late_days as (
    select period, party, count(distinct day) as late
    from traces cross join asked
    where
        verb <> 'attend' and span is null and wall is not null
        and ((day + 3) % 7 >= 5 or wall - day * 1440 < opens or wall - day * 1440 >= closes)
    group by period, party
),
-- The free stretches of a working day: from its opening, and after each meeting, until the next or its close.
edges as (
    select period, party, day, day * 1440 + opens as since, day * 1440 + opens as till
    from days cross join asked where known and (day + 3) % 7 < 5
    union all
    select period, party, day, day * 1440 + closes, day * 1440 + closes
    from days cross join asked where known and (day + 3) % 7 < 5
    union all
    select
        added.period, added.party, added.day,
        least(greatest(begins, added.day * 1440 + opens), added.day * 1440 + closes),
        least(greatest(begins + minutes, added.day * 1440 + opens), added.day * 1440 + closes)
    from added cross join asked
    where bound = 'value' and wall is not null and minutes > 0 and (added.day + 3) % 7 < 5
),
gaps as (
    select
        period, party, day,
        since - max(till) over (
            partition by period, party, day order by since, till rows between unbounded preceding and 1 preceding
        ) as gap
    from edges
),
stretches as (
    select period, party, day, greatest(0, max(gap)) as longest from gaps group by period, party, day
),
contexts as (
    select period, party, day, moment, min(coalesce(work, zone)) as context
    from traces
    where span is null and coalesce(work, zone) is not null
    group by period, party, day, moment
),
turns as (
    select
        period, party, day,
        case when context <> lag(context) over (partition by period, party, day order by moment) then 1 else 0 end
            as turned
    from contexts
),
team_of as (
    select traces.period, traces.party, traces.day, zone.owner as team
    from traces join zone on zone.zone = traces.zone
    where traces.span is null and zone.owner like 'team:%'
    union
    select traces.period, traces.party, traces.day, member.team
    from traces join member on member.party = traces.target_party and member.direct
    where traces.span is null and traces.target_party <> traces.party
),
daily as (
    select period, party, day, 'work_items' as figure, cast(count(distinct work) as double) as value
    from traces where work is not null and span is null group by period, party, day
    union all
    select period, party, day, 'zones', count(distinct zone)
    from traces where zone is not null and span is null group by period, party, day
    union all
    select period, party, day, 'teams', count(distinct team) from team_of group by period, party, day
    union all
    select period, party, day, 'switches', sum(turned) from turns group by period, party, day
    union all
    select stretches.period, stretches.party, day, 'free_stretch', longest / 60
    from stretches join timed_calendar on
        timed_calendar.party = stretches.party and timed_calendar.period is not distinct from stretches.period
),
small as (
    select thread from meetings where sure >= 2 group by thread having count(distinct party) <= $small
),
met as (
    select period, party, target_party as other
    from traces where target_sort <> 'bot'
    union
    select period, target_party, party
    from traces where target_sort in ('person', 'unknown')
    union
    select one.period, one.party, two.party
    from meetings as one
    join small on small.thread = one.thread
    join meetings as two on two.thread = one.thread and two.sure >= 2
    where one.sure >= 2
),
each_person as (
    select has_calendar.period, has_calendar.party, 'meeting_hours' as figure,
        coalesce(max(case when bound = 'value' then minutes end), 0) / 60 as value,
        coalesce(max(case when bound = 'low' then minutes end), 0) / 60 as low,
        coalesce(max(case when bound = 'high' then minutes end), 0) / 60 as high,
        1 as n
    from has_calendar left join sat on
        sat.party = has_calendar.party and sat.period is not distinct from has_calendar.period
    group by has_calendar.period, has_calendar.party
    union all
    select has_clock.period, has_clock.party, 'after_hours_meetings',
        coalesce(max(case when bound = 'value' then minutes end), 0) / 60,
        coalesce(max(case when bound = 'low' then minutes end), 0) / 60,
        coalesce(max(case when bound = 'high' then minutes end), 0) / 60,
        1
    from has_clock
    join timed_calendar on
        timed_calendar.party = has_clock.party and timed_calendar.period is not distinct from has_clock.period
    left join late on late.party = has_clock.party and late.period is not distinct from has_clock.period
    group by has_clock.period, has_clock.party
    union all
    select has_clock.period, has_clock.party, 'after_hours_days', coalesce(max(late), 0), null, null, 1
    from has_clock
    left join late_days on late_days.party = has_clock.party and late_days.period is not distinct from has_clock.period
    group by has_clock.period, has_clock.party
    union all
    select period, party, 'messages', count(distinct object), null, null, 1
    from traces where verb = 'post' group by period, party
    union all
    select period, party, 'counterparts', count(distinct other), null, null, 1
    from met where other <> party group by period, party
    union all
    select period, party, figure, avg(value), null, null, count(*) from daily group by period, party, figure
),
belongs as (
    select distinct period, unit, party from activity_by where sort in ('person', 'unknown')
)
select
    belongs.period, belongs.unit, figure,
    avg(value) as value, avg(low) as low, avg(high) as high, sum(n) as n, count(*) as people
from each_person
join belongs on belongs.party = each_person.party and belongs.period is not distinct from each_person.period
group by belongs.period, belongs.unit, figure
