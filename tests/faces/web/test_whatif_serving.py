"""What-ifs as ``counterpoint serve`` puts them together: a real model of a small organisation, and none without it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from counterpoint import serving
from counterpoint.errors import InvalidInput
from counterpoint.model.whatif_choice import Choice
from tests.live.test_desk import until
from tests.questions.whatif.trial import TEAMS, WORK, Copied


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("what-if")]


def test_a_real_organisation_is_asked_and_nothing_is_left_running(tmp_path: Path) -> None:
    trial = Copied(tmp_path / "small.db", TEAMS, WORK)
    try:
        with serving._whatifs(trial.ledger, str(tmp_path / "small.db")) as desk:
            assert desk is not None and threads() == [], "nobody has asked yet"
            until(lambda: desk.elements(20), 120)
            until(lambda: desk.ask(Choice(7), "me").standing.models, 120)
            answer = desk.ask(Choice(7), "me")
            assert threads() != []
        assert threads() == []
    finally:
        trial.ledger.close()
    assert answer.compared is not None
    now, chosen = answer.compared.variants[:2]
    assert chosen.lead.value < now.lead.value and chosen.coordination.value > now.coordination.value
    assert answer.compared.basis.people == 4 and "no activity" in answer.compared.basis.calibration
    assert answer.limits and answer.standing.models is not None


def test_an_organisation_without_work_is_refused_in_words(tmp_path: Path) -> None:
    trial = Copied(tmp_path / "empty.db")
    try:
        with serving._whatifs(trial.ledger, str(tmp_path / "empty.db")) as desk:
            assert desk is not None
            with pytest.raises(InvalidInput):
                until(lambda: desk.elements(20), 120)
    finally:
        trial.ledger.close()


def test_without_the_extra_there_is_no_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trial = Copied(tmp_path / "small.db", TEAMS, WORK)
    monkeypatch.setattr(serving, "find_spec", lambda name: None if name == "numba" else object())
    with serving._whatifs(trial.ledger, "small.db") as desk:
        assert desk is None
    trial.ledger.close()
