"""Every measure that comes with Counterpoint, by name. An organisation adds its own beside them."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.measures.ai_participation import AI_PARTICIPATION
from counterpoint.measures.bottlenecks import BOTTLENECKS
from counterpoint.measures.coherence import COHERENCE
from counterpoint.measures.congruence import CONGRUENCE
from counterpoint.measures.connectors import CONNECTORS
from counterpoint.measures.decisions import DECISIONS
from counterpoint.measures.declaration import Measure
from counterpoint.measures.edges import EDGES
from counterpoint.measures.flow import FLOW
from counterpoint.measures.gaps import GAPS
from counterpoint.measures.handover import HANDOVER
from counterpoint.measures.handover_people import HANDOVER_PEOPLE
from counterpoint.measures.influence import INFLUENCE
from counterpoint.measures.interdependence import INTERDEPENDENCE
from counterpoint.measures.knockout import KNOCKOUT
from counterpoint.measures.load import LOAD, REPORTED
from counterpoint.measures.pace import PACE
from counterpoint.measures.progress import PROGRESS
from counterpoint.measures.reach import REACH
from counterpoint.measures.requirements import REQUIREMENTS
from counterpoint.measures.returns import RETURNS
from counterpoint.measures.review_wait import REVIEW_WAIT
from counterpoint.measures.ritual import RITUAL
from counterpoint.measures.scalability import SCALABILITY
from counterpoint.measures.truck_factor import TRUCK_FACTOR
from counterpoint.measures.volume import VOLUME
from counterpoint.measures.waits import WAITS
from counterpoint.measures.waste import WASTE

MEASURES: Mapping[str, Measure] = {
    one.name: one
    for one in (
        AI_PARTICIPATION,
        BOTTLENECKS,
        COHERENCE,
        CONGRUENCE,
        CONNECTORS,
        DECISIONS,
        EDGES,
        FLOW,
        GAPS,
        HANDOVER,
        HANDOVER_PEOPLE,
        INFLUENCE,
        INTERDEPENDENCE,
        KNOCKOUT,
        LOAD,
        PACE,
        PROGRESS,
        REACH,
        REPORTED,
        REQUIREMENTS,
        RETURNS,
        REVIEW_WAIT,
        RITUAL,
        SCALABILITY,
        TRUCK_FACTOR,
        VOLUME,
        WAITS,
        WASTE,
    )
}
