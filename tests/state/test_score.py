"""What is on the full score: which marks, on which staves, how far they reach, and what joins them."""

from __future__ import annotations

import pytest

from counterpoint.errors import BadValue
from counterpoint.model.score import UNASSIGNED, Flag, Line, Mark, Score
from counterpoint.state.memory import MemoryReader
from counterpoint.state.overlay import overlay
from counterpoint.state.score import Overlay, extent_of, home_of, level_of, score
from counterpoint.state.view import State
from tests.faces.web.orgs import NOW, TUESDAYS, Said, entry, large, small, thing


def state_of(*drafts: list[Said], other: list[Said] | None = None, now: str = NOW) -> State:
    entries = [entry(1, "one", "2026-01-01T08:00:00.000000Z", [one for part in drafts for one in part])]
    if other is not None:
        entries.append(entry(2, "two", "2026-02-01T08:00:00.000000Z", other))
    return State(MemoryReader(entries, now))


def small_state() -> State:
    entries, now = small()
    return State(MemoryReader(entries, now))


def marks(found: Score) -> dict[str, Mark]:
    return {mark.ref: mark for stave in found.staves for mark in stave.marks}


class TestWhereThingsStand:
    def test_home_is_the_stated_team_then_an_owning_team_then_that_of_the_whole_then_nobody(self):
        state = state_of(
            thing("team:a"),
            thing("team:b"),
            thing("work:stated", team="team:a", owner=["team:b"]),
            thing("work:owned", owner=["person:x", "team:b"]),
            thing("work:part", parent="work:stated"),
            thing("work:alone", owner=["person:x"]),
            thing("work:round", parent="work:about"),
            thing("work:about", parent="work:round"),
        )
        homes = {name: home_of(state, f"work:{name}") for name in ("stated", "owned", "part", "alone", "round")}
        assert homes == {
            "stated": "team:a", "owned": "team:b", "part": "team:a", "alone": UNASSIGNED, "round": UNASSIGNED,
        }  # fmt: skip

    def test_a_disputed_team_is_no_home(self):
        state = state_of(thing("team:a"), thing("work:w", team="team:a"), other=thing("work:w", team="team:b"))
        assert home_of(state, "work:w") == UNASSIGNED

    def test_level_is_stated_or_follows_from_being_part_of_something(self):
        state = state_of(
            thing("work:top"),
            thing("work:part", parent="work:top"),
            thing("work:big", parent="work:top", level="deliverable"),
        )
        assert [level_of(state, f"work:{one}") for one in ("top", "part", "big")] == [
            "deliverable",
            "task",
            "deliverable",
        ]

    def test_each_level_shows_its_own(self):
        state = small_state()
        assert set(marks(score(state, "objective"))) == {"objective:season"}
        assert "work:posters" not in marks(score(state, "deliverable"))
        assert {"work:posters", "work:campaign"} <= set(marks(score(state, "task")))


class TestHowFarTheyReach:
    @pytest.mark.parametrize(
        ("attributes", "extent"),
        [
            ({"start": "2026-02-01", "due": "2026-03-01"}, ("2026-02-01", "2026-03-01", "dates")),
            ({"start": "2026-03-01", "due": "2026-02-01"}, ("2026-02-01", "2026-03-01", "dates")),
            (
                {"start": "2026-02-01", "finished": "2026-02-20", "due": "2026-03-01"},
                ("2026-02-01", "2026-02-20", "dates"),
            ),
            ({"due": "2026-03-01"}, (None, "2026-03-01", "due")),
            ({"due": "2026-03-11", "estimate": 10}, ("2026-03-01", "2026-03-11", "due")),
            ({"start": "2026-02-01", "period": "2026-01-01/2026-12-31"}, ("2026-02-01", None, "start")),
            ({"period": "2026-01-01/2026-12-31"}, ("2026-01-01", "2026-12-31", "period")),
            ({}, (None, None, "none")),
        ],
    )
    def test_extent(self, attributes, extent):
        assert extent_of(state_of(thing("work:w", **attributes)), "work:w") == extent

    def test_where_sources_differ_on_the_end_both_are_shown_and_none_is_chosen(self):
        premiere = marks(score(small_state()))["work:premiere"]
        assert (premiere.sure_until, premiere.end, premiere.basis) == ("2026-07-10", "2026-07-17", "dates")


