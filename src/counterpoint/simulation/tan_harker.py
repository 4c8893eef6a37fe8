"""What a task costs where a manager hands out work, and where workers bid for it: a known result in closed form.

Source: J. C. Tan and P. T. Harker, *Designing workflow coordination: centralized versus market-based mechanisms*,
Information Systems Research 10 (1999), 328-342. Workers are all alike; work that must be done again is costed but does
not queue, so that it makes nobody else wait.
"""

from __future__ import annotations

from dataclasses import dataclass

from counterpoint.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Workflow:
    """A number of workers; rates are per unit of time, costs per unit of time or per message, chances from 0 to 1.

    Raises:
        InvalidInput: there is no worker, or work comes faster than it can be done.
    """

    workers: int
    arrivals: float
    """Tasks that come per worker."""
    services: float
    """Tasks that a worker could do."""
    wage: float
    message: float
    """What a message costs."""
    worker_fails: float
    """The chance that a worker fails at a task; a fraction ``redone`` of it is then done again."""
    manager_fails: float
    """The chance that the manager fails; a fraction ``repeated`` of everything is then done again."""
    redone: float
    repeated: float
    asked: float
    """The share of the workers who are asked to bid."""
    sureness: float = 1.959964
    """The quantile of the normal law with which the manager's failures are watched, to within ``accuracy``."""
    accuracy: float = 0.05

    def __post_init__(self) -> None:
        """Refuse queues that grow without end."""
        if self.workers < 1 or not 0 < self.arrivals < self.services:
            raise InvalidInput(
                f"{self.workers} workers with {self.arrivals} tasks to do {self.services} each never keep up",
                hint="at least one worker, and fewer tasks than each can do",
            )

    @property
    def watched(self) -> float:
        """N: how many tasks are watched to know the share of failures that closely."""
        return self.sureness**2 * self.manager_fails * (1 - self.manager_fails) / self.accuracy**2


def centralised(flow: Workflow) -> float:
    """What a task costs where a manager hands out work from one queue: C_c."""
    wait = pooled_wait(flow.workers * flow.arrivals, flow.services, flow.workers)
    once = (4 + flow.watched) * flow.message + (wait + 1 / flow.services) * flow.wage
    again = (2 + flow.watched) * flow.message + (wait + flow.redone / flow.services) * flow.wage
    return (1 + flow.repeated * flow.manager_fails) * (once + flow.worker_fails * again)


def market(flow: Workflow) -> float:
    """What a task costs where workers, each with a queue of their own, bid for it: C_d."""
    wait = flow.arrivals / (flow.services * (flow.services - flow.arrivals))
    messages = (2 + 2 * flow.asked * flow.workers) * flow.message
    once = messages + (wait + 1 / flow.services) * flow.wage
    again = messages + (wait + flow.redone / flow.services) * flow.wage
    return once + flow.worker_fails * again


def pooled_wait(rate: float, service: float, servers: int) -> float:
    """The mean time in the queue of M/M/c: Erlang's second formula, from the first by its recursion (L. Kleinrock,
    *Queueing Systems*, volume 1, section 3.5).

    Raises:
        InvalidInput: the servers cannot keep up.
    """
    load = rate / service
    if not 0 <= load < servers:
        raise InvalidInput(f"{servers} servers cannot keep up with a load of {load:g}", hint="more servers than load")
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    waits = blocked / (1 - load / servers * (1 - blocked))
    return waits / (servers * service - rate)
