"""The libraries that draw, which are an extra of the package: found, or asked for in plain words."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.util import find_spec
from typing import Any

from counterpoint.errors import NotFound

_NEEDED = ("altair", "vl_convert")


def needs_charts() -> None:
    """See to it that the libraries are there, before anything long begins.

    Raises:
        NotFound: they are not installed; the hint says how they get there, and what goes without.
    """
    lacking = [name for name in _NEEDED if find_spec(name) is None]
    if lacking:
        raise NotFound(
            f"pictures need {' and '.join(lacking)}, and they are not installed",
            hint="pip install 'counterpoint[charts]'; --json gives the same figures without them",
        )


def altair() -> Any:
    """The library that describes charts; it takes a second to import, so only who draws does."""
    needs_charts()
    return importlib.import_module("altair")


def svg(spec: dict[str, Any]) -> str:
    """A Vega-Lite specification as SVG. No data is loaded from anywhere: a specification carries its own."""
    needs_charts()
    converter = importlib.import_module("vl_convert")
    text = str(converter.vegalite_to_svg(spec, vl_version=_version(spec), allowed_base_urls=[]))
    # Beside the words of the page, those of its parts would be read out as well.
    return text.replace("<svg ", '<svg focusable="false" aria-hidden="true" ', 1)


@cache
def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one script, from the library that carries them."""
    needs_charts()
    converter = importlib.import_module("vl_convert")
    text = str(converter.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _version(spec: dict[str, Any]) -> str:
    """``6.4`` of the schema's address."""
    version = str(spec["$schema"]).rpartition("/v")[2].removesuffix(".json")
    return ".".join(version.split(".")[:2])
