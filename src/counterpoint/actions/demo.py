"""Make the demo organisation: its files, and its history as if it had happened day by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from counterpoint.actions.acting import acting
from counterpoint.actions.applying import apply
from counterpoint.actions.bringing import Request, bring
from counterpoint.actions.changing import join
from counterpoint.actions.settling import settle
from counterpoint.errors import NotFound, StoreError
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.times import stamp
from counterpoint.settings import LOCAL_ACTOR
from counterpoint.sources.demo import Apply, Import, Join, Settle, Step, demo_files, demo_steps

_OFFICE_OPENS = time(9, 0)


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: how many files, and how many entries with how many statements."""

    files: int
    entries: int
    statements: int


class _Then:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = ""

    def __call__(self) -> str:
        return self.now


def make_demo(address: str, folder: Path, today: date, progress: Progress = nobody_watching) -> Made:
    """Write the demo's files into ``folder`` and its history into a new organisation at ``address``.

    Raises:
        StoreError: the folder has something in it, or there is an organisation at the address already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{folder} is not empty", hint="give another folder with --into, or remove it")
    files = demo_files(today)
    clock = _Then()
    ledger = Ledger.create(address, clock=clock)
    try:
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        steps = demo_steps(today)
        for number, step in enumerate(steps, start=1):
            day = today - timedelta(days=step.days_ago)
            clock.now = stamp(datetime.combine(day, _OFFICE_OPENS, UTC))
            _take(ledger, folder, step)
            progress("making the demo", number, len(steps))
        with ledger.read() as snapshot:
            entries = snapshot.entries()
    finally:
        ledger.close()
    return Made(len(files), len(entries), sum(one["statements"] for one in entries))


def _take(ledger: Ledger, folder: Path, step: Step) -> None:
    actor = _actor(ledger, step.actor)
    match step:
        case Apply():
            apply(ledger, folder / step.folder, actor=actor)
        case Import():
            request = Request(folder / step.folder, str(folder / step.mapping), step.namespace)
            bring(ledger, request, actor=actor)
        case Join():
            join(ledger, step.name, step.of, actor=actor, reason=step.reason)
        case Settle():
            settle(ledger, step.reference, step.attribute, actor=actor, value=step.value, reason=step.reason)


def _actor(ledger: Ledger, reference: str) -> str:
    """The first step is taken by somebody whom the organisation does not know yet: whoever holds the file."""
    try:
        return acting(ledger, reference)
    except NotFound:
        return LOCAL_ACTOR