class TestWindow:
    def test_whole_months_around_what_is_open(self):
        found = score(small_state())
        assert (found.first, found.last) == ("2026-03-01", "2026-09-30")

    def test_at_most_a_year_back_and_ahead_and_never_without_today(self):
        far = thing("work:w", start="2001-01-01", due="2077-07-07")
        found = score(state_of(far))
        assert (found.first, found.last) == ("2025-05-01", "2027-05-31")
        past = score(state_of(thing("work:w", start="2026-01-05", due="2026-02-06")))
        assert past.first == "2026-01-01" and past.last == "2026-05-31"

    def test_what_lies_outside_is_counted_and_not_drawn(self):
        state = state_of(
            thing("work:early", start="2025-01-01", due="2025-02-01"),
            thing("work:late", start="2026-09-01"),
            thing("work:dropped", period="2026-01-01/2026-12-31", status="dropped"),
            thing("work:done", status="done"),
            thing("work:running", start="2025-01-01"),
            thing("work:undated"),
        )
        found = score(state, window=("2026-03-01", "2026-05-31"))
        assert set(marks(found)) == {"work:running", "work:undated"}
        assert found.outside == 4

    @pytest.mark.parametrize("window", [("2026-03-02", "2026-03-01"), ("2026-03-01", "soon")])
    def test_no_window(self, window):
        with pytest.raises(BadValue):
            score(small_state(), window=window)

    def test_no_level(self):
        with pytest.raises(BadValue, match="no level"):
            score(small_state(), "epic")  # type: ignore[arg-type]


class TestStaves:
    def test_staves_without_marks_fold_and_archived_teams_without_marks_are_gone(self):
        state = state_of(
            thing("team:busy"),
            thing("team:idle"),
            thing("team:old", status="archived"),
            thing("work:w", team="team:busy"),
        )
        found = score(state)
        assert [stave.ref for stave in found.staves] == ["team:busy"]
        assert [stave.ref for stave in found.folded] == ["team:idle"]

    def test_work_without_a_home_comes_last(self):
        assert score(small_state()).staves[-1].ref == UNASSIGNED

    def test_a_filter_keeps_a_team_and_the_teams_within_it_and_changes_no_count(self):
        state = state_of(
            thing("team:outer"),
            thing("team:inner", parent="team:outer"),
            thing("team:other"),
            thing("work:a", team="team:inner"),
            thing("work:b", team="team:other"),
            thing("dependency:d", consumer="work:b", provider="work:a"),
        )
        found = score(state, teams=["team:outer"])
        assert [stave.ref for stave in found.staves] == ["team:inner"]
        assert [stave.ref for stave in found.folded] == ["team:outer"]
        assert found.staves[0].asked == 1
        assert [(slur.provider, slur.consumer) for slur in found.slurs] == [("work:a", "work:b")]

    def test_the_size_of_a_real_organisation(self):
        entries, now = large()
        found = score(State(MemoryReader(entries, now)))
        assert sum(len(stave.marks) for stave in found.staves) == 76
        assert len(found.staves) + len(found.folded) == 166
        assert all(mark.basis == "period" for mark in marks(found).values())
        assert sum(ask.count for ask in found.asks) == sum(slur.count for slur in found.slurs)
        assert sum(stave.asked for stave in (*found.staves, *found.folded)) == sum(ask.count for ask in found.asks)


