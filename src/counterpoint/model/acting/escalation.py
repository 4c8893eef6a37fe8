"""Acts on escalations."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_ABOUT = argument("about", "reference", "what waits for an answer, or its escalation", kinds=(
    "work", "objective", "decision", "dependency", "gate", "approval", "handoff", "commitment", "proposal", "lease",
    "ritual", "occurrence", "waiver", "zone", "team", "escalation",
))  # fmt: skip

ESCALATION: tuple[Command, ...] = (
    Command(
        ("escalation", "list"), "Act", "what is on its way up, with whom it is, and until when", "Escalations",
        (Example("counterpoint escalation list", "those that found nobody come first"),),
    ),
    Command(
        ("escalation", "ladder"), "Act", "whom an escalation about a thing would ask, and whom it would pass over",
        "Ladder",
        (Example("counterpoint escalation ladder work:checkout", "shows empty roles before they are needed"),),
        (_ABOUT,),
    ),
    act(
        "escalation raise", "send a question up the ladder of its zone",
        (_ABOUT, option("reason", "text", "what is to be answered, and why it cannot wait", required=True)),
        ((
            "escalation raise work:checkout --reason 'blocked for a week' --as person:ben",
            "the first rung is asked; whoever cannot answer is passed over",
        ),),
        "About anything that waits: work, a decision, a dependency, an approval, a handoff, a commitment. One that was "
        "taken up without anything coming of it goes on from where it stands; one that found nobody starts anew.",
    ),
    act(
        "escalation acknowledge", "take it up: the clock stops, and nobody else is asked", (_ABOUT,),
        (("escalation acknowledge work:checkout --as person:ines", "whoever was asked may, also a rung before"),),
    ),
    act(
        "escalation pass", "let it go further up at once",
        (_ABOUT, option("reason", "text", "why it is not yours to answer", required=True)),
        ((
            "escalation pass work:checkout --reason 'a question of money' --as person:ines",
            "the next rung is asked now, and not when your time is over",
        ),),
    ),
    act(
        "escalation resolve", "end it, with what came of it",
        (_ABOUT, option("outcome", "text", "what came of it, in a few words", required=True)),
        ((
            "escalation resolve work:checkout --outcome 'Cy takes the review over' --as person:ines",
            "whoever was asked may, who raised it, and who decides on the thing",
        ),),
        "It ends by itself when its cause does: the work is done, the decision made, the handoff taken, the promise "
        "kept; whether by a command or by an import.",
    ),
)  # fmt: skip
