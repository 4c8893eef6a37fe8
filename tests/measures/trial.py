"""A measure tried on rows that a test writes down: the real engine, and tables of an organisation that is made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import md5
from typing import Any

import pyarrow as pa

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.engine import Session
from counterpoint.lake.place import Place
from counterpoint.lake.running import Outcome, check, run_in
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.activity import STORED

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
Row = Mapping[str, Any]


def stored(rows: Sequence[Row]) -> pa.Table:
    """Rows of activity as the lake keeps them; what a test does not care for is filled in."""
    full = []
    for number, row in enumerate(rows):
        base = dict.fromkeys(STORED.names)
        key = md5(repr((number, sorted(row.items(), key=lambda one: one[0]))).encode()).digest()
        base |= {
            "source": "git:app",
            "key": key,
            "moment": datetime(2026, 3, 2, 10),
            "verb": "change",
            "object": "a.py",
        }
        full.append(base | dict(row))
    return pa.Table.from_pylist(full, schema=pa.schema([(one.name, _plain(one.type)) for one in STORED]))


def organisation(tables: Mapping[str, Sequence[Row]] | None = None) -> dict[str, pa.Table]:
    """Every table of the organisation: those given, with what they leave out empty, and the others without rows.

    Paths are of the source that :func:`stored` fills in.
    """
    given = tables or {}
    assert set(given) <= set(ORGANISATION), set(given) - set(ORGANISATION)
    made = {}
    for name, relation in ORGANISATION.items():
        blank = dict.fromkeys(relation.columns) | ({"source": "git:app"} if name == "path_zone" else {})
        made[name] = pa.Table.from_pylist([blank | dict(row) for row in given.get(name, ())], schema=relation.schema)
    return made


def actors(**teams: Sequence[str]) -> dict[str, list[Row]]:
    """The tables ``actor``, ``party``, ``member`` and ``team`` for people by their teams: ``a1`` is ``person:a1``."""
    people = sorted({one for members in teams.values() for one in members})
    return {
        "actor": [{"actor": one, "party": f"person:{one}", "sort": "person", "confidence": 1.0} for one in people],
        "party": [{"party": f"person:{one}", "label": one, "sort": "person"} for one in people],
        "member": [
            {"party": f"person:{one}", "team": f"team:{team}", "direct": True}
            for team, members in teams.items()
            for one in members
        ],
        "team": [
            {"team": f"team:{team}", "label": team, "parent": None, "people": len(members)}
            for team, members in teams.items()
        ],
    }


def outcome(
    measure: Measure,
    rows: Sequence[Row] = (),
    tables: Mapping[str, Sequence[Row]] | None = None,
    *,
    since: date | None = None,
    until: date | None = None,
    me: str | None = None,
    grain: str = "organisation",
    window: str = "all",
    **settings: float | str,
) -> Outcome:
    """What a measure comes to on these rows and tables."""
    asked = Asked(grain, window, since, until, settings, me)  # type: ignore[arg-type]
    check(measure, asked)
    with DuckEngine().session(Place.at("."), [], organisation(tables)) as session:
        session.table("stored", stored(rows))
        return _run(measure, asked, session)


def figures(measure: Measure, *args: Any, **more: Any) -> dict[tuple[Any, ...], float | None]:
    """The values alone: by figure and unit, or by period, figure and unit where there are periods."""
    found = outcome(measure, *args, **more)
    assert not found.lacking, found.lacking
    rows = found.rows.to_pylist()
    several = any(row["period"] for row in rows)
    keys = [((row["period"],) if several else ()) + (row["figure"], row["unit"]) for row in rows]
    return {key: row["value"] for key, row in zip(keys, rows, strict=True)}


def _run(measure: Measure, asked: Asked, session: Session) -> Outcome:
    make_views(session, asked, NOW)
    return run_in(measure, asked, session)


def _plain(kind: pa.DataType) -> pa.DataType:
    return pa.string() if pa.types.is_dictionary(kind) else kind
