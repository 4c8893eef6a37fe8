"""Acts on leases."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_ITEM = argument("item", "resource", "what is held: a thing such as work:checkout, or any name such as staging-db")
_TOKEN = option("token", "number", "the token you were given: refused if the lease was lost meanwhile")
_WHY = option("reason", "text", "why: it is kept, and the holder sees it", required=True)

LEASE: tuple[Command, ...] = (
    Command(
        ("lease", "show"), "Act", "who holds a thing or a named resource, until when, and who is next", "Lease",
        (Example("counterpoint lease show work:checkout", "holder, token, line, and who may end it"),),
        (_ITEM,),
    ),
    Command(
        ("lease", "list"), "Act", "everything that is held", "Leases",
        (Example("counterpoint lease list", "what ends soonest comes first"),),
    ),
    Command(
        ("lease", "check"), "Act", "may whoever shows this token write? exit code 0 if so, else 4", "Checked",
        (Example("counterpoint lease check work:checkout --token 3", "what guards a resource asks before it writes"),),
        (_ITEM, option("token", "number", "the token that was shown", required=True)),
    ),
    Command(
        ("lease", "beat"), "Act", "a sign of life: keep what you hold", "Beat",
        (Example("counterpoint lease beat work:checkout --token 3 --as agent:deploy", "exit code 4: it was lost"),),
        (_ITEM, option("token", "number", "the token that you were given", required=True)),
        "No entry is made of it. Give one well before half of the lease's time is over.",
        writes=True, who="by its protocol",
    ),
    act(
        "lease take", "take a thing or a named resource, if nobody holds it",
        (_ITEM, option("minutes", "number", "a shorter time without a sign of life than the zone's")),
        (
            ("lease take work:checkout --as agent:deploy", "at most one gets it; the answer has the token"),
            ("lease take staging-db --minutes 10 --as person:ana", "any name may be held"),
        ),
        "Keep it with lease beat; show the token to whatever you write to, so that a late write is refused.",
    ),
    act(
        "lease wait", "stand in line for what somebody else holds", (_ITEM,),
        (("lease wait work:checkout --as agent:deploy", "once the holder lets go or is lost, the next has it"),),
    ),
    act(
        "lease leave", "no longer wait in line", (_ITEM,),
        (("lease leave work:checkout --as agent:deploy", "the others move up"),),
    ),
    act(
        "lease release", "let go; the next in line has it then", (_ITEM, _TOKEN),
        (("lease release work:checkout --token 3 --as agent:deploy", "refused if token 3 is no longer the newest"),),
    ),
    act(
        "lease hand", "hand it to somebody, under a new token",
        (_ITEM, option("to", "reference", "who has it then", required=True, kinds=("person", "agent", "team")), _TOKEN),
        (("lease hand work:checkout --to person:ana --as agent:deploy", "the old token is worth nothing then"),),
    ),
    act(
        "lease force", "take it from its holder", (_ITEM, _WHY),
        (("lease force work:checkout --reason 'away until May' --as person:ines", "kept with the name of who did it"),),
        "Who decides on the thing may, and the sponsor of an agent. The next in line has it then.",
    ),
)  # fmt: skip
