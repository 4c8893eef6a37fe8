"""Rows of steps for tests, written by hand or generated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.lake.running import run_in
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked, Measure
from tests.measures.trial import NOW, organisation, stored

START = datetime(2026, 3, 2, 9)
Given = tuple[str, str, float, str, str]
"""Case, step, hours after START, party, group."""


def step(case: str, name: str, hours: float, who: str = "", group: str | None = None, **more: Any) -> dict[str, Any]:
    """A step of a case, so many hours after the start; without a party nobody is named."""
    return {
        "source": "xes:desk",
        "actor": who or "nobody",
        "verb": "step",
        "object": name,
        "work": case,
        "thread": case,
        "zone": group or None,
        "moment": START + timedelta(hours=hours),
        "size": 0.0,
        "attributes": None if who else '{"unnamed":true}',
        **more,
    }


def numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same with their place in the log."""
    return [{**row, "size": float(number)} for number, row in enumerate(rows)]


NOBODY = {"actor": [{"actor": "nobody", "party": "actor:nobody", "sort": "bot"}]}
LOGS = st.lists(
    st.tuples(
        st.sampled_from("123"),
        st.sampled_from("abc"),
        st.integers(0, 400).map(lambda quarters: quarters / 4),
        st.sampled_from(["ana", "bo", "cy", ""]),
        st.sampled_from(["red", "blue", ""]),
    ),
    max_size=25,
)


def rows_of(given: Sequence[Given]) -> list[dict[str, Any]]:
    """Generated steps as rows."""
    return numbered([step(*one) for one in given])


def cases_of(given: Sequence[Given]) -> dict[str, list[Given]]:
    """The same by case, in order: by time, then as they were written."""
    cases: dict[str, list[Given]] = {}
    for one in sorted(given, key=lambda one: one[2]):
        cases.setdefault(one[0], []).append(one)
    return cases


Told = dict[tuple[Any, ...], float | None]
Asking = Callable[..., Told]


@contextmanager
def one_engine() -> Iterator[Asking]:
    """Many trials on one engine: laws need hundreds. Values by figure, unit and the measure's own columns."""
    with DuckEngine().session(Place.at("."), [], organisation(NOBODY)) as session:

        def ask(measure: Measure, rows: Sequence[dict[str, Any]], grain: str = "organisation") -> Told:
            asked = Asked(grain)  # type: ignore[arg-type]
            session.table("stored", stored(rows))
            make_views(session, asked, NOW)
            own = [one.name for one in measure.extras]
            return {
                (row["figure"], row["unit"], *(row[name] for name in own)): row["value"]
                for row in run_in(measure, asked, session).rows.to_pylist()
            }

        yield ask
