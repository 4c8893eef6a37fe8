"""A reader that remembers what it read, within one transaction.

An act looks at the same few things several times: to find whom it is about, to be admitted, to be decided, to see what
follows. What was read holds until something of it is written here, or until a lock was waited for, when others may have
written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from counterpoint.ledger.write import Transaction
from counterpoint.model.statements import Claim, Statement
from counterpoint.state.open_work import Candidate, Within
from counterpoint.state.reader import Mention

_Asked = tuple[tuple[str, str] | None, tuple[str, ...]]


class Remembered:
    """A :class:`counterpoint.state.reader.Reader` over that of a transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction
        self.forget()

    def forget(self) -> None:
        """Everything may be another by now."""
        self._claims: dict[str, Sequence[Claim]] = {}
        self._mentions: dict[tuple[str, _Asked], Sequence[Mention]] = {}
        self._aliases: Mapping[str, str] | None = None
        self.now = self._transaction.snapshot.now

    def written(self, statements: Iterable[Statement]) -> None:
        """These were made: what they are about is another by now, and who names whom may be."""
        for one in statements:
            self._claims.pop(one.entity, None)
            if one.attribute == "alias_of":
                self._aliases = None
        self._mentions = {}
        self.now = self._transaction.snapshot.now

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        wanted = list(entities)
        missing = [one for one in wanted if one not in self._claims]
        if missing:
            found = self._transaction.snapshot.claims(missing)
            self._claims.update((one, found.get(one, ())) for one in missing)
        return {one: claims for one in wanted if (claims := self._claims[one])}

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        wanted, asked = list(targets), (of, tuple(over))
        missing = [one for one in wanted if (one, asked) not in self._mentions]
        if missing:
            found = self._transaction.snapshot.mentions(missing, of, over)
            self._mentions.update(((one, asked), found.get(one, ())) for one in missing)
        return {one: mentions for one in wanted if (mentions := self._mentions[one, asked])}

    def aliases(self) -> Mapping[str, str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._aliases is None:
            self._aliases = self._transaction.snapshot.aliases()
        return self._aliases

    def entities(self, kind: str) -> Sequence[str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return self._transaction.snapshot.entities(kind)

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return self._transaction.snapshot.differing(among)

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        """See :class:`counterpoint.state.reader.Reader`."""
        return self._transaction.snapshot.open_work(within, after, limit)
