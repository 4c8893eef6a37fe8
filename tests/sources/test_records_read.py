"""Reading with a mapping: what is stated, what is quarantined, and what is counted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterpoint.errors import InvalidInput
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import attribute_of
from counterpoint.model.values import check as check_value
from counterpoint.sources.records import check, parse_mapping, preview, read
from tests.sources.mappings import HEAD, place, reading, stated, troubles, write

WORK = '[[records]]\nfiles = ["**/*.yml"]\nformat = "yaml"\nentity = "work:{id}"\n'


def test_namespaces(tmp_path: Path) -> None:
    text = WORK + '[records.set]\nzone = { value = "zone:organisation@" }\nparent = "parent"\nteam = "team"\n'
    files = {"a.yml": "id: A\nparent: B\nteam: team:x@other\n"}
    found = stated(reading(tmp_path, text, files, "Org"))
    assert found["work:a@org"] == {
        "exists": True, "zone": "zone:organisation", "parent": "work:b@org", "team": "team:x@other",
    }  # fmt: skip
    assert "work:a" in stated(reading(tmp_path, text, files))


def test_the_mappings_own_namespace_is_used_where_the_import_sets_none(tmp_path: Path) -> None:
    text = '[mapping]\nsource = "x"\nnamespace = "Own"\n' + WORK
    assert set(stated(reading(tmp_path, text, {"a.yml": "id: a\n"}))) == {"work:a@own"}
    assert set(stated(reading(tmp_path, text, {}, ""))) == {"work:a"}


def test_one_thing_is_said_once_and_the_first_of_two_values_is_kept(tmp_path: Path) -> None:
    text = WORK + '[records.set]\ntitle = "title"\nlabel = "labels"\n'
    files = {"a.yml": "id: x\ntitle: One\nlabels: [a, b]\n", "b.yml": "id: X\ntitle: Two\nlabels: [b, c]\n"}
    found = reading(tmp_path, text, files)
    assert stated(found)["work:x"] == {"exists": True, "title": "One", "label": ["a", "b", "c"]}
    assert troubles(found) == [("field", "b.yml", 2, "work:x", "title")]
    message = found.quarantined[0].message
    assert "Two" in message
    assert "a.yml:2" in message


def test_a_list_of_parties_holds_only_as_a_whole(tmp_path: Path) -> None:
    text = WORK + '[records.set]\nowner = { from = "owners", ref = "person" }\n'
    text += 'contributor = { from = "owners", ref = "person" }\n'
    found = reading(tmp_path, text, {"a.yml": "id: x\nowners:\n  - ann\n  - Bob of sales\n  - tbd\n"})
    assert stated(found)["work:x"] == {"exists": True, "contributor": "person:ann"}
    assert troubles(found) == [
        ("field", "a.yml", 4, "work:x", "owner"),
        ("field", "a.yml", 4, "work:x", "contributor"),
    ]


def test_several_values_for_one(tmp_path: Path) -> None:
    text = WORK + '[records.set]\ntitle = "titles"\nteam = ["first", "second"]\n'
    found = reading(tmp_path, text, {"a.yml": "id: x\ntitles: [A, B]\nfirst: lang\nsecond: Lang\n"})
    assert stated(found)["work:x"] == {"exists": True, "team": "team:lang"}
    assert troubles(found) == [("field", "a.yml", 2, "work:x", "title")]


def test_two_sources_of_one_value_that_differ_are_a_conflict(tmp_path: Path) -> None:
    text = WORK + '[records.set]\nteam = ["first", "second"]\n'
    found = reading(tmp_path, text, {"a.yml": "id: x\nfirst: lang\nsecond: infra\n"})
    assert stated(found)["work:x"]["team"] == "team:lang"
    assert troubles(found) == [("field", "a.yml", 3, "work:x", "team")]


def test_levels_of_quarantine(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.yml": "id: [1]\n",
        "b.yml": "id: b\ndue: soon\nestimate: -1\n",
        "c.yml": "id: c: d\n",
        "d.yml": b"id: \xff\n",
        "e.yml": "- id: e\n- just text\n- id: '@ :'\n",
        "f.yml": "",
    }
    text = WORK + 'at = "list(@)[]"\n[records.set]\ndue = "due"\nestimate = "estimate"\n'
    found = reading(tmp_path, text, files)
    assert troubles(found) == [
        ("record", "a.yml", 1, None, None),
        ("field", "b.yml", 2, "work:b", "due"),
        ("field", "b.yml", 3, "work:b", "estimate"),
        ("file", "c.yml", 1, None, None),
        ("file", "d.yml", 1, None, None),
        ("record", "e.yml", 2, None, None),
        ("record", "e.yml", 3, None, None),
    ]
    assert set(stated(found)) == {"work:b", "work:e"}
    assert found.unread == ("c.yml", "d.yml")
    assert all(one.hint for one in found.quarantined)
    assert found.quarantined[5].excerpt == "just text"


def test_an_expression_that_fails_is_told_where_it_failed(tmp_path: Path) -> None:
    text = WORK + 'where = "starts_with(id, \'a\')"\nlet.up = "lower(deep)"\n[records.set]\ntitle = "lower(deep)"\n'
    found = reading(tmp_path, text, {"a.yml": "id: a\ndeep: {x: 1}\n", "b.yml": "id: 3\n", "c.yml": "id: c\n"})
    assert troubles(found) == [
        ("field", "a.yml", 1, None, "up"),
        ("field", "a.yml", 2, "work:a", "title"),
        ("record", "b.yml", 1, None, None),
    ]
    assert found.rules[0].left_out == 1


def test_numbers_flags_texts_and_constants(tmp_path: Path) -> None:
    text = """
