"""What could not be read at the last reading of each source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BODY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table of what was quarantined."""
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", KEY, nullable=False),
        sa.Column("level", KEY, nullable=False),
        sa.Column("message", BODY, nullable=False),
        sa.Column("hint", BODY, nullable=False),
        sa.Column("file", BODY),
        sa.Column("line", sa.Integer),
        sa.Column("record", KEY),
        sa.Column("field", KEY),
        sa.Column("excerpt", BODY, nullable=False),
        sa.Column("since", KEY, nullable=False),
        sa.Column("request", BODY, nullable=False),
    )
    op.create_index("quarantine_source", "quarantine", ["source"])
