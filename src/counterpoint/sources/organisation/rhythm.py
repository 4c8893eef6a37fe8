"""When a ritual happens, as the files say it: a sentence, a sentence with what it leaves open, or an exact rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from counterpoint.errors import BadValue
from counterpoint.model.schedule import UNDERSTOOD, schedule_of
from counterpoint.model.statements import Json
from counterpoint.sources.organisation.problems import meant
from counterpoint.sources.schedule import read_schedule

PARTS: Mapping[str, str] = {
    "text": 'the sentence, such as "every other Thursday at 10:00"',
    "timezone": "its time zone, where the sentence names none: Europe/Berlin",
    "anchor": "a day on which it happened or will, where the sentence leaves open in which weeks",
    "rule": "instead of a sentence: the body of an RRULE, such as FREQ=WEEKLY;BYDAY=TU",
    "time": "with a rule: the time of day, 10:00",
    "start": "with a rule: its first occurrence, 2026-11-17T10:00:00",
}
_OF_A_SENTENCE = frozenset({"text", "timezone", "anchor"})
_OF_A_RULE = frozenset({"rule", "timezone", "time", "start"})
_EXAMPLE = 'write it as you would say it: "every Tuesday at 10:00 Europe/Berlin"'


def schedule(written: Any) -> Json:
    """The schedule as the vocabulary has it, with the outcome of reading its sentence.

    Raises:
        BadValue: it is neither a text nor a table, or its parts do not go together.
    """
    if isinstance(written, str) and written.strip():
        return read_schedule(written).as_json()
    if not isinstance(written, dict):
        raise BadValue(f"{written!r} says no time", hint=_EXAMPLE)
    for name in sorted(set(written) - set(PARTS)):
        raise BadValue(f"a schedule has no {name!r}", hint=meant(name, PARTS, f"it takes {', '.join(PARTS)}"))
    if ("text" in written) == ("rule" in written):
        raise BadValue("a schedule has either a text or a rule", hint=_EXAMPLE)
    parts = _OF_A_SENTENCE if "text" in written else _OF_A_RULE
    for name in sorted(set(written) - parts):
        raise BadValue(f"{name} does not go with {'a text' if 'text' in written else 'a rule'}", hint="take it out")
    return _sentence(written) if "text" in written else _rule(written)


def _sentence(written: Mapping[str, Any]) -> Json:
    anchors = written.get("anchor", [])
    days = anchors if isinstance(anchors, list) else [anchors]
    for value in (written["text"], written.get("timezone", "UTC"), *days):
        if not isinstance(value, str):
            raise BadValue(f"{value!r} is not a text or a day", hint=_EXAMPLE)
    return read_schedule(written["text"], zone=written.get("timezone"), anchors=days).as_json()


def _rule(written: Mapping[str, Any]) -> Json:
    clock = written.get("time")
    if isinstance(clock, str):
        clock = clock[: len("10:00")]  # TOML's own times have seconds
    found: dict[str, Json] = {"timezone": written.get("timezone"), "rule": written["rule"], "time": clock}
    found["start"] = written.get("start")
    exact = schedule_of({"outcome": UNDERSTOOD, "recurrence": [found]})
    lacking = exact.recurrences[0].missing
    if lacking:
        hint = 'write { rule = "FREQ=WEEKLY;BYDAY=TU", time = "10:00", timezone = "Europe/Berlin" }'
        asks = {"anchor": "start (it does not recur every week, so its first day counts)", "time zone": "timezone"}
        raise BadValue(f"the rule needs {' and '.join(asks.get(name, name) for name in lacking)}", hint=hint)
    return exact.as_json()
