"""Our figures and PM4Py's: of an invented log, worked out once, and of public logs if they are there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.measures.agree_with_pm4py import compared, differing, main
from tests.measures.logs import log_rows

FIXTURES = Path(__file__).parent.parent / "fixtures" / "flow"


def test_an_invented_log_agrees_with_what_pm4py_said_of_it() -> None:
    said = json.loads((FIXTURES / "repairs.json").read_text(encoding="utf-8"))
    found = list(compared(log_rows(FIXTURES / "repairs.xes", nobody=""), said))
    assert len(found) > 100
    assert differing(found) == []


def test_a_difference_is_seen() -> None:
    assert differing([("steps", 3, 4)]) == [("steps", 3, 4)]
    assert differing([("share", 0.5, 0.5 + 2e-9)])
    assert differing([("share", 0.5, 0.5 + 1e-12), ("steps", 3, 3)]) == []


@pytest.mark.long
def test_public_logs_agree_with_pm4py_beside_us() -> None:
    """With COUNTERPOINT_PM4PY (a Python that has PM4Py) and COUNTERPOINT_LOGS (a folder with receipt and helpdesk)."""
    python, folder = os.environ.get("COUNTERPOINT_PM4PY"), os.environ.get("COUNTERPOINT_LOGS")
    if not python or not folder:
        pytest.skip("COUNTERPOINT_PM4PY and COUNTERPOINT_LOGS do not say where PM4Py and the public logs are")
    logs = sorted(str(one) for one in Path(folder).glob("*.xes.gz"))
    assert logs, f"there is no log in {folder}"
    assert main(["--pm4py", python, *logs]) == 0
