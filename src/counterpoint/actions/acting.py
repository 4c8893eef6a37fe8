"""Who acts: a reference as people write it becomes what an entry carries for ever."""

from __future__ import annotations

from counterpoint.errors import NotFound
from counterpoint.ledger.ledger import Ledger
from counterpoint.settings import LOCAL_ACTOR


def acting(ledger: Ledger, who: str) -> str:
    """The actor of an entry: an opaque person, an agent, a team; or whoever holds the file, where nobody was named.

    An entry is never changed, so a person's own name must not stand in it. Before the first entry nobody is known
    yet: whoever makes it is whoever holds the file.

    Raises:
        BadReference: the text is no reference.
        NotFound: the organisation does not know the one who is named.
    """
    if who == LOCAL_ACTOR:
        return LOCAL_ACTOR
    with ledger.read() as snapshot:
        if snapshot.head()[0] == 0:
            return LOCAL_ACTOR
        try:
            return snapshot.find(who, default_kind="person")
        except NotFound as error:
            raise NotFound(f"{error.message} to act", hint=error.hint) from error
