"""An exclusive set is settled as a whole, through the same act as a single value."""

from __future__ import annotations

from pathlib import Path

from counterpoint.actions.importing import Reading, import_reading
from counterpoint.actions.settling import settle
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.statements import Draft
from counterpoint.questions import Questions

TEAM = "team:x"


def bring(ledger: Ledger, source: str, *drafts: Draft) -> None:
    import_reading(ledger, Reading(source, drafts, (), lambda _file: True, files=1), actor="local")


def members(ledger: Ledger) -> tuple[str, str]:
    (found,) = [one for one in Questions(ledger).show(TEAM).values if one.attribute == "member"]
    return found.standing, " ".join(piece.text for piece in found.pieces)


def test_an_exclusive_set_is_settled_by_a_source_s_statement_or_by_a_list(tmp_path: Path) -> None:
    ledger = Ledger.create(str(tmp_path / "organisation.db"))
    rule = {"kind": "team", "attribute": "member", "sources": ["nobody"], "exclusive": True}
    zone = "zone:organisation"
    bring(ledger, "own", Draft(zone, "authority", rule), Draft(zone, "decider", ["person:boss"]))
    bring(ledger, "one", Draft(TEAM, "member", "person:ann"), Draft(TEAM, "member", "person:ben"))
    bring(ledger, "two", Draft(TEAM, "member", "person:ann"), Draft(TEAM, "member", "person:cyd"))
    assert members(ledger)[0] == "disputed"

    done = settle(ledger, TEAM, "member", actor="person:boss", statement="2.1")
    assert members(ledger) == ("settled", "person:ann person:ben")
    assert sorted(done.overruled) == ["3.0", "3.1"]

    done = settle(ledger, TEAM, "member", actor="person:boss", value=["person:cyd", "person:ben"])
    assert members(ledger) == ("settled", "person:ben person:cyd")
    assert len(done.overruled) == 4

    bring(ledger, "two", Draft(TEAM, "member", "person:ann"))
    assert members(ledger)[0] == "disputed"
    ledger.close()
