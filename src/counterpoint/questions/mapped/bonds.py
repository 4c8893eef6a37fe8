"""What coordination the work requires between areas or teams, what takes place, and the gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from counterpoint.lake.running import Lacking
from counterpoint.measures.congruence import CONGRUENCE, NOTHING_REQUIRED
from counterpoint.measures.gaps import GAPS
from counterpoint.measures.landscape import BONDS
from counterpoint.measures.seriation import ordered
from counterpoint.model.map import Cause, Coordination, Estimate, Gap, Missing, Tie
from counterpoint.questions.mapped.ground import Ground
from counterpoint.questions.mapped.seen import seen

MOST_GAPS, MOST_CAUSES = 8, 3
_LEAST_SHARE = 0.01
"""A file that less is due to causes nothing worth telling."""
_NO_TRACES = "traces of who coordinates with whom"


def coordination(ground: Ground, grain: Literal["zone", "team"], units: Sequence[str]) -> Coordination:
    """Of some units, those that the work binds or that coordinate.

    Where hardly anything was seen of who deals with whom, what is required is told all the same, and no gaps.
    """
    bound, what = ground.run(BONDS, grain, since=ground.recent), seen(ground)
    since = None if ground.recent is None else ground.recent.isoformat()
    ties = _ties(bound.rows.to_pylist(), frozenset(units))
    if not ties:
        lacking, nothing = missing(bound.lacking), _nothing(bound.lacking)
        return Coordination(grain, (), (), (), nothing, 0, 0, 0, what.words, what.traced, since, lacking)
    whole = {row["figure"]: int(row["value"]) for row in ground.rows(BONDS, since=ground.recent)}
    required, met = whole.get("required", 0), whole.get("met", 0)
    lack = what.missing
    return Coordination(
        grain=grain,
        units=_order(ties),
        ties=ties,
        gaps=_gaps(ground, grain, frozenset(units)) if lack is None else (),
        congruence=_share(ground, required, met) if lack is None else Estimate(None, missing=_NO_TRACES),
        required=required,
        met=met,
        beyond=whole.get("beyond", 0),
        seen=what.words,
        traced=what.traced,
        since=since,
        missing=() if lack is None else (lack,),
    )


def _share(ground: Ground, required: int, met: int) -> Estimate:
    """Congruence, with the interval that its measure gives it."""
    if not required:
        return Estimate(None, n=0, missing=NOTHING_REQUIRED)
    rows = [row for row in ground.rows(CONGRUENCE, since=ground.recent) if row["figure"] == "congruence"]
    low, high = (rows[0]["low"], rows[0]["high"]) if rows else (None, None)
    return Estimate(met / required, low, high, required)


def estimate(row: Mapping[str, Any]) -> Estimate:
    """A row of a measure as a figure."""
    return Estimate(row["value"], row["low"], row["high"], row["n"], row["missing"] or "")


def missing(lacking: Sequence[Lacking]) -> tuple[Missing, ...]:
    """What a measure lacks, as the map says it."""
    return tuple(Missing(one.what, one.there, one.least, one.hint) for one in lacking)


def _nothing(lacking: Sequence[Lacking]) -> Estimate:
    return Estimate(None, missing="; ".join(one.what for one in lacking) or "nothing is required of any two")


def _ties(rows: Sequence[Mapping[str, Any]], units: frozenset[str]) -> tuple[Tie, ...]:
    pairs: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        if row["unit"] in units and row["other"] in units:
            pairs.setdefault((row["unit"], row["other"]), {})[row["figure"]] = row["value"]
    whole = sum(one.get("weight", 0.0) for one in pairs.values()) or 1.0
    return tuple(
        Tie(
            one,
            other,
            int(counts.get("required", 0)),
            int(counts.get("met", 0)),
            int(counts.get("beyond", 0)),
            counts.get("weight", 0.0) / whole,
        )
        for (one, other), counts in sorted(pairs.items())
    )


def _order(ties: Sequence[Tie]) -> tuple[str, ...]:
    """The units in an order that puts together what the work binds."""
    units = sorted({unit for tie in ties for unit in (tie.one, tie.other)})
    place = {unit: number for number, unit in enumerate(units)}
    weights = np.zeros((len(units), len(units)))
    for tie in ties:
        weights[place[tie.one], place[tie.other]] = weights[place[tie.other], place[tie.one]] = tie.required
    return tuple(units[number] for number in ordered(weights)) if units else ()


def _gaps(ground: Ground, grain: str, units: frozenset[str]) -> tuple[Gap, ...]:
    """The widest gaps between two units, with what causes them."""
    # Gaps within a unit are among them, and so are units that are not shown: more are asked for than are told.
    most = len(units) + MOST_GAPS
    rows = ground.rows(GAPS, grain, since=ground.recent, most=most, causes=MOST_CAUSES)
    told: dict[tuple[str, str], Mapping[str, Any]] = {}
    causes: dict[tuple[str, str], list[Cause]] = {}
    for row in rows:
        if row["unit"] not in units or row["other"] not in units or row["unit"] == row["other"] or row["value"] is None:
            continue
        pair = (row["unit"], row["other"])
        if row["figure"] == "unmet":
            told[pair] = row
        elif row["figure"] == "cause" and row["value"] >= _LEAST_SHARE:
            causes.setdefault(pair, []).append(Cause(row["cause"], row["value"]))
    widest = sorted(told.items(), key=lambda one: (-one[1]["value"], one[0]))[:MOST_GAPS]
    return tuple(
        Gap(
            one, other, int(row["n"]), int(row["value"]),
            tuple(sorted(causes.get((one, other), ()), key=lambda cause: (-cause.share, cause.file))),
        )
        for (one, other), row in widest
    )  # fmt: skip
