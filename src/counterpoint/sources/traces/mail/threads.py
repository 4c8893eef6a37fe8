"""Messages gathered on disk, and the discussions that they form.

A message belongs to the discussion of the nearest message before it that is there, going by ``References`` and
``In-Reply-To`` as J. Zawinski's algorithm does (https://www.jwz.org/doc/threading.html, steps 1 to 4); where none of
them is there, the first that it names begins the discussion. Subjects are not compared (his step 5): two answers that
name nothing are two discussions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import orjson

from counterpoint.model.activity import Identity
from counterpoint.sources.traces.mail.headers import Letter

_SIZE = 16
_SCHEMA = """
create table message(
    id blob primary key, number integer, row blob not null, author text not null, answers blob not null, thread blob
) without rowid;
create index in_order on message(number);
create table hint(id blob primary key, first blob not null) without rowid;
create table person(reference text primary key, told blob not null) without rowid;
"""


@dataclass(frozen=True, slots=True)
class Placed:
    """A message with its place: what it is called, its discussion, and who wrote the message that it answers.

    ``parent`` is None where it answers none that is there; ``answers`` says whether it names any.
    """

    name: str
    row: dict[str, Any]
    author: str
    thread: str
    parent: str | None
    answers: bool


class Threads:
    """Messages by their numbers, in a file of their own that is gone when this is closed: memory stays flat."""

    def __init__(self) -> None:
        self._store = sqlite3.connect("", isolation_level=None)
        self._store.executescript(_SCHEMA)
        self._store.execute("begin")
        self._known: set[str] = set()
        self.count = 0

    def close(self) -> None:
        """Drop everything."""
        self._store.close()

    def add(self, one: Letter) -> bool:
        """Take a message; False where it was there already (a copy in another folder)."""
        own = name_of(one.number)
        for who in (one.author, *one.addressed):
            self._meet(who)
        row = {
            "moment": one.moment.isoformat(),
            "landed": None if one.landed is None else one.landed.isoformat(),
            "ahead": one.ahead,
            "list": one.list,
            "automatic": one.automatic,
            "dated": one.dated,
            "tool": one.tool,
            "addressed": [who.reference for who in one.addressed],
        }
        chain = [name_of(number) for number in one.answers]
        found = self._store.execute(
            "insert or ignore into message(id, number, row, author, answers) values (?, ?, ?, ?, ?)",
            (own, self.count, orjson.dumps(row), one.author.reference, b"".join(chain)),
        )
        if found.rowcount != 1:
            return False
        self.count += 1
        if len(chain) > 1:
            self._store.execute("insert or ignore into hint values (?, ?)", (chain[-1], chain[0]))
        return True

    def placed(self) -> Iterator[Placed]:
        """Every message with its place, in the order in which they were taken."""
        last = -1
        while page := self._store.execute(
            "select number, id, row, author, answers from message where number > ? order by number limit 1000", (last,)
        ).fetchall():
            for number, own, row, author, answers in page:
                parent = self._parent(own, answers)
                wrote = None if parent is None else self._one("select author from message where id = ?", parent)[0]
                yield Placed(own.hex(), orjson.loads(row), author, self._thread(own).hex(), wrote, bool(answers))
                last = number

    def person(self, reference: str) -> Identity:
        """Somebody who was met."""
        (told,) = self._one("select told from person where reference = ?", reference)
        return Identity(*orjson.loads(told))

    def _meet(self, who: Identity) -> None:
        """The first to give a name is believed; an identity without one gives way."""
        if who.reference in self._known:
            return
        told = orjson.dumps([who.system, who.handle, who.name, who.sort, who.confidence])
        self._store.execute(
            "insert into person values (?, ?) on conflict do update set told = excluded.told "
            "where json_extract(told, '$[2]') = ''",
            (who.reference, told.decode()),
        )
        if who.name and len(self._known) < 100_000:
            self._known.add(who.reference)

    def _parent(self, own: bytes, answers: bytes) -> bytes | None:
        """The nearest message before this one that is there."""
        for number in reversed(_split(answers)):
            if number != own and self._one("select 1 from message where id = ?", number) is not None:
                return number
        return None

    def _thread(self, own: bytes) -> bytes:
        """The discussion: up from message to message to the first, with what was found kept for those on the way."""
        path: dict[bytes, None] = {}
        at = own
        while True:
            found = self._one("select answers, thread from message where id = ?", at)
            if found is None:
                first = self._one("select first from hint where id = ?", at)
                if first is None or first[0] in path or at in path:
                    break
                path[at] = None
                at = first[0]
                continue
            answers, thread = found
            if thread is not None:
                at = thread
                break
            path[at] = None
            above = self._parent(at, answers) or next(iter(_split(answers)), None)
            if above is None:
                break
            if above in path:
                at = min(path)  # messages that name one another in a circle: which is first, nobody can tell
                break
            at = above
        self._store.executemany("update message set thread = ? where id = ?", [(at, one) for one in path])
        return at

    def _one(self, query: str, value: Any) -> Any:
        return self._store.execute(query, (value,)).fetchone()


def name_of(number: str) -> bytes:
    """What a message is called here: a digest of its Message-ID, which may have names of people and machines in it."""
    return blake2b(number.encode("utf-8", "replace"), digest_size=_SIZE).digest()


def _split(numbers: bytes) -> list[bytes]:
    return [numbers[at : at + _SIZE] for at in range(0, len(numbers), _SIZE)]
