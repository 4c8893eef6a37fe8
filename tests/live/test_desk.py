"""The desk: an answer at once, a better one while somebody waits, one thing at a time, and nothing for nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from counterpoint.errors import BadValue, CounterpointError, InvalidInput, StoreError
from counterpoint.live.desk import Desk, desk
from counterpoint.live.desk_answer import beforehand
from counterpoint.model.whatif_choice import CHOICES, GRID, NOW, Answered, Choice
from tests.live.made_up import ELEMENTS, Model

CHOSEN = Choice(17, 0.2, "hybrid", remove=("gate:security",))


def until(what: Callable[[], object], seconds: float = 20) -> None:
    """Wait for it; a machine that is busy may take long."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.01)


class Trial:
    """A desk on a model of which everything is known, and a clock that stands still."""

    def __init__(self) -> None:
        self.head, self.now, self.model = "one", 0.0, Model()
        self.opened = 0
        self.refusal: Exception | None = None
        self.desk = Desk(lambda: self.head, self._open, threads=2, clock=lambda: self.now)

    def _open(self, told: object) -> Model:
        self.opened += 1
        if self.refusal is not None:
            raise self.refusal
        return self.model

    def ask(self, choice: Choice = CHOSEN, viewer: str = "me") -> Answered:
        return self.desk.ask(choice, viewer)

    def finished(self, choice: Choice = CHOSEN) -> Answered:
        self.model.gate.set()
        until(lambda: self.ask(choice).standing.finished)
        return self.ask(choice)


@pytest.fixture
def trial() -> Iterator[Trial]:
    made = Trial()
    yield made
    made.model.gate.set()
    made.desk.close()


def test_nothing_is_opened_before_somebody_asks(trial: Trial) -> None:
    time.sleep(0.05)
    assert trial.opened == 0 and trial.desk._thread is None
    first = trial.ask()
    assert first.compared is None and not first.standing.finished
    assert first.standing.doing and first.standing.of == len(beforehand())


def test_what_was_worked_out_beforehand_is_there_at_once_and_says_what_it_is_of(trial: Trial) -> None:
    trial.desk.elements(20)
    until(lambda: trial.ask().standing.models)
    answer = trial.ask(Choice(13, 0.3, "hybrid", agents=5))
    grade = answer.standing.models
    assert grade is not None and (grade.effort, grade.exactly) == ("quick", False)
    assert (grade.speedup, grade.response, grade.replications) == (10, 0, 10)
    assert answer.compared is not None and [one.name for one in answer.compared.variants] == [
        "now", "as it is", "centralised", "decentralised", "hybrid"
    ]  # fmt: skip
    assert [point.speedup for point in answer.curve] == list(GRID) and answer.limits


def test_an_answer_gets_better_until_it_is_of_usual_effort_and_of_exactly_what_was_asked(trial: Trial) -> None:
    answer = trial.finished()
    standing = answer.standing
    for grade in (standing.models, standing.curve, standing.elements):
        assert grade is not None and grade.final and grade.replications == 40 and grade.speedup == 17
    assert answer.compared is not None and answer.compared.variants[1].draws == 32
    assert [point.speedup for point in answer.curve] == sorted({*GRID, 17})
    assert all(point.bearing_usual == 0.3 for point in answer.curve)
    assert answer.after is not None and "gate:security" not in {one.element for one in answer.after.elements}
    assert answer.before is not None and len(answer.before.elements) == len(ELEMENTS)


def test_the_quick_figures_of_a_choice_come_before_those_of_usual_effort(trial: Trial) -> None:
    trial.finished()
    mine = [(what, effort) for what, choice, effort in trial.model.log if choice == CHOSEN]
    assert mine[:3] == [("figures", "quick"), ("figures", "usual"), ("census", "quick")]
    assert trial.model.log[0][0] == "ahead"


def test_all_that_can_be_is_worked_out_beforehand_once_though_many_ask(trial: Trial) -> None:
    trial.model.gate.set()
    until(lambda: trial.ask(NOW).standing.ahead == len(beforehand()))
    begun = len(trial.model.log)
    answers = [trial.ask(Choice(speed, 1.0, model)) for speed in GRID for model in CHOICES]
    assert all(one.standing.elements is not None and one.standing.elements.exactly for one in answers)
    assert all(one.bearing_usual is not None for answer in answers for one in answer.curve)
    assert [one for one in trial.model.log[:begun] if one[0] == "ahead"] == [
        ("ahead", Choice(100, 0.0), "quick"), ("ahead", Choice(100, 1.0), "quick")
    ]  # fmt: skip
    until(lambda: trial.ask(NOW).standing.finished)
    assert len([one for one in trial.model.log if one[0] == "ahead"]) == 2


