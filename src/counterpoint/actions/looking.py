"""Looking at what is outside, writing nothing: what a mapping would state, who owns a path, what the files take."""

from __future__ import annotations

from pathlib import Path

from counterpoint.errors import NotFound
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.sources import records
from counterpoint.sources.organisation import templates
from counterpoint.sources.organisation.schema import schema_text
from counterpoint.sources.ownership.answer import OwnershipAnswer, who_owns
from counterpoint.sources.records import Check, Preview

__all__ = [
    "Check",
    "OwnershipAnswer",
    "Preview",
    "check_mapping",
    "preview_mapping",
    "schema_text",
    "templates",
    "who_owns",
]


def check_mapping(
    mapping: Path, path: Path, namespace: str | None = None, progress: Progress = nobody_watching
) -> Check:
    """What a mapping matches below ``path``, what it does not, and what cannot be read.

    Raises:
        NotFound: the path or the mapping is not there.
        InvalidInput: the mapping has problems; every one is listed.
    """
    watch = lambda done, total: progress("reading files", done, total)  # noqa: E731
    return records.check(_mapping(mapping), _there(path), namespace, watch)


def preview_mapping(mapping: Path, path: Path, namespace: str | None = None, limit: int = 5) -> Preview:
    """What a mapping would state, for the first ``limit`` records of each rule. Raises as :func:`check_mapping`."""
    return records.preview(_mapping(mapping), _there(path), namespace, limit=limit)


def _mapping(path: Path) -> records.Mapping:
    if not path.is_file():
        raise NotFound(f"there is no mapping {path}", hint="docs/mapping.md tells how to write one")
    return records.load_mapping(path)


def _there(path: Path) -> Path:
    if not path.exists():
        raise NotFound(f"there is no {path}", hint="give the folder or file to read")
    return path
