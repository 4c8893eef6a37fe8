-- What may come of a meeting, with everybody to whom it belongs: who did it, and whose it is.
with owned as (
    select work as thing, owner as party from work where owner is not null
    union
    select dependency.dependency, coalesce(work.owner, dependency.provider)
    from dependency left join work on work.work = dependency.provider
),
dates as (
    select moment, thing, attribute, case when source = 'protocol' then actor end as actor
    from change
    where attribute in ('due', 'start', 'needed_by', 'promised_for', 'announced', 'deadline')
)
select decided as moment, 'decision' as kind, decision as thing, decider as party
from decision where decided is not null and decider is not null
union
select decided, 'decision', decision, asked_by from decision where decided is not null and asked_by is not null
union
select
    moment,
    case when noun in ('commitment', 'promise') then 'commitment' else 'unblock' end, subject, actor
from act
where
    (noun = 'commitment' and verb in ('make', 'accept')) or (noun = 'promise' and verb in ('commit', 'accept'))
    or (noun = 'work' and verb = 'unblock') or (noun = 'escalation' and verb = 'resolve')
union
select disputed.settled, 'contradiction', disputed.thing, owned.party
from disputed join owned on owned.thing = disputed.thing
where disputed.settled is not null
union
select moment, 'date', thing, actor from dates where actor is not null
union
select dates.moment, 'date', dates.thing, owned.party from dates join owned on owned.thing = dates.thing
