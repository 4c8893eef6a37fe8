"""The tables. Text is compared byte by byte everywhere, so that both stores sort alike.

The first four are the record. The rest follows from them and can be rebuilt. ``timer``, ``drift`` and ``quarantine``
are volatile: what the clock is to do, how far it is behind, and what the last reading of each source could not read.
The ``trace`` tables are of the lake: which of its files count, and whom the identifiers in them mean.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()
VERSION = "0007"
Key = String().with_variant(String(collation="C"), "postgresql")
Body = Text().with_variant(Text(collation="C"), "postgresql")


AGENTS = "actor >= 'agent:' and actor < 'agent;'"

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("organisation", Key, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("hash", Key, nullable=False),
    Column("recorded", Key, nullable=False),
    # The moment as of which the state tables hold: what was due until then has been carried out.
    Column("state_time", Key, nullable=False, server_default=text("''")),
)

entry = Table(
    "entry",
    metadata,
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("id", Key, nullable=False),
    Column("external_id", Key),
    Column("said", Key, nullable=False),
    Column("recorded", Key, nullable=False),
    Column("actor", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("reason", Body),
    Column("reason_salt", Key),
    Column("reason_commitment", Key, nullable=False),
    Column("statements", Integer, nullable=False),
    Column("previous", Key, nullable=False),
    Column("hash", Key, nullable=False),
    UniqueConstraint("id", name="entry_id"),
    UniqueConstraint("external_id", name="entry_external_id"),
    # How many actions an agent took in the last hour must be told at each of them.
    Index("entry_agent", "actor", "recorded", sqlite_where=text(AGENTS), postgresql_where=text(AGENTS)),
)

file = Table(
    "file",
    metadata,
    Column("sequence", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", Body),
    Column("salt", Key),
    Column("commitment", Key, nullable=False),
    PrimaryKeyConstraint("sequence", "number"),
    sqlite_with_rowid=False,
)

statement = Table(
    "statement",
    metadata,
    Column("sequence", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("entity", Key, nullable=False),
    Column("attribute", Key, nullable=False),
    Column("item", Key),
    Column("operation", Key, nullable=False),
    Column("value", Body),
    Column("salt", Key),
    Column("commitment", Key, nullable=False),
    Column("said", Key, nullable=False),
    Column("valid_from", Key, nullable=False),
    Column("valid_to", Key),
    Column("file", Integer),
    Column("line", Integer),
    Column("record", Key),
    PrimaryKeyConstraint("sequence", "number"),
    Index("statement_entity", "entity", "attribute", "item"),
    sqlite_with_rowid=False,
)

# One row for each entity, attribute, item and source: the source's newest statement, retractions included. Where all
# sources agree (differs is false) its value is the resolved one; where they differ, the value follows on read from
# authority, settlements and joined identities, none of which ever rewrites a row here.
current = Table(
    "current",
    metadata,
    Column("entity", Key, nullable=False),
    Column("attribute", Key, nullable=False),
    Column("item", Key, nullable=False),
    Column("source", Key, nullable=False),
    Column("operation", Key, nullable=False),
    Column("value", Body),
    Column("said", Key, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("valid_from", Key, nullable=False),
    Column("valid_to", Key),
    Column("differs", Boolean, nullable=False),
    PrimaryKeyConstraint("entity", "attribute", "item", "source"),
    Index("current_source", "source"),
    Index(
        "current_differs",
        "entity",
        "attribute",
        sqlite_where=text("differs"),
        postgresql_where=text("differs"),
    ),
    Index(
        "current_alias",
        "entity",
        sqlite_where=text("attribute = 'alias_of'"),
        postgresql_where=text("attribute = 'alias_of'"),
    ),
    sqlite_with_rowid=False,
)

mention = Table(
    "mention",
    metadata,
    Column("target", Key, nullable=False),
    Column("entity", Key, nullable=False),
    Column("attribute", Key, nullable=False),
    Column("item", Key, nullable=False),
    Column("source", Key, nullable=False),
    PrimaryKeyConstraint("target", "attribute", "entity", "item", "source"),
    Index("mention_entity", "entity", "attribute", "item", "source"),
    sqlite_with_rowid=False,
)

# The work that may be open, in nearly the order of ready work: counterpoint.ledger.open_work.
open_work = Table(
    "open_work",
    metadata,
    Column("work", Key, nullable=False),
    Column("place", Key, nullable=False),
    Column("finished", Key, nullable=False),
    PrimaryKeyConstraint("work"),
    Index("open_work_place", "place", "work"),
    sqlite_with_rowid=False,
)

# Which person a reference such as person:ana@otel means. It outlives a retraction, so that a person who comes back is
# the same person; only erasure removes it.
handle = Table(
    "handle",
    metadata,
    Column("namespace", Key, nullable=False),
    Column("slug", Key, nullable=False),
    Column("entity", Key, nullable=False),
    PrimaryKeyConstraint("namespace", "slug"),
    Index("handle_entity", "entity"),
    sqlite_with_rowid=False,
)

# Statements that start or stop to hold at a moment that had not come when they were recorded.
scheduled = Table(
    "scheduled",
    metadata,
    Column("due", Key, nullable=False),
    Column("entity", Key, nullable=False),
    Column("attribute", Key, nullable=False),
    Column("item", Key, nullable=False),
    Column("source", Key, nullable=False),
    PrimaryKeyConstraint("due", "entity", "attribute", "item", "source"),
    sqlite_with_rowid=False,
)

# What the clock shall do, and when: rows that follow from the state by the rules of the protocols, except that a sign
# of life moves `due` of a lease on. Volatile: a heartbeat is no entry.
timer = Table(
    "timer",
    metadata,
    Column("subject", Key, nullable=False),
    Column("noun", Key, nullable=False),
    Column("verb", Key, nullable=False),
    Column("due", Key, nullable=False),
    Column("mark", Key, nullable=False),
    PrimaryKeyConstraint("subject", "noun", "verb"),
    Index("timer_due", "due"),
    sqlite_with_rowid=False,
)

# What the clock showed, and what time it was here, when the clock was found to be behind the last entry. Time goes on
# from there. Volatile: it tells of the clock, and of nothing else.
drift = Table(
    "drift",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("clock", Key, nullable=False),
    Column("now", Key, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Key, nullable=False),
    Column("level", Key, nullable=False),
    Column("message", Body, nullable=False),
    Column("hint", Body, nullable=False),
    Column("file", Body),
    Column("line", Integer),
    Column("record", Key),
    Column("field", Key),
    Column("excerpt", Body, nullable=False),
    Column("since", Key, nullable=False),
    # How the reading was asked for (path, mapping, namespace, partial), as JSON, so that it can be asked for again.
    Column("request", Body, nullable=False),
    Index("quarantine_source", "source"),
)

# Where activity was read from, how far, and how to read on.
trace_source = Table(
    "trace_source",
    metadata,
    Column("source", Key, primary_key=True),
    Column("format", Key, nullable=False),
    Column("cursor", Body, nullable=False),
    Column("request", Body, nullable=False),
    Column("recorded", Key, nullable=False),
    Column("actor", Key, nullable=False),
)

# The files of the lake that count. A file that is not listed is not there, so an import is atomic across both.
trace_file = Table(
    "trace_file",
    metadata,
    Column("source", Key, nullable=False),
    Column("month", Key, nullable=False),
    Column("name", Key, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("bytes", BigInteger, nullable=False),
    PrimaryKeyConstraint("source", "month", "name"),
    sqlite_with_rowid=False,
)

# Whom an actor of the lake means: the one place that says so. Erasing leaves the identifier and forgets whom it meant.
trace_actor = Table(
    "trace_actor",
    metadata,
    Column("actor", Key, primary_key=True),
    Column("system", Key),
    Column("handle", Body),
    Column("name", Body),
    Column("sort", Key, nullable=False),
    Column("confidence", Float, nullable=False),
    UniqueConstraint("system", "handle", name="trace_actor_handle"),
)

RECORD = (head, entry, file, statement)
STATE = (current, mention, open_work, handle, scheduled)
