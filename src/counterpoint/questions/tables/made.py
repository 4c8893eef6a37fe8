"""The tables by name, and the way to make those that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

import pyarrow as pa

from counterpoint.measures.tables import ORGANISATION
from counterpoint.questions.moment import Asking
from counterpoint.questions.tables import decisions, parties, places, protocols, record, rituals, works
from counterpoint.questions.tables.making import Making
from counterpoint.questions.tables.rows import Names, Row, table_of

MAKERS: Mapping[str, Callable[[Making], Iterator[Row]]] = {
    "snapshot": record.snapshot,
    "party": parties.party,
    "actor": parties.actor,
    "member": parties.member,
    "team": parties.team,
    "calendar": parties.calendar,
    "zone": places.zone,
    "work": works.work,
    "work_name": works.work_name,
    "key_result": works.key_result,
    "dependency": works.dependency,
    "objective": works.objective,
    "decision": decisions.decision,
    "alike": decisions.alike,
    "concerned": decisions.concerned,
    "decides": decisions.decides,
    "ritual": rituals.ritual,
    "invited": rituals.invited,
    "occurrence": rituals.occurrence,
    "approval": protocols.approval,
    "handoff": protocols.handoff,
    "act": record.act,
    "change": record.change,
    "disputed": record.disputed,
}
"""The tables of :data:`~counterpoint.measures.tables.ORGANISATION` that the state alone makes."""


def made(asking: Asking, names: Collection[str], since: date | None = None) -> dict[str, pa.Table]:
    """Those of the tables that are asked for, as of a moment; what is not asked for costs nothing.

    ``since`` is the first day for which occurrences of rituals are wanted; else it is a year before the moment. Tables
    that take the paths of the activity are not made here.
    """
    making, persons, wanted = Making(asking, since), Names(asking.snapshot), set(names)
    return {
        name: table_of(ORGANISATION[name], maker(making), persons) for name, maker in MAKERS.items() if name in wanted
    }


def path_zone(asking: Asking, paths: Iterable[places.Path], rules: places.Rules | None = None) -> pa.Table:
    """Which zone each of some paths of the activity belongs to, in its source; those of none have no row."""
    rows = places.zones_of_paths(asking.state, paths, rules)
    return table_of(ORGANISATION["path_zone"], rows, Names(asking.snapshot))
