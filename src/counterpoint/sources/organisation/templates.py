"""The files with which a new organisation starts: valid at once, with every option beside its example."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from counterpoint.sources.organisation.schema import SCHEMA_FILE, shipped_schema
from counterpoint.sources.placeholders import render

_NAMES = ("people.toml", "zones.toml", "work.toml", "ways.toml")


def templates(today: date) -> dict[str, str]:
    """Name to text of every file to write, the JSON Schema for editors among them; days are told from ``today``."""
    folder = files(__package__).joinpath("templates")
    texts = {name: render(folder.joinpath(name).read_text(encoding="utf-8"), today) for name in _NAMES}
    return texts | {SCHEMA_FILE: shipped_schema()}
