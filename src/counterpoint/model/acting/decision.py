"""Acts on decisions."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option
from counterpoint.model.kinds import PARTIES

_DECISION = argument("decision", "reference", "which decision", kinds=("decision",))
_WHY = option("reason", "text", "why: it stays with the decision", required=True)
_DEADLINE = option("deadline", "deadline", "until when: a date (its end, UTC) or a time with its zone")
_CONSULT = option("consult", "reference", "whose advice is asked", many=True, kinds=PARTIES)
_ADVISE_BY = option("advise_by", "deadline", "until when advice is waited for; earlier only with everybody's")
_DECIDER = option("decider", "reference", "who decides, where that is not found", many=True, kinds=PARTIES)
_RULE = option("rule", "choice", "how several decide", choices=("any", "all", "quorum"))
_QUORUM = option("quorum", "number", "how many of them, with --rule quorum")

DECISION: tuple[Command, ...] = (
    act(
        "decision ask", "ask for a decision: whoever decides there is found, or you are told why nobody is",
        (
            argument("question", "text", "what is to be decided"),
            option("option", "text", "a possible answer", many=True),
            option(
                "concerns", "reference", "what it is about", many=True, kinds=("work", "objective", "team", "zone")
            ),
            option("zone", "reference", "where it belongs", kinds=("zone",)),
            _DEADLINE,
            option("default", "text", "what holds if nobody decides in time; without it the question is escalated"),
            _CONSULT, _ADVISE_BY, _DECIDER, _RULE, _QUORUM,
            option(
                "supersedes", "reference", "an earlier decision that this one is to replace", many=True,
                kinds=("decision",),
            ),
            option("id", "text", "what it is called", otherwise="made from its words"),
        ),
        ((
            "decision ask 'Which database for checkout?' --option postgresql --option sqlite --concerns work:checkout "
            "--consult team:data --advise-by 2026-12-01 --deadline 2026-12-05 --default postgresql --as person:ana",
            "asked of whoever decides on work:checkout; postgresql if they do not",
        ),),
        "Decisions on what may be like cases are named in the answer; decision like links them.",
    ),
    act(
        "decision advise", "give the advice that was asked of you",
        (
            _DECISION,
            argument("advice", "text", "what you have to say"),
            option("option", "text", "the option that you are for", flag="--for"),
            option("party", "reference", "for whom you speak, where that is several", flag="--of", kinds=PARTIES),
        ),
        (("decision advise database 'we run it already' --for postgresql --as person:dan", "until it is decided"),),
    ),
    act(
        "decision consult", "ask further parties for their advice", (_DECISION, _CONSULT, _ADVISE_BY),
        (("decision consult database --consult team:ops --as person:ana", "by who asked, or who decides"),),
    ),
    act(
        "decision option", "add a possible answer while it is open",
        (_DECISION, argument("option", "text", "the answer")),
        (("decision option database mariadb --as person:dan", "by who asked, who decides, or who is consulted"),),
    ),
    act(
        "decision decide", "decide it; where several decide, say what you are for",
        (
            _DECISION,
            argument("outcome", "text", "what is decided: one of the options, or something else"),
            _WHY,
            option("party", "reference", "for whom you speak, where that is several", flag="--of", kinds=PARTIES),
            option("unadvised", "flag", "do not wait for advice that is still awaited"),
        ),
        ((
            "decision decide database postgresql --reason 'we know how to run it' --as person:ines",
            "decided at once by one decider or under the rule any, else as soon as the rule is met",
        ),),
        "Nobody has more than one vote; who votes again changes their own.",
    ),
    act(
        "decision extend", "give it more time",
        (
            _DECISION,
            argument("deadline", "deadline", "until when: a date (its end, UTC) or a time with its zone"),
            option("default", "text", "what holds if nobody decides in time"),
        ),
        (("decision extend database 2026-12-12 --as person:ines", "by who asked, or who decides"),),
    ),
    act(
        "decision assign", "give it to other deciders; without naming any, they are found anew",
        (_DECISION, _DECIDER, _RULE, _QUORUM),
        (
            ("decision assign database --decider person:dan --as person:ines", "by who decides, who may pass it on"),
            ("decision assign database --as person:ana", "whoever decides there today: after a change of roles, say"),
        ),
        "Votes that were given are void then.",
    ),
    act(
        "decision withdraw", "no longer ask it", (_DECISION,),
        (("decision withdraw database --reason 'checkout is dropped' --as person:ana", "by who asked"),),
    ),
    act(
        "decision reopen", "open it again",
        (_DECISION, _WHY, _DEADLINE, option("default", "text", "what holds if nobody decides in time")),
        (("decision reopen database --reason 'the licence has changed' --as person:ines", "by who decides"),),
        "What was decided before stays in its history.",
    ),
    act(
        "decision supersede", "say that a later decision replaces it",
        (
            _DECISION,
            option(
                "successor", "reference", "the decision that replaces it", flag="--by", required=True,
                kinds=("decision",),
            ),
        ),
        (("decision supersede database --by store-2027 --as person:ines", "by who decides on the older one"),),
        "A decision asked with --supersedes does so by itself, once it is decided.",
    ),
    act(
        "decision like", "link two decisions on like cases",
        (_DECISION, argument("other", "reference", "the other one", kinds=("decision",))),
        (("decision like database store-2025 --as person:ana", "both show the other"),),
    ),
    act(
        "decision unlike", "take such a link away",
        (_DECISION, argument("other", "reference", "the other one", kinds=("decision",))),
        (("decision unlike database store-2025 --as person:ana", "neither shows the other"),),
    ),
)  # fmt: skip
