"""How a network, and what happens in it, lie in memory: one record for each step, station, item and event."""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

SERVE, DELAY, TICK, CHANCE, FORK, JOIN, MESSAGE, GOTO, DONE, MARK, LEAVE = range(11)
"""What a step does; an item that comes to the end of its program is done."""
ARRIVE, STEP, SERVED, RETURN = range(4)
"""The kinds of events: an item comes, a delay ends, a service ends, a server of a station comes back."""
WAITED, SPENT, TIMES, PAUSED = range(4)
"""The columns of what is told of an element: time waited for it, time spent in it, how often, and the closed hours that
passed while it was under way."""
Records: TypeAlias = npt.NDArray[np.void]
"""An array of records."""
_WHOLE, _TIME, _BITS = np.int64, np.float64, np.uint64


def _record(**fields: Any) -> np.dtype[np.void]:
    return np.dtype(list(fields.items()))


STEPS = _record(
    op=_WHOLE, to=_WHOLE, count=_WHOLE, enough=_WHOLE, law=_WHOLE, element=_WHOLE, calendar=_WHOLE, purpose=_BITS,
    number=_TIME, other=_TIME,
)  # fmt: skip
"""A step. ``to`` is a station or another step."""
LAWS = _record(kind=_WHOLE, first=_WHOLE, count=_WHOLE, mean=_TIME, spread=_TIME)
"""A law of chance, and where what was observed of it stands."""
CALENDARS = _record(first=_WHOLE, count=_WHOLE, period=_TIME, total=_TIME)
"""A calendar, and where its hours stand."""
SOURCES = _record(start=_WHOLE, law=_WHOLE, items=_WHOLE, purpose=_BITS, came=_WHOLE)
"""A source; ``came`` is how many items came from it."""
DESKS = _record(
    servers=_WHOLE, idle=_WHOLE, first=_WHOLE, last=_WHOLE, waiting=_WHOLE, gate=_WHOLE, gated=_WHOLE, away=_WHOLE,
    trips=_WHOLE, calendar=_WHOLE, purpose=_BITS, every=_TIME, phase=_TIME, busy=_TIME,
)  # fmt: skip
"""A station. Who waits is a list through the tokens' ``link``, ``first`` to ``last``; ``gate`` is how many of them a
meeting still takes; ``trips`` how often its servers went away."""
TOKENS = _record(
    place=_WHOLE, rounds=_WHOLE, source=_WHOLE, station=_WHOLE, link=_WHOLE, parent=_WHOLE, nth=_WHOLE, fork=_WHOLE,
    member=_WHOLE, pending=_WHOLE, word=_BITS, began=_TIME, since=_TIME,
    waited=_TIME,
)  # fmt: skip
"""An item, or one of those that it was forked into (``parent`` is then the item, ``nth`` which one). ``link`` leads to
the next in a queue, of those that go on now, or of those that are free. ``fork`` is the number of its own fork,
``member`` the number of the one that it belongs to. ``word`` is what its chances are made of, ``waited``
how long it waited for the service that it is in."""
EVENTS = _record(when=_TIME, order=_WHOLE, kind=np.int32, who=np.int32)
"""An event. Each token has at most one to come, so that a heap with room for all tokens never grows by itself."""
COUNTS = _record(
    events=_WHOLE, sequence=_WHOLE, tokens=_WHOLE, free=_WHOLE, ready=_WHOLE, forks=_WHOLE, arrived=_WHOLE,
    ended=_WHOLE, withdrawn=_WHOLE, measured=_WHOLE, hole=_WHOLE, word=_BITS, start=_TIME, now=_TIME,
    items=_WHOLE, warm=_WHOLE, horizon=_TIME,
)  # fmt: skip
"""What there is one of in a run: how many events and tokens; the first free and the first ready token; whether the
first event of the heap has happened (``hole``); what the chances of this seed are made of; what was asked for; and the
rest."""


class World(NamedTuple):
    """A network as the engine takes it."""

    steps: Records
    desks: Records
    laws: Records
    observed: npt.NDArray[np.float64]
    calendars: Records
    hours: npt.NDArray[np.float64]
    sources: Records


class State(NamedTuple):
    """What changes while it runs. Tokens, events and lead times are given more room when they need it."""

    tokens: Records
    events: Records
    desks: Records
    sources: Records
    elements: npt.NDArray[np.float64]
    lead: npt.NDArray[np.float64]
    lead_of: npt.NDArray[np.int32]
    counts: Records
