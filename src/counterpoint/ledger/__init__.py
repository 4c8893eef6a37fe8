"""Append-only entries, the state that follows from them, and their safety, on SQLite and on PostgreSQL."""
