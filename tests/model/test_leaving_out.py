"""What is left out of every measure, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.model.leaving_out import Attribute, attributes_of, left_out, left_out_of


@pytest.mark.parametrize(
    "path",
    [
        "package-lock.json", "a/Cargo.lock", "go.sum", "uv.lock", "web/node_modules/x/index.js", "vendor/lib/a.c",
        "src/third_party/z.cc", "pip/_vendor/a.py", "js/app.min.js", "css/site.css.map", "static/jquery-3.6.0.js",
        "api/v1/api.pb.go", "gen/a_pb2.py", "gen/a_pb2_grpc.py", "lib/m.g.dart", "x/zz_generated.deepcopy.go",
        "src/__generated__/q.ts", "ui/__snapshots__/a.snap", "Form.Designer.cs", "po/de.po", "locale/de/app.json",
        "config/locales/pt-BR.yml", "i18n/messages_fr.properties", "res/values-de/strings.xml", "gradlew", "y.tab.c",
        "de.lproj/Main.strings", ".yarn/releases/yarn-3.cjs", "m4/libtool.m4", "app/schema.generated.graphql",
    ],
)  # fmt: skip
def test_left_out(path: str) -> None:
    assert left_out(path) is not None


@pytest.mark.parametrize(
    "path",
    [
        "src/app.py", "package.json", "Cargo.toml", "go.mod", "lock.py", "vendors.py", "docs/vendor.md",
        "locale/parser.py",
        "i18n/__init__.py", "i18n/loader.json", "locales/README.md", "src/generated.py", "admin.js", "minimal.css",
        "values/strings.xml", "tests/test_snap.py", "lang/compiler.ts", "config.guess.md", "generator/main.go",
        "README",
        "src/lang/config.toml", "conf/locale/formats.py",
    ],
)  # fmt: skip
def test_not_left_out(path: str) -> None:
    assert left_out(path) is None


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*.pyi", "a/b/c.pyi", True),
        ("*.pyi", "a.py", False),
        ("made", "a/made", True),
        ("made", "made/by/hand.py", False),
        ("/made.py", "made.py", True),
        ("/made.py", "a/made.py", False),
        ("a/*.py", "a/b.py", True),
        ("a/*.py", "a/b/c.py", False),
        ("a/**", "a/b/c.py", True),
        ("a/**", "a", False),
        ("**/a/*.c", "x/y/a/b.c", True),
        ("a/**/b", "a/b", True),
        ("a/**/b", "a/x/y/b", True),
        ("a/", "a/b", False),
        ("?.c", "x.c", True),
        ("[ab].c", "b.c", True),
        ("[!ab].c", "b.c", False),
        ("[a-c]/x", "b/x", True),
        ("\\*.c", "*.c", True),
        ("\\*.c", "a.c", False),
        ("a.c", "aXc", False),
        ("[", "[", True),
    ],
)
def test_patterns_of_gitattributes(pattern: str, path: str, matches: bool) -> None:
    assert (left_out(path, [Attribute("", pattern, "generated", True)]) == "generated: .gitattributes") is matches


def test_the_last_line_and_the_deepest_file_win() -> None:
    lines = [
        Attribute("deep/er", "*.c", "vendored", False),
        Attribute("", "*.c", "vendored", True),
        Attribute("", "mine.c", "vendored", False),
        Attribute("deep", "*.c", "vendored", True),
        Attribute("deep", "free.c", "vendored", None),
    ]
    found = left_out_of(["a.c", "mine.c", "deep/mine.c", "deep/free.c", "deep/er/a.c", "deeper/mine.c"], lines)
    assert sorted(found) == ["a.c", "deep/mine.c"]


def test_a_repository_may_say_that_it_wrote_a_file_itself() -> None:
    said = [Attribute("", "vendor/ours/**", "vendored", False), Attribute("", "*.lock", "generated", False)]
    assert left_out("vendor/ours/a.py", said) is None
    assert left_out("vendor/theirs/a.py", said) is not None
    assert left_out("Cargo.lock", said) is None


def test_what_a_cursor_keeps_is_read_again() -> None:
    one = Attribute("a", "*.c", "generated", None)
    assert attributes_of({"attributes": [one.as_json(), "what", [1, 2]]}) == (one,)
    assert attributes_of(None) == attributes_of({"attributes": None}) == ()


@given(
    st.lists(
        st.builds(
            Attribute,
            st.sampled_from(["", "a", "a/b"]),
            st.sampled_from(["*.c", "x.c", "/x.c", "b/x.c", "*", "b/*", "**/x.c", "x*", "*.d.c", "b/"]),
            st.sampled_from(["generated", "vendored"]),
            st.sampled_from([True, False, None]),
        ),
        max_size=6,
    ),
    st.sampled_from(["x.c", "a/x.c", "a/b/x.c", "b/x.c", "a/y.d.c", "a/b/c/z"]),
)
def test_looking_up_is_trying_each_line(lines: list[Attribute], path: str) -> None:
    said: dict[str, bool | None] = {}
    for line in sorted(lines, key=lambda one: len(one.folder.split("/")) if one.folder else 0):
        below = path.removeprefix(f"{line.folder}/") if line.folder else path
        inside = not line.folder or path.startswith(f"{line.folder}/")
        if inside and left_out(below, [Attribute("", line.pattern, "generated", True)]):
            said[line.name] = line.value
    assert (left_out(path, lines) is not None) == any(said.values())


def test_no_pattern_holds_the_program_up() -> None:
    assert left_out("a" * 2000, [Attribute("", "*a" * 200 + "b", "generated", True)]) is None
