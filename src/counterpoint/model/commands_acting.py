"""The command table, part five: the acts of protocols."""

from __future__ import annotations

from counterpoint.model.acting.agent import AGENT
from counterpoint.model.acting.approval import APPROVAL
from counterpoint.model.acting.commitment import COMMITMENT
from counterpoint.model.acting.decision import DECISION
from counterpoint.model.acting.escalation import ESCALATION
from counterpoint.model.acting.handoff import HANDOFF
from counterpoint.model.acting.lease import LEASE
from counterpoint.model.acting.objective import OBJECTIVE
from counterpoint.model.acting.promise import PROMISE
from counterpoint.model.acting.proposal import PROPOSAL
from counterpoint.model.acting.ritual import RITUAL
from counterpoint.model.acting.waiver import WAIVER
from counterpoint.model.acting.work import WORK
from counterpoint.model.acting.workflow import WORKFLOW
from counterpoint.model.command import Command

ACTING: tuple[Command, ...] = (
    *WORK,
    *APPROVAL,
    *LEASE,
    *ESCALATION,
    *HANDOFF,
    *RITUAL,
    *PROMISE,
    *DECISION,
    *COMMITMENT,
    *OBJECTIVE,
    *AGENT,
    *PROPOSAL,
    *WAIVER,
    *WORKFLOW,
)
