"""What Alembic runs: the migrations, on the connection that the ledger hands over, in the transaction it has begun."""

from __future__ import annotations

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
context.run_migrations()
