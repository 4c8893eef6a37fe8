"""What changed between two moments: the difference of two states, and who said so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, cast

from counterpoint.model.answers import Because, because
from counterpoint.model.differences import Change, Changed
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import KINDS, attribute_of
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State


def changed(before: State, after: State, entities: Iterable[str] | None = None) -> Changed:
    """What is not in ``after`` as it was in ``before``: of everything, or of ``entities`` alone.

    An entity that appeared or went is one change, followed by the attributes it came or went with. Names that were
    joined meanwhile are one entity that changed, and the other name is gone. ``changed`` in the answer counts
    attributes of entities that were there before and after.
    """
    changes = [change for entity in _subjects(before, after, entities) for change in _of(before, after, entity)]
    whole = {change.entity: change.what for change in changes if change.attribute is None}
    appeared = sum(what == "appeared" for what in whole.values())
    within = sum(change.entity not in whole for change in changes)
    return Changed(before.now, after.now, appeared, len(whole) - appeared, within, tuple(changes))


def _subjects(before: State, after: State, entities: Iterable[str] | None) -> list[str]:
    if entities is None:
        found = {entity for state in (before, after) for kind in KINDS for entity in entities_of(state, kind)}
    else:
        asked = set(entities)
        found = {state.canonical(entity) for state in (before, after) for entity in asked}
        before.load(found)
        after.load(found)
    return sorted(found)


def _of(before: State, after: State, entity: str) -> Iterable[Change]:
    was = before.all(entity) if before.canonical(entity) == entity else {}
    now = after.all(entity) if after.canonical(entity) == entity else {}
    if bool(was) != bool(now):
        reasons = _reasons([claim for resolved in (now or was).values() for claim in resolved.claims][:1])
        said = (reasons, ()) if now else ((), reasons)
        yield Change(entity, None, "appeared" if now else "gone", None, None, None, None, *said)
    for name in sorted(was.keys() | now.keys()):
        if name != "exists" and (change := _attribute(entity, name, was.get(name), now.get(name))) is not None:
            yield change


def _attribute(entity: str, name: str, was: Resolved | None, now: Resolved | None) -> Change | None:
    declared = attribute_of(kind_of(entity), name)
    before, after = was.value if was else None, now.value if now else None
    disputed = bool(was and was.disputed), bool(now and now.disputed)
    reasons = _reasons(now.claims if now else ()), _reasons(was.claims if was else ())
    if declared is not None and declared.many and not any(disputed):
        # Of a set only what came and what went, with the claims on these elements.
        old, new = _elements(before), _elements(after)
        went, came = [one for one in old if one not in new], [one for one in new if one not in old]
        same = not went and not came
        before, after = cast("Json", went), cast("Json", came)
        reasons = _of_elements(now, came), _of_elements(was, went)
    else:
        same = before == after and disputed[0] == disputed[1] and not (disputed[1] and _sides(was) != _sides(now))
    if same:
        return None
    what: Literal["appeared", "gone", "changed"] = "appeared" if was is None else "gone" if now is None else "changed"
    standing = was.standing if was else None, now.standing if now else None
    return Change(entity, name, what, before, after, *standing, *reasons)


def _sides(resolved: Resolved | None) -> list[tuple[str, str, Json]]:
    claims = resolved.claims if resolved else ()
    return sorted(((claim.source, claim.item, claim.value) for claim in claims), key=lambda side: side[:2])


def _elements(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _of_elements(resolved: Resolved | None, elements: Sequence[Json]) -> tuple[Because, ...]:
    if resolved is None:
        return ()
    exact = [claim for claim in resolved.claims if claim.value in elements]
    # An element may be stated under another name of what it refers to: then any claim may be the one.
    return _reasons(exact or (resolved.claims if elements else ()))


def _reasons(claims: Iterable[Claim]) -> tuple[Because, ...]:
    return tuple(because(claim) for claim in claims)
