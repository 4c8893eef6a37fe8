"""The language of mappings: expressions, templates, globs, and every mistake told with its line and what to do."""

from __future__ import annotations

from typing import Any

import jmespath
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jmespath import visitor

from counterpoint.errors import BadValue, InvalidInput
from counterpoint.sources.records import parse_mapping
from counterpoint.sources.records.expressions import compile_expression, compile_template
from counterpoint.sources.records.functions import FunctionFailed, Library, arity, descriptions
from counterpoint.sources.records.globs import matches, walk
from tests.sources.mappings import write

DATA = {
    "name": " Ann ", "tags": ["a", "b", "a"], "n": 0, "none": None, "empty": "", "deep": {"x": [{"y": 1}, {"y": 2}]},
    "cell": "[lang](http://x) **and** `code`, ![Help][] *it* snake_case_name", "who": "@ann, @bob-c and mail@x.org",
    "table": {"k": {"v": 1}, "l": "text"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("strip(name)", "Ann"),
        ("strip(tags)", ["a", "b", "a"]),
        ("strip('--x--', '-')", "x"),
        ("lower('AbC')", "abc"),
        ("upper(name)", " ANN "),
        ("slug('A  B:c')", "a-b-c"),
        ("kebab('Beyond the `&`!')", "beyond-the"),
        ("kebab('C++ interop')", "c++-interop"),
        ("replace('a.b', '.', '-')", "a-b"),
        ("sub('2026-01', '([0-9]+)-.*', 'y\\1')", "y2026"),
        ("capture('goals#12', '#([0-9]+)')", "12"),
        ("capture('none', '#([0-9]+)')", None),
        ("captures('a1 b2', '[0-9]')", ["1", "2"]),
        ("matches(name, 'A')", True),
        ("matches(none, 'A')", False),
        ("split('a, b ,,c')", ["a", "b", "c"]),
        ("split('a and b; c', ' and ', ';')", ["a", "b", "c"]),
        ("split_by('a1b22c', '[0-9]+')", ["a", "b", "c"]),
        ("plain(cell)", "lang and code, Help it snake_case_name"),
        ("plain('`#[doc(x)]` _a_ [b](c) ![d][] <ee:f> **[g][h]**')", "#[doc(x)] a b d ee:f g"),
        ("plain('a <br> b &amp; \\*c\nd  e')", "a <br> b & *c\nd  e"),
        ("target(cell)", "http://x"),
        ("target('[a][b]', {b: 'http://y'})", "http://y"),
        ("handles(who)", ["ann", "bob-c"]),
        ("paragraph('one\ntwo\n\nthree')", "one two"),
        ("shorten('one two three', `8`)", "one two"),
        ("default(empty, none, n)", 0),
        ("list(name)", [" Ann "]),
        ("list(none)", []),
        ("unique(tags)", ["a", "b"]),
        ("entries(table)[]._key", ["k", "l"]),
        ("entries(table)[0].v", 1),
        ("entries(table)[1]._value", "text"),
        ("descend({n: 'a', t: [{n: 'b'}, {n: 'c', t: {n: 'd'}}]}, 't')[].n", ["a", "b", "c", "d"]),
        ("descend(none, 't')", []),
        ("lookup(table, 'l')", "text"),
        ("date('13-Jun-2000')", "2000-06-13"),
        ("date('02.03.2026', '%d.%m.%Y')", "2026-03-02"),
        ("minutes('2026-01-01T10:00', '2026-01-01T11:30')", 90),
        ("strip(none)", None),
        ("deep.x[?y > `1`].y | [0]", 2),
        ("sort_by(deep.x, &y)[-1].y", 2),
    ],
)
def test_functions(expression: str, value: object) -> None:
    assert compile_expression(expression).run(DATA) == value


