-- When each party last did anything at all, in each period.
select period, party, max(coalesce(landed, moment)) as seen from activity group by period, party
