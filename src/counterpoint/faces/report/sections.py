"""The sections of the report: what each picture shows in a sentence, its chart, its table."""

from __future__ import annotations

from collections.abc import Mapping

from counterpoint.faces.report import rows, time
from counterpoint.faces.report.bonds import coordination, gaps
from counterpoint.faces.report.contexts import Key, Section
from counterpoint.faces.report.making import picture, some, table, told
from counterpoint.faces.report.words import (
    between,
    estimate,
    joined,
    month,
    number,
    plural,
    share,
    short,
)
from counterpoint.model.map import Growth, Map

_LEAST_LINKING = 0.05
"""Of an area that less of all linking is in, it says little who does it."""
_LEAST_MOMENTS = 3


def sections(found: Map) -> tuple[Section, ...]:
    """Every section, in the order of the page."""
    titles = {one.ref: one.title for one in found.areas} | {one.ref: one.title for one in found.groups}
    return tuple(make(found, titles) for make in (coordination, gaps, exposure, connectors, growth, deciding))


def exposure(found: Map, titles: Mapping[str, str]) -> Section:
    """What would be lost with whom."""
    own = found.exposure
    if found.people == 1:
        return told("exposure", "One person made every change: with them away, nobody is left who knows any of it.")
    known = [row for row in own.areas if row.factor.value is not None]
    gone = sum(row.factor.value is not None and row.factor.value < 1 for row in known)
    one = sum(row.factor.value is not None and 1 <= row.factor.value < 2 for row in known)
    named = any(row.names for row in own.areas)
    figures = table(
        "Exposure by area",
        ("area", "truck factor", "people who know it", "one alone knows", "nobody here knows", "files",
         "worked on lately", *_who(named)),
        (
            (titles[row.area], estimate(row.factor), f"{row.authors:,}", share(row.alone), share(row.orphaned),
             f"{row.files:,}", number(row.active), *((joined(row.names),) if named else ()))
            for row in own.areas
        ),
        (2, 3, 4, 5, 6),
    )  # fmt: skip
    if not known:
        return told(
            "exposure", "How exposed the areas are cannot be told from this.", tables=figures, missing=own.missing
        )
    away = "that would be so" if gone else "half of the files would be known to nobody"
    parts = [
        f"in {gone:,} nobody is left who knows half of the files" if gone else "",
        f"in {one:,} {away} if one person were away" if one else "",
    ]
    said = joined(part for part in parts if part) or "none would be half unknown if one person were away"
    answer = (
        f"Of {plural(len(known), 'area')}, {said}. For everything together the truck factor is {estimate(own.whole)}."
    )
    keys = (
        Key("dot second", "one person, or nobody"),
        Key("dot voice", "two or more"),
        Key("span", "interval"),
        Key("bar second", "files that nobody here knows"),
        Key("bar pale", "files that one person alone knows"),
    )
    alt = f"Truck factor of {len(own.areas)} areas, the most exposed first: " + some(
        f"{titles[row.area]} {number(row.factor.value)}" for row in known
    )
    drawn = picture("exposure-chart", "Exposure by area", rows.exposure(own, titles), alt, keys)
    return told("exposure", answer, pictures=[drawn], tables=figures, missing=own.missing)


def connectors(found: Map, titles: Mapping[str, str]) -> Section:
    """Who carries coordination."""
    own = found.connectors
    if found.people == 1:
        return told("connectors", "One person works here, so there is nobody between others.")
    known = [row for row in own.areas if row.carriers is not None]
    named = any(row.names for row in own.areas)
    figures = table(
        "Connectors by area",
        ("area", "carry half of it", "of whom nothing names", "share of all linking", "people", *_who(named)),
        (
            (titles[row.area], number(row.carriers), number(row.informal), share(row.share), f"{row.people:,}",
             *((joined(row.names),) if named else ()))
            for row in own.areas
        ),
        (1, 2, 3, 4),
    )  # fmt: skip
    roles = table(
        "Linking by role (Gould and Fernandez 1989)",
        ("role", "share"),
        ((role, share(part)) for role, part in own.roles.items()),
        (1,),
    )
    between = table(
        "Teams that are kept together by people whom nothing names",
        ("team", "and", "share"),
        ((titles.get(one.one, one.one), titles.get(one.other, one.other), share(one.share)) for one in own.between),
        (2,),
    )
    tables = (*figures, *between, *roles)
    if not known:
        return told("connectors", "Who links the areas cannot be told from this.", tables=tables, missing=own.missing)
    telling = [row for row in known if (row.share or 0.0) >= _LEAST_LINKING]
    few = sum(row.carriers is not None and row.carriers <= 2 for row in telling)
    informal = [row.informal for row in known if row.informal is not None]
    answer = f"In {few or 'none'} of {plural(len(telling), 'area')}, one or two people do half of the linking."
    if len(telling) < len(known):
        answer += f" In the {plural(len(known) - len(telling), 'other')} there is hardly any."
    if informal:
        answer += (
            f" Of {sum(row.carriers or 0 for row in known)} connectors in all areas, {sum(informal)} are named by no "
            "ownership and no right to decide."
        )
    keys = (
        Key("dot second", "one person"),
        Key("dot voice", "two or more"),
        Key("bar pale", "share of all linking"),
    )
    alt = f"People who carry half of what links {len(known)} areas to others: " + some(
        f"{titles[row.area]} {row.carriers}" for row in known
    )
    drawn = picture("connectors-chart", "Connectors by area", rows.connectors(own, titles), alt, keys)
    return told("connectors", answer, pictures=[drawn], tables=tables, missing=own.missing)


