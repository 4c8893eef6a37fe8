"""``counterpoint lease check``: may whoever shows this token write?"""

from __future__ import annotations

from counterpoint.faces.cli.call import Call
from counterpoint.faces.cli.paper import Paper
from counterpoint.model.leases import Checked


def run(call: Call, *, item: str, token: int) -> Checked:
    """Ask."""
    return call.questions().lease_check(item, token)


def show(answer: Checked, out: Paper) -> None:
    """Yes or no, and why."""
    out.line(("good", "good") if answer.good else ("refused", "bad"), f": {answer.why}")


def code(answer: Checked) -> int:
    """4 where the token is refused."""
    return 0 if answer.good else 4
