"""A new ledger for every test of an action, which must verify when the test is done."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = Ledger.create(str(tmp_path / "organisation.db"))
    yield made
    assert verify(made).good
    made.close()
