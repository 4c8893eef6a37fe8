"""What the clock showed when it was found to be behind the last entry."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table, empty."""
    op.create_table(
        "drift",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("clock", KEY, nullable=False),
        sa.Column("now", KEY, nullable=False),
    )
