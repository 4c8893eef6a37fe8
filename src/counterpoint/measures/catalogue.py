"""Every measure that comes with Counterpoint, by name. An organisation adds its own beside them."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.measures.congruence import CONGRUENCE
from counterpoint.measures.declaration import Measure
from counterpoint.measures.gaps import GAPS
from counterpoint.measures.requirements import REQUIREMENTS
from counterpoint.measures.volume import VOLUME
from counterpoint.measures.waste import WASTE

MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        CONGRUENCE,
        GAPS,
        REQUIREMENTS,
        VOLUME,
        WASTE,
    )
}
