"""Decisions on like cases: about the same things, between the same options, or in much the same words.

What is found here is a suggestion. Only somebody who looked at both says that two cases are alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from counterpoint.model.identifiers import fold
from counterpoint.state.view import State

LEAST_OVERLAP = 0.4
"""Share of their words that two questions must have in common, of all words of both."""
LEAST_LETTERS = 4
_WORD = re.compile(r"\w+")
_COMMON = frozenset({
    "about", "after", "also", "before", "between", "could", "does", "each", "every", "from", "have", "into", "more",
    "much", "must", "only", "ours", "over", "same", "shall", "should", "than", "that", "them", "then", "there", "these",
    "they", "this", "those", "what", "when", "where", "whether", "which", "will", "with", "would", "your",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alike:
    """A decision that may be on a like case, and why it was found."""

    decision: str
    why: str
    weight: float


def alike(
    state: State,
    question: str,
    options: Iterable[str],
    concerns: Iterable[str],
    *,
    but: Collection[str] = (),
    most: int = 3,
) -> tuple[Alike, ...]:
    """Decisions that may be on a like case, the nearest first; not those that were withdrawn, and none of ``but``."""
    words, offered = _words(question), {fold(one) for one in options}
    things = {state.canonical(one) for one in concerns}
    found = []
    for decision in state.entities("decision"):
        if decision not in but and state.text(decision, "status") != "withdrawn":
            found += _compared(state, decision, words, offered, things)
    return tuple(sorted(found, key=lambda one: (-one.weight, one.decision))[:most])


def _compared(state: State, decision: str, words: set[str], offered: set[str], things: set[str]) -> list[Alike]:
    shared = things.intersection(state.refs(decision, "concerns"))
    theirs = state.value(decision, "option")
    same = offered.intersection(fold(str(one)) for one in theirs) if isinstance(theirs, list) else set()
    its_words = _words(state.text(decision, "question") or state.text(decision, "title") or "")
    overlap = len(words & its_words) / len(words | its_words) if words and its_words else 0.0
    why = []
    if shared:
        why.append(f"about {' and '.join(sorted(shared))} too")
    if len(same) > 1:
        why.append("between the same options")
    if overlap >= LEAST_OVERLAP:
        why.append("in much the same words")
    return [Alike(decision, ", ".join(why), 2 * len(shared) + len(same) + 4 * overlap)] if why else []


def _words(text: str) -> set[str]:
    return {word for word in _WORD.findall(fold(text)) if len(word) >= LEAST_LETTERS and word not in _COMMON}
