"""CODEOWNERS: the examples of the docs, the last-match law, and an independent matcher as the oracle."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import pathspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import BadValue, NotFound, Refused
from counterpoint.model.answers import as_json
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.patterns import PathPattern, PatternIndex, parse_pattern
from counterpoint.model.values import check
from counterpoint.sources.ownership.answer import who_owns
from counterpoint.sources.ownership.codeowners import LARGEST, read_codeowners
from counterpoint.sources.ownership.drafts import ownership_drafts
from tests.realdata import data
from tests.sources import ownership_examples as examples

EXACT = "CODEOWNERS, exactly"
EXAMPLE = "An example of CODEOWNERS"


@pytest.mark.parametrize(
    ("path", "answer", "owners", "line"), examples.table(EXAMPLE, "| path | answer | owners | line |")
)
def test_the_example_of_the_docs(tmp_path: Path, path: str, answer: str, owners: str, line: str) -> None:
    root = examples.write(tmp_path, examples.files(EXAMPLE))
    found = who_owns(root, path)
    assert found.used == "CODEOWNERS"
    assert found.answer == answer
    assert [owner.name for owner in found.owners] == owners.split()
    assert found.matched is not None and (found.matched.file, found.matched.line) == (".github/CODEOWNERS", int(line))
    assert found.rule == ("any" if answer == "shared" else None)
    assert not found.problems
    step = next(step for step in found.steps if step.rule == "last matching rule")
    assert (step.at, step.parties) == (f".github/CODEOWNERS:{line}", found.deciders)
    shown = as_json(found)
    assert isinstance(shown, dict) and json.loads(json.dumps(shown))["owners"] == shown["owners"]


@pytest.mark.parametrize(("pattern", "path", "matches"), examples.table(EXACT, "| pattern | path | matches |"))
def test_the_edge_cases_of_the_docs(pattern: str, path: str, matches: str) -> None:
    assert parse_pattern(pattern).matches(path) is (matches == "yes")
    assert naive(pattern, path) is (matches == "yes")
    assert (PatternIndex([parse_pattern(pattern)]).last(path) is not None) is (matches == "yes")


@pytest.mark.parametrize(("line", "why"), examples.table(EXACT, "| line | why it is skipped |"))
def test_lines_that_are_skipped(line: str, why: str) -> None:
    read = read_codeowners(f"* @first\n{line}\n*.txt @last\n", "CODEOWNERS")
    assert [rule.line for rule in read.rules] == [1, 3]
    (bad,) = read.quarantined
    assert (bad.level, bad.file, bad.line, bad.excerpt) == ("record", "CODEOWNERS", 2, line)
    assert bad.hint
    held = read.rule_for("file1.js")
    assert held is not None and held.line == 1


@pytest.mark.parametrize("line", ["[Docs]", "^[Docs]", "[Docs][2] @jo", "^[Docs][1]", "[Docs] @acme/docs @jo"])
def test_sections_of_gitlab_refuse_the_file(tmp_path: Path, line: str) -> None:
    root = examples.write(tmp_path, {"CODEOWNERS": f"* @jo\n{line}\n/docs/ @kim\n"})
    found = who_owns(root, "docs/a.md")
    assert (found.answer, found.used, found.matched) == ("none", None, None)
    (problem,) = found.problems
    assert (problem.file, problem.line) == ("CODEOWNERS", 2)
    assert "GitLab" in problem.message and problem.hint


def test_a_range_at_the_start_is_no_section() -> None:
    read = read_codeowners("[ab].txt @jo\n* @kim\n")
    assert [bad.level for bad in read.quarantined] == ["record"]
    assert len(read.rules) == 1


def test_the_first_place_is_used_even_where_it_says_nothing(tmp_path: Path) -> None:
    places = {".github/CODEOWNERS": "/a/ @one\n", "CODEOWNERS": "* @two\n", "docs/CODEOWNERS": "* @three\n"}
    root = examples.write(tmp_path, places)
    assert who_owns(root, "a/x").deciders == ("person:one",)
    assert who_owns(root, "b").answer == "none"
    (root / ".github/CODEOWNERS").unlink()
    assert who_owns(root, "b").deciders == ("person:two",)
    (root / "CODEOWNERS").unlink()
    assert who_owns(root, "b").deciders == ("person:three",)
    (root / "docs/CODEOWNERS").unlink()
    nobody = who_owns(root, "b")
    assert (nobody.answer, nobody.used, nobody.problems) == ("none", None, ())


def test_a_file_that_is_too_big_is_refused_and_no_other_is_used(tmp_path: Path) -> None:
    root = examples.write(tmp_path, {"CODEOWNERS": "* @two\n", ".github/CODEOWNERS": "* @one\n"})
    with (root / ".github/CODEOWNERS").open("ab") as file:
        file.truncate(LARGEST - 1)
    # NUL bytes on the last line: that line is skipped, the file holds.
    assert who_owns(root, "a").deciders == ("person:one",)
    with (root / ".github/CODEOWNERS").open("ab") as file:
        file.truncate(LARGEST)
    found = who_owns(root, "a")
    assert found.answer == "none" and "bytes" in found.problems[0].message


def test_paths_out_of_the_repository_are_refused(tmp_path: Path) -> None:
    root = examples.write(tmp_path / "repo", {"CODEOWNERS": "/src/ @jo\n"})
    for path in ("../x", "src/../../x", "/etc/passwd", f"{root}/../x", "src/../../repo-2/x"):
        with pytest.raises(Refused):
            who_owns(root, path)
    for inside in ("src/a", "./src/a", "src/b/../a", "lib/../src/a", root / "src/a", f"{root}/src//a"):
        assert who_owns(root, inside).deciders == ("person:jo",)
    with pytest.raises(NotFound):
        who_owns(tmp_path / "nowhere", "a")


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = examples.write(tmp_path / "outside", {"CODEOWNERS": "* @intruder\n", "OWNERS": "approvers: [intruder]\n"})
    root = examples.write(tmp_path / "repo", {"a/x": ""})
    (root / "CODEOWNERS").symlink_to(outside / "CODEOWNERS")
    (root / "link").symlink_to(outside)
    found = who_owns(root, "link/file")
    assert (found.answer, found.kind) == ("none", "missing")
    assert any("symbolic link" in problem.message for problem in found.problems)
    assert who_owns(root, "link").kind == "file"


def test_what_is_asked_about(tmp_path: Path) -> None:
    root = examples.write(tmp_path, {"CODEOWNERS": "*.py @py\n/src/ @src\n/src/* @top\n", "src/deep/a.py": ""})
    asked = {
        path: (who_owns(root, path).kind, *who_owns(root, path).deciders)
        for path in ("src", "src/deep", "src/new/", ".", "src/new")
    }
    assert asked == {
        "src": ("directory", "person:top"),
        "src/deep": ("directory", "person:src"),
        "src/new/": ("directory", "person:src"),
        ".": ("directory",),
        "src/new": ("missing", "person:top"),
    }


def test_reading_a_line() -> None:
    text = "\ufeff  *.js\t@Jo  @jo\t@acme/web a@b.example#note\r\nno-owner   # nobody\nsp\\ ace\\  @x\nlast\\ "
    read = read_codeowners(text)
    assert not read.quarantined
    shown = [(rule.line, rule.pattern.text, [str(owner) for owner in rule.owners]) for rule in read.rules]
    assert shown == [
        (1, "*.js", ["@Jo", "@acme/web", "a@b.example"]),
        (2, "no-owner", []),
        (3, "sp\\ ace\\ ", ["@x"]),
        (4, "last\\ ", []),
    ]
    assert [owner.ref for owner in read.rules[0].owners] == ["person:jo", "team:acme/web", "person:a-b.example"]


def test_bytes_that_are_no_text_and_invisible_characters() -> None:
    read = read_codeowners(b"* @a\n\xff\xfe @b\n*.js\xc2\xa0@c\n*.md @d\x07\n# \xc2\xa0 in a comment\n*.py @e")
    assert [rule.line for rule in read.rules] == [1, 6]
    assert [bad.line for bad in read.quarantined] == [2, 3, 4]


NAMES = st.sampled_from(["a", "b", "ab", "a.b", "x.b", ".a", "a b", "#", "*"])
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
SEGMENTS = st.sampled_from(
    ["a", "b", "*", "**", "?", "a*", "*b", "*.b", "a?", "?*", "a**", "*a*b*", "\\*", "a\\ b", "\\#", ".a"]
)


@st.composite
def patterns(draw: st.DrawFn) -> str:
    body = "/".join(draw(st.lists(SEGMENTS, min_size=1, max_size=4)))
    text = draw(st.sampled_from(["", "/"])) + body + draw(st.sampled_from(["", "/"]))
    return text if not text.startswith("\\#") else "/" + text


def glob(segment: str, name: str) -> bool:
    """One segment against one name, character by character."""
    if not segment:
        return not name
    if segment[0] == "*":
        return glob(segment[1:], name) or (bool(name) and glob(segment, name[1:]))
    if segment[0] == "\\":
        return name[:1] == segment[1] and glob(segment[2:], name[1:])
    return bool(name) and segment[0] in ("?", name[0]) and glob(segment[1:], name[1:])


def naive(pattern: str, path: str) -> bool:
    """The documented meaning, told in the plainest way: walk segments, then look at what is left of the path."""
    segments, parts = path.split("/"), pattern.strip("/").split("/")
    inside_only = pattern.endswith("/")
    anchored = "/" in pattern.rstrip("/")
    children_only = anchored and parts[-1] == "*" and not inside_only

    def ends(part: int, at: int) -> list[int]:
        if part == len(parts):
            return [at]
        if parts[part] == "**":
            fewest = at + 1 if part == len(parts) - 1 and not inside_only else at
            return [end for start in range(fewest, len(segments) + 1) for end in ends(part + 1, start)]
        return ends(part + 1, at + 1) if at < len(segments) and glob(parts[part], segments[at]) else []

    for start in [0] if anchored else range(len(segments)):
        for end in ends(0, start):
            left = len(segments) - end
            if left > 0 if inside_only else left == 0 if children_only else True:
                return True
    return False


@settings(max_examples=600, deadline=None)
@given(patterns(), PATHS)
def test_matching_equals_the_naive_matcher(pattern: str, path: str) -> None:
    assert parse_pattern(pattern).matches(path) is naive(pattern, path)


@settings(max_examples=300, deadline=None)
@given(patterns(), PATHS)
def test_matching_equals_gitignore_where_github_says_so(pattern: str, path: str) -> None:
    """The exceptions: a last ``*`` behind a slash owns no nested files, and ``**/`` at the end is ``**``."""
    lone_star = pattern != "*" and pattern.rsplit("/", 1)[-1] == "*"
    if not lone_star and not pattern.endswith("**/"):
        expected = pathspec.GitIgnoreSpec.from_lines([pattern]).match_file(path)
        assert parse_pattern(pattern).matches(path) is expected


@settings(max_examples=300, deadline=None)
@given(st.lists(patterns(), max_size=12), PATHS)
def test_the_index_finds_the_last_that_matches(texts: list[str], path: str) -> None:
    index = PatternIndex([parse_pattern(text) for text in texts])
    matching = [number for number, text in enumerate(texts) if naive(text, path)]
    assert index.last(path) == (matching[-1] if matching else None)
    assert index.every(path) == matching[::-1]


@settings(max_examples=200, deadline=None)
@given(st.lists(patterns(), max_size=8), patterns(), PATHS)
def test_a_rule_that_is_appended_holds_where_it_matches_and_changes_nothing_elsewhere(
    texts: list[str], added: str, path: str
) -> None:
    lines = [f"{text} @u{number}" for number, text in enumerate(texts)]
    before = read_codeowners("\n".join(lines)).rule_for(path)
    after = read_codeowners("\n".join([*lines, f"{added} @added"])).rule_for(path)
    if naive(added, path):
        assert after is not None and [str(owner) for owner in after.owners] == ["@added"]
    else:
        assert after == before


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab*?/\\[]!# .@\t\r\x00é", max_size=20))
def test_any_line_is_a_rule_or_quarantined_and_never_an_exception(line: str) -> None:
    read = read_codeowners(f"* @first\n{line}\n*.zz @last", "CODEOWNERS")
    if read.refused is None:
        assert {rule.line for rule in read.rules} | {bad.line for bad in read.quarantined} >= {1, 3}
        assert len(read.rules) + len(read.quarantined) <= 3
    read.rule_for("a/b")


@pytest.mark.parametrize(
    "text", ["", "/", "//", "a//b", "a/./b", "../a", "!a", "[a]", "a]", "***", "a\\", "a\\/b", "\\#a"]
)
def test_patterns_that_are_refused(text: str) -> None:
    with pytest.raises(BadValue):
        parse_pattern(text)


def test_many_paths_and_many_rules_are_quick_and_a_hostile_file_is_too() -> None:
    lines = []
    for number in range(250):
        lines += [f"/d{number}/ @a", f"*.x{number} @b", f"**/d{number}/*_test.go @c", f"d{number}/*/y*.py @d"]
    read = read_codeowners("\n".join(lines))
    paths = [f"d{number % 300}/e{number % 7}/f{number}_test.go" for number in range(5000)]
    started = time.process_time()
    assert sum(read.rule_for(path) is not None for path in paths) > 4000
    assert time.process_time() - started < 2.0, "5,000 paths on 1,000 rules (about 0.05 s where nothing else runs)"
    hostile = read_codeowners("*" + "a*" * 40 + "b @x\n" + "**/a/" * 20 + "b* @y\n")
    started = time.process_time()
    assert hostile.rule_for("a" * 4000) is None
    assert hostile.rule_for("a/" * 2000 + "c") is None
    assert time.process_time() - started < 2.0


def test_a_path_pattern_says_what_it_was_read_as() -> None:
    assert parse_pattern("docs/") == PathPattern("docs/", ("**", "docs", "**"))
    assert parse_pattern("/docs/**/**/*").segments == ("docs", "**", "*")


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def test_as_statements(tmp_path: Path) -> None:
    root = examples.write(
        tmp_path / "Shop", {"CODEOWNERS": "* @a\n*.js @B @acme/Web\n/Gen\nx@y @c @d.example\n* m@x.example\n"}
    )
    found = ownership_drafts(root, namespace="acme")
    assert [(bad.line, bad.record) for bad in found.quarantined] == [(4, f"zone:shop/x-y~{digest('x@y')}@acme")]
    stated: dict[str, dict[str, object]] = {}
    for draft in found.drafts:
        declared = attribute_of(kind_of(draft.entity), draft.attribute)
        assert declared is not None
        assert draft.record == draft.entity and draft.file == "CODEOWNERS" and draft.line
        value = check(declared, draft.value)
        assert draft.attribute not in stated.setdefault(draft.entity, {})
        stated[draft.entity][draft.attribute] = value
    assert set(stated) == {
        "zone:shop@acme", "zone:shop/*.js@acme", "zone:shop/*@acme", "person:b@acme", "team:acme/web@acme",
        "person:m-x.example@acme",
        *(entity for entity in stated if entity.startswith("zone:shop//gen~")),
    }  # fmt: skip
    both = ["person:b@acme", "team:acme/web@acme"]
    assert stated["zone:shop/*.js@acme"] == {
        "exists": True, "title": "*.js", "covers": "*.js", "position": 2, "parent": "zone:shop@acme",
        "owner": both, "decider": both, "rule": "any",
    }  # fmt: skip
    assert stated["zone:shop/*@acme"]["position"] == 5 and "rule" not in stated["zone:shop/*@acme"]
    (nobody,) = (values for entity, values in stated.items() if "gen~" in entity)
    assert "owner" not in nobody and "decider" not in nobody
    assert stated["person:m-x.example@acme"]["handle"] == {"system": "email", "handle": "m@x.example"}
    assert ownership_drafts(root, namespace="acme") == found


def test_on_the_python_peps() -> None:
    repo = data("python")
    read = read_codeowners((repo / "CODEOWNERS").read_bytes(), "CODEOWNERS")
    assert not read.quarantined
    lines = [line.split("#")[0].split() for line in (repo / "CODEOWNERS").read_text().splitlines()]
    assert len(read.rules) == sum(1 for words in lines if words)
    peps = [f"peps/{place.name}" for place in sorted((repo / "peps").glob("pep-*.rst"))] or ["peps/pep-0001.rst"]
    for path in [*peps, "README.rst", "infra/x.tf", "deep/build.py"]:
        held = read.rule_for(path)
        last = [words for words in lines if words and naive(words[0], path)][-1]
        assert held is not None and [str(owner) for owner in held.owners] == list(dict.fromkeys(last[1:]))
    one = who_owns(repo, "peps/pep-0001.rst")
    assert one.answer == "shared" and one.deciders == ("person:warsaw", "person:ncoghlan")
    assert who_owns(repo, "somewhere/new.txt").deciders == ("team:python/pep-editors",)


def test_on_the_opentelemetry_community() -> None:
    found = who_owns(data("opentelemetry"), "projects/anything.md")
    assert found.answer == "shared" and len(found.deciders) == 10
    assert found.deciders[-1] == "team:open-telemetry/technical-committee"
    assert found.matched is not None and found.matched.pattern == "*"
