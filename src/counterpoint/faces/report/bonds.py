"""The sections about coordination: what the work requires and what happens, and where it is lacking."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.faces.report import ties
from counterpoint.faces.report.contexts import Hole, Key, Picture, Section
from counterpoint.faces.report.making import picture, some, table, told
from counterpoint.faces.report.words import day, estimate, joined, plural, share
from counterpoint.model.map import Map, Tie

_UNSEEN = "Nothing was seen by which anybody would be known to."


def coordination(found: Map, titles: Mapping[str, str]) -> Section:
    """What the work requires, and what happens."""
    own = found.coordination
    what = _what(found)
    if own.required and own.congruence.value is None:
        answer = (
            f"The work binds {plural(own.required, 'pair')} of people to each other, across and within "
            f"{len(own.units)} {what}. Whether they coordinate cannot be told: too few traces of it were seen."
        )
    elif own.required:
        answer = (
            f"The work binds {plural(own.required, 'pair')} of people, across and within {len(own.units)} {what}. "
            f"{own.met:,} of them were seen to coordinate: {estimate(own.congruence, as_share=True)}."
        )
        if own.beyond:
            answer += f" {own.beyond:,} more coordinate although no work that was seen binds them."
    elif found.people < 2:
        answer = "One person works here, so the work requires no coordination."
    else:
        answer = "Nothing that was seen of the work requires any two to coordinate."
    drawn = any(tie.required or tie.beyond for tie in own.ties)
    every = sorted(own.ties, key=lambda tie: (tie.met - tie.required, -tie.beyond, tie.one, tie.other))
    figures = table(
        "Pairs of people, by what they work on",
        ("between", "and", "required", "met", "share", "beyond"),
        (
            (titles[tie.one], "itself" if tie.one == tie.other else titles[tie.other], f"{tie.required:,}",
             *(_seen(tie) if own.congruence.value is not None else ("–", "–", "–")))
            for tie in every
        ),
        (2, 3, 4, 5),
    )  # fmt: skip
    return told(
        "coordination", answer, pictures=_pictures(found, titles) if drawn else (), tables=figures, missing=own.missing,
        what=what, seen=f"They do where {joined(own.seen)}." if own.seen else _UNSEEN,
        window=f"Seen since {day(own.since)}." if own.since else "Seen over the whole history.",
    )  # fmt: skip


def gaps(found: Map, titles: Mapping[str, str]) -> Section:
    """Where coordination is lacking, and because of what."""
    own = found.coordination
    holes = tuple(
        Hole(
            (titles[gap.one], titles[gap.other]),
            f"{gap.unmet:,} of {gap.required:,} pairs not met",
            gap.unmet / max(1, gap.required),
            tuple((cause.file, share(cause.share)) for cause in gap.files),
        )
        for gap in own.gaps
    )
    if own.gaps:
        first = own.gaps[0]
        answer = (
            f"The widest gap is between {titles[first.one]} and {titles[first.other]}: of "
            f"{plural(first.required, 'pair')} of people whom the work binds, {first.unmet:,} were not seen to "
            f"coordinate."
        )
    elif own.required and own.congruence.value is None:
        answer = (
            f"What the work requires between {_what(found)} is known, and what happens is not, so no gap can be told."
        )
    elif own.required:
        answer = f"No gap stands out: what the work needs between {_what(found)}, people were seen to do."
    else:
        answer = "Where the work requires no coordination, none is lacking."
    return told("gaps", answer, holes=holes)


def _seen(tie: Tie) -> tuple[str, str, str]:
    return f"{tie.met:,}", share(tie.met / tie.required) if tie.required else "–", f"{tie.beyond:,}"


def _what(found: Map) -> str:
    if found.coordination.grain == "zone":
        return "areas"
    return "groups" if found.units.groups_found else "teams"


def _pictures(found: Map, titles: Mapping[str, str]) -> tuple[Picture, ...]:
    own, what = found.coordination, _what(found)
    widest = some(
        f"{titles[one.one]} and {titles[one.other]} ({one.unmet} of {one.required} pairs)" for one in own.gaps
    )
    known = own.congruence.value is not None
    alt = f"Matrix of {len(own.units)} {what}: {own.required:,} pairs of people required"
    alt += f", {own.met:,} met." if known else "; how many are met cannot be told."
    keys: tuple[Key, ...] = (Key("box", "what the work requires: the larger, the more pairs of people"),)
    if known:
        keys += (Key("box filled", "how much of it happens"), Key("ring", "coordination that no work seen requires"))
    title = f"Required {'and actual ' if known else ''}coordination, {what[:-1]} by {what[:-1]}"
    alt += f" The widest gaps: {widest}" if own.gaps else ""
    pictures = [picture("matrix", title, ties.matrix(own, titles), alt, keys)]
    across = [tie for tie in own.ties if tie.one != tie.other and tie.required]
    if len(own.units) >= 3 and across:
        pictures.append(_graph(found, titles))
    return tuple(pictures)


def _graph(found: Map, titles: Mapping[str, str]) -> Picture:
    own, what = found.coordination, _what(found)
    every = [tie for tie in own.ties if tie.one != tie.other and tie.required]
    strongest = sorted(every, key=lambda tie: (-tie.required, tie.one, tie.other))
    alt = f"The {what} on a circle, joined by what binds them. The strongest: " + some(
        f"{titles[tie.one]} and {titles[tie.other]}" for tie in strongest
    )
    shades = (
        Key("met none", "hardly any"),
        Key("met half", "half"),
        Key("met all", "nearly all of what the work requires is met"),
    )
    keys = (*(shades if own.congruence.value is not None else ()), Key("node", "the larger, the more people"))
    people = {one.ref: one.people for one in found.areas} | {one.ref: one.people for one in found.groups}
    title = "The same as a graph: the wider a line, the more the work requires"
    return picture("graph", title, ties.graph(own, titles, people), alt, keys)
