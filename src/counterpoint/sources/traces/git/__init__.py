"""Activity out of git: commits, changes, renames, merges, and the reviews and reports that trailers tell of."""

from __future__ import annotations

from counterpoint.sources.traces.git.source import FORMAT, GitHistory

__all__ = ["FORMAT", "GitHistory"]
