"""Histories of which it is known whether they are good."""

from __future__ import annotations

from typing import Any

from tests.protocols.linearizable import NEVER, Operation
from tests.protocols.models import NO, YES, AnyModel, ApprovalModel, LeaseModel, RegisterModel


def op(called: float, returned: float, name: str, *given_: Any, gives: Any = None, on: str = "x") -> Operation:
    """An operation, briefly."""
    return Operation(on, name, given_, gives, called, returned)


GOOD: dict[str, tuple[AnyModel, list[Operation]]] = {
    "nothing at all": (LeaseModel(), []),
    "two in a row": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(2, 3, "release", "a", 1, gives=YES), op(4, 5, "take", "b", gives=2)],
    ),
    "the later call was first": (
        LeaseModel(),
        [op(0, 9, "take", "a", gives=NO), op(1, 8, "take", "b", gives=1), op(10, 11, "check", 1, gives=YES)],
    ),
    "no, because the other one was still going to say yes": (
        LeaseModel(),
        [op(0, 10, "take", "a", gives=1), op(1, 2, "take", "b", gives=NO)],
    ),
    "tokens may leave gaps": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=3), op(2, 3, "force", gives=YES), op(4, 5, "take", "b", gives=17)],
    ),
    "who was killed may have taken it": (
        LeaseModel(),
        [op(0, NEVER, "take", "a"), op(2, 3, "take", "b", gives=NO), op(4, 5, "holder", gives="a")],
    ),
    "or may not": (LeaseModel(), [op(0, NEVER, "take", "a"), op(2, 3, "take", "b", gives=1)]),
    "or only much later": (
        LeaseModel(),
        [
            op(0, NEVER, "take", "a"),
            op(2, 3, "take", "b", gives=1),
            op(4, 5, "release", "b", 1, gives=YES),
            op(6, 7, "take", "c", gives=NO),
        ],
    ),
    "its token is above those before": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=4),
            op(2, 3, "release", "a", 4, gives=YES),
            op(4, NEVER, "take", "b"),
            op(5, 6, "check", 5, gives=YES),
            op(7, NEVER, "expire", 5),
            op(8, 9, "take", "c", gives=6),
        ],
    ),
    "time was over": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(5, NEVER, "expire", 1), op(6, 7, "take", "b", gives=2)],
    ),
    "the next in line has it, and asks only later": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=1),
            op(2, 4, "wait", "b", gives=YES),
            op(3, 5, "wait", "c", gives=YES),
            op(6, 7, "release", "a", 1, gives=YES),
            op(8, 9, "take", "d", gives=NO),
            op(10, 11, "release", "c", 2, gives=YES),
            op(12, 13, "holder", gives="b"),
            op(14, 15, "check", 3, gives=YES),
        ],
    ),
    "used by one of two": (
        ApprovalModel(),
        [op(0, 1, "grant", gives=YES), op(2, 5, "consume", "a", gives=NO), op(3, 4, "consume", "b", gives=YES)],
    ),
    "used by one that was killed": (
        ApprovalModel(),
        [op(0, 1, "grant", gives=YES), op(2, NEVER, "consume", "a"), op(3, 4, "consume", "b", gives=NO)],
    ),
    "claims of two things have nothing to do with each other": (
        RegisterModel(),
        [op(0, 1, "claim", "a", gives=YES), op(2, 3, "claim", "b", gives=YES, on="y"), op(4, 5, "read", gives="a")],
    ),
}

BAD: dict[str, tuple[AnyModel, list[Operation]]] = {
    "two holders": (LeaseModel(), [op(0, 3, "take", "a", gives=1), op(1, 4, "take", "b", gives=2)]),
    "all sixteen told yes": (
        LeaseModel(),
        [op(number / 100, 5, "take", f"agent-{number}", gives=number + 1) for number in range(16)],
    ),
    "a stale read": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(2, 3, "release", "a", 1, gives=YES), op(4, 5, "holder", gives="a")],
    ),
    "a token reused": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(2, 3, "release", "a", 1, gives=YES), op(4, 5, "take", "b", gives=1)],
    ),
    "a token that shrinks": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=7), op(2, 3, "force", gives=YES), op(4, 5, "take", "b", gives=6)],
    ),
    "a lost release": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(2, 3, "release", "a", 1, gives=YES), op(4, 5, "take", "b", gives=NO)],
    ),
    "a lost take": (LeaseModel(), [op(0, 1, "take", "a", gives=1), op(2, 3, "holder", gives=None)]),
    "no, while it was free": (LeaseModel(), [op(0, 1, "take", "a", gives=NO)]),
    "a late write by an old token": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=1),
            op(2, NEVER, "expire", 1),
            op(3, 4, "take", "b", gives=2),
            op(5, 6, "check", 1, gives=YES),
        ],
    ),
    "taken before its time was over": (
        LeaseModel(),
        [op(0, 1, "take", "a", gives=1), op(2, 3, "take", "b", gives=2), op(4, NEVER, "expire", 1)],
    ),
    "who was killed took it, and then did not": (
        LeaseModel(),
        [
            op(0, NEVER, "take", "a"),
            op(2, 3, "holder", gives="a"),
            op(4, 5, "take", "b", gives=1),
        ],
    ),
    "the token of one that was killed, given again": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=4),
            op(2, 3, "force", gives=YES),
            op(4, NEVER, "take", "b"),
            op(5, 6, "holder", gives="b"),
            op(7, 8, "force", gives=YES),
            op(9, 10, "take", "c", gives=5),
        ],
    ),
    "out of turn": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=1),
            op(2, 3, "wait", "b", gives=YES),
            op(4, 5, "wait", "c", gives=YES),
            op(6, 7, "release", "a", 1, gives=YES),
            op(8, 9, "holder", gives="c"),
        ],
    ),
    "taken past the line": (
        LeaseModel(),
        [
            op(0, 1, "take", "a", gives=1),
            op(2, 3, "wait", "b", gives=YES),
            op(4, 5, "release", "a", 1, gives=YES),
            op(6, 7, "take", "c", gives=2),
        ],
    ),
    "used twice": (
        ApprovalModel(),
        [op(0, 1, "grant", gives=YES), op(2, 5, "consume", "a", gives=YES), op(3, 4, "consume", "b", gives=YES)],
    ),
    "used before it was granted": (
        ApprovalModel(),
        [op(0, 1, "consume", "a", gives=YES), op(2, 3, "grant", gives=YES)],
    ),
    "used and then withdrawn": (
        ApprovalModel(),
        [
            op(0, 1, "grant", gives=YES),
            op(2, 3, "consume", "a", gives=YES),
            op(4, 5, "withdraw", gives=YES),
        ],
    ),
    "used, and nobody used it": (
        ApprovalModel(),
        [op(0, 1, "grant", gives=YES), op(2, 3, "consume", "a", gives=YES), op(4, 5, "used_by", gives=None)],
    ),
    "two claims": (RegisterModel(), [op(0, 3, "claim", "a", gives=YES), op(1, 4, "claim", "b", gives=YES)]),
    "everybody told no": (RegisterModel(), [op(0, 3, "claim", "a", gives=NO), op(1, 4, "claim", "b", gives=NO)]),
    "good here, bad there": (
        RegisterModel(),
        [
            op(0, 1, "claim", "a", gives=YES),
            op(0, 1, "claim", "a", gives=YES, on="y"),
            op(2, 3, "read", gives=None, on="y"),
        ],
    ),
}
