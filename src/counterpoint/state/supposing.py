"""The state as it would be if something more were said: for questions on what is not there yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PROTOCOL, attribute_of
from counterpoint.model.statements import Claim, Json
from counterpoint.model.values import check, item_of
from counterpoint.state.open_work import Candidate, Within
from counterpoint.state.reader import Mention, Reader
from counterpoint.state.view import State


def supposing(state: State, entity: str, facts: Iterable[tuple[str, Json]]) -> State:
    """The state with a new entity of which these attributes are said; nobody names it, and nothing is written.

    Raises:
        BadValue: an attribute does not take its value.
    """
    every = (("exists", True), *facts)
    claims = [_claim(state, entity, index, name, value) for index, (name, value) in enumerate(every)]
    return State(_Supposed(state._reader, entity, claims))  # the one other place that may read past a state


def _claim(state: State, entity: str, index: int, name: str, value: Json) -> Claim:
    declared = attribute_of(kind_of(entity), name)
    assert declared is not None, f"{kind_of(entity)} has no {name}"
    value, now = check(declared, value), state.now
    return Claim(entity, name, item_of(declared, value), PROTOCOL, value, now, 0, index, now, None, None, None, now, "")


class _Supposed:
    def __init__(self, reader: Reader, entity: str, claims: Sequence[Claim]) -> None:
        self.now = reader.now
        self._reader, self._entity, self._claims = reader, entity, claims

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        asked = list(entities)
        found = dict(self._reader.claims(asked))
        return {**found, self._entity: self._claims} if self._entity in asked else found

    def entities(self, kind: str) -> Sequence[str]:
        return self._reader.entities(kind)

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        return self._reader.mentions(targets, of, over)

    def aliases(self) -> Mapping[str, str]:
        return self._reader.aliases()

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        return self._reader.differing(among)

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        return self._reader.open_work(within, after, limit)
