-- Every time that a ritual took place: as the state has it, and as attendance tells it.
with attended as (
    select thread as occurrence, min(object) as ritual, min(moment) as begins, max(size) as minutes
    from activity
    where verb = 'attend' and thread is not null
    group by thread
),
stated as (
    select
        occurrence.occurrence, occurrence.ritual, occurrence.start as begins,
        coalesce(occurrence.minutes, ritual.minutes) as minutes, occurrence.status
    from occurrence
    left join ritual on ritual.ritual = occurrence.ritual
)
select
    coalesce(stated.occurrence, attended.occurrence) as occurrence,
    coalesce(stated.ritual, attended.ritual) as ritual,
    coalesce(stated.begins, attended.begins) as begins,
    coalesce(stated.minutes, attended.minutes) as minutes
from stated
full join attended on attended.occurrence = stated.occurrence
where
    coalesce(stated.status, 'held') in ('held', 'unknown')
    and coalesce(stated.begins, attended.begins) is not null
    and coalesce(stated.ritual, attended.ritual) is not null
