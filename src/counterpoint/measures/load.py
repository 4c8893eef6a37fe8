"""What a working day is made of for people: meetings, messages, how many things at once, and what is left free."""

from __future__ import annotations

import pyarrow as pa

from counterpoint.measures.declaration import Extra, Figure, Measure, Need, Setting

LOAD = Measure(
    name="load",
    system="C8",
    question="How much of people's time do meetings and messages take, and how much of a day is left in one piece?",
    about="Averages over people: of what each had in the period, and of their days for what is told by the day.",
    source="counts and lengths of time. Meetings that overlap are one stretch of time. Which meetings count goes by "
    "what was answered: value those accepted, low only those of which a record says who was there, high also those "
    "answered maybe or not at all",
    limits="An accepted invitation is no proof that somebody came, and work without a trace (thinking, a talk in the "
    "corridor) is not seen: few traces are not an easy day. Wall clocks come from people's own traces; who left "
    "none that tells it has no figures of free time and after hours. It is private: of one person only to themselves, "
    "of others only where at least five people stand behind a figure.",
    grains=("organisation", "team", "zone", "person"),
    figures=(
        Figure("meeting_hours", "hours", "in meetings in the period, by those of whom a calendar tells"),
        Figure("after_hours_meetings", "hours", "of them outside working hours, on their own wall clock"),
        Figure("after_hours_days", "days", "in the period with another trace outside working hours, or on a weekend"),
        Figure("free_stretch", "hours", "the longest stretch without a meeting in the working hours of a day"),
        Figure("messages", "messages", "written in the period, by those who wrote any"),
        Figure("work_items", "a day", "distinct pieces of work with a trace, on days with any"),
        Figure("zones", "a day", "distinct zones with a trace, on days with any"),
        Figure("teams", "a day", "distinct teams whose zones they touched or whose people they turned to"),
        Figure("switches", "a day", "changes from one piece of work (or zone) to another, in the order of the day"),
        Figure("counterparts", "parties", "distinct others whom they wrote to, reviewed, answered, met, or who did so"),
    ),
    needs=(
        Need(
            "activity of people",
            "select count(*) from activity where sort in ('person', 'unknown')",
            "counterpoint trace PATH brings it in: calendars and mail tell most of load",
        ),
    ),
    settings=(
        Setting("hours", "09:00-17:00", "working hours on everybody's own wall clock, Monday to Friday"),
        Setting("ahead", "", "minutes that wall clocks are ahead of UTC for people of whom no trace tells it"),
        Setting("small", 8, "a meeting of at most this many people brings everybody together with everybody"),
    ),
    extras=(Extra("people", pa.int64(), "how many people the figure is an average of"),),
    sql="load.sql",
    private=True,
)

REPORTED = Measure(
    name="reported",
    system="C8",
    question="What do figures about people come to that another tool has worked out?",
    about="The mean of each figure over the rows that bring it: an act with attributes.told, the figure's name as its "
    "object and its value as its size, for a person and a span of time (a week).",
    source="a mean; the interval is that of a mean of people's own means (Student's t with 1.96 for large groups)",
    limits="What the figures mean is the other tool's word. It is private as load is.",
    grains=("organisation", "team", "person"),
    figures=(Figure("mean", "as told", "over people and spans"),),
    needs=(
        Need(
            "figures of another tool",
            "select count(*) from activity "
            "where verb = 'act' and json_extract_string(attributes, '$.told') is not null",
            "bring them in by a mapping: verb act, attributes.told",
        ),
    ),
    extras=(
        Extra("what", pa.string(), "the figure's name", key=True),
        Extra("people", pa.int64(), "how many people it is of"),
    ),
    sql="reported.sql",
    private=True,
)
