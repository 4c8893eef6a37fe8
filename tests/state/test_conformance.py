"""The observed way against the declared one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.model.workflows import Visit
from counterpoint.state.conformance import deviations, fits
from counterpoint.state.workflow import Stage

NOW = "2026-03-09T00:00:00.000000Z"


def stage(name: str, order: int, hours: float | None = None) -> Stage:
    return Stage(name, order, hours, None, None, None, None)


STAGES = (stage("idea", 1), stage("build", 2, 48), stage("review", 3), stage("ship", 4))


def course(*names: str) -> list[Visit]:
    """Each stage for a day."""
    days = [f"2026-03-{day:02}T00:00:00.000000Z" for day in range(1, len(names) + 2)]
    return [Visit(name, days[place], days[place + 1]) for place, name in enumerate(names)]


def kinds(*names: str) -> list[tuple[str, str]]:
    return [(one.kind, one.stage) for one in deviations(STAGES, course(*names), lambda _: None, NOW)]


def test_as_declared_is_no_deviation() -> None:
    assert kinds("idea", "build", "review", "ship") == []
    assert kinds("idea", "build") == []


def test_skipped_repeated_and_unknown() -> None:
    assert kinds("idea", "build", "ship") == [("skipped", "review")]
    assert kinds("build", "review") == [("skipped", "idea")]
    assert kinds("idea", "build", "review", "build", "review", "ship") == [
        ("repeated", "build"),
        ("repeated", "review"),
    ]
    assert kinds("idea", "qa", "build") == [("unknown", "qa")]


def test_what_is_made_up_for_later_was_not_skipped() -> None:
    assert kinds("idea", "review", "build", "ship") == []


def test_stuck_is_by_the_norm_and_counts_until_now() -> None:
    there = [Visit("idea", "2026-03-01T00:00:00.000000Z", "2026-03-02T00:00:00.000000Z")]
    there.append(Visit("build", "2026-03-02T00:00:00.000000Z", None))
    (found,) = deviations(STAGES, there, lambda _: None, NOW)
    assert (found.kind, found.stage, found.hours) == ("stuck", "build", 168.0)


def test_under_a_waiver_it_fits() -> None:
    found = deviations(STAGES, course("idea", "build", "ship"), {"review": "waiver:x"}.get, NOW)
    assert [one.waiver for one in found] == ["waiver:x"]
    assert fits(found)


@given(st.lists(st.sampled_from([one.name for one in STAGES])))
def test_a_stage_that_was_visited_was_not_skipped_and_none_is_told_twice(names: list[str]) -> None:
    found = kinds(*[name for place, name in enumerate(names) if place == 0 or names[place - 1] != name][:20])
    skipped = [name for kind, name in found if kind == "skipped"]
    assert not set(skipped) & set(names)
    assert len(skipped) == len(set(skipped))
