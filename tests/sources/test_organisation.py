"""An organisation's files from text to statements: values, lines, spellings, what is outside, templates, schema."""

from __future__ import annotations

import os
import re
from datetime import date
from pathlib import Path

import jsonschema
import pytest
import tomli

from counterpoint.model.kinds import ATTRIBUTES
from counterpoint.model.statements import Draft
from counterpoint.model.values import check
from counterpoint.sources.organisation import read_organisation, read_texts, templates
from counterpoint.sources.organisation import schema as schemas
from counterpoint.sources.organisation.checks import CHECKS
from counterpoint.sources.organisation.records import declared, read_records
from counterpoint.sources.organisation.reference import reference
from counterpoint.sources.organisation.schema import schema, schema_text, shipped_schema
from counterpoint.sources.organisation.spelling import plain
from counterpoint.sources.organisation.vocabulary import OWN_FIELDS, fields, parts, tables
from counterpoint.sources.schedule import read_schedule

TODAY = date(2026, 11, 16)
CHECKER = jsonschema.Draft202012Validator(schema())

FILE = """\
# A comment first.
[organisation]
norm = ["Write it down."]

[[person]]
id = "Ana"
handle = { github = ["Ana-E", "ana2"], "my tracker" = "ae" }
address = "ana@example.org"

[[team]]
id = "shop"
lead = "person:ana"
member = [ # who
  "person:ANA",

  "team:crew@partner",
]
role = [{ party = "person:ana", role = "on call" }]

[[zone]]
id = "storefront"
owner = "team:shop"
  [[zone.escalation]]
  party = "team:crew@partner"
  [[zone.escalation]]
  after_hours = 4
  party = "person:ana"
  order = 9
[[zone.freeze]]
start = 2026-12-20
end = 2026-12-31

[[work]]
id = "2026/checkout"
team = "shop"
owner = ["team:shop", "person:ana"]
period = { start = 2026-01-01, end = 2026-06-30 }
due = 2026-05-01
since = 2026-02-01
until = 2026-02-28

[[ritual]]
id = "weekly"
schedule = "every Tuesday at 10:00 Europe/Berlin"

[[alias]]
name = "person:jdoe@tracker"
of = "person:ana"
"""


@pytest.fixture
def drafts() -> list[Draft]:
    reading = read_texts({"sub/all.toml": FILE})
    assert reading.problems == ()
    return list(reading.drafts)


def said(drafts: list[Draft], entity: str, attribute: str) -> list[tuple[object, int | None]]:
    return [(one.value, one.line) for one in drafts if (one.entity, one.attribute) == (entity, attribute)]


def test_values_are_those_of_the_vocabulary(drafts: list[Draft]) -> None:
    for draft in drafts:
        assert check(declared(draft), draft.value) == draft.value
        assert (draft.file, draft.record, draft.operation) == ("sub/all.toml", draft.entity, "state")


def test_every_record_is_stated_once_to_exist_on_its_first_line(drafts: list[Draft]) -> None:
    there = {one.entity: one.line for one in drafts if one.attribute == "exists"}
    assert there == {
        "zone:organisation": 2, "person:ana": 5, "team:shop": 10, "zone:storefront": 20,
        "work:2026/checkout": 33, "ritual:weekly": 42,
    }  # fmt: skip


def test_an_element_of_a_set_has_its_own_line(drafts: list[Draft]) -> None:
    assert said(drafts, "team:shop", "member") == [("person:ana", 14), ("team:crew@partner", 16)]
    assert said(drafts, "team:shop", "lead") == [("person:ana", 12)]
    assert said(drafts, "team:shop", "role") == [({"party": "person:ana", "role": "on call"}, 18)]


def test_handles_are_told_by_system(drafts: list[Draft]) -> None:
    assert said(drafts, "person:ana", "handle") == [
        ({"system": "github", "handle": "Ana-E"}, 7),
        ({"system": "github", "handle": "ana2"}, 7),
        ({"system": "my tracker", "handle": "ae"}, 7),
    ]