class TestSlurs:
    def test_dependencies_of_parts_are_those_of_the_whole_one_level_up(self):
        state = state_of(
            thing("team:a"),
            thing("team:b"),
            thing("work:x", team="team:a", serves=["objective:o"]),
            thing("work:x1", parent="work:x"),
            thing("work:x2", parent="work:x"),
            thing("work:y", team="team:b", serves=["objective:p"]),
            thing("objective:o", team="team:a"),
            thing("objective:p", team="team:b"),
            thing("dependency:1", consumer="work:x1", provider="work:y", needed_by="2026-06-01"),
            thing("dependency:2", consumer="work:x2", provider="work:y", needed_by="2026-05-01"),
            thing("dependency:3", consumer="work:x2", provider="work:x1"),
        )
        (slur,) = score(state).slurs
        assert (slur.provider, slur.consumer, slur.count, slur.needed_by) == ("work:y", "work:x", 2, "2026-05-01")
        assert {(one.provider, one.consumer) for one in score(state, "task").slurs} == {
            ("work:y", "work:x1"), ("work:y", "work:x2"), ("work:x1", "work:x2"),
        }  # fmt: skip
        (top,) = score(state, "objective").slurs
        assert (top.provider, top.consumer, top.count) == ("objective:p", "objective:o", 2)

    def test_a_team_that_is_asked_is_its_own_stave_also_by_its_own_work(self):
        found = score(
            state_of(
                thing("team:a"),
                thing("work:w", team="team:a"),
                thing("dependency:d", consumer="work:w", provider="team:a"),
            )
        )
        assert found.slurs[0].provider == "team:a"
        assert (found.staves[0].asked, found.staves[0].asks) == (1, 1)
        assert found.staves[0].marks[0].asks == ("team:a",)

    def test_within_one_stave_nobody_else_is_asked(self):
        found = score(
            state_of(
                thing("team:a"),
                thing("work:w", team="team:a"),
                thing("work:v", team="team:a"),
                thing("dependency:d", consumer="work:w", provider="work:v"),
            )
        )
        assert len(found.slurs) == 1 and found.asks == () and found.staves[0].asked == 0

    def test_late_settled_and_gone(self):
        slurs = {slur.consumer: slur for slur in score(small_state()).slurs if slur.provider == "work:rehearsal"}
        assert slurs["work:premiere"].late
        state = state_of(
            *(thing(f"work:{one}") for one in "abcd"),
            thing("dependency:1", consumer="work:a", provider="work:b", status="withdrawn"),
            thing("dependency:2", consumer="work:a", provider="work:c", status="fulfilled"),
            thing("dependency:3", consumer="work:a", provider="person:p"),
        )
        found = score(state)
        assert [(slur.provider, slur.settled, slur.late) for slur in found.slurs] == [("work:c", True, False)]
        assert found.unplaced == 1


class TestOverlay:
    def test_who_decides_what_collides_and_what_is_disputed_are_on_the_marks(self):
        state = small_state()
        found = marks(score(state, overlay=overlay(state)))
        assert (found["work:premiere"].who, [one.title for one in found["work:premiere"].deciders]) == (
            "one",
            ["Ben Orlo"],
        )
        assert found["work:encore"].who == "none"
        flags = {(flag.kind, flag.about) for flag in found["work:premiere"].flags}
        assert ("contradiction", "due") in flags
        assert any(kind == "collision" for kind, _ in flags)

    def test_flags_of_parts_stand_at_the_whole(self):
        flag = Flag("collision", "x", "says so")
        state = small_state()
        found = score(state, overlay=Overlay(flags={"work:posters": (flag,), "dependency:f": (flag,)}))
        assert marks(found)["work:campaign"].flags == (flag,)
        assert marks(found)["work:encore"].flags == (flag,)

    def test_a_path_without_durations_counts_steps_and_stands_at_the_marks(self):
        state = small_state()
        found = score(state, overlay=Overlay(path=Line(("work:posters", "work:premiere"), 2, None, "steps")))
        assert found.path is not None
        assert (found.path.marks, found.path.counted) == (("work:campaign", "work:premiere"), "steps")
        assert marks(found)["work:campaign"].step == 1

    def test_rituals_are_bar_lines_on_their_days_and_an_unclear_one_has_none(self):
        vague = {"outcome": "phase unknown", "text": "every other Thursday", "recurrence": []}
        state = state_of(
            thing("team:a"),
            thing("work:w", team="team:a", start="2026-05-01", due="2026-05-31"),
            thing("ritual:weekly", owner=["team:a"], schedule={"outcome": "understood", "recurrence": TUESDAYS}),
            thing("ritual:vague", owner=["team:a"], schedule=vague),
            thing("ritual:off", owner=["team:a"], status="cancelled", schedule=vague),
            thing("ritual:all", zone="zone:organisation", schedule=vague),
        )
        lines = {line.ritual: line for line in score(state, overlay=overlay(state)).barlines}
        assert lines["ritual:weekly"].days == ("2026-05-05", "2026-05-12", "2026-05-19", "2026-05-26")
        assert (lines["ritual:vague"].days, lines["ritual:vague"].outcome) == ((), "phase unknown")
        assert lines["ritual:all"].stave is None
        assert "ritual:off" not in lines
