"""Where work happens: zones, and which of them a path belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from counterpoint.errors import BadValue
from counterpoint.model.patterns import PathPattern, PatternIndex, literal, parse_pattern
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State


def zone(making: Making) -> Iterator[Row]:
    """Every zone; of several owners the first is named, a team before a person."""
    for one in making.surrounded("zone"):
        yield one, making.label(one), making.owner(one), making.one(one, "parent"), False


def zones_of_paths(state: State, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Each path with the one zone that it belongs to; paths of no zone, or of several that nothing ranks, are left out.

    Of the rules of one ordered file the last that matches holds. Of zones within each other it is the inner one. Of
    what is left it is the one whose pattern says more: anchored at the root, then with more plain names, then with
    more characters that are no wildcards.
    """
    covering = _Covering(state)
    for path in dict.fromkeys(paths):
        if (found := covering.zone(path)) is not None:
            yield path, found


@dataclass(frozen=True, slots=True)
class _Rule:
    """That a zone covers what a pattern matches."""

    zone: str
    pattern: PathPattern

    @property
    def says(self) -> tuple[bool, int, int]:
        """How much the pattern says."""
        segments = self.pattern.segments
        plain = sum(1 for one in segments if literal(one) is not None)
        return segments[0] != "**", plain, sum(len(one.replace("*", "").replace("?", "")) for one in segments)


class _Covering:
    """The zones by what they cover, ready to be asked for many paths."""

    def __init__(self, state: State) -> None:
        ordered: dict[tuple[str, ...], list[tuple[float, _Rule]]] = {}
        free: list[_Rule] = []
        self._outer: dict[str, frozenset[str]] = {}
        for one in entities_of(state, "zone"):
            self._outer[one] = frozenset(state.zones(one)) - {one}
            place = state.value(one, "position")
            for rule in _rules(state, one):
                if isinstance(place, int | float):
                    ordered.setdefault(state.refs(one, "parent"), []).append((float(place), rule))
                else:
                    free.append(rule)
        self._files = [_indexed([rule for _, rule in sorted(rules, key=_by_place)]) for rules in ordered.values()]
        self._free = _indexed(free)

    def zone(self, path: str) -> str | None:
        """The one zone of a path, or None."""
        found = [rules[last] for rules, index in self._files if (last := index.last(path)) is not None]
        rules, index = self._free
        found += [rules[number] for number in index.every(path)]
        outer = {around for rule in found for around in self._outer[rule.zone]}
        inner = [rule for rule in found if rule.zone not in outer] or found
        if not inner:
            return None
        most = max(rule.says for rule in inner)
        zones = {rule.zone for rule in inner if rule.says == most}
        return zones.pop() if len(zones) == 1 else None


def _by_place(rule: tuple[float, _Rule]) -> tuple[float, str]:
    return rule[0], rule[1].zone


def _rules(state: State, zone: str) -> Iterator[_Rule]:
    covers = state.value(zone, "covers")
    for text in covers if isinstance(covers, list) else ():
        try:
            yield _Rule(zone, parse_pattern(str(text)))
        except BadValue:
            continue  # a topic that no path can be in


def _indexed(rules: Sequence[_Rule]) -> tuple[Sequence[_Rule], PatternIndex]:
    return rules, PatternIndex([rule.pattern for rule in rules])
