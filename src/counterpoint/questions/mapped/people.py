"""Who is who in the activity, where no organisation says it: equal full names are one person, or are suggested."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pyarrow as pa

from counterpoint.ledger.traces import TraceActor
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.map import Names

_ALIKE = ("person", "unknown")
_SHORT = 5
"""A local part of an address that is shorter than this (``dev``, ``info``) says nothing about who it is."""


@dataclass(frozen=True)
class People:
    """The tables ``actor`` and ``party`` with people joined, what each party is called, and how many were joined."""

    actor: pa.Table
    party: pa.Table
    names: Mapping[str, str]
    told: Names


def people_of(actors: Sequence[TraceActor], known: pa.Table, *, join: bool) -> People:
    """Everybody in the activity.

    ``known`` is the table ``actor`` as the organisation makes it; whom it knows stays whom it says. The others are
    numbered by what their source calls them, so that the same history gives the same identifiers. With ``join`` those
    who bear the same full name (two words or more; case, spaces and the form of accents do not count) are one, unless
    the organisation knows two persons of that name. Bots and AI agents are never joined.
    """
    party_of = dict(zip(known["actor"].to_pylist(), known["party"].to_pylist(), strict=True))
    sort_of = dict(zip(known["actor"].to_pylist(), known["sort"].to_pylist(), strict=True))
    every = sorted(actors, key=lambda one: (one.system or "", one.handle or "", one.actor))
    by_name = _by_name(every)
    meant: dict[str, str] = {}
    joined = people = 0
    for place, one in enumerate(every):
        party = party_of.get(one.actor, one.actor)
        meant.setdefault(one.actor, f"actor:{place:06d}" if party == one.actor else party)
    if join:
        for same in by_name.values():
            told = {party_of[one.actor] for one in same if party_of.get(one.actor, one.actor) != one.actor}
            parties = {meant[one.actor] for one in same}
            if len(told) > 1 or len(parties) < 2:
                continue
            chosen = min(told) if told else min(parties)
            meant |= {one.actor: chosen for one in same}
            joined, people = joined + len(same), people + 1
    names = _names(every, meant)
    rows = [(one.actor, meant[one.actor], sort_of.get(one.actor, one.sort), one.confidence) for one in every]
    return People(
        _table("actor", rows),
        _table("party", [(party, name, "person", None) for party, name in sorted(names.items())]),
        names,
        Names(joined, people, _suggested(every, meant)),
    )


def full_name(name: str | None) -> str | None:
    """A name as it is compared; None where it is no full name."""
    words = unicodedata.normalize("NFKC", name or "").casefold().split()
    return " ".join(words) if len(words) > 1 else None


def _by_name(actors: Iterable[TraceActor]) -> dict[str, list[TraceActor]]:
    found: defaultdict[str, list[TraceActor]] = defaultdict(list)
    for one in actors:
        name = full_name(one.name)
        if name is not None and one.sort in _ALIKE:
            found[name].append(one)
    return found


def _names(actors: Iterable[TraceActor], meant: Mapping[str, str]) -> dict[str, str]:
    """What each party is called: the first full name that one of its actors has, else any name, else its handle."""
    found: dict[str, tuple[int, str]] = {}
    for one in actors:
        rank = 0 if full_name(one.name) else 1 if one.name else 2
        name = one.name or one.handle or meant[one.actor]
        best = found.get(meant[one.actor])
        if best is None or rank < best[0]:
            found[meant[one.actor]] = rank, name
    return {party: name for party, (_, name) in found.items()}


def _suggested(actors: Iterable[TraceActor], meant: Mapping[str, str]) -> int:
    """Pairs of parties that may be one: the same name but for accents and order, or the same part before the @."""
    alike: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in actors:
        if one.sort not in _ALIKE:
            continue
        name = full_name(one.name)
        if name is not None:
            alike["name", " ".join(sorted(_plain(name).split()))].add(meant[one.actor])
        local = (one.handle or "").partition("@")[0].rpartition("+")[2].casefold()
        if one.system == "email" and len(local) >= _SHORT and local not in _COMMON:
            alike["address", local].add(meant[one.actor])
    return len({two for same in alike.values() for two in pairwise(sorted(same))})


def _plain(name: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", name) if not unicodedata.combining(one))


_COMMON = frozenset(
    {"admin", "github", "gitlab", "contact", "hello", "noreply", "no-reply", "support", "users", "mail"}
)


def _table(name: str, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    schema = ORGANISATION[name].schema
    return pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema=schema)
