"""How much activity there is, of what kind and by how many: what every other measure rests on."""

from __future__ import annotations

from counterpoint.measures.declaration import Figure, Measure, Need

VOLUME = Measure(
    name="volume",
    system="C1",
    question="How much activity do we see, from how many people and agents?",
    about="Rows of activity and distinct parties in each period.",
    source="a count",
    limits="Activity that leaves no trace is not seen; a day of thought is one commit, and a reformatting a hundred.",
    grains=("organisation", "team", "zone", "source"),
    figures=(
        Figure("rows", "rows", "rows of activity, those of bots left out"),
        Figure("people", "parties", "distinct people who left any"),
        Figure("agents", "parties", "distinct AI agents that left any"),
        Figure("bots", "rows", "rows that bots left"),
    ),
    needs=(Need("activity", "select count(*) from activity", "counterpoint trace PATH brings it in"),),
    sql="volume.sql",
)