class TestGivingUp:
    def held(self, trial: Trial, choice: Choice) -> None:
        """Until the refinement of a choice is under way, which takes for ever."""
        until(lambda: trial.ask(choice) and ("figures", choice, "usual") in trial.model.log)

    def test_what_a_viewer_turns_away_from_is_given_up_and_the_next_begun(self, trial: Trial) -> None:
        self.held(trial, CHOSEN)
        other = Choice(33)
        trial.ask(other)
        until(lambda: ("figures", CHOSEN) in trial.model.given_up)
        until(lambda: ("figures", other, "usual") in trial.model.log)
        assert trial.model.most_running == 1

    def test_what_another_still_waits_for_goes_on(self, trial: Trial) -> None:
        until(lambda: trial.ask(CHOSEN, "you") and ("figures", CHOSEN, "usual") in trial.model.log)
        trial.ask(Choice(33), "me")
        time.sleep(0.2)
        assert ("figures", CHOSEN) not in trial.model.given_up
        trial.model.gate.set()
        until(lambda: trial.ask(CHOSEN, "you").standing.finished and trial.ask(Choice(33), "me").standing.finished)
        assert trial.model.most_running == 1

    def test_who_is_not_heard_of_has_left(self, trial: Trial) -> None:
        self.held(trial, CHOSEN)
        trial.now = 60.0
        until(lambda: ("figures", CHOSEN) in trial.model.given_up)
        # With nobody there, it goes on with what can be worked out beforehand.
        until(lambda: len([one for one in trial.model.log if one[0] == "census"]) > 5)

    def test_work_for_later_waits_while_somebody_waits(self, trial: Trial) -> None:
        self.held(trial, CHOSEN)
        assert not [one for one in trial.model.log if one[0] == "census" and one[1].model == "decentralised"]


def test_its_threads_end_with_it_in_the_middle_of_a_work() -> None:
    model = Model()
    with desk(lambda: "one", lambda told: model, 2) as made:
        until(lambda: made.ask(CHOSEN, "me") and ("figures", CHOSEN, "usual") in model.log)
        assert [one for one in threading.enumerate() if one.name.startswith("what-if")]
    assert not [one for one in threading.enumerate() if one.name.startswith("what-if")]
    assert ("figures", CHOSEN) in model.given_up


def test_asking_takes_no_time_while_something_is_worked_out(trial: Trial) -> None:
    until(lambda: trial.ask() and ("figures", CHOSEN, "usual") in trial.model.log)
    begun = time.thread_time()
    for _ in range(20):
        trial.ask()
    assert time.thread_time() - begun < 1.0, "fifty milliseconds each, and far less on a quiet machine"


class TestAnotherHead:
    def test_what_is_known_goes_with_the_organisation_that_it_is_of(self, trial: Trial) -> None:
        trial.finished()
        trial.head, trial.model = "two", Model("another")
        until(lambda: trial.ask().standing.head == "two" and trial.opened == 2)
        answer = trial.ask()
        assert answer.standing.models is None or not answer.standing.models.final

    def test_what_is_known_stays_where_nothing_in_the_model_has_changed(self, trial: Trial) -> None:
        trial.finished()
        trial.head = "two"
        until(lambda: trial.ask().standing.head == "two")
        assert trial.opened == 2 and trial.ask().standing.finished
        assert len([one for one in trial.model.log if one[0] == "ahead"]) == 2


class TestRefusals:
    def test_an_element_that_is_not_there(self, trial: Trial) -> None:
        trial.desk.elements(20)
        with pytest.raises(BadValue, match="no element 'gate:none'"):
            trial.ask(Choice(remove=("gate:none",)))

    def test_a_choice_that_makes_no_sense_in_this_organisation_is_refused_and_not_tried_again(
        self, trial: Trial
    ) -> None:
        bad = Choice(2, people=0.5)
        with pytest.raises(BadValue, match="no capacity"):
            until(lambda: trial.ask(bad) and False)
        tried = len([one for one in trial.model.log if one[1].people == 0.5])
        with pytest.raises(BadValue):
            trial.ask(bad)
        assert trial.finished(Choice(3)).standing.finished
        assert len([one for one in trial.model.log if one[1].people == 0.5]) == tried

    def test_a_mistake_of_ours_is_told_as_one_and_the_desk_goes_on(self, trial: Trial) -> None:
        with pytest.raises(CounterpointError, match="a mistake") as told:
            until(lambda: trial.ask(Choice(2, people=0.75)) and False)
        assert not isinstance(told.value, BadValue)
        assert trial.finished(Choice(3)).standing.finished

    def test_nothing_to_simulate_is_said_until_the_record_changes(self, trial: Trial) -> None:
        trial.refusal = InvalidInput("there is no work to simulate")
        with pytest.raises(InvalidInput, match="no work"):
            trial.desk.elements(20)
        with pytest.raises(InvalidInput):
            trial.ask()
        assert trial.opened == 1
        trial.refusal, trial.head = None, "two"
        until(lambda: trial.ask().standing.models)

    def test_a_store_that_was_away_is_tried_again(self, trial: Trial) -> None:
        trial.refusal = StoreError("away")
        with pytest.raises(StoreError):
            trial.desk.elements(20)
        trial.refusal = None
        until(lambda: trial.ask().standing.models)
        assert trial.opened == 2
