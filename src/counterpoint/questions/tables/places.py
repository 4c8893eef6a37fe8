"""Where work happens: zones, and which of them a path belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from counterpoint.errors import BadValue
from counterpoint.model.identifiers import slugify
from counterpoint.model.patterns import PathPattern, PatternIndex, literal, parse_pattern
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Row
from counterpoint.state.surroundings import entities_of
from counterpoint.state.view import State

OWNERSHIP = "ownership:"
"""How the source of what ownership files say begins; the repository and its namespace follow."""
Path = tuple[str, str]
"""A source of activity, and a path in it."""


def zone(making: Making) -> Iterator[Row]:
    """Every zone; of several owners the first is named, a team before a person."""
    for one in making.surrounded("zone"):
        yield one, making.label(one), making.owner(one), making.one(one, "parent"), False


def zones_of_paths(state: State, paths: Iterable[Path], rules: Rules | None = None) -> Iterator[tuple[str, str, str]]:
    """Each path of a source with the one zone that it belongs to, as source, path and zone; paths of no zone, or of
    several that nothing ranks, are left out.

    What the ownership files of a repository say holds for its own paths (:func:`speaking_for`). Of the rules of one
    ordered file the last that matches holds. Of zones within each other it is the inner one. Of what is left it is the
    one whose pattern says more: anchored at the root, then with more plain names, then with more characters that are
    no wildcards. ``rules`` are those of the state, where somebody has them.
    """
    every = list(dict.fromkeys(paths))
    rules = rules or Rules(state)
    speaking = speaking_for({source for source, _ in every}, rules.imports)
    coverings = {imports: _Covering(rules, imports) for imports in set(speaking.values())}
    for source, path in every:
        if (found := coverings[speaking[source]].zone(path)) is not None:
            yield source, path, found


@dataclass(frozen=True, slots=True)
class _Rule:
    """That a zone covers what a pattern matches."""

    zone: str
    pattern: PathPattern
    imports: frozenset[str]
    """The imports of ownership files that alone say so, as ``repository[@namespace]``; none where others do too."""

    @property
    def says(self) -> tuple[bool, int, int]:
        """How much the pattern says."""
        segments = self.pattern.segments
        plain = sum(1 for one in segments if literal(one) is not None)
        return segments[0] != "**", plain, sum(len(one.replace("*", "").replace("?", "")) for one in segments)

    def told(self) -> list[object]:
        """As plain values."""
        return [self.zone, list(self.pattern.segments), sorted(self.imports)]


class Rules:
    """Every rule of the state: those of each ordered file in its order, those without an order, the zones around."""

    def __init__(self, state: State) -> None:
        ordered: dict[tuple[str, ...], list[tuple[float, _Rule]]] = {}
        self.free: list[_Rule] = []
        self.outer: dict[str, frozenset[str]] = {}
        for one in entities_of(state, "zone"):
            self.outer[one] = frozenset(state.zones(one)) - {one}
            place = state.value(one, "position")
            for rule in _rules(state, one):
                if isinstance(place, int | float):
                    ordered.setdefault(state.refs(one, "parent"), []).append((float(place), rule))
                else:
                    self.free.append(rule)
        self.files = [[rule for _, rule in sorted(rules, key=_by_place)] for rules in ordered.values()]
        self.imports = {name for rule in (*self.free, *chain(*self.files)) for name in rule.imports}

    def told(self) -> list[object]:
        """All that they say, as plain values: where it is the same, every path is in the same zone."""
        around = [[zone, *sorted(outer)] for zone, outer in sorted(self.outer.items()) if outer]
        files = [[rule.told() for rule in rules] for rules in self.files]
        return [sorted(map(json.dumps, files)), sorted(json.dumps(rule.told()) for rule in self.free), around]


class _Covering:
    """What zones cover, as some imports of ownership files and everybody else say, ready to be asked for many paths."""

    def __init__(self, rules: Rules, imports: frozenset[str]) -> None:
        def speaking(some: Iterable[_Rule]) -> list[_Rule]:
            return [one for one in some if not one.imports or one.imports & imports]

        self._outer = rules.outer
        self._files = [_indexed(some) for one in rules.files if (some := speaking(one))]
        self._free = _indexed(speaking(rules.free))

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


def speaking_for(sources: Iterable[str], imports: Iterable[str]) -> dict[str, frozenset[str]]:
    """Which imports of ownership files speak for each source of activity.

    Those of the repository that the source is named after: ``git:app@here`` after the import of ``app`` into the
    namespace ``here``, and ``git:app`` after any of ``app`` that no source is named after in full. For a source that
    none is known for, all speak that are not known to be another's.
    """
    every = set(imports)
    named = {source: source.partition(":")[2] or source for source in sources}
    full = {source: {one for one in every if one == _slug(name)} for source, name in named.items()}
    left = every - {one for some in full.values() for one in some}
    known = {
        source: full[source] or {one for one in left if one.partition("@")[0] == _slug(name)}
        for source, name in named.items()
    }
    rest = frozenset(every - {one for some in known.values() for one in some})
    return {source: frozenset(some) or rest for source, some in known.items()}


def _slug(name: str) -> str:
    """The name of a repository as the import of its ownership files writes it."""
    repository, at, namespace = name.partition("@")
    return slugify(repository) + at + namespace


def _by_place(rule: tuple[float, _Rule]) -> tuple[float, str]:
    return rule[0], rule[1].zone


def _rules(state: State, zone: str) -> Iterator[_Rule]:
    covers = state.value(zone, "covers")
    said: dict[str, set[str]] = {}
    for claim in state.claims(zone, "covers"):
        said.setdefault(str(claim.value), set()).add(claim.source)
    for text in covers if isinstance(covers, list) else ():
        sources = said.get(str(text), set())
        files = {one.removeprefix(OWNERSHIP) for one in sources if one.startswith(OWNERSHIP)}
        try:
            yield _Rule(zone, parse_pattern(str(text)), frozenset(files if len(files) == len(sources) else ()))
        except BadValue:
            continue  # a topic that no path can be in


def _indexed(rules: Sequence[_Rule]) -> tuple[Sequence[_Rule], PatternIndex]:
    return rules, PatternIndex([rule.pattern for rule in rules])
