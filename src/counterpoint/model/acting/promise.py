"""Acts on dependencies as promises."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument, option
from counterpoint.model.kinds import DEPENDENCY_TYPES, PARTIES

_DEPENDENCY = argument("dependency", "reference", "which dependency", kinds=("dependency",))
_DAY = argument("date", "day", "the day, like 2026-12-10")
_NEEDED = option("needed_by", "day", "the day by which it is needed")
_WHY = option("reason", "text", "why: the other side sees it", required=True)

PROMISE: tuple[Command, ...] = (
    act(
        "promise ask", "ask somebody for something that you need",
        (
            argument("what", "text", "what is needed, in a few words"),
            option(
                "provider", "reference", "of whom or of which work", flag="--of", required=True,
                kinds=("work", *PARTIES),
            ),
            option(
                "consumer", "reference", "for what or for whom it is needed", flag="--for",
                kinds=("work", "objective", *PARTIES), otherwise="yourself",
            ),
            _NEEDED,
            option("reason", "text", "why it is needed"),
            option("type", "choice", "the sort of dependency", choices=DEPENDENCY_TYPES),
            option("size", "choice", "how much is asked", choices=("small", "medium", "large")),
            option("id", "text", "what it is called", otherwise="made from its words"),
        ),
        ((
            "promise ask 'an export of invoices' --of work:billing --for work:checkout --needed-by 2026-12-10 "
            "--as person:ana",
            "asked of whoever owns work:billing; refused if billing waits for checkout already",
        ),),
    ),
    act(
        "promise request", "ask again, or ask for what only a file or a tracker states",
        (_DEPENDENCY, _NEEDED),
        (("promise request invoices --needed-by 2026-12-01 --as person:ana", "it is asked; the provider answers"),),
        "On what is promised it only says that it is needed by another day; the promise stays as it is.",
    ),
    act(
        "promise commit", "promise it for a day", (_DEPENDENCY, _DAY),
        (("promise commit invoices 2026-12-10 --as person:ben", "for whoever answers for the provider"),),
        "A day after the one on which it is needed is no answer to what was asked: offer it with promise counter.",
    ),
    act(
        "promise counter", "offer another day than the one that was asked for", (_DEPENDENCY, _DAY, _WHY),
        ((
            "promise counter invoices 2026-12-17 --reason 'the audit comes first' --as person:ben",
            "it is a promise once the consumer accepts",
        ),),
    ),
    act(
        "promise accept", "take the day that was offered", (_DEPENDENCY, _NEEDED),
        (("promise accept invoices --needed-by 2026-12-17 --as person:ana", "promised for that day"),),
        "Without --needed-by it stays on record that it is needed earlier, and shows as a collision.",
    ),
    act(
        "promise decline", "say that it will not be provided", (_DEPENDENCY, _WHY),
        (("promise decline invoices --reason 'we have no such data' --as person:ben", "the consumer knows"),),
        "Also a promise can be taken back so: the consumers, and what rests on them, are told at once.",
    ),
    act(
        "promise move", "promise it for another day", (_DEPENDENCY, _DAY, _WHY),
        ((
            "promise move invoices 2026-12-17 --reason 'a week lost to the audit' --as person:ben",
            "it slips: the consumer, and what rests on it, is told until each has seen it",
        ),),
    ),
    act(
        "promise seen", "say that you know where it stands", (_DEPENDENCY,),
        (("promise seen invoices --as person:ana", "for whoever answers for the consumer"),),
    ),
    act(
        "promise fulfil", "say that it is there", (_DEPENDENCY,),
        (("promise fulfil invoices --as person:ben", "the provider may say so, and the consumer"),),
        "It follows by itself when the providing work is done.",
    ),
    act(
        "promise withdraw", "no longer need it", (_DEPENDENCY,),
        (("promise withdraw invoices --reason 'we export ourselves' --as person:ana", "for the consumer"),),
    ),
)  # fmt: skip
