"""Reading a source of activity in a test: what it yields, apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from counterpoint.model.activity import Identity, Position, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.formats import opened


@dataclass
class Reading:
    """Rows as dictionaries, identities, what was quarantined, and the position at the end."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    identities: list[Identity] = field(default_factory=list)
    troubles: list[Quarantined] = field(default_factory=list)
    position: Position = field(default_factory=lambda: Position(None))

    @property
    def keys(self) -> set[bytes]:
        """What makes the rows the same rows."""
        return {row["key"] for row in self.rows}

    def told(self, *names: str) -> list[tuple[Any, ...]]:
        """Some columns of every row."""
        return [tuple(row[name] for name in names) for row in self.rows]


def reading(
    path: Path, options: Mapping[str, str] | None = None, cursor: Json = None, form: str | None = None
) -> Reading:
    """Read what is at a path."""
    found = Reading()
    for one in opened(path, form, options or {}).read(cursor, lambda *_: None):
        match one:
            case Traces():
                found.rows += one.rows.to_pylist()
                found.identities += one.identities
            case Quarantined():
                found.troubles.append(one)
            case Position():
                found.position = one
    return found
