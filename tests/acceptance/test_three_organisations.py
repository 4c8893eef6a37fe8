"""Rust, OpenTelemetry and Python in one organisation, under three namespaces: in, in again, and after changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.actions.bringing import Request, bring
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.questions import Questions
from tests.acceptance.organisations import SOURCES, base, bring_all
from tests.realdata import ROOT


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything imported once, into a file that each test copies."""
    root = base()
    place = tmp_path_factory.mktemp("three") / "three.db"
    ledger = Ledger.create(str(place))
    for done in bring_all(ledger, root):
        assert done.entry is not None
    ledger.close()
    return place


@pytest.fixture
def ledger(template: Path, tmp_path: Path) -> Iterator[Ledger]:
    place = tmp_path / "three.db"
    shutil.copy(template, place)
    opened = Ledger.open(str(place))
    yield opened
    assert verify(opened).good
    opened.close()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the data that a test may change."""
    place = tmp_path / "data"
    shutil.copytree(base(), place, symlinks=True)
    for path in [place, *place.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return place


def again(ledger: Ledger, root: Path, folder: str) -> list[tuple[str, str, str]]:
    """Import one source again; what changed, as (kind, entity without its opaque part, attribute)."""
    source = next(one for one in SOURCES if one.folder == folder)
    request = Request(root / folder, str(ROOT / "examples" / source.mapping), source.namespace)
    done = bring(ledger, request, actor="local")
    return sorted((c.kind, "person" if c.entity.startswith("person:") else c.entity, c.attribute) for c in done.changes)


def test_the_second_import_changes_nothing(ledger: Ledger) -> None:
    before = Questions(ledger).head()
    for done in bring_all(ledger, base()):
        assert (done.entry, done.added, done.changed, done.removed) == (None, 0, 0, 0)
    assert Questions(ledger).head() == before


def test_android_stays_two_teams(ledger: Ledger) -> None:
    questions = Questions(ledger)
    refs = {row.ref for row in questions.listing("team").rows}
    assert {"team:android@otel", "team:android@rust"} <= refs
    assert questions.show("team:android@otel").known_as == ()


def test_a_member_who_left_is_retracted_and_nothing_else(ledger: Ledger, checkout: Path) -> None:
    path = checkout / "rust/team/teams/lang.toml"
    path.write_text(path.read_text().replace('    "scottmcm",\n', "", 1))
    assert again(ledger, checkout, "rust/team") == [("remove", "team:lang@rust", "member")]


def test_a_file_that_went_is_retracted_whole_and_nothing_else(ledger: Ledger, checkout: Path) -> None:
    said = {told.attribute for told in Questions(ledger).history("work:pep-3000@python").told}
    (checkout / "python/peps/pep-3000.rst").unlink()
    changes = again(ledger, checkout, "python/peps")
    gone = {attribute for kind, entity, attribute in changes if entity == "work:pep-3000@python"}
    assert {kind for kind, _, _ in changes} == {"remove"}
    assert gone == said
    assert {entity for _, entity, _ in changes} <= {"work:pep-3000@python", "person"}


def test_a_row_that_went_is_retracted_and_nothing_else(ledger: Ledger, checkout: Path) -> None:
    path = checkout / "rust/goals/2026/cargo-script.md"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("| [rustdoc]")))
    changes = again(ledger, checkout, "rust/goals")
    assert {kind for kind, _, _ in changes} == {"remove"}
    (dependency,) = {entity for _, entity, _ in changes}
    assert dependency.startswith("dependency:")
    assert "rustdoc" in dependency


@pytest.mark.parametrize(
    ("folder", "file"),
    [
        ("rust/team", "teams/lang.toml"),
        ("rust/calendar", "lang.toml"),
        ("opentelemetry", "workstreams.yml"),
    ],
)
def test_a_broken_file_retracts_nothing(ledger: Ledger, checkout: Path, folder: str, file: str) -> None:
    (checkout / folder / file).write_text('name = "broken\n\t- : [')
    assert again(ledger, checkout, folder) == []
    (unread,) = [one for one in Questions(ledger).quarantine() if one.level == "file"]
    assert unread.file == file
    assert unread.line is not None
