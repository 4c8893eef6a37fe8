"""Helpers for tests of mappings: write files, read them, look at what was stated."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from counterpoint.model.statements import Draft
from counterpoint.sources.records import Reading, load_mapping, parse_mapping, read

ROOT = Path(__file__).resolve().parent.parent.parent
HEAD = '[mapping]\nsource = "test"\npeople = "github"\nnobody = ["TBD", "none"]\n'


def write(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write small files below ``root``."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return root


def reading(root: Path, mapping: str, files: dict[str, str | bytes], namespace: str | None = None) -> Reading:
    """Read files with a mapping; ``[mapping]`` is added where it is not there."""
    text = mapping if "[mapping]" in mapping else HEAD + mapping
    return read(parse_mapping(text), write(root, files), namespace)


def example(name: str, folder: Path) -> Reading:
    """Read a folder with one of the mappings that ship."""
    return read(load_mapping(ROOT / "examples" / name), folder)


def stated(found: Reading | list[Draft]) -> dict[str, dict[str, Any]]:
    """Entity to attribute to value; the values of a set as a list."""
    table: dict[str, dict[str, Any]] = {}
    for draft in found.drafts if isinstance(found, Reading) else found:
        attributes = table.setdefault(draft.entity, {})
        if draft.attribute in attributes:
            known = attributes[draft.attribute]
            attributes[draft.attribute] = [*(known if isinstance(known, list) else [known]), draft.value]
        else:
            attributes[draft.attribute] = draft.value
    return table


def place(found: Reading, entity: str, attribute: str) -> tuple[str | None, int | None]:
    """File and line of the first such statement."""
    return next((d.file, d.line) for d in found.drafts if (d.entity, d.attribute) == (entity, attribute))


def count(found: Reading, attribute: str, kind: str = "") -> int:
    """How many statements there are on an attribute, of a kind."""
    return sum(d.attribute == attribute and d.entity.startswith(kind) for d in found.drafts)


def records(found: Reading, kind: str) -> set[str]:
    """The entities of a kind of which there is a record."""
    return {d.entity for d in found.drafts if d.attribute == "exists" and d.entity.startswith(f"{kind}:")}


def tally(found: Reading, attribute: str, kind: str) -> Counter[str]:
    """How often each reference is named in an attribute."""
    return Counter(
        str(ref)
        for d in found.drafts
        if d.attribute == attribute and d.entity.startswith(f"{kind}:")
        for ref in (d.value if isinstance(d.value, list) else [d.value])
    )


def troubles(found: Reading) -> list[tuple[str, str | None, int | None, str | None, str | None]]:
    """What was quarantined: level, file, line, record and field."""
    return [(q.level, q.file, q.line, q.record, q.field) for q in found.quarantined]
