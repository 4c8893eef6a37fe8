-- Commits of each unit: how sure it is that an AI took part in them, and who else than their authors looked at them.
with wrote as (
    select source, thread,
        max(case
            when sort = 'agent' then cast(1.0 as double)
            when agent is not null then coalesce(cast(confidence as double), 0.0)
            else 0.0
        end) as sure
    from activity
    where verb = 'commit' and sort <> 'bot'
    group by source, thread
),
authors as (
    select distinct source, thread, party from activity where verb = 'commit'
),
looked as (
    select looking.source, looking.thread,
        max(case when looking.sort in ('person', 'unknown') then 1 else 0 end) as by_person,
        max(case when looking.sort = 'agent' then 1 else 0 end) as by_agent
    from activity as looking
    left join authors on authors.source = looking.source
        and authors.thread = looking.thread and authors.party = looking.party
    where looking.sort <> 'bot' and authors.party is null
        and (looking.verb = 'review' or (looking.verb = 'merge' and $merges = 'count'))
    group by looking.source, looking.thread
),
placed as (
    select distinct period, unit, source, thread
    from activity_by
    where verb in ('commit', 'change') and sort <> 'bot' and thread is not null
)
select placed.period, placed.unit,
    count(*) as commits,
    sum(wrote.sure) as expected,
    count(case when wrote.sure >= $sure then 1 end) as certain,
    count(case when wrote.sure > 0 then 1 end) as marked,
    count(case when wrote.sure >= 0.5 then 1 end) as agent,
    count(case when wrote.sure >= 0.5 and looked.by_person = 1 then 1 end) as agent_by_person,
    count(case when wrote.sure >= 0.5 and looked.by_person = 0 and looked.by_agent = 1 then 1 end) as agent_by_agents,
    count(case when wrote.sure < 0.5 and looked.by_person = 1 then 1 end) as human_by_person,
    count(case when wrote.sure < 0.5 and looked.by_person = 0 and looked.by_agent = 1 then 1 end) as human_by_agents
from placed
join wrote on wrote.source = placed.source and wrote.thread = placed.thread
left join looked on looked.source = placed.source and looked.thread = placed.thread
group by placed.period, placed.unit
