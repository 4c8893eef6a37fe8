-- The same as the kernel, in joins: for an engine that works it out where the rows are.
with large as (
    select period, source, thread
    from activity
    where verb = 'change' and thread is not null
    group by period, source, thread
    having count(distinct file) > $largest
),
doing as (
    select
        row_of.period, row_of.unit, row_of.party,
        case when $through = 'work' then row_of.work else row_of.file end as thing,
        count(*) as amount
    from activity_by as row_of
    left join large on large.source = row_of.source and large.thread = row_of.thread
        and large.period is not distinct from row_of.period
    where row_of.sort <> 'bot' and large.thread is null
        and (($through = 'work' and row_of.work is not null) or ($through <> 'work' and row_of.verb = 'change'))
    group by
        row_of.period, row_of.unit, row_of.party, case when $through = 'work' then row_of.work else row_of.file end
),
seen as (
    select
        row_of.period, row_of.party, case when $through = 'work' then row_of.work else row_of.file end as thing
    from activity as row_of
    left join large on large.source = row_of.source and large.thread = row_of.thread
        and large.period is not distinct from row_of.period
    where row_of.sort <> 'bot' and large.thread is null
        and (($through = 'work' and row_of.work is not null) or ($through <> 'work' and row_of.verb = 'change'))
),
everybody as (select period, count(distinct party) as people from seen group by period),
busy as (select period, thing, count(distinct party) as people from seen group by period, thing),
common as (
    select busy.period, busy.thing
    from busy join everybody on everybody.period is not distinct from busy.period
    where $common < 1 and busy.people > $common * everybody.people and busy.people > 10
),
did as (
    select
        doing.period, doing.unit, doing.party, doing.thing,
        case when $weight = 'once' then 1 else doing.amount end
            * case when $weight = 'idf' then ln(1.0 + cast(everybody.people as double) / busy.people) else 1.0 end
            as amount
    from doing
    join everybody on everybody.period is not distinct from doing.period
    join busy on busy.thing = doing.thing and busy.period is not distinct from doing.period
    left join common on common.thing = doing.thing and common.period is not distinct from doing.period
    where common.thing is null
),
together as (
    select distinct row_of.period, row_of.source, coalesce(row_of.thread, hex(row_of.key)) as change, row_of.file
    from activity as row_of
    left join large on large.source = row_of.source and large.thread = row_of.thread
        and large.period is not distinct from row_of.period
    where $through = 'changes' and row_of.verb = 'change' and row_of.sort <> 'bot' and large.thread is null
),
declared as (
    select distinct period.period, dependency.consumer as one, dependency.provider as other
    from dependency
    join period on dependency.said is null or dependency.said < cast(period.ends as timestamp)
    where $through = 'work' and dependency.consumer <> dependency.provider
        and coalesce(dependency.status, 'stated') not in ('declined', 'withdrawn')
),
hangs as (
    select
        one.period, one.file as one, other.file as other,
        case when $weight = 'once' then 1.0 else cast(count(*) as double) end as times
    from together as one
    join together as other on other.source = one.source and other.change = one.change
        and other.period is not distinct from one.period
    group by one.period, one.file, other.file
    union all
    select period, thing, thing, 1.0 from busy where $through <> 'changes'
    union all
    select period, one, other, 1.0
    from (select period, one, other from declared union select period, other, one from declared) as both_ways
),
pairs as (
    select
        one.period, one.unit, other.unit as other, one.party, other.party as with_party,
        sum(one.amount * hangs.times * other.amount) as weight
    from did as one
    join hangs on hangs.one = one.thing and hangs.period is not distinct from one.period
    join did as other on other.thing = hangs.other and other.period is not distinct from one.period
    where one.party <> other.party and (one.unit < other.unit or (one.unit = other.unit and one.party < other.party))
    group by one.period, one.unit, other.unit, one.party, other.party
),
nested as (
    select unit_of.party as one, unit_of.unit as other from unit_of
    union
    select unit_of.unit as one, unit_of.party as other from unit_of
),
counted as (
    select pairs.period, pairs.unit, pairs.other, count(*) as pairs, sum(pairs.weight) as weight
    from pairs
    left join nested on nested.one = pairs.unit and nested.other = pairs.other
    where pairs.weight > $least and nested.one is null
    group by pairs.period, pairs.unit, pairs.other
)
select
    period, unit, 'required' as figure, cast(pairs as double) as value, pairs as n, other,
    cast(null as varchar) as missing
from counted
union all
select period, unit, 'weight', weight, pairs, other, null from counted
union all
select everybody.period, '', 'changes left out', cast(count(large.thread) as double), count(large.thread), null, null
from everybody
left join large on large.period is not distinct from everybody.period
group by everybody.period
union all
select everybody.period, '', 'files left out', cast(count(common.thing) as double), count(common.thing), null, null
from everybody
left join common on common.period is not distinct from everybody.period
group by everybody.period
union all
select everybody.period, '', 'required', null, 0, null, 'no team or zone is known in which anybody worked'
from everybody
left join (select distinct period, 1 as there from doing) as units on units.period is not distinct from everybody.period
where units.there is null
