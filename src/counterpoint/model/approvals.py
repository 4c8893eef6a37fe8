"""Answers about gates and approvals."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GateBefore:
    """A gate before work.

    ``stands`` is *passed* (by an approval that is granted and good, a waiver, or somebody's word), *asked* (an approval
    is asked for) or *open*. ``says`` tells why; ``how`` who can clear it, and with which command. ``approval`` is the
    one that is good or asked for.
    """

    gate: str
    type: str | None
    stands: str
    says: str
    how: str
    approval: str | None


@dataclass(frozen=True, slots=True)
class GatesBefore:
    """Every gate before work, for the version that it is at."""

    work: str
    version: str | None
    gates: tuple[GateBefore, ...]
