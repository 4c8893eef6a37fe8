-- Which parties belong to which units of the grain that was asked for; teams inside a team among them.
select party, unit from unit_of
