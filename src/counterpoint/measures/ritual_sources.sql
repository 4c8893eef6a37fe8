-- How many sources tell of what comes of meetings, or of who was there.
select count(distinct told.source) as sources
from (
    select source from change
    where attribute in ('due', 'start', 'needed_by', 'promised_for', 'announced', 'deadline')
    union all
    select 'protocol' as source from act where noun in ('commitment', 'promise', 'decision', 'escalation', 'work')
    union all
    select 'decisions' as source
    from decision as made left join act on act.subject = made.decision and act.noun = 'decision'
    where made.decided is not null and act.subject is null
    union all
    select 'attendance' as source from activity where verb = 'attend'
) as told
