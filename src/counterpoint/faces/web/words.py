"""What the page says in words, for eyes and for screen readers alike: days, spans, who decides, and a mark in full."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from counterpoint.model.kinds import KINDS
from counterpoint.model.page import Piece
from counterpoint.model.score import Line, Mark, Score

_DAY = re.compile(r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b")
_DAYS = re.compile(r"\d{4}-\d\d-\d\d(?: to \d{4}-\d\d-\d\d)?")
STATUS = {
    "proposed": "proposed",
    "accepted": "accepted",
    "active": "active",
    "blocked": "blocked",
    "done": "done",
    "dropped": "dropped",
}


def short(title: str) -> str:
    """A name as it fits into a line: a bare reference without its kind and namespace."""
    kind, colon, rest = title.partition(":")
    return rest.partition("@")[0] if colon and rest and kind in KINDS and " " not in title else title


def day(text: str) -> str:
    """``2026-06-12`` (or a stamp) as ``12 Jun 2026``."""
    try:
        found = date.fromisoformat(text[:10])
    except ValueError:
        return text
    return f"{found.day} {found:%b %Y}"


def fit(text: str, room: float, letter: float) -> str:
    """The text, or as much of it as fits into ``room`` pixels of letters that wide."""
    most = max(1, int(room / letter))
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def in_words(text: str) -> str:
    """A sentence with its ISO days in words."""
    return _DAY.sub(lambda match: day(match[0]), text)


def sentence(text: str) -> str:
    """With a capital and a full stop."""
    return text[:1].upper() + text[1:].rstrip(".") + "." if text else ""


def nice(text: str) -> str:
    """A value as it is read: days in words, anything else as it is."""
    return in_words(text) if _DAYS.fullmatch(text) else text


def moment(stamp: str) -> str:
    """A stamp as ``12 Jun 2026, 09:30 UTC``."""
    return f"{day(stamp)}, {stamp[11:16]} UTC"


def age(days: int) -> str:
    """How old, in the unit that people would say."""
    if days < 1:
        return "today"
    for length, unit in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= 2 * length or (length == 1 and days >= 1):
            return plural(days // length, unit) + " ago"
    return "today"


def plural(count: int, one: str, many: str = "") -> str:
    """``1 team``, ``2 teams``; ``no team``."""
    return f"{count} {one if count == 1 else many or one + 's'}"


def span(mark: Mark) -> str:
    """When it is, and what that rests on."""
    start = day(mark.start) if mark.start else ""
    end = day(mark.end) if mark.end else ""
    if mark.sure_until and mark.end:
        said = f"ends {day(mark.sure_until)} or {end}: sources differ"
        return f"from {start}, {said}" if start else said
    return {
        "dates": f"{start} to {end}",
        "start": f"from {start}, no end stated",
        "due": f"due {end}",
        "period": f"no dates of its own; its period is {start} to {end}",
        "none": "no dates and no period stated",
    }[mark.basis]


def decides(mark: Mark) -> str:
    """Who makes the final call, as a sentence."""
    people = [short(one.title) for one in mark.deciders]
    if mark.who == "one":
        return f"{people[0]} decides"
    if mark.who == "shared":
        return f"{listed(people)} decide together"
    if mark.who == "ambiguous":
        return f"who decides is ambiguous between {listed(people)}" if people else "who decides is ambiguous"
    return "nobody decides"


def decides_briefly(mark: Mark) -> str:
    """The same in two or three words, for the bar."""
    people = [short(one.title) for one in mark.deciders]
    if mark.who == "one":
        return people[0]
    if mark.who == "none":
        return "nobody"
    if mark.who == "shared":
        return f"{people[0]} +{len(people) - 1}" if len(people) > 1 else people[0]
    return " or ".join(people) if len(people) == 2 else f"one of {len(people)}?"


def asks_briefly(mark: Mark, room: int = 34) -> str:
    """Whom it asks, by slug: as many as fit into so many letters, and how many more."""
    slugs = [short(one) for one in mark.asks]
    shown = slugs[:1]
    for slug in slugs[1:]:
        if len(" · ".join([*shown, slug])) > room:
            break
        shown.append(slug)
    more = f" +{len(slugs) - len(shown)}" if len(shown) < len(slugs) else ""
    return " · ".join(shown) + more


def listed(words: list[str]) -> str:
    """``a, b and c``."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def status(mark: Mark) -> str:
    """Where it stands, or why that is not known."""
    if mark.status is None and any(flag.about == "status" for flag in mark.flags):
        return "its status is disputed"
    return mark.status or "no status stated"


def flagged(mark: Mark) -> list[tuple[str, int]]:
    """The kinds of flags on a mark, and how many of each."""
    kinds = [flag.kind for flag in mark.flags]
    return [(kind, kinds.count(kind)) for kind in dict.fromkeys(kinds)]


def describe(mark: Mark, staves: Mapping[str, str]) -> str:
    """Everything that the drawing of a mark says, in words."""
    parts = [status(mark), span(mark), decides(mark)]
    if mark.announced:
        parts.append(f"announced {day(mark.announced)}")
    if mark.needs:
        from_whom = f" from {listed([staves.get(one) or short(one) for one in mark.asks])}" if mark.asks else ""
        parts.append(f"needs {plural(mark.needs, 'thing')}{from_whom}")
    if mark.serves:
        parts.append(f"{plural(mark.serves, 'thing')} {'depends' if mark.serves == 1 else 'depend'} on it")
    if mark.step is not None:
        parts.append(f"step {mark.step} of the critical path")
    parts += [f"{flag.kind}: {in_words(flag.text)}" for flag in mark.flags]
    return "; ".join(parts)


def path(line: Line | None) -> str:
    """The critical path in one sentence: without durations it counts steps, and says so."""
    if line is None or line.steps < 2:
        return ""
    if line.counted == "days" and line.days is not None:
        return f"Critical path: {line.steps} steps, {line.days:g} days"
    return f"Critical path: {line.steps} steps (durations are not stated, so steps are counted)"


def level(score: Score, count: int) -> str:
    """``75 deliverables``."""
    if score.level == "task":
        return plural(count, "deliverable or task", "deliverables and tasks")
    return plural(count, score.level)


def pieces(found: tuple[Piece, ...]) -> str:
    """The pieces of a value as one text."""
    return ", ".join(piece.text for piece in found)
