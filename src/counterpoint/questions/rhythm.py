"""What rituals have next, and what an occurrence is to be about."""

from __future__ import annotations

from contextlib import ExitStack

from counterpoint.ledger.ledger import Ledger
from counterpoint.model.agenda import Agenda, Rhythm
from counterpoint.model.times import moment, stamp
from counterpoint.questions.moment import Asking, Moment
from counterpoint.state import ahead
from counterpoint.state.agenda import agenda, since
from counterpoint.state.rhythm import meant, ritual_of, start_of
from counterpoint.state.view import State


def rhythm(asking: Asking, reference: str | None, count: int) -> Rhythm:
    """The next occurrences of one ritual, or of all."""
    only = None if reference is None else [asking.find(reference, "ritual")]
    return ahead.rhythm(asking.state, only, count)


def agenda_of(ledger: Ledger, at: Moment, reference: str, occurrence: str | None) -> Agenda:
    """The agenda of an occurrence: as it would be now; of one that has begun, as it was when it began."""
    with ExitStack() as open_moments:
        asking = open_moments.enter_context(at.open())
        ritual, wanted = _asked(asking, reference, occurrence)
        one = meant(asking.state, ritual, wanted)
        state, start = asking.state, start_of(one)
        if start <= state.now:
            state = State(open_moments.enter_context(ledger.read(start, start)))
        before = _before(open_moments, ledger, since(state, ritual, one), ritual)
        return asking.written(agenda(state, ritual, one, before))


def _asked(asking: Asking, reference: str, occurrence: str | None) -> tuple[str, str | None]:
    found = asking.find(reference, "ritual")
    ritual = ritual_of(asking.state, found)
    return (found, occurrence) if ritual is None else (ritual, asking.state.text(found, "start"))


def _before(open_moments: ExitStack, ledger: Ledger, moment_before: str | None, ritual: str) -> State | None:
    """The state as it was known then; None where the ritual was not known yet, and everything would seem to be new."""
    if moment_before is None:
        return None
    then = stamp(moment(moment_before))
    found = State(open_moments.enter_context(ledger.read(then, then)))
    return found if found.exists(ritual) else None
