"""A process log as the lake would hold it, and measures run on it as on the lake, without a ledger between."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.lake.running import conformed, filled, text_of
from counterpoint.lake.views import make_views
from counterpoint.measures.declaration import Asked, Measure
from counterpoint.model.activity import Traces
from counterpoint.sources.traces.formats import opened
from tests.measures.trial import NOW, organisation


def log_rows(path: Path, **options: str) -> pa.Table:
    """The rows of a log, with who did them by name."""
    source = opened(path, None, options)
    found = [one.rows for one in source.read(None, lambda *_: None) if isinstance(one, Traces)]
    table = pa.Table.from_batches(found)
    return table.add_column(0, "source", pa.array([source.name] * table.num_rows))


def unhidden(measure: Measure, rows: pa.Table, tables: Mapping[str, Any] | None = None, **asked: Any) -> list[Any]:
    """Every row that a measure's kernel comes to, also those that nobody but one person would be shown."""
    question = Asked(**{"grain": measure.grains[0], **asked})
    with DuckEngine().session(Place.at("."), [], organisation(tables)) as session:
        session.table("stored", rows)
        make_views(session, question, NOW)
        inputs = {
            name: session.query(filled(measure, question, text_of(measure, sql)))
            for name, sql in measure.inputs.items()
        }
        assert measure.kernel is not None
        found: list[Any] = conformed(measure, measure.kernel(inputs, question)).to_pylist()
    return found
