"""The only writers: load and lock what a change needs, let the rules decide, append."""
