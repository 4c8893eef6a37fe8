"""Every format of records: what is read, on which line it stands, and what a broken file or row costs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.sources.records.formats import headers, jsons, markdown, tomls, yamls
from counterpoint.sources.records.formats.document import Document, Options
from counterpoint.sources.records.formats.reading import documents, snake


def only(found: object) -> Document:
    (document,) = list(found)  # type: ignore[call-overload]
    assert isinstance(document, Document)
    return document


def from_file(tmp_path: Path, content: str | bytes, format_: str, **rest: object) -> list[Document]:
    path = tmp_path / "file"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(documents(path, Options(format_, **rest)))  # type: ignore[arg-type]


def refused(tmp_path: Path, content: str | bytes, format_: str, **rest: object) -> tuple[str, int | None]:
    with pytest.raises(InvalidInput) as error:
        from_file(tmp_path, content, format_, **rest)
    return error.value.message, error.value.problems[0].line


# YAML


def test_yaml_has_no_surprises() -> None:
    text = """\
date: 2026-02-30
real: 2026-02-28
country: no
on: off
yes: "true"
flag: true
version: 1.10
octal: 007
clock: 12:30
number: 42
float: 1.5
empty:
tilde: ~
"""
    document = only(yamls.read(text))
    assert document.data == {
        "date": "2026-02-30", "real": "2026-02-28", "country": "no", "on": "off", "yes": "true", "flag": True,
        "version": "1.10", "octal": "007", "clock": "12:30", "number": 42, "float": 1.5, "empty": None, "tilde": None,
    }  # fmt: skip


def test_yaml_knows_lines() -> None:
    document = only(yamls.read("- id: a\n  people:\n    - ann\n    - bob\n- id: b\n"))
    first, second = document.data
    marks = document.marks
    assert (marks.line_of(first), marks.line_of(second)) == (1, 5)
    assert marks.line_of_key(first, "people") == 2
    assert [marks.line_of(name) for name in first["people"]] == [3, 4]


def test_yaml_tells_of_keys_that_are_there_twice() -> None:
    document = only(yamls.read("a: 1\nb: 2\na: 3\n"))
    assert document.data == {"a": 1, "b": 2}
    assert [(note.field, note.line) for note in document.notes] == [("a", 3)]


def test_yaml_anchors_merges_and_tags() -> None:
    document = only(yamls.read("base: &b {x: 1, y: 2}\nother:\n  <<: *b\n  y: 3\ntext: !!str 12\nmine: !thing v\n"))
    assert document.data["other"] == {"y": 3, "x": 1}
    assert document.data["text"] == "12"
    assert document.data["mine"] == "v"


def test_yaml_with_several_documents() -> None:
    assert [document.data for document in yamls.read("a: 1\n---\na: 2\n")] == [{"a": 1}, {"a": 2}]


def test_yaml_that_contains_itself_or_expands_without_end(tmp_path: Path) -> None:
    assert "contains itself" in refused(tmp_path, "a: &x\n  b: *x\n", "yaml")[0]
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 60))
    assert len(from_file(tmp_path, bomb, "yaml")[0].data) == 60


def test_yaml_errors_name_the_line(tmp_path: Path) -> None:
    message, line = refused(tmp_path, "a: 1\nb: [1, 2\nc: 3\n", "yaml")
    assert "not YAML" in message
    assert line == 3
    assert refused(tmp_path, b"a: \xff\n", "yaml")[1] == 1
    assert refused(tmp_path, "[" * 30_000, "yaml")[0].endswith("deep")
    assert refused(tmp_path, "- " * 30_000, "yaml")[0].endswith("deep")


def test_a_key_that_is_a_list_is_told_and_costs_its_value_only() -> None:
    document = only(yamls.read("a: 1\n? [x, y]\n: {z: 1}\nb: 2\n"))
    assert document.data == {"a": 1, "b": 2}
    assert [note.line for note in document.notes] == [2]


@given(st.text(alphabet="ab:-[]{}&*!?|>'\" \n#,", max_size=60))
def test_no_text_breaks_the_readers_of_yaml_and_headers(text: str) -> None:
    for reader in (yamls.read, headers.read, tomls.read, jsons.read):
        try:
            list(reader(text))
        except InvalidInput as error:
            assert error.problems


# TOML


def test_toml_1_1_with_lines_and_dates_as_text() -> None:
    document = only(
        tomls.read('day = 2026-02-28\n\n[[event]]\nname = "a"\nwhere = {\n  x = 1,\n}\n\n[[event]]\nname = "b"\n')
    )
    assert document.data["day"] == "2026-02-28"
    first, second = document.data["event"]
    assert first["where"] == {"x": 1}
    assert [document.marks.line_of(one) for one in (first, second)] == [3, 9]
    assert document.marks.line_of_key(second, "name") == 10


def test_toml_of_one_line_pairs_gives_the_same_as_any() -> None:
    text = 'name = "Ann"\n\ngithub = "ann"\nid = 12\nflag = true\n'
    short, long = only(tomls.read(text)), only(tomls.read(text + "[x]\n"))
    assert short.data == {"name": "Ann", "github": "ann", "id": 12, "flag": True}
    for key in short.data:
        assert short.marks.line_of_key(short.data, key) == long.marks.line_of_key(long.data, key)
    for broken in ("a = 1\na = 2\n", "a = 01\n", "day = 2026-02-30\n"):
        with pytest.raises(InvalidInput):
            list(tomls.read(broken))


def test_toml_errors_name_the_line(tmp_path: Path) -> None:
    assert refused(tmp_path, 'a = 1\nb = "x\n', "toml")[1] == 2


# JSON


def test_json_knows_the_line_of_each_object() -> None:
    text = '{\n "a": {"x": "}{"},\n "list": [\n  {"n": 1},\n  {"n": 2}\n ]\n}'
    document = only(jsons.read(text))
    assert document.data == json.loads(text)
    lines = [document.marks.line_of(one) for one in (document.data, document.data["a"], *document.data["list"])]
    assert lines == [1, 2, 4, 5]


def test_json_tells_of_double_keys_and_refuses_what_is_none(tmp_path: Path) -> None:
    document = only(jsons.read('{"a": 1,\n "b": {"c": 1, "c": 2}}'))
    assert document.data["b"] == {"c": 1}
    assert [(note.field, note.line) for note in document.notes] == [("c", 2)]
    assert refused(tmp_path, '{"a":\n NaN}', "json")[0].startswith("this is not JSON")
    assert refused(tmp_path, '{"a": 1,\n}', "json")[1] == 2


def test_a_broken_line_of_json_lines_costs_that_line(tmp_path: Path) -> None:
    found = from_file(tmp_path, b'\xef\xbb\xbf{"a": 1}\n\n{"a": \n{"a": 3}\n\xff\n', "jsonl")
    assert [(one.line, one.data, one.broken is not None) for one in found] == [
        (1, {"a": 1}, False),
        (3, None, True),
        (4, {"a": 3}, False),
        (5, None, True),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=12,
)


@given(JSON, st.sampled_from([None, 1]))
def test_any_json_is_read_as_it_is_and_each_object_has_its_line(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    document = only(jsons.read(text))
    assert document.data == value

    def objects(part: object) -> int:
        if isinstance(part, dict):
            return 1 + sum(objects(one) for one in part.values())
        return sum(objects(one) for one in part) if isinstance(part, list) else 0

    assert len(document.marks.lines) == objects(value)


# CSV


def test_csv_rows_by_name_with_their_lines(tmp_path: Path) -> None:
    text = 'id, name ,note\n1,"Ann, and\nBob",x\n\n2,Cy\n3,D,e,f\n'
    found = from_file(tmp_path, text, "csv")
    assert [(one.line, one.data) for one in found[:2]] == [
        (2, {"id": "1", "name": "Ann, and\nBob", "note": "x"}),
        (5, {"id": "2", "name": "Cy", "note": ""}),
    ]
    assert found[2].broken is not None
    assert "4 cells" in found[2].broken.message


def test_csv_of_other_shapes(tmp_path: Path) -> None:
    assert from_file(tmp_path, "1;2\n", "csv", delimiter=";", columns=("a", "b"))[0].data == {"a": "1", "b": "2"}
    assert from_file(tmp_path, "a\tb\n1\t2\n", "tsv")[0].data == {"a": "1", "b": "2"}
    assert from_file(tmp_path, b"n\nJos\xe9\n", "csv", encoding="latin-1")[0].data == {"n": "José"}
    assert from_file(tmp_path, ",n\na,1\n", "csv")[0].data == {"column_1": "a", "n": "1"}
    filled = from_file(tmp_path, "t,n\na,1\n,2\nb,3\n", "csv", fill=("t",))
    assert [one.data["t"] for one in filled] == ["a", "a", "b"]
    assert "called 'a'" in refused(tmp_path, "a,a\n1,2\n", "csv")[0]
    assert "not UTF-8 text" in refused(tmp_path, b"a\n\xff\n", "csv")[0]


# Headers


def test_headers_with_odd_spacing_and_continuations() -> None:
    text = "\nPEP: 8\nTitle:     Style\nAuthor : Ann ,\n        Bob\nStatus:\nX-Long:\n  one\n  two\n\nBody: text\n"
    document = only(headers.read(text))
    assert document.data == {
        "PEP": "8", "Title": "Style", "Author": "Ann ,\nBob", "Status": "", "X-Long": "one\ntwo", "_body": "Body: text",
    }  # fmt: skip
    assert document.line == 2
    assert document.marks.line_of_key(document.data, "Author") == 4


def test_headers_that_come_twice_stray_lines_and_none() -> None:
    document = only(headers.read("Cc: a\nCc: b\nno field here\nTo: c\n"))
    assert document.data["Cc"] == ["a", "b"]
    assert [(note.line, "neither a field" in note.message) for note in document.notes] == [(3, True)]
    assert only(headers.read(":Author: Ann\n:Status: Draft\n")).data["Author"] == "Ann"
    for text in ("", "\n\n", "just a sentence\n"):
        with pytest.raises(InvalidInput):
            list(headers.read(text))


def test_a_header_block_may_be_preformatted_and_indented() -> None:
    document = only(headers.read("<pre>\n  BIP: 1\n  Author: Ann\n          Bob\n  Layer:\n</pre>\n\n==Abstract==\n"))
    assert document.data == {"BIP": "1", "Author": "Ann\nBob", "Layer": "", "_body": "==Abstract=="}
    assert document.marks.line_of_key(document.data, "Author") == 3


NAMES = st.from_regex(r"[A-Z][a-zA-Z]{0,8}(-[A-Z][a-z]{0,5})?", fullmatch=True)
VALUES = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), max_size=20).filter(
    lambda text: not text.startswith("//")
)


@given(st.dictionaries(NAMES, st.lists(VALUES, min_size=1, max_size=3), min_size=1, max_size=6), st.integers(0, 4))
def test_any_header_block_is_read_back(fields: dict[str, list[str]], spaces: int) -> None:
    text = "".join(name + ":" + " " * spaces + "\n  ".join(values) + "\n" for name, values in fields.items())
    expected = {name: "\n".join(part for part in values if part) for name, values in fields.items()}
    found = {}
    for document in headers.read(_without_blank_lines(text)):
        found = {name: value for name, value in document.data.items() if name != "_body"}
    assert found == expected


def _without_blank_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())


# Markdown

PAGE = """\
---
status: Draft
owner: no
---
# A title

