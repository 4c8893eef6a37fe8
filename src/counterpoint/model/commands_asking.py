"""The command table, part two: what may be asked."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, Parameter, argument, option

_AS_OF = option("as_of", "moment", "as it was true then: a date or a time", metavar="TIME")
_KNOWN_AT = option("known_at", "moment", "as it was known then: a date or a time", metavar="TIME")
_THEN: tuple[Parameter, ...] = (_AS_OF, _KNOWN_AT)
_REF = argument("ref", "reference", "a thing, like team:lang or work:2026/launch")
_WHERE = option(
    "where",
    "pair",
    "only those with this value, like status=active; may be given again",
    many=True,
    metavar="ATTR=VALUE",
)

ASKING: tuple[Command, ...] = (
    Command(
        ("who",), "Ask", "who makes the final call, and why", "Who",
        (
            Example("counterpoint who team:lang", "one, shared, ambiguous or none, with the reasons"),
            Example("counterpoint who --repo ~/src/app src/main.rs", "for a path of a checked-out repository"),
        ),
        (
            argument("ref", "reference", "a thing; with --repo, a path in the repository", metavar="REF"),
            option("repo", "folder", "ask the ownership files of this checkout instead of the organisation"),
            *_THEN,
        ),
        "The chain stops at the first step that names somebody. Nobody is ever invented: where nobody decides the "
        "answer is none, and where several might without a declared rule it is ambiguous.",
    ),
    Command(
        ("deciders",), "Ask", "who decides on every thing of a kind, and how many have nobody", "Deciders",
        (Example("counterpoint deciders team --where status=active", "every active team"),),
        (argument("kind", "text", "team, work, objective, zone, dependency, decision, gate or ritual"), _WHERE, *_THEN),
        long=True,
    ),
    Command(
        ("owns",), "Ask", "who owns a thing", "Owns",
        (Example("counterpoint owns work:2026/launch", "its owner, and where that is stated"),),
        (_REF, *_THEN),
    ),
    Command(
        ("show",), "Ask", "everything about a thing: each value, who said so, and when", "Page",
        (
            Example("counterpoint show team:lang", "as it is now"),
            Example("counterpoint show work:launch --as-of 2026-03-01", "as it was on a day"),
            Example("counterpoint show work:launch --known-at 2026-03-01", "as far as was known on a day"),
        ),
        (_REF, *_THEN),
    ),
    Command(
        ("history",), "Ask", "everything that was ever said of a thing", "History",
        (Example("counterpoint history team:lang", "oldest first, with the statement's number"),),
        (_REF,),
    ),
    Command(
        ("list",), "Ask", "list the things of a kind", "Listing",
        (Example("counterpoint list work --where status=active", "the active work"),),
        (argument("kind", "text", "a kind, like team or work"), _WHERE, *_THEN),
    ),
    Command(
        ("depends",), "Ask", "what a thing needs and what needs it, and why", "Depends",
        (Example("counterpoint depends work:launch", "directly, and on the way"),),
        (_REF, *_THEN),
    ),
    Command(
        ("ready",), "Ask", "what work can start now, and what the rest waits for", "Ready",
        (
            Example("counterpoint ready", "all open work: what is ready, and what the rest waits for"),
            Example("counterpoint ready --for person:ana --limit 5", "what she may take next"),
            Example("counterpoint ready --team team:lang --limit 20", "of a team and the teams beneath it"),
        ),
        (
            option("party", "reference", "what this party may take", flag="--for", metavar="WHO"),
            option("zone", "reference", "work for which this zone's protocol holds", metavar="ZONE"),
            option("team", "reference", "work of this team and the teams beneath it", metavar="TEAM"),
            option("limit", "number", "the first of what is ready, and not what waits; 0 is no limit"),
            *_THEN,
        ),
        "Critical work comes first, then what most other open work waits for, then by priority and by date.",
    ),
    Command(
        ("alignment",), "Ask", "which effort serves which objective, and what serves none", "Alignment",
        (
            Example("counterpoint alignment", "objectives by priority, and open work that serves none"),
            Example("counterpoint alignment faster-checkout", "one objective, and those that are part of it"),
            Example("counterpoint alignment --team team:lang", "of the work of a team and the teams beneath it"),
        ),
        (
            argument("objective", "reference", "the objective", required=False, kinds=("objective",)),
            option("zone", "reference", "work for which this zone's protocol holds", metavar="ZONE"),
            option("team", "reference", "work of this team and the teams beneath it", metavar="TEAM"),
            *_THEN,
        ),
        "Work serves what it states, else what the work that it is part of serves. It tells of work, and rates nobody.",
    ),
    Command(
        ("inbox",), "Ask", "what needs you now: to decide, approve, answer, take over, keep", "Inbox",
        (
            Example("counterpoint inbox --as person:ana", "hers, and that of the teams that she speaks for"),
            Example("counterpoint inbox --as agent:penny --limit 3 --json", "an agent's, the first of it"),
        ),
        (option("limit", "number", "at most so many; 0 is no limit", default=30),),
        "What critical work waits for comes first, then what most other work waits for, then by date. Each line has "
        "the rule by which it is yours, and the command that answers it.",
        personal=True,
    ),
    Command(
        ("path",), "Ask", "the critical path: the longest chain of open work", "Path",
        (
            Example("counterpoint path", "through everything that is open"),
            Example("counterpoint path work:launch", "to one piece of work"),
        ),
        (argument("ref", "reference", "the work or objective that it leads to", required=False), *_THEN),
        "In days where most of the work says how long it takes, else in steps; it says which.",
    ),
    Command(
        ("cycles",), "Ask", "where things go round in a circle", "Cycles",
        (Example("counterpoint cycles", "each circle once, with the statements that make it"),),
        _THEN,
    ),
    Command(
        ("collisions",), "Ask", "what collides in time", "Collisions",
        (Example("counterpoint collisions", "shipping before what it needs, announced untested, freezes, …"),),
        _THEN,
    ),
    Command(
        ("involve",), "Ask", "whom to involve before a change moves, and why each one", "Involve",
        (
            Example("counterpoint involve work:launch", "for a piece of work"),
            Example("counterpoint involve --path src/api/server.py", "for a path"),
        ),
        (
            argument("refs", "reference", "the work that changes", required=False, many=True, metavar="REF"),
            option("path", "text", "a path that changes; may be given again", many=True),
            *_THEN,
        ),
        "The smallest set of parties.",
    ),
    Command(
        ("contradictions",), "Ask", "where sources differ, since when, and who may settle it", "Contradictions",
        (Example("counterpoint contradictions", "with both statements of each"),),
        _THEN,
    ),
    Command(
        ("changed",), "Ask", "what changed since a moment", "Changed",
        (Example("counterpoint changed --since 2026-03-01", "since a day"),),
        (option("since", "moment", "a date or a time", required=True, metavar="TIME"),),
    ),
    Command(
        ("entries",), "Ask", "the entries of the ledger: when, who, for which source, why", "Entries",
        (
            Example("counterpoint entries", "the last twenty"),
            Example("counterpoint entries --after 0 --limit 0", "all, from the first"),
            Example("counterpoint entries --entry 12", "everything that one of them says"),
        ),
        (
            option("after", "number", "those after this one, oldest first"),
            option("limit", "number", "at most so many; 0 is no limit", default=20),
            option("entry", "number", "one entry, with what it says"),
        ),
    ),
)  # fmt: skip
