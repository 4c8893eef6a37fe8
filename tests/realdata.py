"""The three real organisations that trials run on. They stay outside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def data(*parts: str) -> Path:
    """A path in the data; without it the test fails in CI, and elsewhere skips and says so."""
    base = Path(os.environ.get("COUNTERPOINT_TEST_DATA") or ROOT.parent / "shared" / "data")
    path = base.joinpath(*parts)
    if not path.exists():
        say = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        say(f"the real data is not at hand ({'/'.join(parts)}); set COUNTERPOINT_TEST_DATA")
    return path
