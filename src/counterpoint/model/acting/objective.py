"""Acts on objectives."""

from __future__ import annotations

from counterpoint.model.command import Command, act, argument
from counterpoint.model.kinds import PRIORITIES

_OBJECTIVE = argument("objective", "reference", "the objective", kinds=("objective",))
_WORK = argument("work", "reference", "the work; may be given again", kinds=("work",), many=True)

OBJECTIVE: tuple[Command, ...] = (
    act(
        "objective measure", "say how far a key result is",
        (
            _OBJECTIVE,
            argument("name", "text", "the key result, as it is called"),
            argument("value", "text", "the figure now, from 0 up"),
        ),
        (("objective measure faster-checkout 'time to pay' 82 --as person:ana", "the newest figure counts"),),
        "Its owner may, and who decides on it. Earlier figures stay in its history.",
    ),
    act(
        "objective prioritise", "say how much an objective matters",
        (_OBJECTIVE, argument("priority", "choice", "its priority", choices=PRIORITIES)),
        (("objective prioritise faster-checkout critical --reason 'the fair is in May' --as person:ana", "for all"),),
        "Who decides on it may. What is part of it has the same priority, where it states none.",
    ),
    act(
        "objective serve", "say which work serves an objective", (_OBJECTIVE, _WORK),
        (("objective serve faster-checkout work:payment-api --as person:chi", "and everything that is part of it"),),
        "Whose work it is says so, or who decides on it.",
    ),
    act(
        "objective unserve", "say that work serves an objective no longer", (_OBJECTIVE, _WORK),
        (("objective unserve faster-checkout work:payment-api --as person:chi", "where a command had said so"),),
        "What another source says is taken out there.",
    ),
)  # fmt: skip
