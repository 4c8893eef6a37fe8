"""A map of a small repository, whose figures can be counted by hand; the same history is the same map."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from counterpoint.actions.bringing import OWNERSHIP, Request, bring
from counterpoint.errors import InvalidInput, NotFound
from counterpoint.ledger.ledger import Ledger
from counterpoint.model.answers import as_json
from counterpoint.model.map import Map
from counterpoint.questions.map import Wanted
from counterpoint.reporting import map_organisation, map_repositories
from tests.faces.report.marina import CODEOWNERS, DOCS, WEEKS, repository
from tests.sources.traces.git_making import Made, make


@pytest.fixture(scope="module")
def marina(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return repository(tmp_path_factory.mktemp("map") / "marina")


def mapped(folder: Path, *repositories: Path, **wanted: object) -> Map:
    folder.mkdir(parents=True)
    return map_repositories(repositories, folder, Wanted(**wanted), lambda *_: None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def found(marina: Path, tmp_path_factory: pytest.TempPathFactory) -> Map:
    return mapped(tmp_path_factory.mktemp("found") / "here", marina)


def test_who_and_how_much(found: Map) -> None:
    assert (found.title, found.people, found.bots) == ("marina", 5, 1)
    assert (found.names.joined, found.names.people) == (2, 1), "Ines has two addresses"
    changes = 1 + WEEKS * 4 + 2 * (WEEKS // 2) + DOCS + 1
    assert found.changes == changes
    (one,) = found.repositories
    assert (one.first, one.ownership, one.unread) == ("2022-01-01", (".github/CODEOWNERS",), 0)
    assert {area.title: area.people for area in found.areas if area.title in ("billing", "shop", "docs")} == {
        "billing": 2, "shop": 3, "docs": 1,
    }  # fmt: skip
    assert found.units.areas_found and found.units.groups_found


def test_the_last_year_is_told_where_there_is_enough_of_it(found: Map) -> None:
    assert found.as_of == "2024-02-10"
    assert found.coordination.since == "2023-02-10"


def test_what_is_required_and_met(found: Map) -> None:
    own = found.coordination
    between = {frozenset((tie.one, tie.other)): tie for tie in own.ties}
    billing, shop = (between[frozenset((f"area:{name}",))] for name in ("billing", "shop"))
    # Ines and Tom change each other's files and review each other, and so do Lee and Mira. Tom changes a file of the
    # shop as well, and neither of the two there was seen to deal with him.
    assert (billing.required, billing.met) == (1, 1)
    assert (shop.required, shop.met) == (3, 1)
    assert not [tie for tie in own.ties if "area:docs" in (tie.one, tie.other) and tie.required], "Ken needs nobody"
    # Of all six pairs of these four, the two within billing and within the shop.
    assert (own.required, own.met) == (6, 2)
    assert own.congruence.value == pytest.approx(1 / 3)
    gap = next(one for one in own.gaps if {one.one, one.other} == {"area:billing", "area:shop"})
    assert gap.unmet == gap.required - between[frozenset((gap.one, gap.other))].met
    assert {cause.file for cause in gap.files[:2]} == {"billing/tax.py", "shop/pay.py"}
    assert own.traced is not None and 0.8 < own.traced < 0.9, "reviewed: four of five commits or so"


def test_exposure(found: Map) -> None:
    rows = {row.area: row for row in found.exposure.areas}
    docs = rows["area:docs"]
    assert (docs.factor.value, docs.files, docs.authors, docs.alone) == (1, DOCS, 1, 1.0)
    assert rows["area:billing"].factor.value is None, "two files are too few"
    assert found.exposure.areas[0].area == "area:docs"
    assert all(not row.names for row in found.exposure.areas)


def test_who_decides(found: Map) -> None:
    rows = {row.area: row for row in found.deciding.areas}
    assert (rows["area:billing"].one, rows["area:billing"].deciders) == (1.0, ("team:marina/ledger",))
    assert (rows["area:shop"].shared, rows["area:shop"].deciders) == (1.0, ("person:lee", "person:mira"))
    assert (rows["area:docs"].nobody, rows["area:docs"].deciders) == (1.0, ())
    assert "/docs/ @your-team" in found.deciding.suggest
    assert found.deciding.files == (".github/CODEOWNERS",)
    assert 0 < (found.deciding.nobody or 0) < 0.1


def test_findings_say_what_to_do(found: Map) -> None:
    about = [one.about for one in found.findings]
    assert {"coordination", "exposure"} <= set(about) and len(about) == len(set(about)) <= 5
    sure = [("firm", "fair", "weak").index(one.sure) for one in found.findings]
    assert sure == sorted(sure)
    assert all(one.figure and one.says.endswith(".") and one.do.endswith(".") and one.why for one in found.findings)


def test_nobody_is_named(found: Map) -> None:
    text = repr(as_json(found))
    assert not [name for name in ("Ojeda", "Abara", "Park", "Voss", "Ito", "example.org") if name in text]


def test_the_same_history_is_the_same_map(marina: Path, found: Map, tmp_path: Path) -> None:
    assert as_json(mapped(tmp_path / "again", marina)) == as_json(found)


@pytest.mark.long
def test_otherwise_asked_for(marina: Path, found: Map, tmp_path: Path) -> None:
    """Since a day, with addresses kept apart, and by groups."""
    late = mapped(tmp_path / "late", marina, since=date(2023, 9, 1), join=False, by="team")
    assert late.changes < found.changes / 2 and late.since == late.coordination.since == "2023-09-01"
    assert late.people == found.people + 1 and late.names.joined == 0 and late.names.suggested == 1
    assert late.coordination.grain == "team" and set(late.coordination.units) <= {one.ref for one in late.groups}


def test_files_of_several_repositories_are_told_apart(marina: Path, tmp_path: Path) -> None:
    other = tmp_path / "quay"
    make(
        other, [Made(b"one", {b"billing/tax.py": b"x\n", b"docs/a.md": b"a\n"}, author=b"Uma Reyes <uma@example.org>")]
    )
    both = mapped(tmp_path / "both", marina, other, names=True)
    assert both.title == "marina and quay" and both.people == 6
    titles = {area.title for area in both.areas}
    assert any(title.startswith("quay") for title in titles) and any(title.startswith("marina/") for title in titles)
    rows = {row.area: row for row in both.deciding.areas}
    quay = next(row for area, row in rows.items() if area.startswith("area:quay"))
    assert quay.nobody == 1.0, "the CODEOWNERS of marina says nothing of quay"
    (alone,) = (row for row in both.exposure.areas if row.factor.value == 1)
    assert alone.area.startswith("area:marina") and alone.names == ("Ken Ito",), "named where the caller asks for it"
    assert both.deciding.files == ("marina/.github/CODEOWNERS",)


def test_in_an_organisation_each_repository_has_its_own_owners(tmp_path: Path) -> None:
    ledger = Ledger.create(str(tmp_path / "org.db"))
    for name, path in (("harbour", b"/pier/ @acme/harbour\n"), ("quay", b"/pier/ @acme/quay\n")):
        folder = tmp_path / name
        make(folder, [Made(b"one", {b"pier/a.py": b"1\n", b"b.py": b"1\n"}), Made(b"two", {b"pier/a.py": b"2\n"})])
        (folder / "CODEOWNERS").write_bytes(path)
        bring(ledger, Request(folder, OWNERSHIP), actor="local")
    both = [tmp_path / "harbour", tmp_path / "quay"]
    (tmp_path / "work").mkdir()
    made = map_organisation(
        ledger, str(tmp_path / "org.db"), both, tmp_path / "work", Wanted(), actor="local", progress=lambda *_: None
    )
    ledger.close()
    assert {area.ref: area.changes for area in made.areas} == {
        "zone:harbour//pier/": 2, "zone:quay//pier/": 2, "zone:(none)": 2,
    }  # fmt: skip
    assert made.deciding.suggest == (), "what is in no zone is no folder"
    assert {row.area: row.deciders for row in made.deciding.areas} == {
        "zone:harbour//pier/": ("team:acme/harbour",), "zone:quay//pier/": ("team:acme/quay",), "zone:(none)": (),
    }  # fmt: skip


def test_a_repository_of_one_person_says_what_is_missing(tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    make(alone, [Made(b"one", {b"a.py": b"1\n"}), Made(b"two", {b"a.py": b"2\n"})])
    one = mapped(tmp_path / "here", alone)
    assert one.people == 1 and one.coordination.required == 0 and not one.coordination.gaps
    assert one.growth.exponent.value is None and one.growth.exponent.missing
    assert one.deciding.missing and one.deciding.suggest == ("/* @your-team",)


def test_what_is_no_repository_is_told(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(InvalidInput, match="is no git repository"):
        mapped(tmp_path / "one", tmp_path / "plain")
    with pytest.raises(NotFound, match="there is no"):
        mapped(tmp_path / "two", tmp_path / "nowhere")
    make(tmp_path / "app", [Made(b"one", {b"a.py": b"1\n"})])
    with pytest.raises(InvalidInput, match="twice"):
        mapped(tmp_path / "three", tmp_path / "app", tmp_path / "app")
    with pytest.raises(NotFound, match="no change"):
        mapped(tmp_path / "four", tmp_path / "app", since=date(2030, 1, 1))


def test_the_ownership_of_the_commit_counts_and_not_that_of_the_folder(marina: Path, tmp_path: Path) -> None:
    assert not (marina / ".github").exists() and CODEOWNERS, "nothing is checked out"
