"""What was asked of a protocol: words and texts as people give them, checked and resolved."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from counterpoint.errors import BadReference, BadValue, NotAllowed, NotFound, UsageError
from counterpoint.ledger.snapshot import Snapshot
from counterpoint.model import times
from counterpoint.model.command import Command, Parameter
from counterpoint.model.commands import command_of
from counterpoint.model.kinds import KIND_NAMES, PARTIES
from counterpoint.model.statements import Json
from counterpoint.protocols.catalogue import BY_NOUN
from counterpoint.protocols.lease import like_a_thing, named
from counterpoint.settings import LOCAL_ACTOR

_OF_TEAMS = frozenset({"lease"})
"""The protocols in which a team may act in its own name."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An act whose words exist in the command table, whose references are entities and whose times are stamps."""

    noun: str
    verb: str
    by: str
    arguments: Mapping[str, Json]


def asked(snapshot: Snapshot, noun: str, verb: str, by: str, arguments: Mapping[str, Json]) -> Asked:
    """Check and resolve.

    Raises:
        UsageError: there is no such act, or it takes no such argument, or needs one that is missing.
        BadValue: an argument is not what it takes.
        NotFound: nothing answers to a reference.
        NotAllowed: nobody is named who acts.
    """
    command = command_of((noun, verb))
    if command is None or not command.act:
        raise _unknown(noun, verb)
    if by in ("", LOCAL_ACTOR):
        raise NotAllowed("who acts must be told", hint="give --as person:you, or set COUNTERPOINT_ME")
    known = {one.name: one for one in command.parameters if one.name != "key"}
    if strange := sorted(set(arguments) - set(known)):
        raise UsageError(f"{noun} {verb} has no {strange[0]!r}", hint=f"it takes {', '.join(known)}")
    given = {name: value for name, value in arguments.items() if value not in (None, False, "", (), [])}
    if missing := [name for name, one in known.items() if one.required and name not in given]:
        raise UsageError(f"{noun} {verb} needs {missing[0]!r}", hint=_example(command))
    resolved = {name: _resolved(snapshot, known[name], value) for name, value in given.items()}
    return Asked(noun, verb, _actor(snapshot, noun, by), resolved)


def _actor(snapshot: Snapshot, noun: str, by: str) -> str:
    """Who acts: a person or an agent. A team holds things, and does nothing by itself: it would be one voice more.

    Raises:
        NotAllowed: it is a team, or no party at all.
    """
    found = snapshot.find(by, default_kind="person")
    kind = found.partition(":")[0]
    if kind == "team" and noun not in _OF_TEAMS:
        raise NotAllowed(f"{by} is a team, and does nothing by itself", hint="give --as somebody who speaks for it")
    if kind not in PARTIES:
        raise NotAllowed(f"{by} is a {kind}, which does nothing", hint="give --as a person or an agent")
    return found


def _resolved(snapshot: Snapshot, one: Parameter, value: Json) -> Json:
    if one.many:
        parts = value if isinstance(value, list | tuple) else [value]
        return [_single(snapshot, one, part) for part in parts]
    return _single(snapshot, one, value)


def _single(snapshot: Snapshot, one: Parameter, value: Json) -> Json:
    if one.sort == "flag":
        return value is True
    if one.sort == "number":
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadValue(f"{one.name}: {value!r} is not a whole number", hint=one.about)
        return value
    text = str(value).strip()
    if one.sort == "reference":
        return _found(snapshot, one, text)
    if one.sort == "party":
        return _party(snapshot, text)
    if one.sort == "resource":
        return _resource(snapshot, text)
    if one.sort == "moment":
        return times.start_of(text)
    if one.sort == "day":
        return times.day(text).isoformat()
    if one.sort == "deadline":
        return deadline(text)
    if one.sort == "choice" and text not in one.choices:
        raise BadValue(f"{one.name}: {text!r} is none of its values", hint=f"one of: {', '.join(one.choices)}")
    return text


def deadline(text: str) -> str:
    """The stamp of a time; of a date, the end of that day in UTC.

    Raises:
        BadValue: neither a date nor a time with a zone.
    """
    try:
        if len(text) == len("2026-11-21"):
            return times.stamp(datetime.combine(times.day(text) + timedelta(days=1), time(), UTC))
        return times.stamp(times.moment(text))
    except OverflowError as error:
        raise BadValue(f"{text!r} is beyond all times", hint="give an earlier one") from error


def _found(snapshot: Snapshot, one: Parameter, text: str) -> str:
    default = one.kinds[0] if one.kinds else None
    found = snapshot.find(text, default_kind=default)
    kind = found.partition(":")[0]
    if one.kinds and kind not in one.kinds:
        raise BadValue(f"{one.name}: {text} is a {kind}", hint=f"it takes {' or '.join(one.kinds)}")
    return found


def _party(snapshot: Snapshot, text: str) -> str:
    """The one party that is meant; else the words as they are, for a protocol that asks who that is.

    Raises:
        NotFound: it is written as a reference, and nothing answers to it.
        BadValue: it refers to something else than a party.
    """
    kind, colon, rest = text.partition(":")
    if colon and rest and kind.lower() in KIND_NAMES:
        found = snapshot.find(text)
        if found.partition(":")[0] not in PARTIES:
            raise BadValue(f"{text} is a {kind.lower()}", hint=f"give a {' or '.join(PARTIES)}, or words")
        return found
    every: list[str] = []
    for kind in PARTIES:
        with suppress(NotFound, BadReference):
            every.append(snapshot.find(text, default_kind=kind))
    return every[0] if len(every) == 1 else text


def _resource(snapshot: Snapshot, text: str) -> str:
    """A thing of the organisation, which must be there; or a name of anything else."""
    kind, colon, rest = text.partition(":")
    if colon and rest and kind.lower() in KIND_NAMES:
        return snapshot.find(text)
    name = named(text)
    if not name:
        raise BadValue(f"{text!r} names nothing", hint="give a reference such as work:checkout, or a name")
    if (thing := like_a_thing(name)) is not None:
        raise BadValue(f"{text!r} is no name: it could be taken for {thing}", hint=f"{thing}, or ./{name}")
    return name


def _unknown(noun: str, verb: str) -> UsageError:
    if noun not in BY_NOUN:
        return UsageError(f"there is no protocol {noun!r}", hint=f"one of: {', '.join(BY_NOUN)}")
    verbs = dict.fromkeys(one.verb for one in BY_NOUN[noun].transitions if not one.automatic)
    return UsageError(f"{noun} has no {verb!r}", hint=f"one of: {', '.join(verbs)}")


def _example(command: Command) -> str:
    return f"for example: {command.examples[0].line}"
