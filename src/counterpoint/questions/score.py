"""The full score of a moment, finding a thing by what it is called, and what things are called."""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.identifiers import fold, kind_of, slug_of
from counterpoint.model.kinds import KINDS
from counterpoint.model.page import Named
from counterpoint.model.score import Level, Score
from counterpoint.questions.moment import Asking
from counterpoint.state.overlay import overlay
from counterpoint.state.page import plain
from counterpoint.state.score import Window, score

FINDABLE = tuple(kind for kind in KINDS if kind not in ("dependency", "lease", "escalation", "handoff"))
MOST_FOUND = 60


def full_score(asking: Asking, level: Level, teams: Iterable[str], window: Window | None) -> Score:
    """The score, with who decides, collisions, contradictions, the critical path and rituals on it.

    Raises:
        NotFound: there is no such team.
        BadValue: no such level, or a window that is none.
    """
    wanted = [asking.find(team, "team") for team in teams]
    return score(asking.state, level, wanted, window, overlay(asking.state))


def search(asking: Asking, text: str) -> tuple[Named, ...]:
    """Things whose reference, title or name has every word of ``text`` in it: the closest first, sixty at most."""
    words = fold(text).split()
    if not words:
        return ()
    named = plain(asking.state)
    found: list[tuple[int, Named]] = []
    for kind in FINDABLE:
        entities = asking.state.entities(kind)
        people = asking.snapshot.names(entities) if kind == "person" else {}
        for entity in entities:
            ref = people.get(entity, entity)
            title = named(entity).title if named(entity).title != entity else slug_of(ref)
            there = fold(f"{ref} {title}")
            if all(word in there for word in words):
                found.append((_distance(words, slug_of(ref), title), Named(ref, title)))
    found.sort(key=lambda one: (one[0], len(one[1].title), one[1].ref))
    return tuple(one for _, one in found[:MOST_FOUND])


def titles(asking: Asking, references: Iterable[str]) -> dict[str, str]:
    """What people call each of these things; those that nobody says anything of are left out."""
    wanted = sorted(set(references))
    people = asking.snapshot.known([ref for ref in wanted if kind_of(ref) == "person"])
    entities = {ref: asking.state.canonical(people.get(ref, ref)) for ref in wanted}
    asking.state.load(entities.values())
    named = plain(asking.state)
    return {ref: named(entity).title for ref, entity in entities.items() if asking.state.exists(entity)}


def _distance(words: list[str], slug: str, title: str) -> int:
    whole = " ".join(words)
    if whole in (slug, fold(title)):
        return 0
    return 1 if slug.startswith(whole) or fold(title).startswith(whole) else 2
