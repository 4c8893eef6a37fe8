"""The demo organisation: invented, small, and with something to say to every question."""

from counterpoint.sources.demo.demo import Apply, Import, Join, Settle, Step, demo_files, demo_steps

__all__ = ["Apply", "Import", "Join", "Settle", "Step", "demo_files", "demo_steps"]
