"""The structures of models that are fitted to a history of cases, and the lead times that each predicts.

- *queues*: who did an activity serves it, and cases wait for those who are busy, in working hours.
- *steps*: from one activity to the next with the delays that were observed, whatever else is under way.
- *rounds*: the same, where it matters how often a case has come to an activity before.
- *ages*: the same, where it matters how long a case has been under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from counterpoint.simulation.calibration.cases import Cases, Flags, Floats
from counterpoint.simulation.calibration.routes import Memory, Routes, Way, law_of, program, routes_of
from counterpoint.simulation.calibration.services import services
from counterpoint.simulation.calibration.working_week import WEEK, WorkingWeek
from counterpoint.simulation.engine import run
from counterpoint.simulation.laws import Law
from counterpoint.simulation.network import compiled
from counterpoint.simulation.steps import Delay, Goto, Label, Network, Serve, Source, Station, Step

STEPS, ROUNDS, AGES, QUEUES = "steps", "rounds", "ages", "queues"
STRUCTURES: Mapping[str, str] = {
    QUEUES: "queues for those who do the work, in working hours",
    STEPS: "steps with the delays that were observed",
    ROUNDS: "steps, by how often a case came to one before",
    AGES: "steps, by how long a case has been under way",
}
"""In the order in which one is preferred to those that predict the past no better. Queues alone can tell what more or
less work would change; of the others the simplest comes first."""
_MEMORY: Mapping[str, Memory] = {STEPS: "none", ROUNDS: "rounds", AGES: "age", QUEUES: "none"}
TOGETHER = 0.3
"""Activities are done by the same people if so much of them is done by those who do the other."""
BUSIEST = 0.98
"""Where more of its time is taken, a queue grows without end, or takes longer than any history to settle."""
LEAST_SERVICES = 5


@dataclass(frozen=True)
class Pool:
    """Those who do some activities: how many work in a week on average, and which activities."""

    name: str
    servers: int
    activities: frozenset[int]


@dataclass(frozen=True)
class Fitted:
    """A structure with all its numbers: the routes; and for queues those who serve, what serving takes by activity, the
    times between arrivals, all in working hours, and the moments at which cases began."""

    structure: str
    routes: Routes
    week: WorkingWeek
    gaps: Floats
    begins: Floats
    pools: tuple[Pool, ...] = ()
    taken: Mapping[int, Floats] | None = None

    @property
    def utilisation(self) -> float:
        """How much of the time of the busiest of those who serve is taken."""
        if self.structure != QUEUES or not len(self.gaps) or not self.gaps.mean():
            return 0.0
        visits, every = _visits(self.routes), float(self.gaps.mean())
        return max((self._hours(pool, visits) / pool.servers / every for pool in self.pools), default=0.0)

    def coming(self, cases: int, begin: float, end: float) -> Fitted:
        """The same, told that so many cases come between two moments."""
        hours = float(self.week.between(np.array([begin]), np.array([end]))[0])
        return self.slower(hours / max(cases, 1) / float(self.gaps.mean())) if hours > 0 and self.gaps.any() else self

    def slower(self, factor: float) -> Fitted:
        """The same with so many times the time between two cases."""
        return replace(self, gaps=self.gaps * factor)

    def _hours(self, pool: Pool, visits: Floats) -> float:
        """Hours of those in a pool that a case takes on average."""
        taken = self.taken or {}
        return sum(
            float(visits[state]) * float(taken[activity].mean())
            for state, activity in enumerate(self.routes.activity)
            if activity in pool.activities and activity in taken
        )


def fit(structure: str, known: Cases, moment: float, since: float = -np.inf) -> Fitted:
    """Fit a structure to what is known of cases at a moment, to those cases that began at ``since`` or later."""
    cases = known.only(known.begin >= since)
    week = WorkingWeek.seen(cases.end) if structure == QUEUES else WorkingWeek()
    routes = routes_of(known, moment, _MEMORY[structure], since)
    begins = np.sort(cases.begin)
    gaps = np.diff(week.worked(begins)) if len(begins) > 1 else np.zeros(0)
    if structure != QUEUES:
        return Fitted(structure, routes, week, gaps, begins)
    # Who did something may have been busy with an older case before.
    hours = services(known, week)[np.isin(known.case, known.numbers[known.begin >= since])]
    taken = {}
    for activity in np.unique(cases.activity).tolist():
        mine = (cases.activity == activity) & np.isfinite(hours)
        if mine.sum() >= LEAST_SERVICES and (cases.resource[cases.activity == activity] >= 0).mean() > 0.5:
            taken[activity] = hours[mine]
    return Fitted(structure, routes, week, gaps, begins, tuple(_pools(cases, sorted(taken))), taken)


def redrawn(fitted: Fitted, drawn: Cases, moment: float, since: float, chance: np.random.Generator) -> Fitted:
    """The same structure fitted to cases drawn anew from those that it was fitted to. Who serves is left as it is:
    whether two cases met the same people cannot be drawn anew."""
    # The states are those that the drawn cases have; the activities keep their numbers.
    routes = routes_of(drawn, moment, _MEMORY[fitted.structure], since)
    gaps = chance.choice(fitted.gaps, len(fitted.gaps)) if len(fitted.gaps) else fitted.gaps
    taken = {one: chance.choice(hours, len(hours)) for one, hours in (fitted.taken or {}).items()}
    return replace(fitted, routes=routes, gaps=gaps, taken=taken or None)


def predicted_leads(fitted: Fitted, items: int, seed: int) -> Floats:
    """The lead times on the clock, in hours, of so many simulated cases."""
    if fitted.structure != QUEUES:
        # One after the other: among cases that come while others are under way, the first to end are the short ones.
        again = (Label("next"), *program(fitted.routes), Goto("next"))
        return run(compiled(Network((), (Source("cases", again, items=1),))), items, 0, seed).lead
    worked = run(compiled(_queues(fitted)), items, max(items // 4, 500), seed).lead
    begins = np.random.default_rng(seed).choice(fitted.begins, len(worked))
    ends = fitted.week.moment(fitted.week.worked(begins) + worked)
    found: Floats = np.where(worked > 0, np.maximum(ends - begins, 0.0), 0.0)
    return found


def _queues(fitted: Fitted) -> Network:
    pool_of = {activity: pool.name for pool in fitted.pools for activity in pool.activities}
    laws: dict[int, Law] = {activity: law_of(hours) for activity, hours in (fitted.taken or {}).items()}

    def passing(_state: int, way: Way) -> Step:
        activity = fitted.routes.activity[way.to]
        if activity in laws:
            return Serve(pool_of[activity], laws[activity])
        # Nobody is known to do it: it takes the share of the clock that is worked in.
        share = fitted.week.weekly / WEEK
        return Delay(law_of(way.delays * share, way.weights))

    stations = tuple(Station(one.name, one.servers) for one in fitted.pools)
    return Network(stations, (Source("cases", program(fitted.routes, passing), law_of(fitted.gaps)),))


def _pools(cases: Cases, activities: list[int]) -> list[Pool]:
    """Who does what: activities done by much the same people share them, and what they share is shared on."""
    done = np.zeros((len(activities), max(len(cases.resources), 1)))
    for row, activity in enumerate(activities):
        by = cases.resource[(cases.activity == activity) & (cases.resource >= 0)]
        done[row] = np.bincount(by, minlength=done.shape[1]) / len(by)
    group = list(range(len(activities)))
    for one in range(len(activities)):
        for other in range(one):
            if np.minimum(done[one], done[other]).sum() >= TOGETHER:
                old, new = group[one], group[other]
                group = [new if each == old else each for each in group]
    pools = []
    for number, first in enumerate(dict.fromkeys(group)):
        mine = frozenset(activity for activity, each in zip(activities, group, strict=True) if each == first)
        pools.append(Pool(f"people {number + 1}", _at_work(cases, np.isin(cases.activity, sorted(mine))), mine))
    return pools


def _at_work(cases: Cases, which: Flags) -> int:
    """How many do something in a week, on average over the weeks in which anybody does; at least one."""
    known = which & (cases.resource >= 0)
    week = np.floor(cases.end[known] / WEEK).astype(np.int64)
    each = np.unique(np.stack([week, cases.resource[known]], axis=1), axis=0)
    weeks = len(np.unique(each[:, 0]))
    return max(round(len(each) / weeks), 1) if weeks else 1


def _visits(routes: Routes) -> Floats:
    """How often a case comes to each state by a way, on average."""
    count = len(routes.names)
    moves = np.zeros((count, count))
    for state, each in routes.ways.items():
        for way in each:
            moves[state, way.to] = way.share
    # All comings are those at the beginning and those by a way; only the latter are served.
    every = np.linalg.solve(np.eye(count) - moves.T, routes.first)
    found: Floats = every - routes.first
    return found
