"""The state that follows from the record. The ledger fills it after the migration, by a rebuild."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BODY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of the state, empty."""
    op.add_column("head", sa.Column("state_time", KEY, nullable=False, server_default=""))
    op.create_table(
        "current",
        sa.Column("entity", KEY, nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("operation", KEY, nullable=False),
        sa.Column("value", BODY),
        sa.Column("said", KEY, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("valid_from", KEY, nullable=False),
        sa.Column("valid_to", KEY),
        sa.Column("differs", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("entity", "attribute", "item", "source"),
        sqlite_with_rowid=False,
    )
    op.create_index("current_source", "current", ["source"])
    _partial("current_differs", ["entity", "attribute"], "differs")
    _partial("current_alias", ["entity"], "attribute = 'alias_of'")
    op.create_table(
        "mention",
        sa.Column("target", KEY, nullable=False),
        sa.Column("entity", KEY, nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.PrimaryKeyConstraint("target", "attribute", "entity", "item", "source"),
        sqlite_with_rowid=False,
    )
    op.create_index("mention_entity", "mention", ["entity", "attribute", "item", "source"])
    op.create_table(
        "handle",
        sa.Column("namespace", KEY, nullable=False),
        sa.Column("slug", KEY, nullable=False),
        sa.Column("entity", KEY, nullable=False),
        sa.PrimaryKeyConstraint("namespace", "slug"),
        sqlite_with_rowid=False,
    )
    op.create_index("handle_entity", "handle", ["entity"])
    op.create_table(
        "scheduled",
        sa.Column("due", KEY, nullable=False),
        sa.Column("entity", KEY, nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("item", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.PrimaryKeyConstraint("due", "entity", "attribute", "item", "source"),
        sqlite_with_rowid=False,
    )


def _partial(name: str, columns: list[str], condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, "current", columns, sqlite_where=where, postgresql_where=where)
