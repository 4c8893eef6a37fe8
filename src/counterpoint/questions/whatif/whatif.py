"""What faces may ask of an organisation as a model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from counterpoint.ledger.ledger import Ledger
from counterpoint.questions.moment import Moment
from counterpoint.questions.whatif.organisation import Modelled, modelled
from counterpoint.questions.whatif.streams import Fit


@dataclass(frozen=True)
class WhatIf:
    """A ledger of which what-ifs are asked, as of now or of a moment.

    It stands apart from :class:`~counterpoint.questions.Questions` because few commands need it.
    """

    ledger: Ledger
    as_of: str | None = None
    known_at: str | None = None

    def modelled(self, fits: Mapping[str, Fit] | None = None) -> Modelled:
        """The organisation as a model, with what was left out of it; ``fits`` are measured numbers by area.

        Raises:
            InvalidInput: there is nothing to simulate in it.
        """
        with Moment(self.ledger, self.as_of, self.known_at).open() as asking:
            return modelled(asking, fits)
