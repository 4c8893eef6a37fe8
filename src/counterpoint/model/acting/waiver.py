"""Acts on waivers."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option

_WAIVER = argument("waiver", "reference", "the waiver", kinds=("waiver",))

WAIVER: tuple[Command, ...] = (
    act(
        "waiver give", "let a rule not hold for one work, for a time",
        (
            argument("rule", "reference", "the gate, standard or workflow", kinds=("gate", "standard", "workflow")),
            argument("work", "reference", "for which work", kinds=("work",)),
            option("until", "deadline", "when it ends", required=True),
            option("reason", "text", "why; it is kept and shown", required=True),
            option("stage", "text", "of a workflow: the stage whose rules are waived; without it all of them"),
            option("owner", "reference", "who answers for it, where that is not you", kinds=("person", "team")),
        ),
        (
            (
                "waiver give gate:security work:hotfix --until 2026-12-01 --reason 'the outage first' --as person:ana",
                "seen wherever the rule is looked at, and over by itself",
            ),
        ),
        "Who keeps the rule may: its owners, a gate's approvers, or whoever decides in its zone.",
    ),
    act(
        "waiver end", "let the rule hold again", (_WAIVER,),
        (("waiver end waiver:security-for-hotfix --as person:ana", "before its time"),),
    ),
)  # fmt: skip
