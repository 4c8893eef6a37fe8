"""``counterpoint schema``: the JSON Schema of the organisation's files."""

from __future__ import annotations

from counterpoint.actions.looking import schema_text
from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper


def run(call: Call) -> None:
    """Print it; it is JSON with and without ``--json``."""
    call.paper.raw(schema_text())


def show(answer: None, out: Paper) -> None:
    """Nothing is left to say."""
