"""Where activity was read from, the files of the lake that count, and whom the identifiers in them mean."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BODY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables, empty."""
    op.create_table(
        "trace_source",
        sa.Column("source", KEY, primary_key=True),
        sa.Column("format", KEY, nullable=False),
        sa.Column("cursor", BODY, nullable=False),
        sa.Column("request", BODY, nullable=False),
        sa.Column("recorded", KEY, nullable=False),
        sa.Column("actor", KEY, nullable=False),
    )
    op.create_table(
        "trace_file",
        sa.Column("source", KEY, nullable=False),
        sa.Column("month", KEY, nullable=False),
        sa.Column("name", KEY, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("source", "month", "name"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trace_actor",
        sa.Column("actor", KEY, primary_key=True),
        sa.Column("system", KEY),
        sa.Column("handle", BODY),
        sa.Column("name", BODY),
        sa.Column("sort", KEY, nullable=False),
        sa.Column("confidence", sa.Float, nullable=False),
        sa.UniqueConstraint("system", "handle", name="trace_actor_handle"),
    )
