"""Any acts of all protocols by many processes at once: each could have been decided upon what stands before it."""

from __future__ import annotations

import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from counterpoint.actions.replaying import replay
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.times import moment, stamp
from tests.protocols.anything import ORGANISATION, busy, clock_of
from tests.protocols.models import YES
from tests.protocols.processes import crowd, history_of
from tests.protocols.small import Clock, small

START = "2026-03-02T09:00:00.000000Z"


def at_once(url: str, folder: Path, processes: int, acts: int) -> Counter[str]:
    """Do it, while the time goes on by an hour every little while: what was done, by noun and verb."""
    small(folder, Clock(START), ORGANISATION, url=url).close()
    clock = clock_of(folder, START)
    with crowd(folder / "tapes") as together:
        for number in range(processes):
            together.start(number, busy(url, clock, number, acts))
        together.open_gate()
        while together.is_running():
            time.sleep(0.2)
            clock.set(stamp(moment(clock()) + timedelta(hours=1)))
        ended = together.wait()
    history = history_of(folder / "tapes")
    assert set(ended.values()) == {0}
    ledger = Ledger.open(url, clock=clock)
    assert verify(ledger).damage == ()
    found = replay(ledger)
    assert found.damage == ()
    ledger.close()
    return Counter(f"{each.on} {each.name}" for each in history if each.output == YES)


def test_anything_at_once_is_what_one_after_the_other_would_be(url: str, tmp_path: Path) -> None:
    found = at_once(url, tmp_path, 4, 60)
    assert found.total() >= 20, found


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_much_of_anything_at_once(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = at_once(url, tmp_path, 8, 200)
    with capsys.disabled():
        print(f"\n{found.total()} acts done of {8 * 200}, of {len(found)} kinds")
    assert len(found) >= 20, found
