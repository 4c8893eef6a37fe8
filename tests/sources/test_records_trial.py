"""What came up when organisations were mapped from the documentation alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.sources.records import check, parse_mapping
from tests.sources.mappings import reading, stated, troubles, write

YAML = '[[records]]\nfiles = ["*.yml"]\nformat = "yaml"\n'
WORK = YAML + 'entity = "work:{id}"\n'


def said(mapping: str, tmp_path: Path, files: dict[str, str | bytes]) -> tuple[str, str]:
    """The one thing in quarantine: its message and hint."""
    found = reading(tmp_path, mapping, files).quarantined
    assert len(found) == 1
    return found[0].message, found[0].hint


def test_inverse_takes_other_kinds_than_the_attribute_does(tmp_path: Path) -> None:
    text = YAML + 'entity = "person:{id}"\n[records.inverse]\nlead = { from = "unit", ref = "team" }\n'
    text += 'owner = { from = "works", ref = "work:{}" }\n'
    found = reading(tmp_path, text, {"a.yml": "id: ann\nunit: Core\nworks: [a, b]\n"})
    assert not found.quarantined
    assert stated(found)["team:core"] == {"lead": "person:ann"}
    assert stated(found)["work:a"] == {"owner": ["person:ann"]}
    assert stated(found)["work:b"] == {"owner": ["person:ann"]}
    assert found.rules[0].fields == {"lead": 1, "owner": 2}


def test_a_name_with_an_address_or_a_link_in_it_is_no_name(tmp_path: Path) -> None:
    text = WORK + '[records.set]\ncontributor = { from = "who", ref = "person", people = "name" }\n'
    names = ["Ana Sá <ana@example.org>", "[Ana](https://example.org)", "Ann (@ann)"]
    found = reading(tmp_path, text, {"a.yml": f"id: x\nwho: {[*names, '佐藤健二', 'Pat O’Brien (they)']!r}\n"})
    assert stated(found)["work:x"]["contributor"] == ["person:佐藤健二", "person:pat-o’brien-(they)"]
    assert [one.message for one in found.quarantined] == [f"{name!r} is more than a name" for name in names]


def test_messages_name_the_field_once_and_lists_as_lists(tmp_path: Path) -> None:
    text = WORK + '[records.set]\nestimate = "n"\n'
    assert said(text, tmp_path, {"a.yml": 'id: x\nn: "3 days"\n'}) == (
        "'3 days' is not a number", "write a number from 0 up, or take it out of the text with capture",
    )  # fmt: skip
    text = WORK + '[records.set]\nowner = { from = "who", ref = "person" }\n'
    message, _ = said(text, tmp_path, {"a.yml": "id: x\nwho: [b, a]\n", "b.yml": "id: x\nwho: c\n"})
    assert message.startswith("work:x: owner is person:c here, and person:a, person:b in a.yml:2")


def test_a_wrong_encoding_is_told_by_its_common_name(tmp_path: Path) -> None:
    assert said(WORK, tmp_path, {"a.yml": b"id: caf\xe9\n"})[0].startswith("this is not UTF-8 text")


def test_line_breaks_in_a_cell_are_line_breaks(tmp_path: Path) -> None:
    text = '[[records]]\nfiles = ["*.csv"]\nformat = "csv"\nentity = "work:{id}"\nset.description = "d"\n'
    found = reading(tmp_path, text, {"a.csv": b'\xef\xbb\xbfid,d\r\n1,"one\r\ntwo"\r\n2,x\r\n'})
    assert stated(found)["work:1"]["description"] == "one\ntwo"
    assert [draft.line for draft in found.drafts if draft.attribute == "exists"] == [2, 4]
    assert not troubles(found)


def test_where_no_record_is_found_the_place_is_asked_for(tmp_path: Path) -> None:
    mapping = parse_mapping('[mapping]\nsource = "x"\n' + WORK + 'at = "itmes"\n')
    found = check(mapping, write(tmp_path, {"a.yml": "items: [{id: a}]\n"}))
    assert found.warnings == ("work: no record in 1 file: is at right?",)


def test_a_tree_of_any_depth_is_a_list_of_records(tmp_path: Path) -> None:
    text = '[[records]]\nfiles = ["*.json"]\nformat = "json"\nat = "descend(chief, \'reports\')"\n'
    text += 'entity = "team:{login}"\nset.lead = { from = "login", ref = "person" }\n'
    text += 'inverse.parent = { from = "reports[].login", ref = "team" }\n'
    chart = """{"chief": {"login": "zoe", "reports": [
        {"login": "li", "reports": [
            {"login": "bo", "reports": [{"login": "dee"}]}]},
        {"login": "cy", "reports": null}, null]}}"""
    found = reading(tmp_path, text, {"chart.json": chart})
    assert not found.quarantined
    parents = {name: attributes.get("parent") for name, attributes in stated(found).items() if name[:5] == "team:"}
    assert parents == {
        "team:zoe": None, "team:li": "team:zoe", "team:cy": "team:zoe", "team:bo": "team:li", "team:dee": "team:bo",
    }  # fmt: skip
    lines = {draft.entity: draft.line for draft in found.drafts if draft.attribute == "exists"}
    assert (lines["team:zoe"], lines["team:bo"], lines["team:cy"]) == (1, 3, 4)


def test_a_name_without_a_kind_is_told_how_to_get_one(tmp_path: Path) -> None:
    text = WORK + '[records.set]\nowner = "who"\n'
    message, hint = said(text, tmp_path, {"a.yml": "id: x\nwho: ann\n"})
    assert message == "'ann' is not a reference"
    assert hint == "say of what kind it is by ref in the mapping, one of agent, person, team"


def test_a_meaning_that_the_attribute_does_not_take_is_told_when_the_mapping_is_read() -> None:
    text = """
[mapping]
source = "tracker"

[maps.state]
Open = "aktive"
Shut = "done"

[[records]]
name = "issues"
files = ["*.json"]
format = "json"
entity = "work:{key}"

[records.set]
status = { from = "state", map = "state" }
"""
    with pytest.raises(InvalidInput) as refusal:
        parse_mapping(text)
    (problem,) = refusal.value.problems
    assert problem.message == "'aktive' is no value of status"
    assert "active" in problem.hint
    assert problem.line == 5
