"""The record: head, entries, files and statements."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.String().with_variant(sa.String(collation="C"), "postgresql")
BODY = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables of the record."""
    op.create_table(
        "head",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("organisation", KEY, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("hash", KEY, nullable=False),
        sa.Column("recorded", KEY, nullable=False),
    )
    op.create_table(
        "entry",
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("id", KEY, nullable=False),
        sa.Column("external_id", KEY),
        sa.Column("said", KEY, nullable=False),
        sa.Column("recorded", KEY, nullable=False),
        sa.Column("actor", KEY, nullable=False),
        sa.Column("source", KEY, nullable=False),
        sa.Column("reason", BODY),
        sa.Column("reason_salt", KEY),
        sa.Column("reason_commitment", KEY, nullable=False),
        sa.Column("statements", sa.Integer, nullable=False),
        sa.Column("previous", KEY, nullable=False),
        sa.Column("hash", KEY, nullable=False),
        sa.UniqueConstraint("id", name="entry_id"),
        sa.UniqueConstraint("external_id", name="entry_external_id"),
    )
    op.create_table(
        "file",
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", BODY),
        sa.Column("salt", KEY),
        sa.Column("commitment", KEY, nullable=False),
        sa.PrimaryKeyConstraint("sequence", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "statement",
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("entity", KEY, nullable=False),
        sa.Column("attribute", KEY, nullable=False),
        sa.Column("item", KEY),
        sa.Column("operation", KEY, nullable=False),
        sa.Column("value", BODY),
        sa.Column("salt", KEY),
        sa.Column("commitment", KEY, nullable=False),
        sa.Column("said", KEY, nullable=False),
        sa.Column("valid_from", KEY, nullable=False),
        sa.Column("valid_to", KEY),
        sa.Column("file", sa.Integer),
        sa.Column("line", sa.Integer),
        sa.Column("record", KEY),
        sa.PrimaryKeyConstraint("sequence", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("statement_entity", "statement", ["entity", "attribute", "item"])
