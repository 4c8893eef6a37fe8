"""The catalogue as a page of the documentation, made from the declarations themselves.

Written anew with ``python -m counterpoint.measures.page > docs/measures.md``; a test holds the page to it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping

from counterpoint.measures.catalogue import MEASURES
from counterpoint.measures.declaration import STANDARD, Measure
from counterpoint.measures.tables import ORGANISATION, VIEWS, Relation

_SYSTEMS = {
    "C1": "interdependence over time",
    "C2": "required against actual coordination",
    "C3": "connectors",
    "C4": "exposure",
    "C5": "influence",
    "C6": "ritual load and yield",
    "C7": "flow",
    "C8": "human load",
    "C9": "legibility",
    "C10": "pace",
    "C11": "coherence",
    "C12": "AI participation",
    "C13": "leverage",
    "C14": "decisions",
    "C15": "census",
    "C16": "progress",
    "C17": "reach",
}
_SPACE = re.compile(r"\s+")


def page(measures: Iterable[Measure] = tuple(MEASURES.values())) -> str:
    """``docs/measures.md``."""
    return "\n".join(_lines(sorted(measures, key=_place))) + "\n"


def _place(measure: Measure) -> tuple[int, str]:
    return int(measure.system[1:]), measure.name


def _lines(measures: list[Measure]) -> Iterator[str]:
    yield "# The measures"
    yield ""
    yield "Made from the declarations in `counterpoint.measures`; a test keeps the two the same."
    yield ""
    yield "`counterpoint measure` lists them, and `counterpoint measure NAME` works one out: told apart by what `--by`"
    yield "says (a *grain*), in the windows of `--window`, with settings given as `--set name=value`. A measure with"
    yield "too little to go by says so and names what is missing; it never gives a zero for it. None rates a person."
    yield ""
    yield "| measure | answers | system |"
    yield "|---|---|---|"
    for one in measures:
        yield f"| [{one.name}](#{one.name}) | {_cell(one.question)} | {one.system} {_SYSTEMS[one.system]} |"
    yield ""
    yield "Every result has these columns, and some have more:"
    yield ""
    yield from _table("column", "what it is", STANDARD)
    for one in measures:
        yield from _measure(one)
    yield ""
    yield "## What a query sees"
    yield ""
    yield "A measure of your own is a declaration and a query over these tables. Times are in UTC; entities are"
    yield "references as people write them. First the organisation, as the shared state has it:"
    yield ""
    yield from _relations(ORGANISATION)
    yield ""
    yield "And the activity, made ready for what was asked:"
    yield ""
    yield from _relations(VIEWS)


def _measure(one: Measure) -> Iterator[str]:
    yield ""
    yield f"## {one.name}"
    yield ""
    yield f"*{one.question}* {_prose(one.about)}"
    yield ""
    yield "| figure | unit | what it is |"
    yield "|---|---|---|"
    for figure in one.figures:
        yield f"| `{figure.name}` | {_cell(figure.unit)} | {_cell(figure.about)} |"
    yield ""
    yield f"- By: {', '.join(one.grains)}."
    for need in one.needs:
        least = f" (at least {need.least:,})" if need.least > 1 else ""
        yield f"- Needs {need.what}{least}: {need.hint}."
    for setting in one.settings:
        yield f"- `--set {setting.name}=…` (default {setting.default}): {setting.about}."
    for extra in one.extras:
        yield f"- Has a column `{extra.name}` too: {extra.about}."
    if one.private:
        yield "- Private: figures of one person are shown to that person alone, others' in groups of five or more."
    yield ""
    yield f"Source: {_sentence(one.source)}"
    yield ""
    yield f"What it cannot tell: {_sentence(one.limits)}"


def _relations(relations: Mapping[str, Relation]) -> Iterator[str]:
    yield "| table | a row is | columns |"
    yield "|---|---|---|"
    for name, relation in relations.items():
        columns = ", ".join(relation.columns) or "those of `activity`, and `unit`"
        yield f"| `{name}` | {_cell(relation.about)} | {columns} |"


def _table(first: str, second: str, rows: Mapping[str, str]) -> Iterator[str]:
    yield f"| {first} | {second} |"
    yield "|---|---|"
    for name, about in rows.items():
        yield f"| `{name}` | {_cell(about)} |"


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|")


def _prose(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _sentence(text: str) -> str:
    prose = _prose(text)
    return prose if prose.endswith((".", "?")) else f"{prose}."


if __name__ == "__main__":
    sys.stdout.write(page())
