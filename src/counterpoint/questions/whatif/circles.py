"""Work that waits for itself: what can be simulated without it, and when nothing can."""

from __future__ import annotations

from counterpoint.errors import InvalidInput, Problem
from counterpoint.model.identifiers import kind_of
from counterpoint.questions.whatif.notes import Notes
from counterpoint.state.cycles import cycles
from counterpoint.state.view import State

MOST_IN_CIRCLES = 0.2
"""Of open work. More than that is no mistake in a record: then its order is not known."""
_OF = ("dependency", "dependency and work parent", "work parent")


def in_circles(state: State, open_work: int, notes: Notes) -> frozenset[str]:
    """The work in circles of dependencies, which is left out: none of it could ever begin.

    Raises:
        InvalidInput: more than a fifth of the open work is in circles; the problems name every circle.
    """
    found = [one for one in cycles(state).cycles if one.of in _OF]
    works = frozenset(member for one in found for member in one.members if kind_of(member) == "work")
    if len(works) > MOST_IN_CIRCLES * open_work:
        raise InvalidInput(
            f"{len(works)} of {open_work} open items of work wait for each other in circles, so they could never begin",
            hint="take one dependency of each circle back (`counterpoint cycles` shows who states it)",
            problems=[Problem(" → ".join((*one.loop, one.loop[0]))) for one in found],
        )
    notes.add("item of work", "waiting for each other in circles, never to begin", works)
    return works
