"""What several do at the same moment: names stay apart, no circle is closed, and no vote is lost or counted twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

from counterpoint.errors import Refused
from counterpoint.model.acts import Done
from counterpoint.state.cycles import cycles
from tests.protocols.trial import Trial

PERSONS = tuple(f"person:~p{number}" for number in range(4))
FACTS = (
    *PERSONS,
    *(f"work:w{number} owner {person}" for number, person in enumerate(PERSONS)),
    *(f"team:t lead {person}" for person in PERSONS),
    "zone:t owner team:t",
    "zone:t rule all",
    "work:shared zone zone:t",
)


def at_once(jobs: Sequence[Callable[[], Done]]) -> list[Done | None]:
    """All of them at the same moment; None for those that a rule refused."""
    gate = Barrier(len(jobs))

    def one(job: Callable[[], Done]) -> Done | None:
        gate.wait()
        try:
            return job()
        except Refused:
            return None

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(one, jobs))


def test_the_same_words_at_the_same_moment_are_different_things(url: str) -> None:
    trial = Trial(url, *FACTS)
    jobs = [
        lambda by=by: trial.do("commitment make", by, title="Send it", owner=by, due="2026-12-01") for by in PERSONS
    ]
    made = at_once(jobs)
    assert {one.subject for one in made if one} == {
        "commitment:send-it",
        *(f"commitment:send-it-{n}" for n in (2, 3, 4)),
    }
    assert {trial.refs(one.subject, "owner") for one in made if one} == {(by,) for by in PERSONS}


def test_asks_that_would_close_a_circle_together_are_not_all_taken(url: str) -> None:
    trial = Trial(url, *FACTS)

    def ask(number: int) -> Done:
        consumer, provider = f"work:w{number}", f"work:w{(number + 1) % 4}"
        return trial.do("promise ask", PERSONS[number], what=f"part {number}", consumer=consumer, provider=provider)

    made = at_once([partial(ask, number) for number in range(4)])
    assert sum(one is None for one in made) == 1
    assert trial.ask(lambda state: cycles(state).cycles) == ()


def test_votes_at_the_same_moment_are_all_counted_and_decide_once(url: str) -> None:
    trial = Trial(url, *FACTS)
    trial.do("decision ask", PERSONS[0], question="Which?", concerns=["work:shared"])
    jobs = [
        lambda by=by: trial.do("decision decide", by, decision="which", outcome="this", reason="so") for by in PERSONS
    ]
    made = at_once(jobs)
    assert sorted(one.status or "" for one in made if one) == ["decided", "open", "open", "open"]
    assert len(trial.ask(lambda state: state.tables("decision:which", "vote"))) == 4
