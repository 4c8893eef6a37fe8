"""The command table, part five: the acts of protocols."""

from __future__ import annotations

from counterpoint.model.acting.escalation import ESCALATION
from counterpoint.model.acting.handoff import HANDOFF
from counterpoint.model.acting.lease import LEASE
from counterpoint.model.acting.promise import PROMISE
from counterpoint.model.acting.ritual import RITUAL
from counterpoint.model.acting.work import WORK
from counterpoint.model.command import Command

ACTING: tuple[Command, ...] = (*WORK, *LEASE, *ESCALATION, *HANDOFF, *RITUAL, *PROMISE)
