"""Reading a repository in a test: its rows as dictionaries, by what they say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from counterpoint.model.activity import RAW, Identity, Position, Traces
from counterpoint.model.statements import Json, Quarantined
from counterpoint.sources.traces.git import FORMAT


class Read(NamedTuple):
    """What a reading came to."""

    rows: list[dict[str, Any]]
    identities: dict[str, Identity]
    troubles: list[Quarantined]
    position: Position

    def of(self, *verbs: str) -> list[dict[str, Any]]:
        """The rows of some verbs."""
        return [row for row in self.rows if row["verb"] in verbs]


def read(path: Path, cursor: Json = None, options: Mapping[str, str] | None = None) -> Read:
    """Read a repository as an import does."""
    source = FORMAT.opened(path, options or {})
    rows: list[dict[str, Any]] = []
    identities: dict[str, Identity] = {}
    troubles, positions = [], []
    for one in source.read(json.loads(json.dumps(cursor)), lambda *_: None):
        match one:
            case Traces():
                assert one.rows.schema == RAW
                one.rows.validate(full=True)
                rows += one.rows.to_pylist()
                identities |= {who.reference: who for who in one.identities}
            case Quarantined():
                troubles.append(one)
            case Position():
                positions.append(one)
    assert len(positions) == 1
    named = {name for row in rows for name in (row["actor"], row["target"]) if name is not None}
    assert named <= set(identities)
    assert len({row["key"] for row in rows}) == len(rows)
    return Read(rows, identities, troubles, positions[0])


def told(rows: Iterable[Mapping[str, Any]], *columns: str) -> list[Any]:
    """Some columns of rows, sorted; of one column its values."""
    found = [tuple(row[name] for name in columns) for row in rows]
    return sorted((one[0] for one in found) if len(columns) == 1 else found, key=repr)
