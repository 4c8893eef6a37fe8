"""Process logs in XES."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import CounterpointError, InvalidInput
from tests.sources.traces.readings import reading

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <global scope="event">
    <string key="org:resource" value="UNKNOWN"/>
    <string key="org:group" value="nobody told"/>
  </global>
  <trace>
    <string key="concept:name" value="case 1"/>
    <event>
      <string key="concept:name" value="Register"/>
      <date key="time:timestamp" value="2026-03-02T10:00:00.500+01:00"/>
      <string key="org:resource" value="Ana"/>
      <string key="org:group" value="intake"/>
      <string key="lifecycle:transition" value="complete"/>
    </event>
    <event>
      <string key="concept:name" value="Decide"/>
      <date key="time:timestamp" value="2026-03-02T12:00:00Z"/>
      <string key="org:resource" value="unknown"/>
      <string key="lifecycle:transition" value="START"/>
    </event>
  </trace>
</log>
"""


def written(folder: Path, text: str, name: str = "log.xes") -> Path:
    """A file with this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def traced(*events: str, case: str = "1", name: str = "1") -> str:
    """A log of one trace with these events."""
    head = f'<log xes.version="1.0"><trace><string key="concept:name" value="{case}"/>'
    return head + "".join(f"<event>{one}</event>" for one in events) + "</trace></log>"


def event(name: str, time: str = "2026-03-02T10:00:00Z", more: str = "") -> str:
    """What is in an event."""
    return f'<string key="concept:name" value={quoteattr(name)}/><date key="time:timestamp" value="{time}"/>{more}'


def test_an_event_becomes_a_step_of_its_case(tmp_path: Path) -> None:
    found = reading(written(tmp_path, LOG))
    first, second = found.rows
    assert (first["verb"], first["object"], first["work"], first["thread"]) == ("step", "Register", "case 1", "case 1")
    assert first["moment"] == datetime(2026, 3, 2, 9, 0, 0, 500_000)
    assert (first["ahead"], first["actor"], first["zone"], first["attributes"]) == (60, "log:log/Ana", "intake", None)
    assert (second["ahead"], second["zone"], second["size"]) == (0, None, 2.0)
    assert found.troubles == []


def test_the_word_that_the_log_declares_for_nobody_is_nobody_unless_it_is_said_otherwise(tmp_path: Path) -> None:
    path = written(tmp_path, LOG)
    second = reading(path).rows[1]
    assert (second["actor"], second["attributes"]) == ("nobody/log", '{"lifecycle":"start","unnamed":true}')
    assert reading(path, {"nobody": ""}).rows[1]["actor"] == "log:log/unknown"
    assert reading(path, {"nobody": "Ana"}).told("actor") == [("nobody/log",), ("log:log/unknown",)]


def test_bots_agents_and_the_system_of_names_are_declared(tmp_path: Path) -> None:
    path = written(tmp_path, LOG)
    found = reading(path, {"people": "email", "bots": "ANA", "agents": "Unknown", "nobody": "", "name": "intake"})
    sorts = {one.reference: one.sort for one in found.identities}
    assert sorts == {"email/Ana": "bot", "email/unknown": "agent"}


def test_what_is_compressed_is_read_whatever_it_is_called(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(gzip.compress(LOG.encode()))
    assert len(reading(path).rows) == 2


def test_an_extension_may_have_another_prefix(tmp_path: Path) -> None:
    text = LOG.replace('prefix="concept"', 'prefix="c"').replace('"concept:name"', '"c:name"')
    assert reading(written(tmp_path, text)).keys == reading(written(tmp_path, LOG, "other.xes")).keys


def test_a_trace_may_say_its_name_after_its_events(tmp_path: Path) -> None:
    text = f'<log><trace><event>{event("a")}</event><string key="concept:name" value="late"/></trace></log>'
    assert reading(written(tmp_path, text)).told("work", "object") == [("late", "a")]


def test_attributes_are_kept_where_that_is_asked_for(tmp_path: Path) -> None:
    more = '<string key="product" value="desk"/><int key="amount" value="3"/>'
    path = written(tmp_path, traced(event("a", more=more)))
    assert reading(path).rows[0]["attributes"] == '{"unnamed":true}'
    assert reading(path, {"keep": "product"}).rows[0]["attributes"] == '{"product":"desk","unnamed":true}'
    assert '"amount":"3"' in reading(path, {"keep": "*"}).rows[0]["attributes"]


def test_what_cannot_be_read_is_told_with_its_place_and_costs_nothing_else(tmp_path: Path) -> None:
    text = (
        '<log>\n<trace><string key="concept:name" value="1"/>\n'
        f'<event><date key="time:timestamp" value="2026-03-02T10:00:00Z"/></event>\n'
        f'<event><string key="concept:name" value="no time"/></event>\n'
        f"<event>{event('yesterday', 'yesterday')}</event>\n"
        f"<event>{event('good')}</event></trace>\n"
        f"<trace><event>{event('lost')}</event></trace></log>"
    )
    found = reading(written(tmp_path, text))
    assert found.told("object") == [("good",)]
    assert [(one.line, one.record) for one in found.troubles] == [(3, "1"), (4, "1"), (5, "1"), (7, None)]
    assert "time:timestamp" in found.troubles[1].message
    assert "'yesterday'" in found.troubles[2].message


def test_times_without_a_zone_are_read_as_declared_or_as_utc_and_told(tmp_path: Path) -> None:
    path = written(tmp_path, traced(event("a", "2026-07-01T10:00:00")))
    told = reading(path)
    assert told.rows[0]["moment"] == datetime(2026, 7, 1, 10)
    assert told.rows[0]["ahead"] is None
    assert [one.message for one in told.troubles] == ["1 times state no time zone and were read as UTC"]
    said = reading(path, {"timezone": "Europe/Berlin"})
    assert (said.rows[0]["moment"], said.rows[0]["ahead"], said.troubles) == (datetime(2026, 7, 1, 8), 120, [])
    with pytest.raises(CounterpointError, match="timezone"):
        reading(path, {"timezone": "Nowhere/None"})


@pytest.mark.parametrize("time", ["9999-12-31T00:00:00Z", "0001-01-01T00:00:00+01:00", "1899-12-31T23:59:59Z"])
def test_a_year_that_stands_for_none_is_no_time(tmp_path: Path, time: str) -> None:
    found = reading(written(tmp_path, traced(event("a", time), event("b"))))
    assert found.told("object") == [("b",)]
    assert "1900" in found.troubles[0].message


def test_a_log_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    found = reading(written(tmp_path, LOG[: LOG.index("<event>", LOG.index("Register"))]))
    assert found.told("object") == [("Register",)]
    assert [one.level for one in found.troubles] == ["file"]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE log [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><log><trace/></log>',
        '<!DOCTYPE log SYSTEM "file:///etc/passwd"><log/>',
        '<!DOCTYPE log [<!ENTITY x SYSTEM "file:///etc/passwd">]><log><string key="a" value="&x;"/></log>',
        "<log>" + "<container>" * 300,
        "<html/>",
        "",
        "no xml",
    ],
)
def test_what_is_no_log_or_reaches_beyond_itself_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(InvalidInput, match=r"log\.xes"):
        reading(written(tmp_path, text))


def test_reading_again_yields_nothing_and_a_longer_log_the_same_keys(tmp_path: Path) -> None:
    same = event("a", more='<string key="org:resource" value="Ana"/>')
    path = written(tmp_path, traced(same, same))
    first = reading(path)
    assert len(first.keys) == 2, "two events that are alike are two events"
    assert reading(path, cursor=first.position.cursor).rows == []
    written(tmp_path, traced(same, same, event("b"), same))
    longer = reading(path, cursor=first.position.cursor)
    assert first.keys < longer.keys
    assert len(longer.keys) == 4


def test_other_options_replace_what_was_read(tmp_path: Path) -> None:
    path = written(tmp_path, LOG)
    before = reading(path).position.cursor
    after = reading(path, {"activity": "org:group"}, before)
    assert (after.rows, after.position.replaces) == ([], True)


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="￾￿"), min_size=1, max_size=8)
TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)).flatmap(
    lambda when: st.integers(-720, 720).map(lambda off: when.replace(tzinfo=timezone(timedelta(minutes=off))))
)
EVENTS = st.lists(st.tuples(TEXTS.filter(lambda text: text.split()), TIMES, st.none() | TEXTS), max_size=5)


@settings(max_examples=40)
@given(st.dictionaries(TEXTS.filter(lambda text: text.split()), EVENTS, max_size=4))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, cases: dict[str, list[tuple[str, datetime, str | None]]]
) -> None:
    traces = []
    expected = []
    for case, events in cases.items():
        inner = f'<string key="concept:name" value={quoteattr(case)}/>'
        for name, when, who in events:
            more = "" if who is None else f'<string key="org:resource" value={quoteattr(who)}/>'
            inner += f"<event>{event(name, when.isoformat(), more)}</event>"
            ahead = (when.utcoffset() or timedelta()) // timedelta(minutes=1)
            told = " ".join((who or "").split())
            actor = f"log:log/{told}" if told else "nobody/log"
            moment = when.astimezone(UTC).replace(tzinfo=None)
            expected.append((case.strip(), " ".join(name.split()), moment, ahead, actor))
        traces.append(f"<trace>{inner}</trace>")
    path = written(tmp_path_factory.mktemp("xes"), f"<log>{''.join(traces)}</log>")
    found = reading(path)
    assert found.told("work", "object", "moment", "ahead", "actor") == expected
    assert len(found.keys) == len(expected)
    assert {one.reference for one in found.identities} == {row[-1] for row in expected}


@given(st.binary(max_size=200), st.integers(0, len(LOG)), st.booleans())
def test_no_bytes_make_it_fail_otherwise_than_on_purpose(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, squeezed: bool
) -> None:
    path = tmp_path_factory.mktemp("xes") / "log.xes"
    whole = LOG.encode()
    content = whole[:at] + noise + whole[at + len(noise) :]
    path.write_bytes(gzip.compress(content)[: len(content) // 2] if squeezed else content)
    try:
        found = reading(path)
    except InvalidInput:
        return
    assert all(row["work"] and row["object"] for row in found.rows)
