"""The templates and assets, from the package itself: nothing is loaded from elsewhere, and everything is escaped."""

from __future__ import annotations

import hashlib
from functools import partial
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from counterpoint.faces.web import words
from counterpoint.faces.web.contexts import VIEWS, ZOOMS, link_to
from counterpoint.faces.web.layout import EDGE, RIGHT

STATIC: dict[str, bytes] = {
    asset.name: asset.read_bytes()
    for asset in files("counterpoint.faces.web").joinpath("static").iterdir()
    if asset.name.endswith((".css", ".js", ".svg"))
}
ASSETS = hashlib.sha256(b"".join(STATIC[name] for name in sorted(STATIC))).hexdigest()[:12]


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("counterpoint.faces.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        day=words.day,
        moment=words.moment,
        age=words.age,
        plural=words.plural,
        span=words.span,
        status=words.status,
        decides=words.decides,
        decides_briefly=words.decides_briefly,
        asks_briefly=words.asks_briefly,
        path_words=words.path,
        short=words.short,
        nice=words.nice,
        sentence=words.sentence,
        in_words=words.in_words,
        flagged=words.flagged,
        fit=words.fit,
        drawn=Markup,
        called=lambda ref, titles: titles.get(ref) or words.short(ref),
    )
    environment.globals.update(
        assets=ASSETS,
        zooms=ZOOMS,
        views=VIEWS,
        right=round((RIGHT + EDGE) * 1000, 1),
        statuses=tuple(words.STATUS),
    )
    return environment


_ENVIRONMENT = _environment()


def render(template: str, page: Any) -> str:
    """A page from its context, which with ``link`` is all that a template knows; in the past, links stay there."""
    link = partial(link_to, as_of=page.site.as_of)
    return _ENVIRONMENT.get_template(template).render(page=page, link=link)


def render_part(template: str, **names: Any) -> str:
    """A part of a page, to be put into one that is there already."""
    return _ENVIRONMENT.get_template(template).render(**names)
