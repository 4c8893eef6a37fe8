"""Results as files that other programs open: CSV and Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from counterpoint.errors import StoreError
from counterpoint.lake.running import Outcome

Form = Literal["csv", "parquet"]


def export(outcome: Outcome, file: Path, form: Form) -> None:
    """Write the rows of a result into a file; what was there is replaced once the new file is whole.

    CSV has a line of heads, empty where there is no value, days as 2026-11-21. Parquet keeps the types, and says in
    its metadata (``counterpoint.…``) what was asked.

    Raises:
        StoreError: it cannot be written there.
    """
    temporary = file.with_name(f".{file.name}.part")
    try:
        if form == "csv":
            csv.write_csv(_flat(outcome.rows), str(temporary))
        else:
            pq.write_table(_described(outcome), str(temporary))
        temporary.replace(file)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise StoreError(f"{file} cannot be written: {error}", hint="is the folder there, and may you?") from error


def _flat(rows: pa.Table) -> pa.Table:
    """Without columns that CSV has no way to write: their values as text."""
    for index, one in enumerate(rows.schema):
        if pa.types.is_nested(one.type) or pa.types.is_binary(one.type):
            texts = pa.array(
                [None if value is None else str(value) for value in rows[one.name].to_pylist()], pa.string()
            )
            rows = rows.set_column(index, one.name, texts)
    return rows


def _described(outcome: Outcome) -> pa.Table:
    asked = outcome.asked
    facts = {
        "measure": outcome.measure.name,
        "version": outcome.measure.version,
        "by": asked.grain,
        "window": asked.window,
        "since": asked.since,
        "until": asked.until,
        **{f"set.{one.name}": outcome.measure.setting(asked, one.name) for one in outcome.measure.settings},
    }
    told = {f"counterpoint.{name}": str(value) for name, value in facts.items() if value is not None}
    return outcome.rows.replace_schema_metadata(told)
