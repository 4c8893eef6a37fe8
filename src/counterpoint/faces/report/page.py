"""From a map to a page: one HTML file with its pictures, its style and its script in it, and nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from counterpoint.faces.drawing import bundle, needs_charts
from counterpoint.faces.report.contexts import Page, Table
from counterpoint.faces.report.sections import sections
from counterpoint.faces.report.words import SURE, day, joined, plural, sentence, share, span
from counterpoint.model.map import Map, Sure

__all__ = ["needs_charts", "page", "render"]
_PACKAGE = "counterpoint.faces.report"
_LEVEL: dict[Sure, Literal[1, 2, 3]] = {"weak": 1, "fair": 2, "firm": 3}


def render(found: Map) -> str:
    """The report as HTML. The same map gives the same bytes.

    Raises:
        NotFound: the libraries that draw are not installed.
    """
    needs_charts()
    made = page(found)
    scripts = (bundle(), _static("report.js")) if made.interactive else ()
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts) or "'none'"
    # No network at all; only the scripts of this very page. Vega sets styles on what it draws, and needs that much.
    policy = f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    return (
        _environment()
        .get_template("report.html")
        .render(
            page=made,
            policy=policy,
            style=Markup(_static("report.css")),
            scripts=[Markup(script) for script in scripts],
        )
    )


def page(found: Map) -> Page:
    """All that the template may use."""
    made = sections(found)
    return Page(
        found.title,
        _facts(found),
        _notes(found),
        day(found.as_of),
        tuple((one, SURE[one.sure], _LEVEL[one.sure]) for one in found.findings),
        made,
        _repositories(found),
        _groups(found),
        found.doubts,
        found.measures,
        any(section.pictures for section in made),
    )


def _facts(found: Map) -> tuple[str, ...]:
    first = min((one.first for one in found.repositories if one.first), default=None)
    people = plural(found.people, "person", "people")
    agents = f" and {plural(found.agents, 'AI agent')}" if found.agents else ""
    return (
        f"{people}{agents}",
        plural(found.changes, "change") + " to files",
        plural(sum(one.commits for one in found.repositories), "commit"),
        span(found.since or first, found.as_of),
        plural(len(found.areas), "area"),
    )


def _notes(found: Map) -> tuple[str, ...]:
    """What the reader has to know before anything else: what was found and not declared, and who was joined."""
    notes = []
    if found.units.areas_found:
        notes.append(f"Nobody declared areas, so they were found: {found.units.areas_how}.")
    if found.units.groups_found and found.groups:
        notes.append(f"Nobody declared teams, so groups were found: {found.units.groups_how}.")
    if found.names.joined:
        notes.append(
            f"{found.names.joined} addresses were joined to {plural(found.names.people, 'person', 'people')}, because "
            "they bear the same full name; --no-join-names keeps them apart."
        )
    if found.names.suggested:
        more = sentence(plural(found.names.suggested, "more pair"))
        notes.append(f"{more} of addresses may be one person each, and were kept apart.")
    if found.bots:
        notes.append(
            f"{sentence(plural(found.bots, 'bot'))} {'was' if found.bots == 1 else 'were'} left out of every figure."
        )
    return tuple(notes)


def _repositories(found: Map) -> Table:
    rows = tuple(
        (one.name, f"{one.commits:,}", span(one.first, one.last), joined(one.ownership) or "none",
         plural(one.unread, "place") if one.unread else "all")
        for one in found.repositories
    )  # fmt: skip
    return Table(
        "What was read", ("repository", "commits", "from and to", "ownership files", "not read"),
        tuple((*row[:4], "nothing" if row[4] == "all" else row[4]) for row in rows), frozenset({1}),
    )  # fmt: skip


def _groups(found: Map) -> Table | None:
    if not found.groups:
        return None
    titles = {one.ref: one.title for one in found.areas}
    rows = tuple(
        (one.title, f"{one.people:,}", joined(titles.get(ref, ref) for ref in one.areas) or "–") for one in found.groups
    )
    return Table("Groups of people", ("group", "people", "mostly at work in"), rows, frozenset({1}))


@cache
def _static(name: str) -> str:
    return files(_PACKAGE).joinpath("static", name).read_text()


def _hash(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(share=share, drawn=Markup, day=day)
    return environment
