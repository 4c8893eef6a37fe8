"""From a ledger to what what-ifs are asked of: the organisation as a model, in balance."""

from __future__ import annotations

from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.moment import Asking
from counterpoint.questions.whatif.asking import Ground
from counterpoint.questions.whatif.organisation import modelled
from counterpoint.simulation.balance import balanced


def grounded(ledger: Ledger) -> Ground:
    """An organisation as it is now.

    Raises:
        InvalidInput: there is nothing in it to simulate.
    """
    with ledger.read() as snapshot:
        found = modelled(Asking(snapshot))
    notes = tuple(map(str, found.notes))
    return Ground(balanced(found.organisation), notes, None, "no activity was brought in to hold the model against")
