"""Work: how it begins, moves and ends, who may say so, and every reason for which it is not done yet."""

from __future__ import annotations

import pytest

from counterpoint.errors import BadReference, Conflict, NotAllowed, NotFound, Refused
from counterpoint.model.acts import Act
from counterpoint.protocols.doing import belongs_to, may_answer, may_complete, works_on
from counterpoint.protocols.machine import DISPUTED, decide
from counterpoint.protocols.naming import slug_from
from counterpoint.protocols.work import WORK
from counterpoint.state.ready import ready
from counterpoint.state.view import State
from tests.protocols.trial import Trial
from tests.state.organisation import org

FACTS = """
    person:~ana
    person:~bo
    person:~cy
    person:~gus
    person:~mara
    agent:fixer sponsor person:~bo
    team:all
    team:web parent team:all
    team:web lead person:~ana
    team:web member person:~bo
    team:old member person:~gus
    team:old status archived
    zone:shop owner team:web
    zone:organisation decider person:~mara
    zone:organisation terms {action = "*", term = "alone"}
    objective:sales
    work:shop zone zone:shop
    work:shop owner team:web
    work:shop status active
    work:solo owner person:~cy
    work:solo status accepted
    work:nobodys
    work:tracked owner person:~cy
    work:tracked status active -- tracker
"""


@pytest.fixture
def trial(place) -> Trial:  # type: ignore[no-untyped-def]
    return Trial(place("sqlite"), FACTS)


def add(trial: Trial, title: str, by: str = "person:~ana", **more: object) -> str:
    return trial.do("work add", by, title=title, **more).subject  # type: ignore[arg-type]


# ---- adding ----


def test_what_is_added_is_what_was_said(trial: Trial) -> None:
    work = add(
        trial, "Season pass: the checkout", owner=["team:web"], parent="work:shop", team="team:web", zone="zone:shop",
        priority="high", due="2026-12-04", serves=["objective:sales"], version="1", **{"class": "feature"},
    )  # fmt: skip
    assert work == "work:season-pass-the-checkout"
    seen = trial.ask(lambda state: {name: one.value for name, one in state.all(work).items() if name != "act"})
    assert seen == {
        "exists": True, "title": "Season pass: the checkout", "owner": ["team:web"], "parent": "work:shop",
        "team": "team:web", "zone": "zone:shop", "priority": "high", "due": "2026-12-04", "serves": ["objective:sales"],
        "version": "1", "class": "feature", "status": "proposed",
    }  # fmt: skip


def test_names_come_from_titles_and_are_never_used_twice(trial: Trial) -> None:
    assert add(trial, "Don't panic (yet)!") == "work:don-t-panic-yet"
    assert add(trial, "Don't panic; yet?") == "work:don-t-panic-yet-2"
    assert add(trial, "X", id="release/2.0") == "work:release/2.0"
    with pytest.raises(Refused, match=r"work:release/2.0 is there already \(X\)"):
        add(trial, "Y", id="work:Release/2.0")
    with pytest.raises(Refused, match="no name can be made"):
        add(trial, "???")
    with pytest.raises(BadReference):
        add(trial, "Z", id="team:web")
    assert len(slug_from("word " * 40)) <= 60
    assert slug_from("word " * 40).endswith("word")


def test_work_after_other_work_needs_it(trial: Trial) -> None:
    second = add(trial, "Second", after=["work:solo", "work:solo"])
    (dependency,) = trial.ask(lambda state: state.naming(second, "dependency", "consumer"))
    assert dependency == "dependency:second-needs-solo"
    assert trial.refs(dependency, "provider") == ("work:solo",)
    waits = next(one for one in trial.ask(ready).waiting if one.work == second)
    assert [(wait.kind, wait.on) for wait in waits.waits] == [("unfinished", "work:solo")]


def test_what_cannot_be_part_of_something_or_wait_for_it_is_refused(trial: Trial) -> None:
    trial.do("work drop", "person:~cy", work="work:solo", reason="no need")
    with pytest.raises(Refused, match="work:solo is dropped: it can have no new part"):
        add(trial, "A part", parent="work:solo")
    with pytest.raises(Refused, match="work:solo was dropped: waiting for it has no end"):
        add(trial, "Later", after=["work:solo"])
    with pytest.raises(NotFound):
        add(trial, "Lost", parent="work:not-there")
    trial.says("dependency:d consumer work:shop", "dependency:d provider work:to-come")
    with pytest.raises(Refused, match="cannot wait for work:shop, which waits for it"):
        add(trial, "To come", after=["work:shop"])
    trial.says("work:nobodys parent work:to-come")
    with pytest.raises(Refused, match="would be part of itself"):
        add(trial, "To come", parent="work:nobodys")


