"""The rules of the inbox, in one table: which things may need a party, by what they name it, and until when."""

from __future__ import annotations

from counterpoint.protocols.escalation import OVER
from counterpoint.protocols.inbox import answers, promises
from counterpoint.protocols.inbox.desk import Rule

RULES: tuple[Rule, ...] = (
    Rule(
        "decision",
        (
            ("decider", "mine"),
            ("consulted", "mine"),
            ("zone", "zones"),
            ("concerns", "zones"),
            ("concerns", "teams"),
            ("concerns", "area"),
        ),
        OVER["decision"],
        answers.decisions,
    ),
    Rule(
        "approval",
        (("approver", "mine"), ("approver", "in")),
        ("granted", "refused", "used", "expired", "withdrawn"),
        answers.approvals,
    ),
    Rule("proposal", (("reviewer", "mine"),), (*OVER["proposal"], "withdrawn"), answers.proposals),
    Rule(
        "escalation",
        (("party", "mine"), ("acknowledged_by", "mine"), ("raised_by", "mine")),
        ("ended",),
        answers.escalations,
    ),
    Rule("handoff", (("receiver", "mine"), ("giver", "mine")), OVER["handoff"], answers.handoffs),
    Rule(
        "dependency",
        (("provider", "mine"), ("provider", "work"), ("consumer", "mine"), ("consumer", "work")),
        OVER["dependency"],
        promises.dependencies,
    ),
    Rule(
        "commitment",
        (("owner", "mine"), ("asked_of", "mine"), ("to", "mine")),
        OVER["commitment"],
        promises.commitments,
    ),
    Rule("lease", (("holder", "mine"), ("waiting", "mine")), OVER["lease"], promises.leases),
    Rule("ritual", (("owner", "mine"), ("zone", "zones")), OVER["ritual"], promises.rituals),
    Rule("agent", (("sponsor", "mine"),), ("active",), answers.agents),
)
