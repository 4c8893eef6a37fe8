"""What depends on what, and why: both directions, direct and on the way."""

from __future__ import annotations

from typing import Literal

from counterpoint.model.answers import Dependency, Depends, because
from counterpoint.model.identifiers import kind_of
from counterpoint.state.links import Link, links_of
from counterpoint.state.view import State

_TOLD = ("type", "reason", "size", "status", "nature", "needed_by", "promised_for")


def depends(state: State, subject: str) -> Depends:
    """What ``subject`` needs and what needs it, nearest first, each dependency once.

    The subject is anything that can be an end of a dependency, or a dependency: then the walk starts at its ends.
    """
    root = state.canonical(subject)
    if kind_of(root) != "dependency":
        return Depends(root, _walk(state, root, "consumer"), _walk(state, root, "provider"))
    state.load([root])
    ends = links_of(state, [root])
    if not ends:
        return Depends(root, (), ())
    return Depends(root, _walk(state, ends[0].provider, "consumer"), _walk(state, ends[0].consumer, "provider"))


def _walk(state: State, start: str, end: Literal["consumer", "provider"]) -> tuple[Dependency, ...]:
    """Layer by layer from ``start``, where each layer is the ``end`` of the next dependencies."""
    found: list[Dependency] = []
    seen = {start}
    layer, depth = [start], 1
    while layer:
        following: list[str] = []
        for link in _at(state, layer, end):
            found.append(_dependency(state, link, depth))
            other = link.provider if end == "consumer" else link.consumer
            if other not in seen:
                seen.add(other)
                following.append(other)
        layer, depth = following, depth + 1
    return tuple(found)


def _at(state: State, layer: list[str], end: Literal["consumer", "provider"]) -> list[Link]:
    state.load_mentions(layer)
    candidates = {
        mention.entity
        for entity in layer
        for mention in state.mentions(entity)
        if mention.attribute == end and kind_of(mention.entity) == "dependency"
    }
    state.load(candidates)
    here = set(layer)
    every = links_of(state, sorted(candidates))
    return [link for link in every if (link.consumer if end == "consumer" else link.provider) in here]


def _dependency(state: State, link: Link, depth: int) -> Dependency:
    every = state.all(link.id)
    told = {name: state.text(link.id, name) for name in _TOLD}
    disputed = tuple(name for name, resolved in every.items() if resolved.disputed)
    reasons = tuple(because(claim) for name in sorted(every) for claim in every[name].claims)
    return Dependency(link.id, link.consumer, link.provider, depth, disputed=disputed, because=reasons, **told)
