-- How many changes were left out because of how much they touched at once.
with large as (
    select period, source, thread
    from activity
    where verb = 'change' and thread is not null
    group by period, source, thread
    having count(distinct file) > $largest
)
select period, count(*) as changes from large group by period
