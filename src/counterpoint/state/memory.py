"""An organisation in memory: the plain form of the reader, for users' tests and as the oracle of the stores' own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.statements import Claim, Entry, Json, Statement
from counterpoint.model.values import references
from counterpoint.state.reader import Mention


class MemoryReader:
    """Claims computed from entries, as of a moment and as known at a moment, in the most direct way there is."""

    def __init__(self, entries: Iterable[Entry], now: str, known_at: str | None = None) -> None:
        self.now = now
        newest: dict[tuple[str, str, str, str], tuple[tuple[str, int, int], Entry, Statement]] = {}
        for entry in entries:
            if known_at is not None and entry.recorded > known_at:
                continue
            for index, statement in enumerate(entry.statements):
                if statement.valid_from > now or (statement.valid_to is not None and statement.valid_to <= now):
                    continue
                key = (statement.entity, statement.attribute, statement.item, entry.source)
                order = (statement.said, entry.sequence, index)
                if key not in newest or newest[key][0] < order:
                    newest[key] = (order, entry, statement)
        self._by_entity: dict[str, list[Claim]] = {}
        for key in sorted(newest):
            (_, _, index), entry, statement = newest[key]
            if statement.operation == "state" and statement.value is not None:
                self._by_entity.setdefault(statement.entity, []).append(claim_of(entry, index, statement))
        self._mentions: dict[str, set[Mention]] | None = None

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return {entity: self._by_entity[entity] for entity in entities if entity in self._by_entity}

    def entities(self, kind: str) -> Sequence[str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return sorted(entity for entity in self._by_entity if kind_of(entity) == kind)

    def mentions(self, targets: Iterable[str], of: tuple[str, str] | None = None) -> Mapping[str, Sequence[Mention]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._mentions is None:
            self._mentions = self._every_mention()
        found = {}
        for target in targets:
            every = [
                one for one in self._mentions.get(target, ()) if of in {None, (kind_of(one.entity), one.attribute)}
            ]
            if every:
                found[target] = sorted(every, key=lambda mention: (mention.entity, mention.attribute))
        return found

    def _every_mention(self) -> dict[str, set[Mention]]:
        found: dict[str, set[Mention]] = {}
        for entity, claims in self._by_entity.items():
            for claim in claims:
                declared = attribute_of(kind_of(entity), claim.attribute)
                for target in references(declared, claim.value) if declared else ():
                    found.setdefault(target, set()).add(Mention(entity, claim.attribute))
        return found

    def aliases(self) -> Mapping[str, str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return {
            claim.entity: str(claim.value)
            for claims in self._by_entity.values()
            for claim in claims
            if claim.attribute == "alias_of"
        }

    def differing(self) -> Sequence[tuple[str, str]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        values: dict[tuple[str, str], list[Json]] = {}
        for entity, claims in self._by_entity.items():
            for claim in claims:
                declared = attribute_of(kind_of(entity), claim.attribute)
                if declared is not None and not declared.many:
                    values.setdefault((entity, claim.attribute), []).append(claim.value)
        return sorted(key for key, every in values.items() if any(value != every[0] for value in every))


def claim_of(entry: Entry, index: int, statement: Statement) -> Claim:
    """The claim that a statement makes while it is its source's newest."""
    return Claim(
        statement.entity,
        statement.attribute,
        statement.item,
        entry.source,
        statement.value,
        statement.said,
        entry.sequence,
        index,
        statement.valid_from,
        statement.valid_to,
        statement.file,
        statement.line,
        entry.recorded,
        entry.actor,
        statement.record,
    )
