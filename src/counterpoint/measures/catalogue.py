"""Every measure that comes with Counterpoint, by name. An organisation adds its own beside them."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.measures.declaration import Measure
from counterpoint.measures.volume import VOLUME

MEASURES: Mapping[str, Measure] = {one.name: one for one in (VOLUME,)}
