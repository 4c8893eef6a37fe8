"""An organisation in a few facts, as the model that is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.moment import Moment
from counterpoint.questions.whatif.organisation import Modelled, modelled
from counterpoint.questions.whatif.streams import Fit
from counterpoint.simulation.organisation import Area, Gate, Organisation, Request, Ritual, Stream
from tests.protocols.trial import MONDAY, Trial

TEAMS = """
    person:~ana
    person:~ben
    person:~cy
    person:~dee
    person:~eli
    person:~fay
    person:~gus
    team:web member person:~ana
    team:web member person:~ben
    team:pay member person:~cy
    team:pay member person:~dee
    team:data member person:~eli
"""
WORK = """
    work:page team team:web
    work:form team team:web
    work:card team team:pay
"""


class Copied(Trial):
    """A trial in a copy of an empty ledger: making one anew takes ten times as long."""

    def __init__(self, path: Path, *facts: str, now: str = MONDAY) -> None:
        path.write_bytes(_empty())
        self.now = now
        self.ledger = Ledger.open(str(path), clock=self._clock)
        self.says(*facts)


@cache
def _empty() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Ledger.create(str(path), clock=lambda: "2025-01-01T00:00:00.000000Z").close()
        return path.read_bytes()


def model_of(
    place: Path, *facts: str, kept: str = "", now: str = MONDAY, fits: Mapping[str, Fit] | None = None
) -> Modelled:
    """The model of the organisation that the facts tell, in a ledger of its own below a folder; ``kept`` are facts as
    protocols keep them."""
    number = len(list(place.glob("*.db")))
    trial = Copied(place / f"{number}.db", *facts, now=now)
    if kept:
        trial.says(kept, source="protocol")
    try:
        return model_in(trial, fits)
    finally:
        trial.ledger.close()


def model_in(trial: Trial, fits: Mapping[str, Fit] | None = None) -> Modelled:
    """The model of a trial's organisation, as it stands."""
    with Moment(trial.ledger).open() as asking:
        return modelled(asking, fits)


def area(of: Organisation, name: str) -> Area:
    """The area of a team."""
    return of.area(f"team:{name}")


def streams(of: Organisation, name: str) -> dict[str, Stream]:
    """The streams of a team, by class."""
    return {one.sort: one for one in of.streams if one.area == f"team:{name}"}


def request(of: Organisation, asks: str, asked: str) -> Request | None:
    """What one team asks of another."""
    return next((one for one in of.requests if (one.asks, one.asked) == (f"team:{asks}", f"team:{asked}")), None)


def gate(of: Organisation, name: str) -> Gate:
    """A gate by its slug."""
    return next(one for one in of.gates if one.name == f"gate:{name}")


def ritual(of: Organisation, name: str) -> Ritual:
    """A ritual by its slug."""
    return next(one for one in of.rituals if one.name == f"ritual:{name}")


def noted(of: Modelled, why: str) -> int:
    """How many things are noted for a reason that has these words in it."""
    return sum(one.count for one in of.notes if why in one.why)
