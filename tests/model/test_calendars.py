"""Working hours as people write them: what is read, what is refused, and that each has one spelling."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.errors import BadValue
from counterpoint.model.calendars import DAY, Calendar, Range, parse_calendar
from counterpoint.model.kinds import attribute_of
from counterpoint.model.values import check

OFFICE: tuple[Range, ...] = ((540, 1020),)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("  Europe/Berlin  09:00-17:00 ", "Europe/Berlin 09:00-17:00"),
        ("Europe/Berlin 9-17", "Europe/Berlin 09:00-17:00"),
        ("Europe/Berlin, Mon – Fri, 09:00 – 17:00", "Europe/Berlin 09:00-17:00"),
        ("Europe/Berlin monday-thursday 9:00-17:30", "Europe/Berlin Mon-Thu 09:00-17:30"),
        ("Europe/Berlin 13:00-17:00, 09:00-12:30", "Europe/Berlin 09:00-12:30, 13:00-17:00"),
        ("Europe/Berlin 09:00-12:00, 12:00-17:00", "Europe/Berlin 09:00-17:00"),
        ("Europe/Berlin Mon,Wed,Fri 8-12", "Europe/Berlin Mon,Wed,Fri 08:00-12:00"),
        ("Asia/Tokyo Mo-Th 10-18, Fr 10-15", "Asia/Tokyo Mon-Thu 10:00-18:00; Fri 10:00-15:00"),
        ("Asia/Tokyo Fri 10-15; Mon-Thu 10-18", "Asia/Tokyo Mon-Thu 10:00-18:00; Fri 10:00-15:00"),
        ("UTC 09:00-17:00; Sat 10:00-14:00", "UTC Mon-Fri 09:00-17:00; Sat 10:00-14:00"),
        ("America/New_York Sun-Thu 22:00-06:00", "America/New_York Mon-Thu,Sun 22:00-06:00"),
        ("UTC Fri-Mon 10:00-00:00", "UTC Mon,Fri-Sun 10:00-24:00"),
        ("UTC 00:00-24:00", "UTC 24/7"),
        ("UTC+05:30 24/7", "UTC+05:30 24/7"),
        ("UTC Mon-Fri 00:00-24:00", "UTC Mon-Fri 00:00-24:00"),
        ("UTC daily 10-12", "UTC Mon-Sun 10:00-12:00"),
        ("UTC 9-17; off 2027-05-01, 2026-12-24/2027-01-02", "UTC 09:00-17:00; off 2026-12-24/2027-01-02, 2027-05-01"),
        ("UTC off 2026-12-25/2026-12-25", "UTC; off 2026-12-25"),
    ],
)
def test_what_is_read_has_one_spelling(text: str, spelling: str) -> None:
    assert str(parse_calendar(text)) == spelling
    assert parse_calendar(spelling) == parse_calendar(text)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("", "'' is no time zone", "comes first"),
        ("09:00-17:00", "'09:00-17:00' is no time zone", "comes first"),
        ("Atlantis/Main 09:00-17:00", "'Atlantis/Main' is no time zone", "IANA"),
        ("UTC 9am-5pm", "'9am-5pm' is neither days nor hours", "09:00-17:00"),
        ("UTC office hours", "'office' is neither", "Mon-Fri"),
        ("UTC Mon-Xyz 9-17", "'Mon-Xyz' is neither", "Mon-Fri"),
        ("UTC Mon-Fri", "Mon has no hours", "09:00-17:00"),
        ("UTC Mon, Mon 9-17", "Mon is there twice", "once"),
        ("UTC 09:00-17:00; Fri 09:00-12:00", "Fri has hours twice", "Mon-Thu"),
        ("UTC 09:00-13:00, 12:00-17:00", "09:00-13:00 and 12:00-17:00 overlap", "once"),
        ("UTC Mon-Tue 22:00-06:00, 05:00-07:00", "Mon 22:00-06:00 runs into Tue 05:00-07:00", "once"),
        ("UTC 09:00-25:00", "'09:00-25:00' are no hours", "24:00"),
        ("UTC 24:00-06:00", "'24:00-06:00' are no hours", "24:00"),
        ("UTC 09:60-17:00", "'09:60-17:00' are no hours", "24:00"),
        ("UTC 09:00-09:00", "has no length", "00:00-24:00"),
        ("UTC 9-17 off", "does not say when", "off 2026"),
        ("UTC 9-17 2026-12-24", "'2026-12-24' is neither", "Mon-Fri"),
        ("UTC off 2026-12-24 Mon 9-17", "'Mon' is no day off", "come last"),
        ("UTC off 2026-02-30", "is not a date", "2026-11-21"),
        ("UTC off 2026-12-24/2026-12-01", "is no time off", "first day"),
        ("UTC off 2026-12-24/2031-12-01", "is no time off", "366 days"),
        ("UTC off 2026-12-24, 2026-12-20/2026-12-31", "2026-12-24 is off twice", "once"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(text: str, message: str, hint: str) -> None:
    with pytest.raises(BadValue) as refusal:
        parse_calendar(text)
    assert message in refusal.value.message
    assert hint in refusal.value.hint


def test_hours_of_a_day() -> None:
    calendar = parse_calendar("Europe/Berlin Mon-Thu 9-17; Fri 22:00-06:00; off 2026-11-25")
    monday = date(2026, 11, 23)
    assert calendar.open_on(monday) == OFFICE
    assert calendar.open_on(date(2026, 11, 25)) == (), "a Wednesday off"
    assert calendar.open_on(date(2026, 11, 27)) == ((22 * 60, DAY),)
    assert calendar.open_on(date(2026, 11, 28)) == ((0, 6 * 60),), "the night belongs to Friday"
    assert calendar.open_on(date(2026, 11, 29)) == ()
    assert parse_calendar("Europe/Berlin").open_on(date(2026, 11, 29)) == ((0, DAY),)


def test_the_attribute_takes_it_in_one_spelling() -> None:
    for kind in ("person", "agent", "team", "zone"):
        attribute = attribute_of(kind, "calendar")
        assert attribute is not None
        assert check(attribute, "Europe/Berlin Mon-Fri 9-17") == "Europe/Berlin 09:00-17:00"
        with pytest.raises(BadValue, match="calendar: 'office' is neither days nor hours"):
            check(attribute, "UTC office hours")
        with pytest.raises(BadValue, match="is not a text"):
            check(attribute, 9)


ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/Halifax", "Asia/Kolkata", "UTC-03:30", "Australia/Lord_Howe"])


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """Any calendar with at most two ranges on a day; built, not read, so that spelling and reading check each other."""
    zone = draw(ZONES)
    if draw(st.integers(0, 9)) == 0:
        return Calendar(zone)
    days: list[tuple[Range, ...]] = []
    late = 0
    for _ in range(7):
        start = draw(st.integers(late, 1380))
        end = start + draw(st.integers(30, 600))
        second = end + 1 + draw(st.integers(0, 120))
        ranges: tuple[Range, ...] = ((start, end),)
        if second < 1380 and draw(st.booleans()):
            ranges = (*ranges, (second, second + draw(st.integers(30, 600))))
        kept = ranges if draw(st.booleans()) else ()
        late = max(0, kept[-1][1] - DAY) if kept else 0
        days.append(kept)
    if not any(days) or (days[0] and late > days[0][0][0]):
        days = [OFFICE] * 5 + [()] * 2
    return Calendar(zone, tuple(days))


@given(calendars())
def test_what_is_spelt_is_read_as_the_same(calendar: Calendar) -> None:
    assert parse_calendar(str(calendar)) == calendar


@given(st.text(st.sampled_from("UTC MonFriof0129:-–/,; "), max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        found = parse_calendar(f"UTC {text}")
    except BadValue as error:
        assert error.hint
    else:
        assert parse_calendar(str(found)) == found
