"""The small interface through which the pure logic sees an organisation, whoever keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from counterpoint.model.statements import Claim
from counterpoint.state.open_work import Candidate, Within


@dataclass(frozen=True, slots=True)
class Mention:
    """That ``entity`` names the target in ``attribute``."""

    entity: str
    attribute: str


class Reader(Protocol):
    """Claims as they stand at one moment. Entities are canonical identifiers, persons opaque; nothing is resolved.

    Every method may be asked for many entities at once, because a store answers one question about a thousand
    entities much faster than a thousand questions.
    """

    now: str
    """The moment as of which the claims hold: a stamp."""

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        """Every live claim on each of these entities, ordered by attribute, item, source; unknown ones are absent."""

    def entities(self, kind: str) -> Sequence[str]:
        """Every entity of a kind on which there is a live claim, sorted."""

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        """Who names each of these entities in a live claim, sorted; targets that nobody names are absent.

        What was settled counts as named in the attribute that it settles, whether the settlement holds or not.

        ``of`` keeps those by entities of one kind in one attribute: ``("zone", "owner")``; ``over`` leaves out, as far
        as the store can tell from what is stated of them, those that stand in one of these states.
        """

    def aliases(self) -> Mapping[str, str]:
        """Every live ``alias_of`` as it was stated: entity to entity, chains and all."""

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        """Entity and attribute of every attribute with one value on which live claims differ, sorted; or those of
        some entities.

        Aliases are not looked at: some of these agree once identities are joined, and an attribute of two entities
        that were joined may differ without being here.
        """

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        """Every work that may be open, by place and then by name; or those ``within``, ``after`` one, the first few.

        Work that is open is among them under one of its names, and no later than where it belongs.
        """