def growth(found: Map, _titles: Mapping[str, str]) -> Section:
    """How it grew."""
    own = found.growth
    figures = table(
        f"Growth by {own.window}",
        ("from", "people", "relationships", "for each person"),
        (
            (month(one.period), f"{one.people:,}", number(one.relationships),
             "–" if one.each is None else f"{one.each:.2f}")
            for one in own.moments
        ),
        (1, 2, 3),
    )  # fmt: skip
    pictures = []
    if len(own.moments) < _LEAST_MOMENTS:
        figures = ()
    else:
        first, last = own.moments[0], own.moments[-1]
        alt = (
            f"People at work by {own.window}, from {first.people} in {month(first.period)} to {last.people} in "
            f"{month(last.period)}, with the relationships between them, and those for each person."
        )
        pictures.append(picture("growth-chart", f"Growth, by {own.window}", time.growth(own), alt))
    return told("growth", _grown(own), pictures=pictures, tables=figures, missing=own.missing)


def deciding(found: Map, titles: Mapping[str, str]) -> Section:
    """Who decides where."""
    own = found.deciding
    figures = table(
        "Who decides, by area",
        ("area", "one party", "any of several", "several, no rule", "nobody", "named"),
        (
            (titles[row.area], share(row.one), share(row.shared), share(row.ambiguous), share(row.nobody),
             joined(map(short, row.deciders)) or "–")
            for row in own.areas
        ),
        (1, 2, 3, 4),
    )  # fmt: skip
    how = (
        f"Each change was held against {joined(own.files) or 'what the organisation says'} as it is today, by the "
        "rules of the host."
        if own.areas
        else "The places where hosts look for CODEOWNERS were looked into, and every directory for an OWNERS file."
    )
    if not own.areas or own.nobody is None:
        answer = "Nobody is named as deciding anywhere: there is no ownership file that could be read."
        return told("deciding", answer, tables=figures, missing=own.missing, lines=own.suggest, how=how)
    none = sum(row.nobody >= 1 for row in own.areas)
    answer = f"{share(own.nobody)} of the changes fall where nothing names who decides"
    answer += f"; in {plural(none, 'area')} of {len(own.areas)} nobody does anywhere." if none else "."
    if not own.nobody:
        answer = "Every change falls where something names who decides."
    keys = (
        Key("bar voice", "one party decides"),
        Key("bar pale", "any of several may"),
        Key("bar hold", "several, no rule"),
        Key("bar second", "nobody is named"),
    )
    open_ones = [f"{titles[row.area]} {share(row.nobody)}" for row in own.areas if row.nobody]
    alt = f"Of the changes to {len(own.areas)} areas, who decides there."
    alt += f" Nobody: {some(open_ones)}" if open_ones else ""
    drawn = picture("deciding-chart", "Who decides, by area", rows.deciding(own, titles), alt, keys)
    return told("deciding", answer, pictures=[drawn], tables=figures, missing=own.missing, lines=own.suggest, how=how)


def _grown(own: Growth) -> str:
    if own.exponent.value is not None:
        answer = (
            f"When people double, the relationships that the work makes between them grow "
            f"{number(2**own.exponent.value)} times (an exponent of "
            f"{number(own.exponent.value)}{between(own.exponent)})."
        )
    else:
        answer = "How relationships grow with people cannot be told yet."
    if own.turns:
        turn, now = own.turns[-1], own.moments[-1].each if own.moments else None
        answer += (
            f" Since {month(turn.period)} there are {number(turn.after)} {turn.figure} where there were "
            f"{number(turn.before)} before"
        )
        answer += "." if now is None else f"; in the last {own.window} it was {number(now)}."
    return answer


def _who(named: bool) -> tuple[str, ...]:
    return ("who",) if named else ()
