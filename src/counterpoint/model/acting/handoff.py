"""Acts on handoffs."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_WHAT = argument("what", "reference", "what is handed over, or its handoff", kinds=(
    "work", "objective", "decision", "ritual", "commitment", "workflow", "standard", "handoff",
))  # fmt: skip
_TO = option("to", "reference", "to whom", required=True, kinds=("person", "agent", "team"))
_CONTEXT = (
    option("state", "text", "where it stands"),
    option("question", "text", "what is not known yet; may be given again", many=True),
    option("where", "text", "where things are: an address, a path; may be given again", many=True),
    option("answer_by", "deadline", "by when an answer is awaited; else in 8 working hours of theirs", metavar="TIME"),
)

HANDOFF: tuple[Command, ...] = (
    Command(
        ("handoff", "list"), "Act", "what is in the air between two parties", "Handoffs",
        (Example("counterpoint handoff list", "those that nobody answered in time come first"),),
    ),
    Command(
        ("handoff", "show"), "Act", "the newest handoff of a thing, with what goes with it", "Handoff",
        (Example("counterpoint handoff show work:checkout", "where it stands, open questions, where things are"),),
        (_WHAT,),
    ),
    act(
        "handoff offer", "offer work to somebody, with what they must know of it", (_WHAT, _TO, *_CONTEXT),
        ((
            "handoff offer work:checkout --to person:cy --state 'half done' --question 'Which card provider?' "
            "--as person:ben",
            "it stays with its owner until it is accepted",
        ),),
        "Whoever owns or holds it may, and who decides on it. Where nobody answers in time, it is escalated.",
    ),
    act(
        "handoff accept", "take what is offered: it is yours then, and so is the giver's lease on it", (_WHAT,),
        (("handoff accept work:checkout --as person:cy", "the owner changes with this, and not before"),),
    ),
    act(
        "handoff decline", "say no, with the reason",
        (_WHAT, option("reason", "text", "why: the giver sees it", required=True)),
        (("handoff decline work:checkout --reason 'away next week' --as person:cy", "it stays with its owner"),),
    ),
    act(
        "handoff reroute", "offer it to somebody else instead", (_WHAT, _TO, *_CONTEXT),
        (("handoff reroute work:checkout --to person:dora --as person:ben", "with what was told before"),),
        "Whoever offered it may, and who decides on it; after a refusal, or while the answer is awaited.",
    ),
    act(
        "handoff withdraw", "take the offer back", (_WHAT,),
        (("handoff withdraw work:checkout --as person:ben", "it was and is its owner's"),),
    ),
)  # fmt: skip
