"""Whatever the vocabulary takes can be written down in TOML and comes back as the same values, with the right lines."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import jsonschema
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.model.kinds import KIND_NAMES, TERMS, Attribute
from counterpoint.model.statements import Json
from counterpoint.model.values import check, item_of
from counterpoint.sources.organisation import read_texts
from counterpoint.sources.organisation.records import declared
from counterpoint.sources.organisation.schema import schema
from counterpoint.sources.organisation.spelling import NOBODY, plain
from counterpoint.sources.organisation.vocabulary import fields, parts, tables
from counterpoint.sources.schedule import read_schedule

CHECKER = jsonschema.Draft202012Validator(schema())
LETTERS = "abcxyzäß0-/"
TEXTS = st.text(st.sampled_from("abc \"\\#=[]{}'\n\té€"), min_size=1, max_size=12).filter(lambda text: text.strip())
SLUGS = st.text(st.sampled_from(LETTERS), min_size=1, max_size=6).filter(lambda slug: slug not in NOBODY)
DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1)).map(lambda day: day.isoformat())
SENTENCES = st.sampled_from(["every Tuesday at 10:00 UTC", "every other Friday", "every third Monday", "whenever"])
CALENDARS = st.sampled_from(["UTC", "Asia/Tokyo 09:00-17:00", "Europe/Berlin Mon-Thu 9-17; Fri 9-12", "UTC 24/7"])
PERIODS = st.tuples(DAYS, DAYS).map(lambda days: "/".join(sorted(days)))


def references_to(kinds: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Of another namespace, so that nothing here has to describe them."""
    return st.builds("{}:{}@far".format, st.sampled_from(kinds or sorted(KIND_NAMES)), SLUGS)


def values_of(attribute: Attribute) -> st.SearchStrategy[Any]:
    """One value (or element) as the vocabulary has it, before it is put into canonical form."""
    simple: dict[str, st.SearchStrategy[Any]] = {
        "text": TEXTS,
        "url": SLUGS.map(lambda slug: f"https://example.org/{slug}"),
        "flag": st.booleans(),
        "number": st.integers(0, 10**6) | st.floats(0, 1000, width=32),
        "minutes": st.integers(0, 600),
        "date": DAYS,
        "moment": DAYS.map(lambda day: f"{day}T10:30:00Z"),
        "leave": st.sampled_from(TERMS),
        "period": PERIODS,
        "choice": st.sampled_from(attribute.choices or ("",)),
        "ref": references_to(attribute.kinds),
        "refs": st.lists(references_to(attribute.kinds), min_size=1, max_size=3, unique_by=str.casefold),
        "schedule": SENTENCES,
        "calendar": CALENDARS,
        "handle": st.fixed_dictionaries({"system": TEXTS, "handle": TEXTS}),
    }
    if attribute.type in simple:
        return simple[attribute.type]
    made = {
        part.name: st.lists(TEXTS, min_size=1, max_size=3, unique=True)
        if part.type == "texts"
        else values_of(Attribute(part.name, part.type, "", kinds=part.kinds))  # type: ignore[arg-type]
        for part in parts(attribute.type).values()
    }
    needed = {name: one for name, one in made.items() if parts(attribute.type)[name].required or name == "order"}
    return st.fixed_dictionaries(needed, optional={name: one for name, one in made.items() if name not in needed})


