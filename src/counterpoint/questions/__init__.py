"""The reads: load, ask the pure logic, write it as people know it. Nothing here writes."""

from counterpoint.ledger.naming import written
from counterpoint.questions.questions import Questions

__all__ = ["Questions", "written"]
