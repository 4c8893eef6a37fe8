"""Activity out of records of any shape, by a mapping."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput, UsageError
from tests.sources.traces.readings import Reading, reading

MAPPING = """
[mapping]
source = "desk"
people = "github"
timezone = "Europe/Berlin"
nobody = ["n/a"]

[maps.verb]
moved = "step"
commented = "post"

[[activity]]
files = ["**/*.jsonl"]
format = "jsonl"
at = "history"
where = "kind != 'viewed'"
let.who = "default(by, '')"

[activity.set]
verb = { from = "kind", map = "verb" }
moment = "on"
actor = "who"
object = "to"
target = { from = "for" }
work = "ticket"
zone = { from = "desk", nobody = ["none"] }
size = "minutes"

[activity.keep]
product = "product"
"""
LINES = """\
{"history": [{"kind": "moved", "on": "2026-03-02T09:00", "by": "@ana", "to": "review", "ticket": "17", "minutes": "5"}]}
{"history": [{"kind": "viewed", "on": "2026-03-02T09:05", "by": "ana", "to": "x"}]}
{"history": [{"kind": "commented", "on": "2026-03-02T11:00Z", "by": "n/a", "to": "m1", "for": "bo", "product": "p"}]}
"""


def home(folder: Path, lines: str = LINES, mapping: str = MAPPING) -> dict[str, str]:
    """A folder with a mapping and records; the options that name the mapping."""
    (folder / "in").mkdir(exist_ok=True)
    (folder / "in" / "a.jsonl").write_text(lines, encoding="utf-8")
    (folder / "my.toml").write_text(mapping, encoding="utf-8")
    return {"mapping": str(folder / "my.toml")}


def read(folder: Path, options: dict[str, str], cursor: object = None) -> Reading:
    """Read the folder."""
    return reading(folder / "in", options, cursor, form="mapping")  # type: ignore[arg-type]


def test_records_become_rows_by_the_rules(tmp_path: Path) -> None:
    found = read(tmp_path, home(tmp_path))
    assert found.told("verb", "moment", "actor", "object", "target", "work", "thread", "size") == [
        ("step", datetime(2026, 3, 2, 8), "github/ana", "review", None, "17", "17", 5.0),
        ("post", datetime(2026, 3, 2, 11), "nobody/desk", "m1", "github/bo", None, None, None),
    ]
    assert [row["attributes"] for row in found.rows] == [None, '{"product":"p","unnamed":true}']
    assert {one.reference: one.sort for one in found.identities}["nobody/desk"] == "bot"
    assert found.troubles == []


def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    more = (
        '{"history": [{"kind": "danced", "on": "2026-03-02T09:00", "to": "x"}]}\n'
        '{"history": [{"kind": "moved", "on": "soon", "to": "x"}, {"kind": "moved", "on": "2026-03-02T09:00"}]}\n'
        "no json\n"
        '{"history": [{"kind": "moved", "on": "2026-03-02T09:00", "by": "a b", "to": "x"}]}\n'
    )
    found = read(tmp_path, home(tmp_path, LINES + more))
    assert len(found.rows) == 2
    assert [(one.line, one.field) for one in found.troubles] == [
        (4, "verb"), (5, "moment"), (5, "object"), (6, None), (7, None),
    ]  # fmt: skip


def test_twice_is_once_and_more_is_added(tmp_path: Path) -> None:
    options = home(tmp_path)
    first = read(tmp_path, options)
    assert read(tmp_path, options, first.position.cursor).rows == []
    home(tmp_path, LINES + LINES.splitlines()[0] + "\n")
    again = read(tmp_path, options, first.position.cursor)
    assert first.keys < again.keys
    assert len(again.keys) == 3, "what is there twice in one file was done twice"
    (tmp_path / "in" / "b.jsonl").write_text(LINES, encoding="utf-8")
    other = read(tmp_path, options, again.position.cursor)
    assert other.keys <= again.keys, "what is there in two files was done once"
    home(tmp_path, mapping=MAPPING.replace('"who"', '"by"'))
    assert read(tmp_path, options, again.position.cursor).position.replaces


def test_a_key_finds_a_record_again(tmp_path: Path) -> None:
    keyed = MAPPING.replace('size = "minutes"', 'key = "to"')
    before = read(tmp_path, home(tmp_path, mapping=keyed))
    after = read(tmp_path, home(tmp_path, LINES.replace("09:00", "09:30"), keyed))
    assert before.keys == after.keys


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('verb = { from = "kind", map = "verb" }', "", "verb is missing"),
        ('verb = { from = "kind", map = "verb" }', 'verb = { value = "dance" }', "dance"),
        ('object = "to"', 'object = "to"\nmood = "x"', "no 'mood'"),
        ('files = ["**/*.jsonl"]', 'files = ["/x"]', "below what is imported"),
        ('at = "history"', 'at = "history["', "history"),
        ('moved = "step"', 'moved = "stride"', "stride"),
        ('format = "jsonl"', 'format = "jsonl"\nentity = "team:{id}"', "no 'entity'"),
    ],
)
def test_a_mapping_that_cannot_be_meant_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in MAPPING
    with pytest.raises(InvalidInput) as refused:
        read(tmp_path, home(tmp_path, mapping=MAPPING.replace(old, new)))
    assert any(message in str(one) for one in refused.value.problems), refused.value.problems


def test_which_mapping_must_be_said(tmp_path: Path) -> None:
    home(tmp_path)
    with pytest.raises(UsageError, match="which mapping"):
        read(tmp_path, {})
    only = MAPPING[: MAPPING.index("[[activity]]")] + '[[declare]]\nentity = "zone:a"\n'
    with pytest.raises(UsageError, match=r"no \[\[activity\]\]"):
        read(tmp_path, home(tmp_path, mapping=only))


@settings(max_examples=60)
@given(st.text(max_size=80), st.integers(0, len(LINES)))
def test_no_text_makes_it_fail(tmp_path_factory: pytest.TempPathFactory, noise: str, at: int) -> None:
    folder = tmp_path_factory.mktemp("mapped")
    options = home(folder, LINES[:at] + noise.encode("utf-8", "replace").decode() + LINES[at + len(noise) :])
    assert all(row["object"] and row["verb"] for row in read(folder, options).rows)
