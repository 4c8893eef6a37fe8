"""Beside :mod:`counterpoint.wiring`: the model that the desk of what-ifs works with.

Apart, and imported by the desk's own thread, because the engine's compiler takes longer to import than a server takes
to start, and is an extra of the package.
"""

from __future__ import annotations

from counterpoint.lakeside import open_measuring
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.questions.whatif.choosing import Choosing
from counterpoint.questions.whatif.grounding import grounded


def open_choosing(ledger: Ledger, organisation: str, progress: Progress = nobody_watching) -> Choosing:
    """What-ifs, as the page asks them, on an organisation as it is now.

    Raises:
        InvalidInput: there is nothing in the organisation to simulate.
        StoreError: the ledger or the lake cannot be read.
    """
    return Choosing(grounded(open_measuring(ledger, organisation), progress=progress))
