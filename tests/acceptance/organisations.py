"""The three real organisations, each with the mappings that ship under examples/ and its namespace."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from counterpoint.actions.bringing import Request, bring
from counterpoint.actions.importing import Imported
from counterpoint.ledger.ledger import Ledger
from tests.realdata import ROOT, data


@dataclass(frozen=True, slots=True)
class Source:
    """One mapping, and the folder below the data that it reads."""

    folder: str
    mapping: str
    namespace: str


SOURCES = (
    Source("rust/team", "rust/teams.toml", "rust"),
    Source("rust/calendar", "rust/calendar.toml", "rust"),
    Source("rust/goals", "rust/goals.toml", "rust"),
    Source("opentelemetry", "opentelemetry/community.toml", "otel"),
    Source("python/peps", "python/peps.toml", "python"),
)


def base() -> Path:
    """Where the data lies; skips (fails in CI) where it does not."""
    return data("README.md").parent


def bring_all(ledger: Ledger, root: Path) -> Iterator[Imported]:
    """Import every source, one entry each."""
    for source in SOURCES:
        request = Request(root / source.folder, str(ROOT / "examples" / source.mapping), source.namespace)
        yield bring(ledger, request, actor="local")