- Start Date: 2026-01-05
- **Owner**: @ann

| Metadata | |
|:--|:--|
| Point of contact | @ann |
| Roadmap | One |
| Roadmap | Two |

```text
| not | a table |
|-----|---------|
| x | y |
```
<!--
| nor | this |
|-----|------|
-->

## Team asks

| Team | Size | Notes |
| ---- | ---- | ----- |
| [lang] | Small | a \\| b |
| [compiler] |
| [x] | y | z | more |

[lang]: https://example.org/lang
"""


def test_markdown_front_matter_fields_sections_and_links() -> None:
    document = only(markdown.read(PAGE))
    data = document.data
    assert data["front"] == {"status": "Draft", "owner": "no"}
    assert document.marks.line_of_key(data["front"], "status") == 2
    assert data["title"] == "A title"
    assert data["fields"] == {"Start Date": "2026-01-05", "Owner": "@ann"}
    assert [part["heading"] for part in data["sections"]] == ["A title", "Team asks"]
    assert data["links"] == {"lang": "https://example.org/lang"}


def test_markdown_tables() -> None:
    document = only(markdown.read(PAGE))
    meta, asks = document.data["tables"]
    assert meta["pairs"] == {"Point of contact": "@ann", "Roadmap": ["One", "Two"]}
    assert (asks["heading"], asks["path"]) == ("Team asks", ["A title", "Team asks"])
    assert asks["rows"][0] == {"Team": "[lang]", "Size": "Small", "Notes": "a | b"}
    assert asks["rows"][1] == {"Team": "[compiler]", "Size": "", "Notes": ""}
    assert document.marks.line_of(asks["rows"][0]) == 30
    assert [note.line for note in document.notes] == [32]


def test_markdown_with_toml_front_matter_and_underlined_headings() -> None:
    document = only(markdown.read("+++\ntitle = 'x'\n+++\n\nTop\n===\n\nSub\n---\n\ntext\n"))
    assert document.data["front"] == {"title": "x"}
    assert [(part["level"], part["heading"], part["text"]) for part in document.data["sections"]] == [
        (1, "Top", ""),
        (2, "Sub", "text"),
    ]


def test_broken_front_matter_names_the_line_in_the_file(tmp_path: Path) -> None:
    assert refused(tmp_path, "---\na: 1\nb: [\n---\n# T\n", "markdown")[1] in (3, 4)
    assert "not closed" in refused(tmp_path, "---\na: 1\n", "markdown")[0]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\\"), max_size=8)


@settings(max_examples=60)
@given(
    st.integers(2, 4).flatmap(
        lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=1, max_size=5)
    )
)
def test_any_table_is_read_back(rows: list[list[str]]) -> None:
    width = len(rows[0])
    names = [f"c{index}" for index in range(width)]

    def line(cells: list[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    text = "\n".join([line(names), "|" + " --- |" * width, *map(line, rows)])
    document = only(markdown.read(text))
    (table,) = document.data["tables"]
    assert [list(row.values()) for row in table["rows"]] == rows
    assert [document.marks.line_of(row) for row in table["rows"]] == list(range(3, 3 + len(rows)))


@given(st.text(max_size=200))
def test_no_text_breaks_the_markdown_scanner(text: str) -> None:
    try:
        document = only(markdown.read(text))
    except InvalidInput:
        return
    assert set(document.data) == {"title", "front", "fields", "sections", "tables", "links"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("|a|b|\n|---|:-:|\n", ["a", "b"]),
        ("a | b\n--- | ---\n", ["a", "b"]),
        ("a | b\n-----\n", None),
        ("| a | b |\n| c | d |\n", None),
        ("| a | b |\n|---|\n", None),
        ("    | a | b |\n    |---|---|\n", None),
    ],
)
def test_what_is_a_table(text: str, names: list[str] | None) -> None:
    assert [table["header"] for table in only(markdown.read(text)).data["tables"]] == ([names] if names else [])


def test_markdown_in_lists_and_quotations() -> None:
    text = "- one:\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n\n> | c | d |\n> |---|---|\n> | 3 | 4 | 5 |\n> | 6 | 7 |\n"
    document = only(markdown.read(text))
    rows = [row for table in document.data["tables"] for row in table["rows"]]
    assert rows == [{"a": "1", "b": "2"}, {"c": "3", "d": "4"}, {"c": "6", "d": "7"}]
    assert [document.marks.line_of(row) for row in rows] == [5, 9, 10]
    assert [note.line for note in document.notes] == [9]


def test_markdown_fields_wrap_and_text_leaves_out_tables_and_comments() -> None:
    fields = "- Start: 1\n- __Summary__: one\n  and two\n1. No: field\n\n"
    section = "# T\none\n<!-- a\n\nb -->\ntwo\n\n|a|\n|-|\n\n~~~\n# no\n~~~\n"
    data = only(markdown.read(fields + section)).data
    assert data["fields"] == {"Start": "1", "Summary": "one and two"}
    assert [part["text"] for part in data["sections"]] == ["one\ntwo\n\n\n~~~\n# no\n~~~"]


def test_markdown_links_keep_label_and_address_and_a_note_is_none() -> None:
    text = "[Ann B]: <https://example.org/a b>\n[ann  b]: x\n[é]: file:é 'title'\n[^1]: note\n\n```\n[no]: x\n```\n"
    assert only(markdown.read(text)).data["links"] == {"Ann B": "https://example.org/a b", "é": "file:é"}


# Keys


def test_snake_keys_keep_their_lines(tmp_path: Path) -> None:
    (document,) = from_file(tmp_path, "Point-Of: x\nB: y\n", "headers", snake=True)
    assert document.data == {"point_of": "x", "b": "y", "_body": ""}
    assert document.marks.line_of_key(document.data, "point_of") == 1
    assert snake("Owner(s)") == "owner_s"
    (page,) = from_file(
        tmp_path,
        "| A | B |\n|--|--|\n| Tracking Issue | 1 |\n| tracking issue | 2 |\n\n[A-b]: c:d\n",
        "markdown",
        snake=True,
    )
    assert page.data["tables"][0]["pairs"] == {"tracking_issue": ["1", "2"]}
    assert page.data["links"] == {"A-b": "c:d"}
