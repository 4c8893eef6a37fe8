"""What the clock shall do; and how many actions an agent took lately."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
AGENTS = sa.text("actor >= 'agent:' and actor < 'agent;'")


def upgrade() -> None:
    """Make the table of timers, and the index of what agents did."""
    op.create_table(
        "timer",
        sa.Column("subject", KEY, nullable=False),
        sa.Column("noun", KEY, nullable=False),
        sa.Column("verb", KEY, nullable=False),
        sa.Column("due", KEY, nullable=False),
        sa.Column("mark", KEY, nullable=False),
        sa.PrimaryKeyConstraint("subject", "noun", "verb"),
        sqlite_with_rowid=False,
    )
    op.create_index("timer_due", "timer", ["due"])
    op.create_index("entry_agent", "entry", ["actor", "recorded"], sqlite_where=AGENTS, postgresql_where=AGENTS)
