"""The desk of what-ifs: answers at once with the best that it knows, and works on a better one while somebody waits.

One thread works, on one thing at a time: on what somebody waits for, part by part and better each time; else on what
can be answered beforehand (a grid of speed-ups, models and responses of demand). What nobody waits for any longer is
given up in the middle. All is kept in memory alone, and holds for as long as the organisation is the same.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from counterpoint.errors import BadValue, CounterpointError, InvalidInput
from counterpoint.live.desk_answer import Job, Results, answered, beforehand, plan
from counterpoint.model.whatif_choice import Answered, Choice, ElementName, Figures

PATIENCE = 10.0
"""Seconds after which somebody who does not ask again is taken to have left."""
MOST_WAITING, MOST_KEPT = 32, 300
OFTEN = 0.05
"""Seconds between two looks at whether somebody still waits."""
_LOG = logging.getLogger("counterpoint.desk")
Mapped = Callable[[Callable[[Any], Any], Any], Any]
Told = Callable[[str, int, int], None]


class Model(Protocol):
    """What works answers out: :class:`counterpoint.questions.whatif.choosing.Choosing`."""

    @property
    def elements(self) -> tuple[ElementName, ...]: ...

    @property
    def ground(self) -> object: ...

    def replications(self, effort: str) -> int: ...

    def ahead(self, response: float, mapped: Mapped, progress: Told) -> Mapping[Choice, Any]: ...

    def figures(
        self, choice: Choice, effort: str, mapped: Mapped, progress: Told, *, drawn: bool = False
    ) -> Figures: ...

    def curve(self, choice: Choice, effort: str, mapped: Mapped, progress: Told) -> Any: ...

    def census(self, choice: Choice, effort: str, mapped: Mapped, progress: Told) -> Any: ...


class _GivenUp(Exception):
    """Nobody waits for this any longer."""


@dataclass
class _Work:
    """What is being done, and how far it is."""

    job: Job
    what: str = ""
    done: int = 0
    most: int = 0


@dataclass
class _Known:
    """All that is known of an organisation as it was at one head of its ledger."""

    model: Model
    head: str
    results: Results = field(default_factory=dict)
    refusals: dict[Choice, CounterpointError] = field(default_factory=dict)


class Desk:
    """Answers to what-ifs on one organisation.

    ``head`` says which state the organisation is in, ``opened`` makes the model of it (which may take long, and is told
    to whom it is given), ``threads`` replications are carried out at once.
    """

    def __init__(
        self,
        head: Callable[[], str],
        opened: Callable[[Told], Model],
        *,
        threads: int = 1,
        clock: Callable[[], float] = time.monotonic,
        patience: float = PATIENCE,
    ) -> None:
        self._head, self._opened, self._clock, self._patience = head, opened, clock, patience
        self._threads = threads
        self._changed = threading.Condition()
        self._waiting: dict[str, tuple[Choice, float]] = {}
        self._known: _Known | None = None
        self._failure: CounterpointError | None = None
        self._told = False
        self._wanted_head = ""
        self._work: _Work | None = None
        self._closed = False
        self._thread: threading.Thread | None = None

    def ask(self, choice: Choice, viewer: str) -> Answered:
        """What is known of a choice by now. Until the viewer asks for another one, or is not heard of for a while, a
        better answer is worked on.

        Raises:
            BadValue: the organisation has no such element, or the choice makes no sense in it.
            InvalidInput: there is nothing in the organisation to simulate.
        """
        head = self._head()
        with self._changed:
            self._come(head)
            known = self._known
            if known is None:
                return answered(choice, {}, head, self._doing(), lambda _: 0)
            self._check(choice, known)
            self._waiting.pop(viewer, None)
            self._waiting[viewer] = (choice, self._clock())
            while len(self._waiting) > MOST_WAITING:
                del self._waiting[next(iter(self._waiting))]
            self._changed.notify_all()
            return answered(choice, known.results, known.head, self._doing(), known.model.replications)

    def elements(self, patience: float = 0.0) -> tuple[ElementName, ...] | None:
        """What can be taken away; None where that is not known within some seconds.

        Raises:
            InvalidInput: there is nothing in the organisation to simulate.
        """
        head = self._head()
        with self._changed:
            self._come(head)
            self._changed.wait_for(lambda: self._known is not None or self._failure is not None, patience)
            self._raise_failure()
            return None if self._known is None else self._known.model.elements

    def close(self) -> None:
        """Give up whatever is being done, and end the desk's threads."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()

    def _come(self, head: str) -> None:
        """Somebody is at the desk: it opens with the first, and looks at the organisation again if that has changed, or
        could not be read when it was looked at last."""
        if self._wanted_head != head or self._told:
            self._wanted_head, self._failure, self._told = head, None, False
            self._changed.notify_all()
        self._raise_failure()
        if self._thread is None and not self._closed:
            self._thread = threading.Thread(target=self._run, name="what-ifs", daemon=True)
            self._thread.start()

    def _raise_failure(self) -> None:
        if self._failure is not None:
            # What is wrong with the record stays so until it changes; a store may be back the next time.
            self._told = not isinstance(self._failure, InvalidInput)
            raise self._failure

    def _check(self, choice: Choice, known: _Known) -> None:
        there = {one.element for one in known.model.elements}
        lacking = [name for name in choice.remove if name not in there]
        if lacking:
            raise BadValue(f"the model has no element {lacking[0]!r}", hint="the page lists every element")
        refusal = known.refusals.get(choice)
        if isinstance(refusal, InvalidInput):
            raise BadValue(refusal.message, hint=refusal.hint)
        if refusal is not None:
            raise refusal

    def _doing(self) -> tuple[str, int, int]:
        if self._work is not None:
            return self._work.what or self._work.job.about, self._work.done, self._work.most
        return ("reading the organisation", 0, 0) if self._known is None else ("", 0, 0)

    # What follows is the desk's own thread.

    def _run(self) -> None:
        with ThreadPoolExecutor(self._threads, thread_name_prefix="what-if") as pool:
            while True:
                with self._changed:
                    self._changed.wait_for(lambda: self._closed or self._next() is not None)
                    if self._closed:
                        return
                    job = self._next()
                    self._work = _Work(job) if job is not None else None
                if job is not None:
                    self._carry_out(job, pool)

    def _next(self) -> Job | None:
        """What to do: to read the organisation if it is another one, then the first figures of all, then what somebody
        waits for, then the rest that can be worked out beforehand."""
        if self._failure is not None:
            return None
        if self._known is None or self._known.head != self._wanted_head:
            return Job("open")
        results = self._known.results
        ahead = [job for job in beforehand() if job not in results]
        if beforehand()[0] not in results:
            return beforehand()[0]
        return next(self._asked_for(self._known), None) or next(iter(ahead), None)

    def _asked_for(self, known: _Known) -> Iterator[Job]:
        """What somebody waits for and is not there yet: of each choice what comes first."""
        now = self._clock()
        choices = [choice for choice, since in self._waiting.values() if now - since <= self._patience]
        plans = [plan(choice, known.results) for choice in dict.fromkeys(choices) if choice not in known.refusals]
        # Whoever has the worst answer comes first; of two alike, who asked last.
        for one in sorted((one for one in reversed(plans) if one), key=len, reverse=True):
            yield from one

    def _carry_out(self, job: Job, pool: ThreadPoolExecutor) -> None:
        found: Any = None
        refusal: CounterpointError | None = None
        try:
            found = self._open() if job.kind == "open" else self._made(job, pool)
        except _GivenUp:
            pass
        except CounterpointError as error:
            refusal = error
        except Exception as error:
            _LOG.exception("%s failed", job.about)
            hint = "this is a mistake in Counterpoint; what the server wrote has more"
            refusal = CounterpointError(f"{job.about} failed: {error}", hint=hint)
        with self._changed:
            self._work = None
            if job.kind == "open":
                self._opened_as(found, refusal)
            elif self._known is not None and refusal is not None:
                self._refused(job, refusal)
            elif self._known is not None and found is not None:
                self._keep(self._known.results, found)
            self._changed.notify_all()

    def _open(self) -> tuple[str, Model]:
        def told(what: str, done: int, most: int) -> None:
            self._tell(what, done, most)
            if self._closed:
                raise _GivenUp

        head = self._head()
        return head, self._opened(told)

    def _tell(self, what: str, done: int, most: int) -> None:
        if self._work is not None:
            self._work.what, self._work.done, self._work.most = what, done, most

    def _opened_as(self, found: tuple[str, Model] | None, refusal: CounterpointError | None) -> None:
        if found is None:
            self._failure = refusal or CounterpointError("the organisation could not be read")
            self._known = None
            return
        head, model = found
        if self._known is not None and self._known.model.ground == model.ground:
            self._known.head = head
        else:
            self._known = _Known(model, head)
        self._wanted_head = head

    def _refused(self, job: Job, refusal: CounterpointError) -> None:
        """A choice that makes no sense is not tried again; where it is one of the grid's, its place stays empty."""
        known = self._known
        if known is None:
            return
        known.results[job] = None
        if job.choice is not None and not job.of_grid:
            known.refusals[job.choice] = refusal
            known.refusals |= {
                choice: refusal
                for choice, _ in self._waiting.values()
                if job in plan(choice, known.results, whole=True)
            }

    def _keep(self, results: Results, found: Mapping[Job, Any]) -> None:
        results.update(found)
        spare = [job for job in results if not job.of_grid]
        for job in spare[: max(0, len(spare) - MOST_KEPT)]:
            del results[job]

    def _made(self, job: Job, pool: ThreadPoolExecutor) -> Mapping[Job, Any]:
        known, given_up, looked = self._known, threading.Event(), time.monotonic()
        if known is None:
            raise _GivenUp

        def told(what: str, done: int, most: int) -> None:
            nonlocal looked
            self._tell(what, done, most)
            if time.monotonic() - looked < OFTEN and not self._closed:
                return
            looked = time.monotonic()
            if not self._needed(job):
                given_up.set()
                raise _GivenUp

        def mapped(work: Callable[[Any], Any], tasks: Any) -> Any:
            def one(task: Any) -> Any:
                if given_up.is_set() or self._closed:
                    raise _GivenUp
                return work(task)

            return pool.map(one, tasks)

        return job.carried_out(known.model, mapped, told)

    def _needed(self, job: Job) -> bool:
        """Whether somebody waits for it, or nobody for anything and it is of those that are worked out beforehand."""
        with self._changed:
            if self._closed or self._known is None:
                return False
            asked = list(self._asked_for(self._known))
            return job in asked or job.kind == "ahead" or (not asked and job.of_grid)


@contextmanager
def desk(head: Callable[[], str], opened: Callable[[Told], Model], threads: int = 1) -> Iterator[Desk]:
    """A desk that is closed at the end of the block, with its threads."""
    made = Desk(head, opened, threads=threads)
    try:
        yield made
    finally:
        made.close()