# ---- who may ----


def test_who_belongs_where() -> None:
    state = org(FACTS)
    assert belongs_to(state, "person:~bo") == {"person:~bo", "team:web", "team:all"}
    assert belongs_to(state, "person:~gus") == {"person:~gus"}, "an archived team is at no work"
    assert works_on(state, "person:~bo", "work:shop")
    assert works_on(state, "agent:fixer", "work:shop"), "as its sponsor does"
    assert not works_on(state, "person:~cy", "work:shop")
    assert works_on(state, "person:~gus", "work:nobodys")
    assert may_answer(state, "person:~ana", "work:shop")
    assert not may_answer(state, "person:~bo", "work:shop"), "its team's lead speaks for it"
    assert may_complete(state, "person:~bo", "work:shop")
    assert may_answer(state, "person:~mara", "work:solo")


@pytest.mark.parametrize(
    ("act", "more", "may", "told"),
    [
        ("start", {}, "person:~mara", "does not work on work:solo; person:~cy or person:~mara may"),
        ("block", {"because": "rain"}, "person:~cy", "does not work on work:solo"),
        ("accept", {}, None, "is not possible"),
        ("complete", {}, "person:~mara", "does not answer for it"),
        ("drop", {"reason": "x"}, "person:~cy", "may not drop work:solo; person:~cy or person:~mara may"),
        ("assign", {"to": ["person:~gus"]}, "person:~mara", "may not assign work:solo"),
        ("revise", {"title": "Y"}, "person:~cy", "does not work on work:solo"),
    ],
)
def test_others_may_not_and_are_told_who_may(
    trial: Trial, act: str, more: dict[str, object], may: str | None, told: str
) -> None:
    before = trial.ask(lambda state: state.all("work:solo"))
    with pytest.raises(Refused, match=told) as refused:
        trial.do(f"work {act}", "person:~gus", work="work:solo", **more)  # type: ignore[arg-type]
    assert may is None or refused.type is NotAllowed
    assert trial.ask(lambda state: state.all("work:solo")) == before
    if may is not None:
        trial.do(f"work {act}", may, work="work:solo", **more)  # type: ignore[arg-type]


def test_whoever_begins_with_it_is_one_of_those_who_work_on_it(trial: Trial) -> None:
    trial.do("work start", "person:~gus", work="work:nobodys")
    assert trial.refs("work:nobodys", "contributor") == ("person:~gus",)
    with pytest.raises(NotAllowed, match="does not work on"):
        trial.do("work block", "person:~cy", work="work:nobodys", because="mine")
    trial.do("work complete", "person:~gus", work="work:nobodys")
    assert trial.text("work:nobodys", "finished") == "2026-11-23"


def test_a_contributor_completes_owned_work_only_while_holding_it(trial: Trial) -> None:
    trial.do("work assign", "person:~cy", work="work:solo", to=["person:~gus"], contributor=True)
    trial.do("work start", "person:~gus", work="work:solo")
    with pytest.raises(NotAllowed, match="person:~gus does not answer for it") as refused:
        trial.do("work complete", "person:~gus", work="work:solo")
    assert refused.value.hint == "person:~cy or person:~mara may complete it"
    trial.do("lease take", "person:~gus", item="work:solo")
    trial.do("work complete", "person:~gus", work="work:solo", token=1)
    assert trial.text("lease:work/solo", "status") == "free"


def test_owners_change_and_must_be_able_to_act(trial: Trial) -> None:
    trial.do("work assign", "person:~mara", work="work:solo", to=["team:web"])
    assert trial.refs("work:solo", "owner") == ("team:web",)
    trial.do("work assign", "person:~ana", work="work:solo", to=["person:~bo", "person:~gus"])
    assert trial.refs("work:solo", "owner") == ("person:~bo", "person:~gus")
    with pytest.raises(Refused, match="team:old is archived"):
        trial.do("work assign", "person:~bo", work="work:solo", to=["team:old"])


# ---- moving ----


