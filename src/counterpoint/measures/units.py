"""To which units of a grain a thing of the organisation belongs: by its zone, or by the teams of whose it is."""

from __future__ import annotations

import pyarrow as pa

from counterpoint.measures.declaration import Grain

MEMBERS = "select party, team from member"


class Units:
    """The units of one grain. ``members`` has the columns ``party`` and ``team``."""

    def __init__(self, grain: Grain, members: pa.Table) -> None:
        self._grain = grain
        self._teams: dict[str, set[str]] = {}
        for row in members.to_pylist() if grain == "team" else ():
            self._teams.setdefault(row["party"], set()).add(row["team"])
            self._teams.setdefault(row["team"], set()).add(row["team"])

    def of(self, zone: str | None, *parties: str | None) -> tuple[str, ...]:
        """The units of something in a zone that these parties have; the organisation's is the empty one."""
        if self._grain == "zone":
            return () if zone is None else (zone,)
        if self._grain == "team":
            return tuple(sorted({team for party in parties if party is not None for team in self._mine(party)}))
        return ("",)

    def _mine(self, party: str) -> set[str]:
        return self._teams.get(party, {party} if party.startswith("team:") else set())
