"""Plan and apply: the organisation's files, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.actions.applying import apply
from counterpoint.errors import InvalidInput, NotFound, Refused
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.statements import Draft
from counterpoint.questions import Questions
from tests.actions.test_importing import bring, entries

WORK = """
[[work]]
id = "parser"
title = "Parser"

[[work]]
id = "lexer"
title = "Lexer"
"""
NEED = """
[[dependency]]
id = "{consumer}-{provider}"
consumer = "work:{consumer}"
provider = "work:{provider}"
type = "prerequisite"
reason = "it reads what the other writes"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "organisation"
    place.mkdir()
    (place / "work.toml").write_text(WORK)
    return place


def test_plan_tells_what_apply_does_and_applying_again_does_nothing(ledger: Ledger, folder: Path) -> None:
    planned = apply(ledger, folder, actor="local", dry_run=True)
    assert (planned.entry, entries(ledger)) == (None, 0)
    applied = apply(ledger, folder, actor="local")
    assert [*applied.changes] == [*planned.changes]
    assert apply(ledger, folder, actor="local").entry is None
    assert entries(ledger) == 1


def test_what_is_taken_out_of_the_files_goes(ledger: Ledger, folder: Path) -> None:
    apply(ledger, folder, actor="local")
    (folder / "work.toml").write_text(
        WORK.split("\n[[work]]", maxsplit=2)[0] + "\n[[work]]" + WORK.split("[[work]]")[2]
    )
    done = apply(ledger, folder, actor="local")
    assert {(change.kind, change.entity) for change in done.changes} == {("remove", "work:parser")}


def test_every_problem_is_told_at_once_and_nothing_is_written(ledger: Ledger, folder: Path) -> None:
    (folder / "more.toml").write_text('[[work]]\nid = "printer"\nowner = ["person:nobody"]\nstatus = "soon"\n')
    with pytest.raises(InvalidInput) as refusal:
        apply(ledger, folder, actor="local")
    places = [(problem.file, problem.line) for problem in refusal.value.problems]
    assert ("more.toml", 3) in places
    assert ("more.toml", 4) in places
    assert entries(ledger) == 0


def test_a_circle_with_another_source_is_refused_also_by_plan(ledger: Ledger, folder: Path) -> None:
    apply(ledger, folder, actor="local")
    need = "dependency:from-the-tracker"
    bring(
        ledger,
        [
            Draft(need, "exists", True),
            Draft(need, "consumer", "work:lexer"),
            Draft(need, "provider", "work:parser"),
            Draft(need, "type", "prerequisite"),
        ],
        source="tracker",
    )
    (folder / "needs.toml").write_text(NEED.format(consumer="parser", provider="lexer"))
    for dry_run in (True, False):
        with pytest.raises(Refused, match="circle"):
            apply(ledger, folder, actor="local", dry_run=dry_run)
    assert entries(ledger) == 2
    assert Questions(ledger).cycles().cycles == ()


def test_a_circle_that_an_import_brought_is_kept_and_told_and_does_not_stand_in_the_way(
    ledger: Ledger, folder: Path
) -> None:
    apply(ledger, folder, actor="local")
    drafts = []
    for one, other in (("lexer", "parser"), ("parser", "lexer")):
        need = f"dependency:{one}"
        drafts += [Draft(need, "exists", True), Draft(need, "type", "prerequisite")]
        drafts += [Draft(need, "consumer", f"work:{one}"), Draft(need, "provider", f"work:{other}")]
    bring(ledger, drafts, source="tracker")
    assert len(Questions(ledger).cycles().cycles) == 1
    (folder / "more.toml").write_text('[[work]]\nid = "printer"\nparent = "work:parser"\n')
    assert apply(ledger, folder, actor="local").entry is not None


def test_no_folder_says_how_to_make_one(ledger: Ledger, tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refusal:
        apply(ledger, tmp_path / "nowhere", actor="local")
    assert "init" in refusal.value.hint
