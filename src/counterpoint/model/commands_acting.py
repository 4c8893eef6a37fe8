"""The command table, part five: the acts of protocols."""

from __future__ import annotations

from counterpoint.model.acting.lease import LEASE
from counterpoint.model.command import Command

ACTING: tuple[Command, ...] = (*LEASE,)
