"""Acts on work."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option
from counterpoint.model.kinds import PARTIES, PRIORITIES

_WORK = argument("work", "reference", "which work", kinds=("work",))
_WHY = option("reason", "text", "why: it is kept with the work's history", required=True)
_VERSION = option("version", "text", "the version of it that stands for approval: a commit, a revision, a hash")

WORK: tuple[Command, ...] = (
    act(
        "work add", "add an item of work",
        (
            argument("title", "text", "what people call it"),
            option("id", "text", "its name, where that is not to be made from the title"),
            option("owner", "reference", "who does it or answers for its being done", many=True, kinds=PARTIES),
            option("parent", "reference", "the work that it is part of", kinds=("work",)),
            option("team", "reference", "its home team", kinds=("team",)),
            option("zone", "reference", "the zone that it belongs to", kinds=("zone",)),
            option("class", "text", "the sort of work: gates, workflows and standards go by it"),
            option("priority", "choice", "how much it matters", choices=PRIORITIES),
            option("due", "day", "when it ships"),
            option("serves", "reference", "an objective that it serves", many=True, kinds=("objective",)),
            option("after", "reference", "work that must be done before it", many=True, kinds=("work",)),
            _VERSION,
        ),
        (
            ("work add 'Season pass checkout' --owner team:box-office --as person:ines", "proposed, with that owner"),
            ("work add 'Announce it' --after work:season-pass --as person:ines", "it needs the other one first"),
        ),
    ),
    act(
        "work accept", "say that it shall be done", (_WORK,),
        (("work accept work:season-pass --as person:ines", "proposed work is accepted"),),
    ),
    act(
        "work start", "begin with it", (_WORK,),
        (("work start work:season-pass --as person:juno", "active; whoever begins is among those who work on it"),),
    ),
    act(
        "work block", "say that it cannot go on, and why",
        (
            _WORK,
            option("because", "text", "why, in a few words"),
            option(
                "on", "reference", "what it waits for; of work, it goes on by itself when that is done", many=True,
                kinds=("work", *PARTIES),
            ),
        ),
        (
            ("work block work:season-pass --because 'no test card yet' --as person:juno", "it cannot be completed"),
            ("work block work:season-pass --on work:pricing --as person:juno", "it needs that work from now on"),
        ),
    ),
    act(
        "work unblock", "say that it can go on", (_WORK,),
        (("work unblock work:season-pass --as person:juno", "it stands where it stood before"),),
    ),
    act(
        "work complete", "say that it is done",
        (
            _WORK,
            option("version", "text", "the version that is done: the one that was approved"),
            option("token", "number", "the token of the lease on it: refused if the lease was lost meanwhile"),
        ),
        (("work complete work:season-pass --version 4f2a --token 3 --as person:juno", "refused with every reason"),),
        "Refused while it is blocked, waits for other work, has unfinished parts, lacks an approval, or is held by "
        "somebody else; the answer names all of that at once, and who can clear it.",
    ),
    act(
        "work drop", "say that it will not be done", (_WORK, _WHY),
        (("work drop work:season-pass --reason 'sold out anyway' --as person:ines", "kept, with the reason"),),
    ),
    act(
        "work reopen", "take up again what was done or dropped", (_WORK, _WHY),
        (("work reopen work:season-pass --reason 'the refund is missing' --as person:ines", "it is active again"),),
        "Approvals that were used are used: it takes new ones to complete it again.",
    ),
    act(
        "work assign", "say who does it",
        (
            _WORK,
            option("to", "reference", "who has it then", required=True, many=True, kinds=PARTIES),
            option("contributor", "flag", "as somebody who works on it, beside its owner"),
        ),
        (
            ("work assign work:season-pass --to team:box-office --as person:ines", "that team owns it"),
            ("work assign work:season-pass --to agent:fixer --contributor --as person:ines", "it may work on it"),
        ),
    ),
    act(
        "work revise", "a new version of it, or another title, date or priority",
        (
            _WORK,
            _VERSION,
            option("title", "text", "what people call it"),
            option("due", "day", "when it ships"),
            option("priority", "choice", "how much it matters", choices=PRIORITIES),
        ),
        (("work revise work:season-pass --version 9c01 --as person:juno", "earlier approvals are worth nothing"),),
    ),
)  # fmt: skip