def toml(value: Any) -> str:
    """Any of these values as TOML on one line: its strings are JSON's, its tables inline."""
    if isinstance(value, dict):
        return (
            "{"
            + ", ".join(f"{json.dumps(key, ensure_ascii=False)} = {toml(part)}" for key, part in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ", ".join(toml(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


@st.composite
def fields_in(draw: Any) -> tuple[str, Attribute, list[Any]]:
    table = draw(st.sampled_from(sorted(tables())))
    attribute = fields(table)[draw(st.sampled_from(sorted(fields(table))))]
    if not attribute.many:
        return table, attribute, [draw(values_of(attribute))]
    return (
        table,
        attribute,
        draw(
            st.lists(
                values_of(attribute),
                min_size=1,
                max_size=3,
                unique_by=lambda one: item_of(attribute, stated(attribute, one)),
            )
        ),
    )


def stated(attribute: Attribute, value: Any) -> Json:
    return check(attribute, read_schedule(value).as_json() if attribute.type == "schedule" else value)


def written(attribute: Attribute, values: list[Any]) -> str:
    """The field as a file has it; the elements of a set each on a line of their own, from the second line on."""
    if attribute.type == "handle":
        systems: dict[str, list[str]] = {}
        for value in values:
            systems.setdefault(value["system"], []).append(value["handle"])
        return toml(systems)
    if not attribute.many:
        return toml(values[0])
    return "[\n" + "".join(f"  {toml(value)},\n" for value in values) + "]"


@settings(max_examples=300, deadline=None)
@given(fields_in())
def test_every_field_comes_back_as_it_was_meant(field: tuple[str, Attribute, list[Any]]) -> None:
    table, attribute, values = field
    text = f'[[{table}]]\nid = "it"\n{attribute.name} = {written(attribute, values)}\n'
    reading = read_texts({"it.toml": text}, skip=ONLY_THE_FIELD)
    assert reading.problems == ()
    found = [(one.value, one.line) for one in reading.drafts if one.attribute == attribute.name]
    expected = [stated(attribute, value) for value in values]
    if attribute.type == "handle":
        key = lambda one: json.dumps(one, sort_keys=True)  # noqa: E731
        assert sorted((value for value, _ in found), key=key) == sorted(expected, key=key)
    elif attribute.many:
        assert found == [(value, 4 + index) for index, value in enumerate(expected)]
    else:
        assert found == [(expected[0], 3)]
    errors = [error.message for error in CHECKER.iter_errors(plain(tomli.loads(text)))]
    assert errors == []


# What other fields a record must have beside this one is not what is looked at here.
ONLY_THE_FIELD = (
    "sponsors", "rules", "quorums", "approvers", "dependencies", "decisions", "days", "ladders", "authorities",
    "finished", "deadlines", "terms", "lease-times", "needs", "stages", "key-results",
)  # fmt: skip


ANYTHING = st.recursive(
    st.sampled_from(
        ["1", "-1", "1.5", "inf", "nan", "true", '""', '"tbd"', '"person:ana"', '"ana"', "2026-02-28", "10:00:00",
         "2026-11-17T10:00:00", "9999-12-31", '"9999-12-31"', '"2026-01-01/2026-06-30"', '"every Tuesday"', '"a@b@c"',
         '"FREQ=WEEKLY"', '"zone:organisation"', '"\\u0000"', '"text"', "12345678901234567890"]
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: "[" + ", ".join(parts) + "]")
    | st.dictionaries(
        st.sampled_from(
            ["party", "role", "team", "start", "end", "order", "after_hours", "action", "term", "minutes", "count",
             "target", "kind", "attribute", "sources", "text", "rule",
             "time", "timezone", "anchor", "github", "handle", "system", "id", "name", "of", "'a b'"]
        ),
        inner,
        max_size=4,
    ).map(lambda table: "{" + ", ".join(f"{key} = {part}" for key, part in table.items()) + "}"),
    max_leaves=6,
)  # fmt: skip
EVERY_FIELD = sorted(
    {(table, name) for table in tables() for name in (*fields(table), "id", "since", "until", "exists")}
    | {("organisation", name) for name in (*fields("organisation"), "since", "until")}
    | {("alias", name) for name in ("name", "of")}
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EVERY_FIELD), ANYTHING), min_size=1, max_size=4), ANYTHING)
def test_whatever_is_written_is_read_or_is_a_problem(
    written_fields: list[tuple[tuple[str, str], str]], top: str
) -> None:
    files = {
        f"{index}.toml": (f"[{table}]\n" if table == "organisation" else f"[[{table}]]\n")
        + ("" if table in ("organisation", "alias") or name == "id" else f'id = "i{index}"\n')
        + f"{name} = {text}\n"
        for index, ((table, name), text) in enumerate(written_fields)
    }
    reading = read_texts(files | {"top.toml": f"person = {top}\nthing = {top}\n"})
    for problem in reading.problems:
        assert problem.file in {*files, "top.toml"} and problem.line is not None and problem.message and problem.hint
    alone = read_texts(files)
    assert alone.problems or alone.drafts
    for draft in alone.drafts:
        assert check(declared(draft), draft.value) == draft.value
