"""When a ritual happens: its schedule expanded into moments; see :mod:`counterpoint.model.occurrences`."""

from __future__ import annotations

from counterpoint.model.occurrences import (
    Held,
    Occurrence,
    held,
    idle_exceptions,
    next_occurrences,
    occurrences,
    undetermined,
)

__all__ = ["Held", "Occurrence", "held", "idle_exceptions", "next_occurrences", "occurrences", "undetermined"]
