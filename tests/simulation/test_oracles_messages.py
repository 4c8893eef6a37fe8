"""How many messages a task takes, counted by the engine where each is sent: exact whole numbers.

After T. W. Malone, *Modeling coordination in organizations and markets*, Management Science 33 (1987), 1317-1332, whose
four structures these are; m is the number of processors of a type.
"""

from __future__ import annotations

import pytest

from counterpoint.simulation.engine import run
from counterpoint.simulation.network import (
    Delay,
    Fork,
    Join,
    Message,
    Network,
    Serve,
    Source,
    Station,
    Step,
    compiled,
    exponential,
)

TASKS = 40
DONE = exponential(1)


def product_hierarchy(_processors: int) -> tuple[Step, ...]:
    """A product's manager hands the task to the product's own processor, who says when it is done."""
    return Message(element="assigned"), Serve("processors", DONE), Message(element="done")


def functional_hierarchy(_processors: int) -> tuple[Step, ...]:
    """The executive asks the manager of a function, who hands it to one of the function's processors, and back."""
    return (
        Message(element="asked"), Message(element="assigned"), Serve("processors", DONE), Message(element="done"),
        Message(element="told"),
    )  # fmt: skip


def centralised_market(_processors: int) -> tuple[Step, ...]:
    """A buyer asks a broker, who knows which processor is free, and through whom the result comes back."""
    return (
        Message(element="ordered"), Message(element="passed on"), Serve("processors", DONE), Message(element="done"),
        Message(element="delivered"),
    )  # fmt: skip


def decentralised_market(processors: int) -> tuple[Step, ...]:
    """A buyer asks every processor of the type for a bid, takes one, and is told when it is done."""
    return (
        Fork(processors), Message(element="called"), Delay(DONE, "thinking"), Message(element="bid"), Join(),
        Message(element="awarded"), Serve("processors", DONE), Message(element="done"),
    )  # fmt: skip


@pytest.mark.parametrize("processors", [1, 2, 5, 10])
@pytest.mark.parametrize(
    ("structure", "fixed", "each"),
    [
        (product_hierarchy, 2, 0),
        (functional_hierarchy, 4, 0),
        (centralised_market, 4, 0),
        (decentralised_market, 2, 2),
    ],
)
def test_messages_per_task(structure: object, fixed: int, each: int, processors: int) -> None:
    assert callable(structure)
    steps = structure(processors)
    sent = {step.element for step in steps if isinstance(step, Message)}
    network = compiled(Network([Station("processors", processors)], [Source("tasks", steps, items=TASKS)]))
    one = run(network, TASKS, 0, 1)
    assert (one.ended, one.inside) == (TASKS, 0)
    counted = sum(row[2] for name, row in zip(network.elements, one.elements, strict=True) if name in sent)
    assert counted == TASKS * (fixed + each * processors)