def test_every_function_is_tested_and_described() -> None:
    tested = str([mark.args for mark in test_functions.pytestmark])  # type: ignore[attr-defined]
    untested = [name for name in descriptions() if f"{name}(" not in tested]
    assert untested == ["under", "having", "section"], "these are tested with Markdown files"
    assert all(text.startswith(f"{name}(") and ": " in text for name, text in descriptions().items())


def test_functions_refuse_what_they_do_not_take() -> None:
    for expression in (
        "lower(deep)",
        "capture(name, '(')",
        "date('32 Jan 2026')",
        "minutes('a', 'b')",
        "entries(tags)",
    ):
        with pytest.raises(FunctionFailed):
            compile_expression(expression).run(DATA)


NAMES = st.sampled_from(["name", "tags", "n", "none", "empty", "deep", "deep.x", "deep.x[0].y", "missing", "table.k"])


@given(st.recursive(
    NAMES | st.sampled_from(["'text'", "`3`", "@"]),
    lambda inner: st.one_of(
        st.builds("({} || {})".format, inner, inner),
        st.builds("({} && {})".format, inner, inner),
        st.builds("!({})".format, inner),
        st.builds("({} == {})".format, inner, inner),
        st.builds("({} | @)".format, inner),
        st.builds("list({})".format, inner),
    ),
    max_leaves=6,
))  # fmt: skip
def test_compiled_expressions_answer_as_jmespath_does(text: str) -> None:
    options = visitor.Options(custom_functions=Library())
    assert compile_expression(text).run(DATA) == jmespath.compile(text).search(DATA, options=options)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("a b", "not an expression"),
        ("strp(a)", "no function strp"),
        ("split()", "takes 1 or more arguments, not 0"),
        ("replace(a, b)", "takes 3 arguments, not 2"),
        ("!meta.status", "! takes only the name behind it"),
    ],
)
def test_mistakes_in_expressions(text: str, says: str) -> None:
    with pytest.raises(BadValue, match=says.replace("(", "\\(")) as error:
        compile_expression(text)
    assert error.value.hint


def test_arities() -> None:
    assert arity("strip") == (1, 2)
    assert arity("default") == (0, None)
    assert arity("length") == (1, 1)
    assert arity("nothing") is None


def test_templates() -> None:
    scope: dict[str, Any] = {"id": "A B", "_value": "x", "none": None, "list": []}
    assert compile_template("work:{id}/{}").fill(scope, slugs=True) == "work:a-b/x"
    assert compile_template("{{{id}}}").fill(scope, slugs=False) == "{A B}"
    assert compile_template("{none}").fill(scope, slugs=True) is None
    assert compile_template("{ {a: id}.a }").fill(scope, slugs=False) == "A B"
    for text in ("a{b", "a}b", "{a b}"):
        with pytest.raises(BadValue):
            compile_template(text)
    with pytest.raises(BadValue):
        compile_template("{@}").fill(scope, slugs=True)


def test_globs(tmp_path: Any) -> None:
    cases = [
        ("**/*.toml", "a.toml", True), ("**/*.toml", "x/y/a.toml", True), ("*.toml", "x/a.toml", False),
        ("teams/**/*.toml", "teams/a.toml", True), ("teams/**", "teams/x/y", True), ("a?.md", "ab.md", True),
        ("a?.md", "a/.md", False), ("[ab].md", "b.md", True), ("[!ab].md", "b.md", False),
        ("*.{yml,yaml}", "x.yaml", True), ("*.{yml,yaml}", "x.yam", False), ("a.b", "aXb", False),
        ("**/team/**", "x/team/y.toml", True), ("{a/b,c}/{1..3}.md", "a/b/2.md", True), ("*", ".hidden", True),
        ("a/**", "a/.b/c", True), ("**.md", "x/a.md", False), ("A.md", "a.md", False), ("@(a|b)", "a", False),
        ("!a", "b", False),
    ]  # fmt: skip
    for pattern, path, expected in cases:
        assert matches(path, [pattern]) is expected, (pattern, path)
    assert not matches("a/x.md", ["**/*.md"], ["a/**"])
    with pytest.raises(BadValue, match="more than 1000"):
        matches("x", ["{1..1000000000}"])
    write(tmp_path, {"b/2.md": "", "a/1.md": "", ".git/3.md": "", "a/z/4.md": "", "c.md": ""})
    assert sorted(walk(tmp_path, ["**/*.md"])) == ["a/1.md", "a/z/4.md", "b/2.md", "c.md"]
    assert sorted(walk(tmp_path, ["a/**/*.md", "a/z/*.md", "missing/*.md"])) == ["a/1.md", "a/z/4.md"]


