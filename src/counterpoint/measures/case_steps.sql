select
    source,
    work,
    object as step,
    zone,
    case when attributes like '%"unnamed":true%' then null else party end as party,
    moment,
    size as place,
    case
        when attributes is null or attributes not like '%"lifecycle":%' then 'done'
        when attributes like '%"lifecycle":"start"%' then 'begun'
        else 'other'
    end as lifecycle,
    period
from activity
where
    verb = 'step'
    and work is not null
    and ($bots = 'in' or sort <> 'bot' or attributes like '%"unnamed":true%')
