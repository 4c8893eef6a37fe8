"""The record itself: acts, changes, and what sources differ about."""

from __future__ import annotations

from collections.abc import Iterator

from counterpoint.ledger.lines import changes
from counterpoint.model.identifiers import kind_of
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.contradictions import contradictions


def snapshot(making: Making) -> Iterator[Row]:
    """The one row that says of when all the tables are."""
    sequence, _ = making.snapshot.head()
    yield making.state.now, sequence


def act(making: Making) -> Iterator[Row]:
    """Every act of every protocol; what nobody did is by ``clock``."""
    canonical = making.state.canonical
    for one in making.acts:
        yield one.said, canonical(one.actor), one.noun, one.verb, canonical(one.subject)


def change(making: Making) -> Iterator[Row]:
    """Every statement that said more, or something else, of a thing that was known before."""
    canonical = making.state.canonical
    for one in changes(making.snapshot):
        entity = canonical(one.entity)
        yield one.said, canonical(one.actor), one.source, entity, kind_of(entity), one.attribute


def disputed(making: Making) -> Iterator[Row]:
    """Every attribute on which sources differ and nobody has chosen, since they do; and those that were settled."""
    state = making.state
    for one in contradictions(state).contradictions:
        since = max(side.since for side in one.sides)
        if one.standing == "disputed":
            yield one.entity, one.attribute, since, None
        elif one.standing == "settled":
            found = [
                claim.valid_from
                for claim in state.claims(one.entity, "settlement")
                if isinstance(claim.value, dict) and claim.value["attribute"] == one.attribute
            ]
            yield one.entity, one.attribute, since, max(found, default=None)
