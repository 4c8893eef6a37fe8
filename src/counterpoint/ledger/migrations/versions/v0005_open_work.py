"""The work that may be open, in nearly the order of ready work. The ledger fills it by a rebuild."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "open_work",
        sa.Column("work", KEY, nullable=False),
        sa.Column("place", KEY, nullable=False),
        sa.Column("finished", KEY, nullable=False),
        sa.PrimaryKeyConstraint("work"),
        sqlite_with_rowid=False,
    )
    op.create_index("open_work_place", "open_work", ["place", "work"])
