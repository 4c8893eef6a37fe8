"""What nobody else can change meanwhile is read once within an act."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.protocols.leasing import Agent, organise


def test_an_act_asks_its_store_nothing_twice_before_it_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On SQLite a writer is alone from the start; after it has written, only what it wrote is read again."""
    ledger = organise(str(tmp_path / "organisation.db"), 1)
    agent = Agent(ledger, "agent:a0")
    assert agent.take("work:w0") == 1
    asked: list[tuple[str, Any]] = []
    dialect: Any = ledger.store.engine.dialect
    execute = dialect.do_execute

    def note(cursor: Any, sql: str, parameters: Any, context: Any = None) -> None:
        asked.append((sql, tuple(parameters)))
        execute(cursor, sql, parameters, context)

    monkeypatch.setattr(dialect, "do_execute", note)
    assert agent.take("staging") == 1
    wrote = next(number for number, (sql, _) in enumerate(asked) if sql.startswith("insert"))
    before = Counter(asked[:wrote])
    assert len(before) > 5
    assert max(before.values()) == 1, before.most_common(2)
    again = [one for one in asked[wrote:] if before[one]]
    assert all("lease:staging" in parameters for _, parameters in again), again
    ledger.close()
