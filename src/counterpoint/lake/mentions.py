"""Which words a measure's queries use, so that a run makes only what they mention."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources

from counterpoint.measures.declaration import Measure

_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_WORD = re.compile(r"[a-z_][a-z0-9_]*")
# A star stands for columns after these alone; after anything else it multiplies, or it is count(*).
_STAR = re.compile(r"(?:\bselect|\bdistinct|\ball|,|\.)\s*\*", re.IGNORECASE)
EVERYTHING = "*"
_VIEWS = {"activity", "activity_by"}
_OF_ACTIVITY = "activity."


def text_of(measure: Measure, name: str) -> str:
    """The SQL of a measure: a file beside its declaration, or the text itself where it is no file's name."""
    if not name.endswith(".sql") or "\n" in name:
        return name
    return (resources.files("counterpoint.measures") / name).read_text()


def texts_of(measure: Measure, *, joins: bool = False) -> list[str]:
    """Every query of a measure: its needs, and its SQL, or the inputs of its kernel, or its ``joins``."""
    if joins and measure.joins:
        worked: Iterable[str] = (measure.joins,)
    else:
        worked = (measure.sql,) if measure.kernel is None else measure.inputs.values()
    return [text_of(measure, one) for one in (*worked, *(need.sql for need in measure.needs)) if one]


def of_activity(name: str) -> str:
    """How it stands among the words that a query takes a column of the activity of this name."""
    return _OF_ACTIVITY + name


def mentioned(texts: Iterable[str]) -> frozenset[str]:
    """Every word of some queries, and :data:`EVERYTHING` where one takes all columns there are.

    The words of queries that read the activity are there as :func:`of_activity` too: a column that only another query
    names, of another table, is none of those that the activity has to have.
    """
    found: set[str] = set()
    for text in texts:
        plain = _COMMENT.sub(" ", text)
        words = set(_WORD.findall(plain.lower()))
        found |= words
        if words & _VIEWS:
            found.update(map(of_activity, words))
        if _STAR.search(plain):
            found.add(EVERYTHING)
    return frozenset(found)
