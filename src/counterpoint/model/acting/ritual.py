"""Acts on the occurrences of rituals."""

from __future__ import annotations

from counterpoint.model.command import Command, Example, act, argument, option

_RITUAL = argument("ritual", "reference", "the ritual; or one occurrence of it", kinds=("ritual", "occurrence"))
_AT = option("at", "text", "which occurrence: a date in its own zone, or a time; otherwise the next", metavar="TIME")

RITUAL: tuple[Command, ...] = (
    Command(
        ("ritual", "next"), "Act", "what is held next, what nobody recorded, and what is never held", "Rhythm",
        (
            Example("counterpoint ritual next", "the next occurrence of every ritual"),
            Example("counterpoint ritual next ritual:weekly --count 4", "the next four of one"),
        ),
        (
            argument("ritual", "reference", "one ritual", required=False, kinds=("ritual",)),
            option("count", "number", "how many occurrences of each", default=1),
        ),
    ),
    Command(
        ("ritual", "agenda"), "Act", "what an occurrence is to be about, and who is needed for it", "Agenda",
        (
            Example("counterpoint ritual agenda ritual:weekly", "the next one, as things stand"),
            Example("counterpoint ritual agenda ritual:weekly --at 2026-05-04", "of one that is over: as it began"),
        ),
        (_RITUAL, _AT),
        "Decisions due, contradictions, collisions, slipping promises, commitments, escalations and handoffs in the "
        "zone that the ritual serves, or of its owners and participants where it serves none.",
    ),
    act(
        "ritual prepare", "look at the agenda of the next occurrence, and at who is needed for it", (_RITUAL, _AT),
        (("ritual prepare ritual:weekly --as person:ana", "what the clock does by itself, one working day before"),),
        "With nothing to synchronise it is proposed to be cancelled, unless the ritual declares otherwise: when_empty.",
    ),
    act(
        "ritual propose", "propose to cancel an occurrence", (_RITUAL, _AT),
        (("ritual propose ritual:weekly --reason 'all away' --as person:ana", "who holds the ritual may accept it"),),
    ),
    act(
        "ritual cancel", "cancel an occurrence, or accept the proposal to", (_RITUAL, _AT),
        (("ritual cancel ritual:weekly --as person:ana", "the next one; the ritual itself goes on"),),
        "Who holds the ritual may: its owner, or whoever decides there.",
    ),
    act(
        "ritual keep", "hold it all the same: overrule a proposal to cancel, or take a cancelling back",
        (_RITUAL, _AT),
        (("ritual keep ritual:weekly --reason 'the budget is open' --as person:bo", "one word is enough"),),
        "Whoever takes part may overrule a proposal; only who holds the ritual takes a cancelling back.",
    ),
    act(
        "ritual record", "say that it was held, and what came of it",
        (
            argument(
                "held", "reference", "the ritual; or one occurrence of it", metavar="RITUAL",
                kinds=("ritual", "occurrence"),
            ),
            option("at", "text", "which: a date in its own zone, or a time; otherwise the last", metavar="TIME"),
            option(
                "output", "reference", "what came of it; may be given again", many=True,
                kinds=("decision", "commitment", "work", "dependency", "handoff"),
            ),
            option("note", "text", "what is to be remembered; may be given again", many=True),
        ),
        (
            ("ritual record ritual:weekly --output decision:venue --as person:ana", "the last one, and a decision"),
            ("ritual record ritual:weekly --note 'costs look fine' --as person:ana", "more may be added later"),
        ),
        "Whoever takes part may. What nobody records within a working day stands as unrecorded.",
    ),
)  # fmt: skip
