"""What the paths of the activity mean, from a repository on."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterpoint.actions.bringing import OWNERSHIP, Request, bring
from counterpoint.actions.tracing import TraceRequest, trace
from counterpoint.lake.duck import DuckEngine
from counterpoint.lake.place import Place
from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.measuring import Measuring
from counterpoint.questions.paths import repositories
from counterpoint.questions.tables.places import speaking_for

WHO = ("-c", "user.name=Ana Lind", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *WHO, *words], cwd=folder, check=True, capture_output=True)


def written(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-m", "more")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    lines = "".join(f"line {number}\n" for number in range(20))
    written(folder, api__pay_dot_py=lines, web__page_dot_js="1\n", web__node_modules__left_dot_js="2\n")
    written(folder, api__odd_dot_txt="3\n", _dot_gitattributes="api/odd.txt linguist-generated\n")
    git(folder, "mv", "api/pay.py", "api/charge.py")
    git(folder, "commit", "-m", "a better name")
    return folder


@pytest.fixture
def measuring(tmp_path: Path, repository: Path) -> Iterator[Measuring]:
    ledger = Ledger.create(str(tmp_path / "org.db"))
    place = Place.at(str(tmp_path / "lake"))
    trace(ledger, place, TraceRequest(repository), actor="local")
    yield Measuring.of(ledger, place, DuckEngine())
    ledger.close()


def test_what_is_left_out_and_what_a_file_is_called_last(measuring: Measuring) -> None:
    given, _, _ = measuring.given({"zone"})
    assert {(row["path"], row["rule"].partition(":")[0]) for row in given.tables["left_out"].to_pylist()} == {
        ("web/node_modules/left.js", "vendored"),
        ("api/odd.txt", "generated"),
    }
    assert [(row["path"], row["name"]) for row in given.tables["path_name"].to_pylist()] == [
        ("api/pay.py", "api/charge.py")
    ]


def test_areas_are_found_where_no_zone_is_declared(measuring: Measuring) -> None:
    given, _, _ = measuring.given({"zone"})
    zones = {row["path"]: row["zone"] for row in given.tables["path_zone"].to_pylist()}
    assert set(zones) == {"api/charge.py", "web/page.js", ".gitattributes"}
    assert all(one.startswith("area:") for one in zones.values())
    assert {row["zone"] for row in given.tables["zone"].to_pylist()} == set(zones.values())
    assert all(row["found"] for row in given.tables["zone"].to_pylist())


def test_declared_zones_go_before_found_ones(measuring: Measuring, repository: Path) -> None:
    written(repository, CODEOWNERS="/api/ @payments\n")
    bring(measuring.ledger, Request(repository, OWNERSHIP), actor="local")
    given, _, _ = measuring.given({"zone"})
    (row,) = given.tables["path_zone"].to_pylist()
    assert row["path"] == "api/charge.py"
    assert not row["zone"].startswith("area:")
    answer = measuring.run("volume", by="zone").answer
    assert {(one["unit"], one["value"]) for one in answer.rows if one["figure"] == "rows"} == {(row["zone"], 3)}


class TestSeveralRepositories:
    """What the ownership files of a repository say is about its own paths."""

    @pytest.fixture
    def both(self, measuring: Measuring, repository: Path) -> tuple[Path, Path]:
        other = repository.parent / "Other Lib"
        other.mkdir()
        git(other, "init", "-b", "main")
        written(other, api__charge_dot_py="1\n", CODEOWNERS="/api/ @libraries\n")
        trace(measuring.ledger, measuring.place, TraceRequest(other), actor="local")
        return repository, other

    def zones(self, measuring: Measuring) -> dict[tuple[str, str], str]:
        rows = measuring.given({"zone"})[0].tables["path_zone"].to_pylist()
        return {(row["source"], row["path"]): row["zone"] for row in rows}

    def test_each_speaks_for_its_own(self, measuring: Measuring, both: tuple[Path, Path]) -> None:
        written(both[0], CODEOWNERS="/api/ @payments\n")
        for one in both:
            bring(measuring.ledger, Request(one, OWNERSHIP), actor="local")
        assert self.zones(measuring) == {
            ("git:app", "api/charge.py"): "zone:app//api/",
            ("git:Other Lib", "api/charge.py"): "zone:other-lib//api/",
        }
        answer = measuring.run("volume", by="zone").answer
        counts = {one["unit"]: one["value"] for one in answer.rows if one["figure"] == "rows"}
        assert counts == {"zone:app//api/": 3, "zone:other-lib//api/": 1}

    def test_one_says_nothing_of_the_other(self, measuring: Measuring, both: tuple[Path, Path]) -> None:
        bring(measuring.ledger, Request(both[1], OWNERSHIP), actor="local")
        assert self.zones(measuring) == {("git:Other Lib", "api/charge.py"): "zone:other-lib//api/"}

    def test_where_no_relation_is_known_the_path_counts(self, measuring: Measuring, both: tuple[Path, Path]) -> None:
        again = both[1].rename(both[1].with_name("else"))
        bring(measuring.ledger, Request(again, OWNERSHIP), actor="local")
        assert set(self.zones(measuring)) == {("git:Other Lib", "api/charge.py"), ("git:app", "api/charge.py")}

    def test_files_of_one_path_are_two(self, measuring: Measuring, both: tuple[Path, Path]) -> None:
        """Ana and Ben change a README each, in a repository of their own: nothing binds them to each other."""
        for one, who in zip(both, ("Ana Lind", "Ben Sow"), strict=True):
            (one / "README.md").write_text("new\n")
            git(one, "add", "-A")
            mail = f"user.email={who.split()[0].lower()}@example.org"
            git(one, "-c", f"user.name={who}", "-c", mail, "commit", "-m", "words")
            trace(measuring.ledger, measuring.place, TraceRequest(one), actor="local")
        (row,) = (one for one in measuring.run("interdependence").answer.rows if one["figure"] == "relationships")
        assert row["value"] == 0
        given, _, _ = measuring.given({"zone"})
        assert given.tables["repository"].to_pylist() == [
            {"source": "git:Other Lib", "name": "Other Lib"}, {"source": "git:app", "name": "app"},
        ]  # fmt: skip

    def test_areas_that_are_found_are_each_of_one(self, measuring: Measuring, both: tuple[Path, Path]) -> None:
        found = self.zones(measuring)
        assert found["git:app", "api/charge.py"] != found["git:Other Lib", "api/charge.py"]


@pytest.mark.parametrize(
    ("sources", "imports", "speaking"),
    [
        (["git:app"], ["app"], {"git:app": {"app"}}),
        (["git:app", "git:lib"], ["app"], {"git:app": {"app"}, "git:lib": set()}),
        (["git:app"], ["lib"], {"git:app": {"lib"}}),
        (["git:app"], ["app@here", "lib"], {"git:app": {"app@here"}}),
        (["git:app", "git:app@here"], ["app", "app@here"], {"git:app": {"app"}, "git:app@here": {"app@here"}}),
        (["git:app", "git:app@here"], ["app@here", "app@there"],
         {"git:app": {"app@there"}, "git:app@here": {"app@here"}}),
        (["git:My App"], ["my-app", "other"], {"git:My App": {"my-app"}}),
        (["git:one", "git:two"], ["app", "two"], {"git:one": {"app"}, "git:two": {"two"}}),
    ],
)  # fmt: skip
def test_which_imports_speak_for_a_source(
    sources: list[str], imports: list[str], speaking: dict[str, set[str]]
) -> None:
    assert speaking_for(sources, imports) == speaking


def test_what_the_files_of_each_repository_begin_with() -> None:
    def names(*sources: str) -> dict[str, str]:
        return {row["source"]: row["name"] for row in repositories(sources).to_pylist()}

    assert names("git:app") == names() == {}, "one repository needs no telling apart"
    assert names("git:app", "git:lib", "git:app") == {"git:app": "app", "git:lib": "lib"}
    assert names("git:app", "svn:app", "log") == {"git:app": "git:app", "svn:app": "svn:app", "log": "log"}
    told = repositories(["git:a", "git:b"], {"git:a": "east"}).to_pylist()
    assert told == [{"source": "git:a", "name": "east"}, {"source": "git:b", "name": "b"}]
