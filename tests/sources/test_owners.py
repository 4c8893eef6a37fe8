"""OWNERS trees: the examples of the docs, prow's edge cases, and the laws of inheritance."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import Problem
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.values import check
from counterpoint.sources.ownership.answer import OwnershipAnswer, who_owns
from counterpoint.sources.ownership.drafts import ownership_drafts
from counterpoint.sources.ownership.owners import read_aliases, read_owners
from tests.sources import ownership_examples as examples

EXAMPLE = "An example of OWNERS"


def holders(found: OwnershipAnswer, role: str) -> list[str]:
    return [owner.name for owner in found.owners if owner.role == role]


def at(found: OwnershipAnswer, text: str) -> Problem:
    (problem,) = (problem for problem in found.problems if text in problem.message)
    assert problem.hint and problem.file
    return problem


@pytest.mark.parametrize(
    ("path", "answer", "owners", "inherited"), examples.table(EXAMPLE, "| path | answer | owners | inherited from |")
)
def test_the_example_of_the_docs(tmp_path: Path, path: str, answer: str, owners: str, inherited: str) -> None:
    root = examples.write(tmp_path, examples.files(EXAMPLE))
    found = who_owns(root, path)
    assert (found.used, found.answer, found.inherited_from or "") == ("OWNERS", answer, inherited)
    assert holders(found, "approvers") == owners.split()
    assert list(found.deciders) == [f"person:{name.lstrip('@')}" for name in owners.split()]
    assert found.rule == ("any" if answer == "shared" else None)
    assert not found.problems


def test_roles_labels_lines_and_aliases(tmp_path: Path) -> None:
    found = who_owns(examples.write(tmp_path, examples.files(EXAMPLE)), "pkg/net/dial.c")
    assert found.labels == ("area/net",)
    assert holders(found, "emeritus_approvers") == ["@frank"] and "person:frank" not in found.deciders
    assert holders(found, "reviewers") == ["@carol"] and "person:carol" not in found.deciders
    assert [(owner.name, owner.nearest, owner.alias) for owner in found.owners if owner.role == "approvers"] == [
        ("@dana", True, "sig-net"),
        ("@erin", True, "sig-net"),
        ("@root-lead", False, None),
    ]
    assert found.matched is not None and (found.matched.file, found.matched.line) == ("pkg/net/OWNERS", 2)
    note = next(step for step in found.steps if step.rule == "OWNERS_ALIASES")
    assert note.found == "1 aliases; no alias, so taken as users: @carol, @frank, @root-lead"
    walked = [(step.at, step.parties) for step in found.steps if step.rule == "OWNERS"]
    assert walked == [("pkg/net/OWNERS", ("person:dana", "person:erin")), ("OWNERS", ("person:root-lead",))]


def test_no_parent_owners_stops_only_where_somebody_is_named(tmp_path: Path) -> None:
    stop = "options: {no_parent_owners: true}\n"
    files = {
        "OWNERS": "approvers: [root]\nreviewers: [rev]\n",
        "a/OWNERS": stop + "approvers: [ann]\n",
        "a/b/OWNERS": "approvers: [bob]\n",
        "c/OWNERS": stop + "reviewers: [only-reviews]\n",
    }
    root = examples.write(tmp_path, files)
    assert who_owns(root, "a/b/x").deciders == ("person:bob", "person:ann")
    assert holders(who_owns(root, "a/b/x"), "reviewers") == ["@rev"]
    assert "without a say" in next(step for step in who_owns(root, "a/x").steps if step.at == "OWNERS").found
    assert who_owns(root, "c/x").deciders == ("person:root",)
    assert holders(who_owns(root, "c/x"), "reviewers") == ["@only-reviews"]


def test_filters_are_searched_in_the_path_from_their_directory(tmp_path: Path) -> None:
    own = 'filters:\n  "^net/": {approvers: [net]}\n  "\\\\.go$": {approvers: [gopher], labels: [go]}\n'
    root = examples.write(tmp_path, {"pkg/OWNERS": own + '  "(?!x)": {approvers: [never]}\n'})
    assert who_owns(root, "pkg/net/a.go").deciders == ("person:net", "person:gopher")
    assert who_owns(root, "pkg/net/a.go").labels == ("go",)
    assert who_owns(root, "pkg/x/net/a.c").answer == "none"
    bad = at(who_owns(root, "pkg/a.go"), "(?!x)")
    assert (bad.file, bad.line) == ("pkg/OWNERS", 4)
    assert who_owns(root, "pkg/net").kind == "missing" and who_owns(root, "pkg/net/").deciders == ("person:net",)


def test_filters_beside_lists_are_ignored_and_told(tmp_path: Path) -> None:
    root = examples.write(tmp_path, {"OWNERS": 'approvers: [ann]\nfilters:\n  ".*":\n    approvers: [bob]\n'})
    found = who_owns(root, "x")
    assert found.deciders == ("person:ann",)
    assert at(found, "filters are ignored").line == 2


def test_emeritus_and_options_may_stand_beside_filters(tmp_path: Path) -> None:
    text = 'emeritus_approvers: [old]\noptions: {no_parent_owners: yes}\nfilters:\n  ".*": {approvers: [ann]}\n'
    root = examples.write(tmp_path, {"OWNERS": "approvers: [root]\n", "a/OWNERS": text})
    found = who_owns(root, "a/x")
    assert found.deciders == ("person:ann",) and holders(found, "emeritus_approvers") == ["@old"]
    assert not found.problems


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("approvers: [ann\n", 2),
        ("approvers: ann\n", 1),
        ("a@chromium.example\nb@chromium.example\n", 1),
        ("- ann\n", 1),
        ("approvers:\n  - ann\n  - {bob: x}\n", 2),
        ("approvers:\n- ann\napprovers:\n- bob\n", 3),
        ("options: {no_parent_owners: 'true'}\napprovers: [ann]\n", 1),
        ("approvers: [ann]\n--- \napprovers: [bob]\n", 2),
        ("filters: [a]\n", 1),
        ("filters:\n  a: {approvers: bob}\n", 2),
        ("[" * 3000, None),
    ],
)
def test_a_file_that_cannot_be_read_counts_as_absent_and_is_told(
    tmp_path: Path, content: str, line: int | None
) -> None:
    root = examples.write(tmp_path, {"OWNERS": "approvers: [root]\n", "a/OWNERS": content})
    found = who_owns(root, "a/x")
    assert (found.deciders, found.inherited_from) == (("person:root",), "OWNERS")
    problem = at(found, "a/OWNERS is not used")
    assert problem.file == "a/OWNERS" and (line is None or problem.line == line)
    assert next(step for step in found.steps if step.at == "a/OWNERS").found.startswith("not used")


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    assert read_owners(b"approvers: [\xff]\n", "OWNERS", "").refused


def test_empty_files_and_empty_lists_name_nobody(tmp_path: Path) -> None:
    root = examples.write(
        tmp_path, {"OWNERS": "", "a/OWNERS": "approvers:\nreviewers: []\nlabels: [~]\n", "b/OWNERS": "# x"}
    )
    for path in ("x", "a/x", "b/x"):
        found = who_owns(root, path)
        assert (found.answer, found.used, found.problems) == ("none", "OWNERS", ())


def test_names_are_taken_as_they_are_written_and_compared_without_case(tmp_path: Path) -> None:
    text = "approvers: [Ann, '@ann', ANN, 1e5, on, 0123, sig-a]\nreviewers: [SIG-A]\n"
    root = examples.write(tmp_path, {"OWNERS": text, "OWNERS_ALIASES": "aliases:\n  Sig-A: [Bob]\n"})
    found = who_owns(root, "x")
    assert holders(found, "approvers") == ["@ann", "@1e5", "@on", "@0123", "@bob"]
    assert holders(found, "reviewers") == ["@bob"]


def test_names_that_are_nothing_are_told_and_name_nobody(tmp_path: Path) -> None:
    aliases = "aliases:\n  broken: ann\n  empty:\n  braces: {dan, Eve}\n  nested: [braces, 'not a login']\n"
    text = "approvers: [broken, empty, braces, nested, a@b.example]\napprover: [x]\noptions: {other: true}\n"
    root = examples.write(tmp_path, {"OWNERS": text, "OWNERS_ALIASES": aliases})
    found = who_owns(root, "x")
    assert holders(found, "approvers") == ["@dan", "@eve", "@braces"]
    assert at(found, "'broken' could not be read").file == "OWNERS"
    assert at(found, "broken is not a list").file == "OWNERS_ALIASES"
    assert at(found, "names the alias 'braces'").line == 5
    assert at(found, "'not a login'").file == "OWNERS_ALIASES"
    assert at(found, "'a@b.example'").field == "approvers"
    assert at(found, "'approver' means nothing").line == 2
    assert at(found, "no option 'other'").line == 3


def test_aliases_that_are_no_mapping() -> None:
    for text in (b"aliases: [a]\n", b"- a\n", b"aliases: {a: [b]\n"):
        found = read_aliases(text)
        assert not found.members and found.quarantined[0].level == "file"
    assert not read_aliases(b"").quarantined
    assert not read_aliases(b"aliases:\n").quarantined


def test_aliases_count_only_at_the_root(tmp_path: Path) -> None:
    files = {"a/OWNERS": "approvers: [sig]\n", "a/OWNERS_ALIASES": "aliases: {sig: [ann]}\n"}
    assert who_owns(examples.write(tmp_path, files), "a/x").deciders == ("person:sig",)


def test_both_formats(tmp_path: Path) -> None:
    files = {"CODEOWNERS": "/a/ @acme/core\n/b/\n", "OWNERS": "approvers: [ann]\n"}
    root = examples.write(tmp_path, files)
    found = who_owns(root, "a/x")
    assert (found.used, found.deciders) == ("CODEOWNERS", ("team:acme/core",))
    assert found.other is not None and (found.other.format, found.other.deciders) == ("OWNERS", ("person:ann",))
    assert "enforces" in found.why and found.steps[-1].found == found.why
    turned = who_owns(root, "a/x", prefer="OWNERS")
    assert turned.deciders == ("person:ann",) and turned.other is not None and turned.other.format == "CODEOWNERS"
    nobody = who_owns(root, "b/x")
    assert (nobody.used, nobody.answer, nobody.deciders) == ("CODEOWNERS", "none", ())
    assert nobody.matched is not None and nobody.matched.line == 2
    rest = who_owns(root, "c/x")
    assert (rest.used, rest.deciders) == ("OWNERS", ("person:ann",)) and "no rule" in rest.why


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = examples.write(tmp_path / "outside", {"OWNERS": "approvers: [intruder]\n"})
    root = examples.write(tmp_path / "repo", {"OWNERS": "approvers: [ann]\n", "a/x": ""})
    (root / "link").symlink_to(outside)
    (root / "a/OWNERS").symlink_to(outside / "OWNERS")
    assert who_owns(root, "link/x").deciders == ("person:ann",)
    found = who_owns(root, "a/x")
    assert found.deciders == ("person:ann",) and at(found, "symbolic link").file == "a/OWNERS"


LOGINS = st.lists(st.sampled_from(["ann", "bob", "cy", "dee"]), max_size=3)
DIRECTORIES = ("", "a", "a/b", "a/b/c")


@st.composite
def trees(draw: st.DrawFn) -> dict[str, tuple[list[str], bool]]:
    chosen = draw(st.lists(st.sampled_from(DIRECTORIES), unique=True))
    return {directory: (draw(LOGINS), draw(st.booleans())) for directory in chosen}


def written(root: Path, tree: dict[str, tuple[list[str], bool]]) -> Path:
    files = {
        f"{directory}/OWNERS".lstrip("/"): f"options: {{no_parent_owners: {str(stop).lower()}}}\napprovers: {names}\n"
        for directory, (names, stop) in tree.items()
    }
    return examples.write(root, files)


def told(tree: dict[str, tuple[list[str], bool]], directory: str) -> list[str]:
    """Whom prow's rule gives, by recursion from the directory up."""

    def up(place: str | None, found: list[str]) -> list[str]:
        if place is None:
            return found
        names, stop = tree.get(place, ([], False))
        found = [*found, *names]
        if stop and found:
            return found
        return up(None if place == "" else place.rpartition("/")[0], found)

    return list(dict.fromkeys(f"person:{name}" for name in up(directory, [])))


