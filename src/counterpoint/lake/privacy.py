"""What of a result may be shown: one person's figures to that person alone, others' only in groups of five or more."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from counterpoint.lake.engine import Session
from counterpoint.measures.declaration import Asked, Measure

LEAST_PEOPLE = 5
"""How many people a figure about people is of, at least."""


def shown(measure: Measure, asked: Asked, rows: pa.Table, session: Session) -> tuple[pa.Table, int]:
    """The rows that may be shown, and how many are withheld. Only measures that are private withhold any.

    How many people a unit has is counted here, from the activity and the members, and not taken from the measure.
    """
    if not measure.private:
        return rows, 0
    if asked.grain == "person":
        mine = rows.filter(pc.fill_null(pc.equal(rows["unit"], asked.me or ""), False))
        return mine, rows.num_rows - mine.num_rows
    people = session.query(
        "select unit, count(distinct activity.party) as people from activity_by as activity "
        "where sort in ('person', 'unknown') group by unit"
    )
    large = people.filter(pc.greater_equal(people["people"], LEAST_PEOPLE))["unit"].combine_chunks()
    kept = rows.filter(pc.is_in(rows["unit"], value_set=large.cast(pa.string())))
    return kept, rows.num_rows - kept.num_rows