def test_rungs_count_as_they_are_written(drafts: list[Draft]) -> None:
    assert said(drafts, "zone:storefront", "escalation") == [
        ({"order": 1, "party": "team:crew@partner"}, 23),
        ({"order": 9, "party": "person:ana", "after_hours": 4}, 25),
    ]


def test_deciders_and_owners_are_one_list(drafts: list[Draft]) -> None:
    assert said(drafts, "work:2026/checkout", "owner") == [(["person:ana", "team:shop"], 36)]
    assert said(drafts, "zone:storefront", "owner") == [(["team:shop"], 22)]


def test_periods_and_days(drafts: list[Draft]) -> None:
    assert said(drafts, "work:2026/checkout", "period") == [("2026-01-01/2026-06-30", 37)]
    assert said(drafts, "zone:storefront", "freeze") == [({"start": "2026-12-20", "end": "2026-12-31"}, 29)]
    work = [one for one in drafts if one.entity == "work:2026/checkout"]
    assert {(one.valid_from, one.valid_to) for one in work} == {
        ("2026-02-01T00:00:00.000000Z", "2026-03-01T00:00:00.000000Z")
    }


def test_schedules_are_read_from_their_sentence(drafts: list[Draft]) -> None:
    sentence = "every Tuesday at 10:00 Europe/Berlin"
    assert said(drafts, "ritual:weekly", "schedule") == [(read_schedule(sentence).as_json(), 44)]


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ('"every other Thursday at 10:00 Europe/Berlin"', "phase unknown"),
        ('{ text = "every other Thursday at 10:00", timezone = "Europe/Berlin", anchor = 2026-11-19 }', "understood"),
        ('"every third Wednesday at 10:00 UTC"', "ambiguous"),
        ('"when the moon is full"', "not understood"),
        ('{ rule = "FREQ=WEEKLY;BYDAY=TU", time = 10:00:00, timezone = "Europe/Berlin" }', "understood"),
        ('{ rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", start = 2026-11-17T10:00:00, timezone = "UTC" }', "understood"),
    ],
)
def test_the_four_outcomes_of_a_schedule(written: str, outcome: str) -> None:
    reading = read_texts({"a.toml": f'[[ritual]]\nid = "r"\nschedule = {written}\n'})
    (value,) = [one.value for one in reading.drafts if one.attribute == "schedule"]
    assert isinstance(value, dict) and value["outcome"] == outcome


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("7", "7 says no time"),
        ('""', "'' says no time"),
        ("{ txt = 1 }", "a schedule has no 'txt'"),
        ('{ timezone = "UTC" }', "a schedule has either a text or a rule"),
        ('{ text = "every Tuesday", time = "10:00" }', "time does not go with a text"),
        ('{ text = "every Tuesday at 10:00", timezone = "Mars/Base" }', "'Mars/Base' is no time zone"),
        ("{ text = 3 }", "3 is not a text or a day"),
        ('{ rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", time = "10:00" }',
         "the rule needs timezone and start (it does not recur every week, so its first day counts)"),
    ],
)  # fmt: skip
def test_schedules_that_cannot_be(written: str, message: str) -> None:
    reading = read_texts({"a.toml": f'[[ritual]]\nid = "r"\nschedule = {written}\n'})
    assert [(one.message, one.line) for one in reading.problems] == [(message, 3)]


def test_an_alias_says_nothing_but_that(drafts: list[Draft]) -> None:
    about = [one for one in drafts if one.entity == "person:jdoe@tracker"]
    assert [(one.attribute, one.value, one.line) for one in about] == [("alias_of", "person:ana", 48)]


def test_what_is_outside_is_for_the_ledger_to_judge() -> None:
    reading = read_texts({"all.toml": FILE})
    assert {one.reference for one in reading.outside} == {"team:crew@partner", "person:jdoe@tracker"}
    place = next(one.place for one in reading.outside if one.reference == "team:crew@partner")
    assert str(place).startswith("all.toml:16: team:shop member: nothing describes team:crew@partner")
    assert read_texts({"all.toml": FILE}, known=["team:crew@partner", "person:jdoe@tracker"]).outside == ()


