-- Whatever changed of what somebody owns or did: what there was to talk about.
with owned as (
    select work as thing, owner as party from work where owner is not null
)
select moment, thing, actor as party from change where source = 'protocol' and actor is not null
union
select change.moment, change.thing, owned.party from change join owned on owned.thing = change.thing
