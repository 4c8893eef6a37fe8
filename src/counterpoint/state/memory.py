"""An organisation in memory: the plain form of the reader, for users' tests and as the oracle of the stores' own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.mentions import named
from counterpoint.model.statements import Claim, Entry, Json, Statement
from counterpoint.state.open_work import FIRST, TELLING, Candidate, Within, candidate
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

    @classmethod
    def of_claims(cls, claims: Mapping[str, Sequence[Claim]], now: str) -> MemoryReader:
        """A reader of claims that hold at a moment, by the entity that they are on."""
        reader = cls((), now)
        reader._by_entity = {entity: list(claims[entity]) for entity in sorted(claims)}
        return reader

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return {entity: self._by_entity[entity] for entity in entities if entity in self._by_entity}

    def entities(self, kind: str) -> Sequence[str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return sorted(entity for entity in self._by_entity if kind_of(entity) == kind)

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._mentions is None:
            self._mentions = self._every_mention()
        found = {}
        for target in targets:
            every = [
                one
                for one in self._mentions.get(target, ())
                if of in {None, (kind_of(one.entity), one.attribute)} and not self._is_over(one.entity, over)
            ]
            if every:
                found[target] = sorted(every, key=lambda mention: (mention.entity, mention.attribute))
        return found

    def _is_over(self, entity: str, over: Sequence[str]) -> bool:
        """Do its own claims alone tell that it stands in one of these states?"""
        claims = self._by_entity[entity] if over else []
        states = {claim.value for claim in claims if claim.attribute == "status"}
        unsure = any(claim.attribute in ("settlement", "alias_of") for claim in claims)
        return bool(states) and not unsure and states <= set(over)

    def _every_mention(self) -> dict[str, set[Mention]]:
        found: dict[str, set[Mention]] = {}
        for entity, claims in self._by_entity.items():
            for claim in claims:
                for attribute, target in named(kind_of(entity), claim.attribute, claim.value):
                    found.setdefault(target, set()).add(Mention(entity, attribute))
        return found

    def aliases(self) -> Mapping[str, str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return {
            claim.entity: str(claim.value)
            for claims in self._by_entity.values()
            for claim in claims
            if claim.attribute == "alias_of"
        }

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        values: dict[tuple[str, str], list[Json]] = {}
        for entity in self._by_entity if among is None else set(among) & self._by_entity.keys():
            for claim in self._by_entity[entity]:
                declared = attribute_of(kind_of(entity), claim.attribute)
                if declared is not None and not declared.many:
                    values.setdefault((entity, claim.attribute), []).append(claim.value)
        return sorted(key for key, every in values.items() if any(value != every[0] for value in every))

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        """See :class:`counterpoint.state.reader.Reader`."""
        every = [one for work in self.entities("work") if (one := self._candidate(work)) is not None]
        found = [one for one in every if one.finished == "" or one.finished > self.now[:10]]
        if within is not None:
            inside = self._inside(within, {one.work for one in every if one.place == FIRST})
            found = [one for one in found if one.work in inside]
        found.sort(key=_by_place)
        if after is not None:
            found = [one for one in found if _by_place(one) > _by_place(after)]
        return found[:limit]

    def _candidate(self, work: str) -> Candidate | None:
        values: dict[str, list[Json]] = {}
        for claim in self._by_entity[work]:
            if claim.attribute in TELLING:
                values.setdefault(claim.attribute, []).append(claim.value)
        needed = self.mentions([work], ("dependency", "provider")).get(work, ())
        return candidate(work, values, len({one.entity for one in needed}))

    def _inside(self, within: Within, unsure: set[str]) -> set[str]:
        """The works within, and all their parts."""
        pending = {*within.works, *unsure}
        for attribute, targets in within.by.items():
            for mentions in self.mentions(targets, ("work", attribute)).values():
                pending.update(one.entity for one in mentions)
        inside: set[str] = set()
        while pending:
            inside |= pending
            parts = self.mentions(pending, ("work", "parent"))
            pending = {one.entity for mentions in parts.values() for one in mentions} - inside
        return inside


def _by_place(one: Candidate) -> tuple[str, str]:
    return one.place, one.work


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