def test_what_others_are_known_to_describe_may_be_pointed_at() -> None:
    text = '[[team]]\nid = "shop"\nlead = "person:zoe"\n'
    assert len(read_texts({"a.toml": text}).problems) == 1
    assert read_texts({"a.toml": text}, known=["person:zoe"]).problems == ()


def test_a_folder_is_read_with_its_subfolders_and_without_mappings(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "deep" / "er" / "a.toml").write_text('\ufeff[[team]]\nid = "a"\n', encoding="utf-8")
    (tmp_path / "b.mapping.toml").write_text("not = [ours", encoding="utf-8")
    (tmp_path / ".hidden" / "c.toml").write_text("nor = [this", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("nor this", encoding="utf-8")
    reading = read_organisation(tmp_path)
    assert [(one.entity, one.file, one.line) for one in reading.drafts] == [("team:a", "deep/er/a.toml", 1)]


def test_a_folder_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    missing = read_organisation(tmp_path / "nowhere")
    assert [one.message for one in missing.problems] == ["there is no such folder"]
    assert [one.message for one in read_organisation(tmp_path).problems] == ["there are no .toml files in it"]
    (tmp_path / "latin.toml").write_bytes(b'[[team]]\nid = "a"\ntitle = "caf\xe9"\n')
    (tmp_path / "refers.toml").write_text('[[team]]\nid = "b"\nparent = "a"\n')
    problems = read_organisation(tmp_path).problems
    assert [(one.message, one.file, one.line) for one in problems] == [("this is not UTF-8", "latin.toml", 3)]


def test_lists_nested_beyond_reason_are_a_problem() -> None:
    problems = read_texts({"a.toml": "x = " + "[" * 5000 + "]" * 5000}).problems
    assert len(problems) == 1 and problems[0].file == "a.toml"


def test_reading_twice_gives_the_same() -> None:
    assert read_texts({"all.toml": FILE}) == read_texts({"all.toml": FILE})


# ---- the page ----

PAGE = Path(__file__).resolve().parents[2] / "docs" / "organisation.md"


def the_checks() -> str:
    rows = [f"| `{check.name}` | {(check.run.__doc__ or '').strip().rstrip('.')} |" for check in CHECKS]
    return "\n".join(["| check | what it finds |", "|---|---|", *rows]) + "\n"


@pytest.mark.parametrize(("name", "text"), [("checks", the_checks()), ("reference", reference())])
def test_the_page_is_made_from_the_code(name: str, text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    begin, end = f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"
    before, rest = page.split(begin)
    held, after = rest.split(end)
    if os.environ.get("COUNTERPOINT_BLESS") == "1":
        PAGE.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")
        held = f"\n{text}\n"
    assert held == f"\n{text}\n", "COUNTERPOINT_BLESS=1 pytest tests/sources/test_organisation.py rewrites it"


def examples() -> list[str]:
    """Every TOML block on the page."""
    return re.findall(r"(?s)```toml\n(.*?)```", PAGE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("index", range(len(examples())))
def test_every_example_on_the_page_can_be_read(index: int) -> None:
    lines = examples()[index].splitlines()
    schedules = [line for line in lines if line.startswith("schedule = {")]
    texts = [f'[[ritual]]\nid = "r"\n{one}\n' for one in schedules] if schedules else ["\n".join(lines)]
    for text in texts:
        reading = read_texts({"example.toml": text}, skip=["references"])
        assert reading.problems == ()


# ---- templates ----


def toml_templates() -> dict[str, str]:
    return {name: text for name, text in templates(TODAY).items() if name.endswith(".toml")}


def with_every_option() -> dict[str, str]:
    """The templates with each commented option taken in."""
    return {name: re.sub(r"(?m)^#(?=[a-z\[])", "", text) for name, text in toml_templates().items()}


def test_the_templates_are_valid_at_once() -> None:
    reading = read_texts(toml_templates())
    assert reading.problems == () and len(reading.drafts) > 50 and reading.outside == ()


def test_every_option_in_the_templates_is_spelt_right() -> None:
    assert read_records(with_every_option()).problems == ()


@pytest.mark.parametrize("table", sorted(tables()))
def test_the_templates_show_every_option(table: str) -> None:
    shown: dict[str, list[dict[str, object]]] = {}
    for text in with_every_option().values():
        for name, written in tomli.loads(text).items():
            shown.setdefault(name, []).extend(written if isinstance(written, list) else [written])
    every = {name for record in shown[table] for name in record}
    if table == "zone":
        every |= set(shown["organisation"][0])
    common = {"title", "description", "url", "label"}
    assert set(fields(table)) - every <= common
    assert common | set(OWN_FIELDS) <= {name for records in shown.values() for one in records for name in one}
    for name in fields(table):
        for part in parts(ATTRIBUTES[table, name].type):
            assert re.search(rf"(?m)\b{part} = ", "".join(with_every_option().values())), part


def test_days_in_the_templates_are_told_from_today() -> None:
    assert "2026-12-07" in templates(TODAY)["work.toml"] and "{today" not in "".join(templates(TODAY).values())


# ---- the schema ----


def test_the_shipped_schema_is_the_vocabularys() -> None:
    if os.environ.get("COUNTERPOINT_BLESS") == "1":
        (Path(schemas.__file__).parent / schemas.SCHEMA_FILE).write_text(schema_text(), encoding="utf-8")
    assert shipped_schema() == schema_text(), (
        "COUNTERPOINT_BLESS=1 pytest tests/sources/test_organisation.py rewrites it"
    )


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("files", [toml_templates(), with_every_option(), {"all.toml": FILE}])
def test_the_schema_takes_what_the_reader_takes(files: dict[str, str]) -> None:
    for text in files.values():
        assert [error.message for error in CHECKER.iter_errors(plain(tomli.loads(text)))] == []


FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "organisation"


@pytest.mark.parametrize("path", sorted(FIXTURES.glob("*/right/**/*.toml")), ids=lambda path: path.parts[-3])
def test_the_schema_takes_the_right_fixtures(path: Path) -> None:
    errors = CHECKER.iter_errors(plain(tomli.loads(path.read_text(encoding="utf-8"))))
    assert [error.message for error in errors] == []


ALONE = {
    "tables": {("persn",), ("team",), ("organisation",), ("lease",), ("escalation",), ("things",)},
    "fields": {
        ("person", 0), ("team", 0), ("zone", 0, "escalation", 0), ("zone", 0, "freeze", 0), ("organisation",),
        ("alias", 0), ("alias", 1),
    },
    "identifiers": {("team", 0), *((("team", index, "id")) for index in range(1, 5)), ("alias", 0, "name")},
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(ALONE))
def test_the_schema_refuses_what_one_file_alone_can_break(case: str) -> None:
    text = (FIXTURES / case / "wrong" / "organisation.toml").read_text(encoding="utf-8")
    places = set()
    for error in CHECKER.iter_errors(plain(tomli.loads(text))):
        path = tuple(error.absolute_path)
        unknown = path == () and isinstance(error.instance, dict)
        places |= {(name,) for name in error.instance if name not in schema()["properties"]} if unknown else {path}
    # In an "anyOf" the schema names the list; what is wrong in it is one of its elements.
    deeper = {place for place in ALONE[case] if place not in places}
    assert {place for place in places if place not in ALONE[case]} == {place[:-1] for place in deeper}


@pytest.mark.parametrize("table", ["person", "team", "zone", "work", "objective", "ritual"])
def test_the_schema_refuses_values_that_the_reader_refuses(table: str) -> None:
    data = plain(tomli.loads((FIXTURES / "types" / "wrong" / "organisation.toml").read_text(encoding="utf-8")))
    for record in data[table]:
        assert not CHECKER.is_valid({table: [record]}) or record["id"] == "growth"
