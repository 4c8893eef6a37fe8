"""Records by mapping: a TOML file says how any records are read as statements, with no code.

    mapping = load_mapping(Path("mapping.toml"))
    reading = read(mapping, Path("checkout"), namespace="rust")

``docs/mapping.md`` is the language. Everything here reads and returns; nothing is printed or written.
"""

from counterpoint.sources.records.load import load_mapping, parse_mapping
from counterpoint.sources.records.mapping import Mapping
from counterpoint.sources.records.reading import (
    Check,
    Preview,
    PreviewRecord,
    Reading,
    RuleReport,
    check,
    preview,
    read,
)

__all__ = [
    "Check",
    "Mapping",
    "Preview",
    "PreviewRecord",
    "Reading",
    "RuleReport",
    "check",
    "load_mapping",
    "parse_mapping",
    "preview",
    "read",
]