BAD = """\
[mapping]
sourc = "x"
timezone = "Mars/Base"
nobody = 3

[maps.status]
Open = "proposed"
open = "active"

[[declare]]
entity = "zone:docs"
decider = "work:x"
colour = "red"

[[records]]
name = "teams"
files = ["/etc/*.yml"]
format = "ymal"
entity = "teem:{id}"

[[records]]
name = "things"
files = ["*.csv"]
format = "csv"
keys = "camel"
where = "a b"
entity = "work:{id"

[records.set]
titel = "name"

[[records]]
name = "work"
files = ["*.csv"]
format = "csv"
entity = "work:{id}"

[records.set]
titel = "name"
status = { from = "state", map = "stats", unmaped = "drop" }
owner = { from = "owner", ref = "zone" }
champion = { from = "who" }
start = { from = "date", value = "2026-01-01" }
due = { value = "2026-02-30" }
level = 3
priority = { value = "huge" }

[records.inverse]
supersedes = "old"

[[records.each]]
files = ["x"]
entity = "dependency:{id}"
"""


def problems(text: str) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(InvalidInput) as error:
        parse_mapping(text, "bad.toml")
    assert all(problem.file == "bad.toml" and problem.hint for problem in error.value.problems)
    return [(problem.line, problem.field, problem.message) for problem in error.value.problems]


def test_every_mistake_is_told_at_once_with_its_line() -> None:
    found = problems(BAD)
    places = [(line, field) for line, field, _ in found]
    for expected in [
        (2, "mapping.sourc"), (1, "mapping"), (3, "mapping.timezone"), (4, "mapping.nobody"), (8, "maps.status.open"),
        (12, "declare[0].decider"), (13, "declare[0].colour"), (17, "records[0].files"), (18, "records[0].format"),
        (19, "records[0].entity"), (25, "records[1].keys"), (26, "records[1].where"), (27, "records[1].entity"),
        (39, "records[2].set.titel"), (40, "records[2].set.status.map"), (40, "records[2].set.status.unmaped"),
        (41, "records[2].set.owner.ref"), (42, "records[2].set.champion"), (43, "records[2].set.start"),
        (44, "records[2].set.due.value"), (45, "records[2].set.level"), (46, "records[2].set.priority.value"),
        (49, "records[2].inverse.supersedes"), (51, "records[2].each[0]"), (52, "records[2].each[0].files"),
    ]:  # fmt: skip
        assert expected in places, (expected, found)


def test_hints_name_the_nearest(tmp_path: Any) -> None:
    with pytest.raises(InvalidInput) as error:
        parse_mapping(BAD)
    hints = {problem.field: problem.hint for problem in error.value.problems}
    assert hints["mapping.sourc"] == "did you mean 'source'?"
    assert hints["records[0].format"] == "did you mean 'yaml'?"
    assert hints["records[0].entity"] == "did you mean 'team'?"
    assert hints["records[2].set.titel"] == "did you mean 'title'?"
    assert hints["records[2].set.status.map"] == "did you mean 'status'?"


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    assert problems('[mapping]\nsource = "x\n')[0][0] == 2


def test_a_mapping_that_is_not_there(tmp_path: Any) -> None:
    from counterpoint.sources.records import load_mapping

    with pytest.raises(InvalidInput, match="cannot be opened"):
        load_mapping(tmp_path / "none.toml")
