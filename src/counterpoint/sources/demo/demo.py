"""Saltmarsh, which books ferries: its files, and the steps by which it came to be what it is today.

Everything is told from ``today``, so the demo never grows old: the third launch is always five weeks away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeAlias

from counterpoint.sources.placeholders import render

ORGANISATION = "organisation"
FIRST = "before/organisation"
REORGANISED = "before/reorganised"
_ADDED_LAST = ("work/offline-tickets.toml",)


@dataclass(frozen=True, slots=True)
class Apply:
    """``counterpoint apply folder``, as if done so many days ago."""

    days_ago: int
    actor: str
    folder: str
    reason: str


@dataclass(frozen=True, slots=True)
class Import:
    """``counterpoint import folder --with mapping``, as if done so many days ago."""

    days_ago: int
    actor: str
    folder: str
    mapping: str
    reason: str
    namespace: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """State that ``name`` is another name of ``of``."""

    days_ago: int
    actor: str
    name: str
    of: str
    reason: str


@dataclass(frozen=True, slots=True)
class Settle:
    """Settle a contradiction on an attribute of ``reference`` with ``value``."""

    days_ago: int
    actor: str
    reference: str
    attribute: str
    value: str
    reason: str


Step: TypeAlias = Apply | Import | Join | Settle


def demo_files(today: date) -> dict[str, str]:
    """Every file of the demo, by its path: the organisation as it is, as it was, and what other systems say of it."""
    found = {path: render(text, today) for path, text in _texts(files(__package__).joinpath("data"), "")}
    own = {path.removeprefix(f"{ORGANISATION}/"): text for path, text in found.items() if path.startswith(ORGANISATION)}
    found[f"{FIRST}/people.toml"] = own["people.toml"]
    found |= {f"{REORGANISED}/{name}": text for name, text in own.items() if name not in _ADDED_LAST}
    return dict(sorted(found.items()))


def demo_steps(today: date) -> tuple[Step, ...]:
    """How the demo came to be, oldest first; folders and mappings are paths in :func:`demo_files`."""
    tracker = "tracker/tracker.mapping.toml"
    return (
        Apply(180, "person:ines", FIRST, "the organisation is written down"),
        Apply(70, "person:ines", REORGANISED, "Checkout is dissolved into Payments and Web"),
        Import(45, "person:yusra", "before/tracker", tracker, "export of the tracker"),
        Import(30, "person:yusra", "meetings", "meetings/meetings.mapping.toml", "the handbook's page on meetings"),
        Apply(12, "person:yusra", ORGANISATION, "offline tickets are the third launch"),
        Import(5, "person:yusra", "sheet", "sheet/sheet.mapping.toml", "this week's launch sheet"),
        Import(3, "person:yusra", "tracker", tracker, "export of the tracker"),
        Join(2, "person:yusra", "person:bea-novak", "person:beatriz", "Bea is Beatriz"),
        Settle(
            1,
            "person:jonas",
            "work:season-pass",
            "due",
            render("{monday+18}", today),
            "the sheet had last month's day",
        ),
    )


def _texts(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            yield from _texts(entry, f"{path}{entry.name}/")
        elif not entry.name.startswith((".", "__")):
            yield path + entry.name, entry.read_text(encoding="utf-8")
