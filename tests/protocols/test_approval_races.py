"""However many want to use an approval at the same moment, from outside or by completing its work: one does, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from counterpoint.actions.replaying import replay
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from tests.conftest import STORES
from tests.protocols.approving import race_for_approvals


def test_many_consumers_of_few_approvals(url: str, tmp_path: Path) -> None:
    found = race_for_approvals(url, tmp_path / "tapes", 8, 3, 2)
    assert found["consume yes"] >= 1
    assert found["grant yes"] == 3
    ledger = Ledger.open(url)
    assert replay(ledger).good
    assert verify(ledger).damage == ()
    ledger.close()


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("store", STORES)
def test_sixty_four_consumers(
    store: str, place: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = place(store)
    found = race_for_approvals(url, tmp_path / "tapes", 64, 12, 3)
    with capsys.disabled():
        print(f"\n{store}: 64 consumers {dict(found)}")
    assert verify(Ledger.open(url)).damage == ()