@settings(max_examples=120, deadline=None)
@given(trees(), st.sampled_from(DIRECTORIES))
def test_the_walk_equals_the_recursion(tree: dict[str, tuple[list[str], bool]], directory: str) -> None:
    with tempfile.TemporaryDirectory() as place:
        found = who_owns(written(Path(place), tree), f"{directory}/x" if directory else "x")
    assert list(found.deciders) == told(tree, directory)
    assert found.answer == {0: "none", 1: "one"}.get(len(found.deciders), "shared")


@settings(max_examples=80, deadline=None)
@given(trees())
def test_without_the_option_a_directory_has_all_that_its_parent_has(tree: dict[str, tuple[list[str], bool]]) -> None:
    open_tree = {directory: (names, False) for directory, (names, _) in tree.items()}
    with tempfile.TemporaryDirectory() as place:
        root = written(Path(place), open_tree)
        chain = [set(who_owns(root, f"{directory}/x".lstrip("/")).deciders) for directory in DIRECTORIES]
    assert all(above <= below for above, below in pairwise(chain))


@settings(max_examples=80, deadline=None)
@given(trees(), st.sampled_from(DIRECTORIES[1:]), trees())
def test_above_a_stop_that_names_somebody_nothing_matters(
    tree: dict[str, tuple[list[str], bool]], directory: str, other: dict[str, tuple[list[str], bool]]
) -> None:
    tree[directory] = (["ann"], True)
    above = [place for place in DIRECTORIES if len(place) < len(directory)]
    changed = {place: value for place, value in tree.items() if place not in above}
    changed |= {place: value for place, value in other.items() if place in above}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        path = f"{directory}/x"
        assert who_owns(written(Path(one), tree), path).deciders == who_owns(written(Path(two), changed), path).deciders