[[records]]
files = ["*.csv"]
format = "csv"
entity = "zone:{id}"
[records.set]
quorum = "quorum"
inherit = { from = "inherit", map = { yes = true, no = false } }
title = "quorum"
rule = { value = "quorum" }
freeze = { fields = { start = "from", end = "to", reason = { value = "holidays" } } }
"""
    csv = "id,quorum,inherit,from,to\n1,2,Yes,2026-12-20,2027-01-02\n2,two,no,,\n"
    found = reading(tmp_path, text, {"a.csv": csv})
    assert stated(found)["zone:1"] == {
        "exists": True, "quorum": 2, "inherit": True, "title": "2", "rule": "quorum",
        "freeze": {"start": "2026-12-20", "end": "2027-01-02", "reason": "holidays"},
    }  # fmt: skip
    assert stated(found)["zone:2"] == {"exists": True, "inherit": False, "title": "two", "rule": "quorum"}
    assert troubles(found) == [("field", "a.csv", 3, "zone:2", "quorum")]


def test_times_without_a_zone_need_one(tmp_path: Path) -> None:
    text = WORK.replace("entity", 'said = "at"\nentity')
    found = reading(tmp_path, text, {"a.yml": "id: a\nat: 2026-01-01T12:00:00\n"})
    assert troubles(found) == [("field", "a.yml", 2, "work:a", "said")]
    berlin = '[mapping]\nsource = "x"\ntimezone = "Europe/Berlin"\n' + text
    found = reading(tmp_path, berlin, {})
    assert found.drafts[0].said == "2026-01-01T11:00:00.000000Z"


def test_abbreviations_of_zones_can_be_declared(tmp_path: Path) -> None:
    text = WORK.replace("work:", "ritual:") + '[records.set]\nschedule = "when"\n'
    files: dict[str, str | bytes] = {"a.yml": "id: a\nwhen: Wednesday at 08:00 EST\n"}
    assert stated(reading(tmp_path, text, files))["ritual:a"]["schedule"]["outcome"] == "ambiguous"
    zoned = '[mapping]\nsource = "x"\nzones.EST = "America/New_York"\n' + text
    assert stated(reading(tmp_path, zoned, {}))["ritual:a"]["schedule"]["outcome"] == "understood"


def test_persons_in_several_systems(tmp_path: Path) -> None:
    text = WORK.replace("work:", "team:") + (
        '[records.set]\nlead = { from = "lead", ref = "person" }\n'
        'member = { from = "names", ref = "person", people = "name" }\n'
        'alumnus = { from = "mails", ref = "person", people = "email" }\n'
    )
    content = "id: t\nlead: '@Ann-Lee'\nnames: [Ann  Lee, ann lee]\nmails: [ann@example.org, none, nobody]\n"
    found = reading(tmp_path, text, {"a.yml": content})
    handles = [(d.entity, d.value) for d in found.drafts if d.attribute == "handle"]
    assert handles == [
        ("person:ann-lee", {"system": "github", "handle": "Ann-Lee"}),
        ("person:ann-lee", {"system": "name", "handle": "Ann Lee"}),
        ("person:ann-example.org", {"system": "email", "handle": "ann@example.org"}),
    ]
    assert troubles(found) == [("field", "a.yml", 4, "team:t", "alumnus")]


def test_the_lines_of_a_record_and_its_fields(tmp_path: Path) -> None:
    text = WORK + 'at = "items"\n[records.set]\ntitle = "upper(name)"\nlabel = "tags[]"\nurl = { text = "x:{id}" }\n'
    found = reading(
        tmp_path, text, {"a.yml": "items:\n\n  - id: a\n    name: n\n    tags:\n      - one\n      - two\n"}
    )
    assert place(found, "work:a", "exists") == ("a.yml", 3)
    assert place(found, "work:a", "title") == ("a.yml", 4)
    assert [d.line for d in found.drafts if d.attribute == "label"] == [6, 7]
    assert place(found, "work:a", "url") == ("a.yml", 3)
    assert {d.record for d in found.drafts} == {"work:a"}


def test_a_single_file_can_be_what_is_imported(tmp_path: Path) -> None:
    write(tmp_path, {"a.yml": "id: a\n", "b.yml": "id: b\n"})
    found = read(parse_mapping(HEAD + WORK), tmp_path / "b.yml")
    assert found.files == ("b.yml",)
    assert set(stated(found)) == {"work:b"}
    with pytest.raises(InvalidInput, match="no such folder"):
        read(parse_mapping(HEAD + WORK), tmp_path / "missing")


def test_scope_progress_and_counts(tmp_path: Path) -> None:
    text = WORK.replace('files = ["**/*.yml"]', 'files = ["**/*.yml", "*.yaml"]\nexclude = ["old/**"]')
    text += 'where = "kind != \'draft\'"\n[records.set]\ntitle = "title"\ndue = "due"\n'
    files = {
        "a.yml": "id: a\ntitle: A\n",
        "x/b.yml": "id: b\nkind: draft\n",
        "old/c.yml": "id: c\n",
        "e.yml": "# nothing\n",
    }
    seen: list[tuple[int, int]] = []
    write(tmp_path, dict(files))
    found = read(parse_mapping(HEAD + text), tmp_path, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert found.files == ("a.yml", "e.yml", "x/b.yml")
    assert [found.matches(path) for path in ("n/new.yml", "old/c.yml", "a.md", "mapping.toml")] == [
        True,
        False,
        False,
        True,
    ]
    (rule,) = found.rules
    assert (rule.name, rule.files, rule.records, rule.left_out, rule.statements) == ("work", 3, 1, 1, 2)
    assert rule.fields == {"title": 1, "due": 0}
    assert rule.silent == ("due",)
    assert rule.patterns == {"**/*.yml": 3, "*.yaml": 0}
    assert rule.empty_files == ("e.yml",)


def test_check_says_what_did_not_match(tmp_path: Path) -> None:
    text = WORK + 'where = "id != \'x\'"\n[records.set]\ntitle = "name"\n'
    text += '[[records]]\nname = "teams"\nfiles = ["teams/*.yml"]\nformat = "yaml"\nentity = "team:{id}"\n'
    write(tmp_path, {"a.yml": "id: a\n", "b.yml": "id: x\n", "c.yml": ""})
    found = check(parse_mapping(HEAD + text), tmp_path)
    assert (found.source, found.files, found.records, found.statements) == ("test", 3, 1, 1)
    assert found.warnings == (
        "work: no record in 1 of 3 files: c.yml",
        "work: title has no value in any of 1 records",
        "teams: no file matches 'teams/*.yml'",
    )


def test_preview_shows_the_first_records(tmp_path: Path) -> None:
    write(tmp_path, {"a.yml": "- id: a\n- id: b\n- id: c\n"})
    mapping = parse_mapping(HEAD + WORK)
    found = preview(mapping, tmp_path, limit=2)
    assert [(one.record, one.file, one.line) for one in found.records] == [
        ("work:a", "a.yml", 1),
        ("work:b", "a.yml", 2),
    ]
    assert found.more
    assert len(preview(mapping, tmp_path, limit=0).records) == 3
    assert [one.record for one in preview(mapping, tmp_path, record="work:c").records] == ["work:c"]


def test_big_files_are_streamed(tmp_path: Path) -> None:
    text = WORK.replace("yml", "jsonl").replace("yaml", "jsonl") + '[records.set]\ntitle = "id"\n'
    lines = "".join(json.dumps({"id": f"n{number}"}) + "\n" for number in range(3000))
    found = reading(tmp_path, text, {"a.jsonl": lines})
    assert len(found.drafts) == 6000
    assert place(found, "work:n2999", "title") == ("a.jsonl", 3000)


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    files = {f"{name}.yml": f"id: {name}\nowners: [ann, bob]\n" for name in "cab"}
    text = WORK + '[records.set]\nowner = { from = "owners", ref = "person" }\n'
    first, second = reading(tmp_path, text, dict(files)), reading(tmp_path, text, {})
    assert first.drafts == second.drafts
    assert [d.file for d in first.drafts if d.attribute == "exists"] == ["a.yml", "b.yml", "c.yml"]


EVERYTHING = """
[[records]]
files = ["*.json"]
format = "json"
at = "list(@)"
entity = "work:{a}"
said = "b"
valid_from = "c"
valid_to = "a"
[records.set]
title = "a"
url = "b"
status = { from = "b", map = { x = "active" }, unmapped = "drop" }
owner = { from = "[a, b, c]", ref = "person", split = [","] }
decider = { from = "c", ref = "team" }
due = "a"
period = "b"
estimate = "c"
serves = "a"
supersedes = { from = "b", ref = "work:x/{}" }
champion = { each = "c", fields = { party = { from = "_value || a", ref = "person" }, role = "b" } }
[records.inverse]
parent = { from = "c", ref = "work" }
[[records.each]]
at = "c"
entity = "ritual:{_parent.a}/{_value}"
set.schedule = "_value"
set.owner = "_parent._entity"
"""
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=12)
    | st.sampled_from(["2026-01-01", "2026-02-30", "x", "@ann", "team:lang", "tbd", "a, b", "https://x.y"])
    | st.just("Tuesday 9:00 PT"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
MAPPING = parse_mapping(HEAD + EVERYTHING)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3), max_size=3))
def test_whatever_comes_is_stated_as_the_vocabulary_takes_it_or_quarantined(tmp_path: Path, data: object) -> None:
    (tmp_path / "a.json").write_text(json.dumps(data))
    found = read(MAPPING, tmp_path, "ns")
    assert not found.unread
    for draft in found.drafts:
        attribute = attribute_of(kind_of(draft.entity), draft.attribute)
        assert attribute is not None
        assert check_value(attribute, draft.value) == draft.value
        assert draft.file == "a.json"
        assert draft.line is not None
    for one in found.quarantined:
        assert one.message
        assert one.file == "a.json"
