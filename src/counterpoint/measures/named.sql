-- Whom an ownership or a decision right names, and for which zone: none is the whole organisation.
select owner as party, zone from zone where owner is not null
union
select decider as party, case when kind = 'zone' then thing else zone end as zone
from decides
where decider is not null and answer in ('one', 'shared')
union
select owner as party, zone from ritual where owner is not null