def test_the_way_from_proposal_to_end_and_back(trial: Trial) -> None:
    work = add(trial, "All the way", owner=["person:~bo"])
    for act, status, more in (
        ("accept", "accepted", {}), ("start", "active", {}), ("block", "blocked", {"because": "no keys"}),
        ("block", "blocked", {"because": "no keys, no lock"}), ("unblock", "active", {}), ("complete", "done", {}),
        ("reopen", "active", {"reason": "it leaks"}), ("drop", "dropped", {"reason": "too late"}),
        ("reopen", "active", {"reason": "not too late"}),
    ):  # fmt: skip
        done = trial.do(f"work {act}", "person:~bo", work=work, **more)  # type: ignore[arg-type]
        assert done.status == status == trial.text(work, "status")
    assert trial.text(work, "finished") is None
    assert trial.ask(lambda state: state.text(work, "blocked_by")) is None


@pytest.mark.parametrize("stood", ["proposed", "accepted", "active"])
def test_what_was_blocked_stands_where_it_stood(trial: Trial, stood: str) -> None:
    trial.says(f"work:w status {stood}", "work:w owner person:~bo")
    trial.do("work block", "person:~bo", work="work:w", because="rain")
    trial.do("work block", "person:~bo", work="work:w", because="storm")
    assert trial.text("work:w", "blocked_by") == "storm"
    assert trial.do("work unblock", "person:~bo", work="work:w").status == stood


def test_what_was_blocked_on_work_goes_on_when_all_of_that_is_done(trial: Trial) -> None:
    trial.do("work block", "person:~ana", work="work:shop", on=["work:solo", "work:nobodys"])
    trial.do("work complete", "person:~cy", work="work:solo")
    assert trial.text("work:shop", "status") == "blocked"
    done = trial.do("work complete", "person:~ana", work="work:nobodys")
    assert [(one.noun, one.verb, one.subject) for one in done.followed][:1] == [("work", "unblock", "work:shop")]
    assert trial.text("work:shop", "status") == "active"
    assert trial.refs("work:shop", "blocked_on") == ()


def test_what_it_was_blocked_on_was_dropped_so_it_stays_blocked(trial: Trial) -> None:
    trial.do("work block", "person:~ana", work="work:shop", on=["work:solo", "person:~gus"], because="keys")
    trial.do("work drop", "person:~cy", work="work:solo", reason="no")
    assert trial.text("work:shop", "status") == "blocked"


def test_nothing_is_blocked_for_no_reason_on_itself_or_in_a_circle(trial: Trial) -> None:
    with pytest.raises(Refused, match="why is it blocked"):
        trial.do("work block", "person:~ana", work="work:shop")
    with pytest.raises(Refused, match="cannot wait for itself"):
        trial.do("work block", "person:~ana", work="work:shop", on=["work:shop"])
    trial.do("work block", "person:~ana", work="work:shop", on=["work:solo"])
    with pytest.raises(Refused, match="work:solo cannot wait for work:shop, which waits for it"):
        trial.do("work block", "person:~cy", work="work:solo", on=["work:shop"])
    trial.do("work complete", "person:~cy", work="work:solo")
    with pytest.raises(Refused, match="is done: nothing waits for it"):
        trial.do("work block", "person:~ana", work="work:shop", on=["work:solo"])


def test_a_part_of_finished_work_is_not_taken_up_again_by_itself(trial: Trial) -> None:
    part = add(trial, "A part", owner=["person:~bo"], parent="work:shop")
    trial.do("work complete", "person:~bo", work=part)
    trial.do("work complete", "person:~ana", work="work:shop")
    with pytest.raises(Refused, match="is part of work:shop, which is done"):
        trial.do("work reopen", "person:~bo", work=part, reason="it leaks")
    trial.do("work reopen", "person:~ana", work="work:shop", reason="a part leaks")
    trial.do("work reopen", "person:~bo", work=part, reason="it leaks")


def test_what_a_tracker_says_is_settled_until_it_says_something_new(trial: Trial) -> None:
    trial.do("work complete", "person:~cy", work="work:tracked")
    assert trial.text("work:tracked", "status") == "done"
    trial.says("work:tracked status blocked", source="tracker")
    assert trial.ask(lambda state: state.get("work:tracked", "status").disputed)  # type: ignore[union-attr]
    with pytest.raises(Refused, match="one source says that it is blocked"):
        trial.do("work complete", "person:~mara", work="work:tracked")


def test_where_sources_differ_who_decides_says_where_it_stands() -> None:
    state = org(FACTS, "work:tracked status done -- file", "work:tracked owner person:~cy -- tracker")
    act = Act("work", "complete", "work:tracked", "person:~cy", {"work": "work:tracked"})
    assert WORK.standing(state, "work:tracked") == DISPUTED
    with pytest.raises(Refused, match="sources differ about its status"):
        decide(WORK, state, act, state.now)
    by_mara = Act("work", "complete", "work:tracked", "person:~mara", {"work": "work:tracked"})
    assert "has completed" in decide(WORK, state, by_mara, state.now).told


