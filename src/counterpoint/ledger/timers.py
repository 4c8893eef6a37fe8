"""The rows that say what the clock shall do. Written in the transaction of the state that they guard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from counterpoint.ledger.claims import chunks
from counterpoint.ledger.rows import delete_rows, fetch, mark, one_of, replace_rows
from counterpoint.ledger.schema import timer

_COLUMNS = "subject, noun, verb, due, mark"
_KEY = ("subject", "noun", "verb")


class Ringing(NamedTuple):
    """That ``noun verb`` is to be done to ``subject`` when ``due`` has come; ``mark`` tells waits apart."""

    subject: str
    noun: str
    verb: str
    due: str
    mark: str


def timers_on(connection: Connection, subjects: Sequence[str]) -> list[Ringing]:
    """Every timer of these subjects, by subject and due time."""
    condition, parameters = one_of(connection, subjects)
    sql = f"select {_COLUMNS} from timer where subject {condition} order by due, subject, noun, verb"
    return [Ringing(*row) for row in fetch(connection, sql, parameters)]


def due(connection: Connection, now: str, limit: int) -> list[Ringing]:
    """The timers whose time has come, the longest due first."""
    sign = mark(connection.dialect.name)
    sql = f"select {_COLUMNS} from timer where due <= {sign} order by due, subject, noun, verb limit {int(limit)}"
    return [Ringing(*row) for row in fetch(connection, sql, (now,))]


def timed(connection: Connection) -> set[str]:
    """Every subject that has a timer."""
    return {str(subject) for (subject,) in fetch(connection, "select distinct subject from timer")}


def next_due(connection: Connection) -> str | None:
    """When the next timer rings, or None."""
    ((found,),) = fetch(connection, "select min(due) from timer")
    return None if found is None else str(found)


def set_timers(connection: Connection, wanted: Mapping[str, Sequence[Ringing]]) -> None:
    """Make these the timers of each subject. One with the same mark that was moved to a later time stays there."""
    for subjects in chunks(wanted):
        there = {one[:3]: one for one in timers_on(connection, subjects)}
        keep: dict[tuple[str, str, str], Ringing] = {}
        for one in (each for subject in subjects for each in wanted[subject]):
            old = there.get(one[:3])
            moved_on = old is not None and old.mark == one.mark and old.due > one.due
            keep[one[:3]] = one._replace(due=old.due) if old is not None and moved_on else one
        replace_rows(connection, timer, [one for key, one in keep.items() if there.get(key) != one])
        delete_rows(connection, timer, _KEY, [key for key in there if key not in keep])


def move_on(connection: Connection, one: Ringing, due: str) -> None:
    """A sign of life: the timer rings later."""
    replace_rows(connection, timer, [one._replace(due=due)])


def take_off(connection: Connection, one: Ringing) -> None:
    """The timer has rung, or is for nothing any more."""
    delete_rows(connection, timer, _KEY, [one[:3]])
