"""Acts on commitments."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option
from counterpoint.model.kinds import PARTIES

_COMMITMENT = argument("commitment", "reference", "which commitment", kinds=("commitment",))
_DUE = option("due", "day", "the day by which it will be done")
_OWNER = option("owner", "party", "who will do it: a party, or the words that were said, such as 'all teams'")

COMMITMENT: tuple[Command, ...] = (
    act(
        "commitment make", "write down what somebody will do, from a meeting, a decision or a message",
        (
            argument("title", "text", "what will be done, in a few words"),
            _OWNER, _DUE,
            option("to", "reference", "to whom it is promised", many=True, kinds=PARTIES),
            option(
                "origin", "reference", "where it was promised", flag="--from",
                kinds=("occurrence", "ritual", "decision", "work", "dependency"),
            ),
            option("said_in", "text", "the message or record in which it was said: a link, say"),
            option("id", "text", "what it is called", otherwise="made from its words"),
        ),
        (
            (
                "commitment make 'send the figures' --owner person:ana --due 2026-12-04 --to person:ines "
                "--as person:ana",
                "Ana promises for herself: it is open at once",
            ),
            (
                "commitment make 'tidy the docs' --owner 'all teams' --from ritual:monday-sync --as person:ana",
                "all teams is nobody in particular: whoever holds the ritual is asked who, and by when",
            ),
        ),
        "Somebody else's name is a question to them, until they accept. Without an owner or a day it is asked who, or "
        "by when.",
    ),
    act(
        "commitment answer", "say who will do it, or by when", (_COMMITMENT, _OWNER, _DUE),
        ((
            "commitment answer tidy-the-docs --owner team:docs --due 2026-12-11 --as person:ines",
            "team:docs is asked whether they take it",
        ),),
    ),
    act(
        "commitment accept", "take on what was asked of you", (_COMMITMENT, _DUE),
        (("commitment accept tidy-the-docs --as person:dan", "for team:docs, which Dan leads: it is open now"),),
    ),
    act(
        "commitment decline", "say that you will not do it",
        (_COMMITMENT, option("reason", "text", "why: whoever is asked next sees it", required=True)),
        ((
            "commitment decline tidy-the-docs --reason 'not ours to tidy' --as person:dan",
            "it is asked again who does it, of whoever wrote it down or holds the ritual",
        ),),
    ),
    act(
        "commitment keep", "say that it is done",
        (_COMMITMENT, option("outcome", "text", "what came of it, in a few words")),
        (("commitment keep send-the-figures --as person:ana", "also after its day, and then it says how late"),),
        "Its owner may, and whoever it was promised to.",
    ),
    act(
        "commitment move", "promise it for another day",
        (
            _COMMITMENT, argument("due", "day", "the day, like 2026-12-10"),
            option("reason", "text", "why: whoever it was promised to sees it", required=True),
        ),
        ((
            "commitment move send-the-figures 2026-12-08 --reason 'the books close later' --as person:ana",
            "the day that was promised before stays on record",
        ),),
    ),
    act(
        "commitment release", "no longer expect it", (_COMMITMENT,),
        ((
            "commitment release send-the-figures --reason 'we have them' --as person:ines",
            "by whom it was promised to",
        ),),
    ),
)  # fmt: skip
