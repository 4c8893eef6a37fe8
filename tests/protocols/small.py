"""A small organisation on a real ledger under a clock of its own: what tests of protocols start from."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from counterpoint.actions.applying import apply
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.times import moment, stamp

FILES = """
[[person]]
id = "ana"
[[person]]
id = "bo"
[[person]]
id = "cy"
[[agent]]
id = "deploy"
sponsor = "ana"
[[agent]]
id = "review"
sponsor = "bo"
[[team]]
id = "web"
lead = ["person:ana"]
member = ["person:bo", "agent:deploy"]
[[team]]
id = "ops"
lead = ["person:cy"]
[[zone]]
id = "shop"
owner = "team:web"
[[work]]
id = "checkout"
title = "Checkout"
owner = "team:web"
zone = "shop"
status = "active"
[[work]]
id = "cards"
title = "Cards"
owner = "team:ops"
status = "proposed"
"""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, start: str) -> None:
        self.at: datetime = moment(start)

    def __call__(self) -> str:
        return stamp(self.at)

    def pass_minutes(self, minutes: float) -> None:
        """Move it on, or back."""
        self.at += timedelta(minutes=minutes)


def small(folder: Path, clock: Clock, *texts: str, url: str | None = None) -> Ledger:
    """The organisation, and what the texts add to its files."""
    files = folder / "organisation"
    files.mkdir()
    for number, text in enumerate((FILES, *texts)):
        (files / f"{number}.toml").write_text(text)
    ledger = Ledger.create(url or str(folder / "small.db"), clock=clock)
    apply(ledger, files, actor="local")
    return ledger
