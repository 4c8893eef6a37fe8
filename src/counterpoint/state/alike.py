"""Decisions on like cases: about the same things, between the same options, or in much the same words.

What is found here is a suggestion. Only somebody who looked at both says that two cases are alike.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from counterpoint.model.identifiers import fold
from counterpoint.model.statements import Json
from counterpoint.state.view import State

LEAST_OVERLAP = 0.4
"""Share of their words that two questions must have in common, of all words of both."""
LEAST_LETTERS = 4
MOST_HOLDERS = 200
"""A word or option that more decisions than this have in common brings no two of them together."""
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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two decisions on cases that are alike, or may be: ``stated`` where somebody who looked at both says so."""

    one: str
    other: str
    stated: bool
    why: str


def alike_pairs(state: State) -> tuple[Pair, ...]:
    """Every two decisions of like cases: those that somebody linked, and those that :func:`alike` would suggest.

    Suggested are only pairs that have more in common than what they are about: the options, or much of the words.
    """
    every = [one for one in state.entities("decision") if state.text(one, "status") != "withdrawn"]
    found = {}
    for one in every:
        for other in state.refs(one, "like"):
            key = min(one, other), max(one, other)
            found[key] = Pair(*key, True, "linked")
    words = {one: _words(state.text(one, "question") or state.text(one, "title") or "") for one in every}
    options = {one: {fold(str(each)) for each in _listed(state, one)} for one in every}
    for one, other in sorted(_candidates(words) | _candidates(options)):
        shared = options[one] & options[other]
        both = words[one] | words[other]
        why = []
        if len(shared) > 1:
            why.append("between the same options")
        if both and len(words[one] & words[other]) / len(both) >= LEAST_OVERLAP:
            why.append("in much the same words")
        if why and (one, other) not in found:
            found[one, other] = Pair(one, other, False, ", ".join(why))
    return tuple(found[key] for key in sorted(found))


def _candidates(having: Mapping[str, set[str]]) -> set[tuple[str, str]]:
    """Pairs that have two things in common, or the only one that one of them has; without trying each with each."""
    by_thing: dict[str, list[str]] = {}
    for one in sorted(having):
        for thing in having[one]:
            by_thing.setdefault(thing, []).append(one)
    counts: dict[tuple[str, str], int] = {}
    for holders in by_thing.values():
        for place, one in enumerate(holders if len(holders) <= MOST_HOLDERS else ()):
            for other in holders[place + 1 :]:
                counts[one, other] = counts.get((one, other), 0) + 1
    return {pair for pair, count in counts.items() if count >= min(2, *(len(having[one]) for one in pair))}


def _listed(state: State, decision: str) -> list[Json]:
    found = state.value(decision, "option")
    return found if isinstance(found, list) else []


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
