-- Which work depends on which, as declared before a period was over: T_D, where requirements are followed through work.
select distinct period.period, dependency.consumer as one, dependency.provider as other
from dependency
join period on dependency.said is null or dependency.said < cast(period.ends as timestamp)
where $through = 'work'
    and dependency.consumer <> dependency.provider
    and coalesce(dependency.status, 'stated') not in ('declined', 'withdrawn')