def test_as_statements(tmp_path: Path) -> None:
    root = examples.write(
        tmp_path / "shop", {**examples.files(EXAMPLE), "bad/OWNERS": "approvers: x\n", "bad/in/OWNERS": "{}"}
    )
    found = ownership_drafts(root)
    stated: dict[str, dict[str, object]] = {}
    for draft in found.drafts:
        declared = attribute_of(kind_of(draft.entity), draft.attribute)
        assert declared is not None and draft.record == draft.entity
        stated.setdefault(draft.entity, {})[draft.attribute] = check(declared, draft.value)
    assert sorted(entity for entity in stated if entity.startswith("zone:")) == [
        "zone:shop", "zone:shop/bad/in/~owners", "zone:shop/go/~owners", "zone:shop/pkg/net/~owners",
        "zone:shop/vendor/~owners", "zone:shop/~owners",
    ]  # fmt: skip
    assert stated["zone:shop/pkg/net/~owners"] == {
        "exists": True, "title": "pkg/net/OWNERS", "covers": "/pkg/net/", "parent": "zone:shop/~owners",
        "inherit": True, "rule": "any", "label": "area/net",
        "owner": ["person:dana", "person:erin"], "decider": ["person:dana", "person:erin"],
    }  # fmt: skip
    assert stated["zone:shop/vendor/~owners"]["parent"] == "zone:shop"
    assert stated["zone:shop/vendor/~owners"]["inherit"] is False
    assert stated["zone:shop/bad/in/~owners"]["parent"] == "zone:shop/~owners"
    assert "decider" not in stated["zone:shop/go/~owners"]
    assert stated["person:dana"]["handle"] == {"system": "github", "handle": "dana"}
    kinds = [(bad.level, bad.file) for bad in found.quarantined]
    assert kinds == [("file", "bad/OWNERS"), ("field", "go/OWNERS")]
    assert ownership_drafts(root) == found


def test_a_repository_without_ownership_files_states_nothing(tmp_path: Path) -> None:
    assert ownership_drafts(tmp_path).drafts == ()