def test_a_new_version_makes_whoever_made_it_one_of_those_who_work_on_it(trial: Trial) -> None:
    trial.do("work revise", "person:~bo", work="work:shop", version="b1", title="The shop")
    assert trial.text("work:shop", "version") == "b1"
    assert trial.refs("work:shop", "contributor") == ("person:~bo",)
    with pytest.raises(Refused, match="is at version b1 already"):
        trial.do("work revise", "person:~bo", work="work:shop", version="b1")
    with pytest.raises(Refused, match="what is new about it"):
        trial.do("work revise", "person:~bo", work="work:shop")


# ---- completing ----


def test_every_reason_is_told_at_once_with_who_can_clear_it(trial: Trial) -> None:
    part = add(trial, "A part", owner=["person:~bo"], parent="work:shop")
    trial.do("work block", "person:~ana", work="work:shop", on=["work:solo"], because="no keys")
    trial.do("work revise", "person:~ana", work="work:shop", version="b2")
    trial.do("lease take", "person:~gus", item="work:shop")
    trial.says(
        "dependency:ask consumer work:shop", "dependency:ask provider team:old", "dependency:ask type prerequisite",
        "dependency:gone consumer work:shop", "dependency:gone provider work:gone", "work:gone status dropped",
        "dependency:no consumer work:shop", "dependency:no provider team:all", "dependency:no status declined",
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        trial.do("work complete", "person:~cy", work="work:shop", version="b1", token=7)
    told = refused.value.message
    for line in (
        "work:shop cannot be completed, for 10 reasons:",
        "person:~cy does not answer for it\n     team:web or person:~ana may complete it",
        "it is blocked (no keys)\n     who works on it: counterpoint work unblock work:shop",
        f"its part {part} is not finished\n     person:~bo: counterpoint work complete {part}",
        "it needs work:solo, which is not done\n     person:~cy may complete that",
        "it needs work:gone, which was dropped\n     team:web may withdraw dependency:gone",
        "team:all declined what it needs (dependency:no)",
        "team:old has yet to provide what it needs (dependency:ask)",
        "it is at version b2, and not b1\n     who works on it: counterpoint work revise work:shop --version b1",
        "person:~gus holds it, and not person:~cy\n     person:~gus may let go",
        "token 7 for work:shop was never given out",
    ):
        assert line in told, line


def test_one_reason_is_told_plainly(trial: Trial) -> None:
    trial.do("lease take", "person:~gus", item="work:shop")
    with pytest.raises(Conflict, match="cannot be completed: person:~gus holds it, and not person:~ana"):
        trial.do("work complete", "person:~ana", work="work:shop")
    trial.do("lease take", "person:~gus", item="work:solo")
    with pytest.raises(Refused, match="person:~gus holds it"):
        trial.do("work start", "person:~cy", work="work:solo")


def test_a_holder_that_lost_it_is_told_by_its_token(trial: Trial) -> None:
    trial.do("lease take", "agent:fixer", item="work:shop")
    trial.later(minutes=16)
    trial.do("lease take", "person:~bo", item="work:shop")
    with pytest.raises(Conflict) as refused:
        trial.do("work complete", "agent:fixer", work="work:shop", token=1)
    assert "token 1 for work:shop is old: the newest is 2" in refused.value.message
    assert "person:~bo holds it, and not agent:fixer" in refused.value.message
    trial.do("work complete", "person:~bo", work="work:shop", token=2)


def test_work_that_is_done_is_not_done_again(trial: Trial) -> None:
    trial.do("work complete", "person:~cy", work="work:solo")
    with pytest.raises(Refused, match=r"work:solo is done: work complete is not possible"):
        trial.do("work complete", "person:~cy", work="work:solo")


def test_only_what_the_one_work_needs_is_read(trial: Trial) -> None:
    """However much other work there is: the questions that completing asks of the store do not grow with it."""
    trial.says(*(f"work:other-{number} status active" for number in range(40)))
    state = trial.ask(_read_by_completing)
    assert not [one for one in state if one.startswith("work:other")]


def _read_by_completing(state: State) -> set[str]:
    reads: set[str] = set()
    reader = state._reader
    claims = reader.claims

    def watched(entities):  # type: ignore[no-untyped-def]
        every = list(entities)
        reads.update(every)
        return claims(every)

    reader.claims = watched  # type: ignore[method-assign]
    decide(WORK, state, Act("work", "complete", "work:solo", "person:~cy", {"work": "work:solo"}), state.now)
    return reads
