"""Free-text schedules: the table of cases, the real ones, and what must hold for any text."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.kinds import attribute_of
from counterpoint.model.schedule import (
    AMBIGUOUS,
    NOT_UNDERSTOOD,
    PHASE_UNKNOWN,
    UNDERSTOOD,
    Recurrence,
    Schedule,
    schedule_of,
)
from counterpoint.model.schedule_text import describe
from counterpoint.model.values import check
from counterpoint.sources.schedule import read_schedule
from counterpoint.state.schedule import next_occurrences, occurrences
from tests.realdata import data

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
SCHEDULE = attribute_of("ritual", "schedule")


def _cases() -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / "schedule_cases.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" |") for line in lines if line.strip() and not line.startswith("#")]
    return [(text.strip(), outcome.strip(), read.strip()) for text, outcome, read in rows]


@pytest.mark.parametrize(("text", "outcome", "read"), _cases())
def test_each_case(text: str, outcome: str, read: str) -> None:
    found = read_schedule(text)
    assert found.outcome == outcome, found.why
    assert (" OR ".join(found.readings) or describe(found.recurrences)) == read
    assert found.text == text
    assert found.why or outcome == UNDERSTOOD
    value = found.as_json()
    assert SCHEDULE is not None and check(SCHEDULE, value) == value
    assert schedule_of(value) == found
    if outcome in (AMBIGUOUS, NOT_UNDERSTOOD):
        assert next_occurrences(found, NOW) == []
    if outcome == UNDERSTOOD and found.recurrences[0].rule and not found.recurrences[0].start and "until" not in text:
        assert next_occurrences(found, NOW)


SAYS_NO_DAYS = ("twice", "every other")  # readings that are told, and not in full
READ = sorted(
    {part for _, _, read in _cases() for part in read.split(" OR ") if part and not part.startswith(SAYS_NO_DAYS)}
)


@pytest.mark.parametrize("read", READ)
def test_what_it_was_read_as_is_read_back_as_the_same(read: str) -> None:
    found = read_schedule(read)
    assert found.outcome != AMBIGUOUS
    assert describe(found.recurrences) == read


def test_every_schedule_of_opentelemetry_is_in_the_table() -> None:
    with data("opentelemetry", "workstreams.yml").open(encoding="utf-8") as file:
        workstreams = yaml.safe_load(file)
    texts = [" ".join(text.split()) for text in _schedules(workstreams)]
    assert len(texts) == 52
    table = {text: outcome for text, outcome, _ in _cases()}
    assert [text for text in texts if text not in table] == []
    assert Counter(read_schedule(text).outcome for text in texts) == {
        UNDERSTOOD: 26,
        PHASE_UNKNOWN: 21,
        AMBIGUOUS: 3,
        NOT_UNDERSTOOD: 2,
    }


def _schedules(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [value for name, value in node.items() if name == "schedule"]
        return own + [text for name, value in node.items() if name != "schedule" for text in _schedules(value)]
    return [text for part in node for text in _schedules(part)] if isinstance(node, list) else []


def test_a_text_over_several_lines_is_one_text() -> None:
    found = read_schedule("Alternating between Monday at 13:00 PT\n   and Wednesday at 09:00 PT")
    assert found.outcome == PHASE_UNKNOWN
    assert [one.turn for one in found.recurrences] == [(1, 2), (2, 2)]


def test_the_recurrence_in_full() -> None:
    found = read_schedule("Every other Thursday at 07:30 PT (45 min)").as_json()
    assert found == {
        "outcome": "phase unknown",
        "text": "Every other Thursday at 07:30 PT (45 min)",
        "recurrence": [
            {
                "start": None,
                "time": "07:30",
                "timezone": "America/Los_Angeles",
                "rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH",
                "minutes": 45,
                "except": [],
                "also": [],
                "moved": [],
            }
        ],
        "why": "it is not said which weeks or months: declare a date",
    }


def test_nobody_guesses_a_time_zone() -> None:
    found = read_schedule("Thursday at 16:00")
    assert (found.outcome, found.why) == (NOT_UNDERSTOOD, "the time zone is not said")
    assert found.recurrences[0].timezone is None
    declared = read_schedule("Thursday at 16:00", zone="Europe/Berlin")
    assert declared.outcome == UNDERSTOOD
    assert next_occurrences(declared, NOW)[0].start == datetime(2026, 11, 26, 15, tzinfo=UTC)
    assert read_schedule("Thursday at 16:00 UTC", zone="Europe/Berlin").recurrences[0].timezone == "UTC"


def test_a_zone_that_is_said_once_holds_for_the_text_and_two_hold_for_their_own_times() -> None:
    once = read_schedule("Monday 9:00 and Tuesday at 10:00 PT")
    assert {one.timezone for one in once.recurrences} == {"America/Los_Angeles"}
    assert read_schedule("Monday 9:00 PT, Tuesday 10:00 UTC, Wednesday 11:00").outcome == NOT_UNDERSTOOD


def test_a_caller_says_what_an_abbreviation_means() -> None:
    assert read_schedule("Wednesday at 08:00 EST").outcome == AMBIGUOUS
    found = read_schedule("Wednesday at 08:00 EST", zones={"EST": "America/New_York"})
    assert (found.outcome, found.recurrences[0].timezone) == (UNDERSTOOD, "America/New_York")
    own = read_schedule("Wednesday at 08:00 HQ", zones={"HQ": "Asia/Tokyo"})
    assert (own.outcome, own.recurrences[0].timezone) == (UNDERSTOOD, "Asia/Tokyo")


@pytest.mark.parametrize("arguments", [{"zone": "Mars/Olympus"}, {"zones": {"EST": "nowhere"}}])
def test_a_caller_cannot_declare_a_zone_that_is_none(arguments: dict[str, object]) -> None:
    with pytest.raises(BadValue, match="is no time zone"):
        read_schedule("Thursday at 16:00", **arguments)  # type: ignore[arg-type]


def test_an_anchor_makes_it_understood() -> None:
    text = "Every other Thursday at 07:30 PT"
    assert next_occurrences(read_schedule(text), NOW) == []
    found = read_schedule(text, anchors=["2026-11-26"])
    assert found.outcome == UNDERSTOOD
    starts = [one.start.isoformat() for one in next_occurrences(found, NOW, 2)]
    assert starts == ["2026-11-26T15:30:00+00:00", "2026-12-10T15:30:00+00:00"]
    with pytest.raises(BadValue, match="Friday"):
        read_schedule(text, anchors=["2026-11-27"])


def test_one_anchor_gives_the_weeks_of_all_that_take_turns() -> None:
    text = "Alternating between Thursday at 08:00 PT and Thursday at 05:30 UTC"
    with pytest.raises(BadValue, match="take turns"):
        read_schedule(text, anchors=["2026-11-26"])
    found = read_schedule(text, anchors=["2026-11-26T08:00:00"])
    assert found.outcome == UNDERSTOOD
    starts = [one.start.isoformat() for one in next_occurrences(found, NOW, 3)]
    assert starts == ["2026-11-26T16:00:00+00:00", "2026-12-03T05:30:00+00:00", "2026-12-10T16:00:00+00:00"]


def test_of_a_mixed_text_only_the_part_that_is_certain_has_occurrences() -> None:
    found = read_schedule("Thursday at 09:00 PT, and every other Thursday at 09:00 UTC+8")
    assert found.outcome == PHASE_UNKNOWN
    assert {one.recurrence for one in next_occurrences(found, NOW, 5)} == {0}
    certain = read_schedule(found.text, anchors=["2026-11-26"])
    window = occurrences(certain, NOW, datetime(2026, 12, 12, tzinfo=UTC))
    assert [one.start.isoformat() for one in window] == [
        "2026-11-26T01:00:00+00:00",
        "2026-11-26T17:00:00+00:00",
        "2026-12-03T17:00:00+00:00",
        "2026-12-10T01:00:00+00:00",
        "2026-12-10T17:00:00+00:00",
    ]


def test_why_says_what_was_not_read() -> None:
    assert "during OpenTelemetry" in read_schedule("Meets during OpenTelemetry").why
    assert read_schedule("").why == read_schedule(None).why == read_schedule(" TBD ").why == "nobody has said when"
    assert "EST can mean America/New_York or UTC-05:00" in read_schedule("Friday 8:00 EST").why
    assert "the time and the time zone are not said" in read_schedule("Every third Wednesday").why


ZONES = ("UTC", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "UTC+08:00", "UTC-03:30")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def known(draw: st.DrawFn) -> Recurrence:
    days = sorted(draw(st.sets(st.integers(0, 6), min_size=1, max_size=4)))
    interval = draw(st.integers(1, 6))
    each = f";INTERVAL={interval}" if interval > 1 else ""
    listed = ",".join(CODES[day] for day in days)
    ordinals = sorted(draw(st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=2)), key=lambda n: n < 0)
    counted = ",".join(f"{number}{CODES[day]}" for number in ordinals for day in days)
    numbers = ",".join(str(n) for n in sorted(draw(st.sets(st.integers(1, 31), min_size=1, max_size=3))))
    rule = draw(
        st.sampled_from(
            [
                f"FREQ=DAILY{each}",
                f"FREQ=WEEKLY{each};BYDAY={listed}",
                f"FREQ=MONTHLY{each};BYDAY={counted}",
                f"FREQ=MONTHLY{each};BYMONTHDAY={numbers}",
            ]
        )
    )
    time = f"{draw(st.integers(0, 23)):02d}:{draw(st.integers(0, 59)):02d}"
    minutes = draw(st.none() | st.integers(1, 600))
    return Recurrence(draw(st.sampled_from(ZONES)), rule, None, time, minutes)


@settings(deadline=None)
@given(st.lists(known(), min_size=1, max_size=3))
def test_a_schedule_of_known_meaning_is_read_back_as_it_was_meant(meant: list[Recurrence]) -> None:
    meant = list(schedule_of(Schedule(UNDERSTOOD, tuple(meant)).as_json()).recurrences)
    found = read_schedule(describe(meant))
    assert found.outcome == (PHASE_UNKNOWN if any(one.needs_anchor for one in meant) else UNDERSTOOD), found.why
    assert list(found.recurrences) == meant


@settings(deadline=None)
@given(st.text(max_size=80))
def test_random_text_is_never_understood(text: str) -> None:
    found = read_schedule(text)
    assert found.outcome == NOT_UNDERSTOOD
    assert found.why
    assert SCHEDULE is not None and check(SCHEDULE, found.as_json())


WORDS = sorted({word for text, _, _ in _cases() for word in text.split()})


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_words_of_schedules_in_any_order_never_break_it(text: str) -> None:
    found = read_schedule(text)
    value = found.as_json()
    assert schedule_of(value) == found
    if found.outcome == UNDERSTOOD:
        assert all(not one.missing for one in found.recurrences)


STRANGE = st.text("qxzjk", min_size=3, max_size=9)


@settings(deadline=None)
@given(st.sampled_from([text for text, outcome, _ in _cases() if outcome != NOT_UNDERSTOOD]), STRANGE, st.data())
def test_a_word_that_is_not_read_makes_all_of_it_not_understood(text: str, word: str, where: st.DataObject) -> None:
    words = text.split()
    at = where.draw(st.integers(0, len(words)))
    inside = " ".join(words[:at])
    if inside.count("(") > inside.count(")") or any(":" in part and part[-1] == ":" for part in words[at:]):
        return  # in a note or a label, which may have any words that say nothing about time
    found = read_schedule(" ".join([*words[:at], word, *words[at:]]))
    assert found.outcome == NOT_UNDERSTOOD
    assert found.why
