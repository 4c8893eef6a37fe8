"""Each page: what it asks, and the context that it makes of the answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from counterpoint.errors import BadValue, CounterpointError
from counterpoint.faces.web import words
from counterpoint.faces.web.build import score_page
from counterpoint.faces.web.contexts import (
    VIEWS,
    Dispute,
    ErrorPage,
    EventRow,
    Here,
    Item,
    ListPage,
    Query,
    ScorePage,
    SideRow,
    Site,
    ThingPage,
)
from counterpoint.model.differences import Contradiction, Side
from counterpoint.model.identifiers import fold, kind_of, slug_of
from counterpoint.model.kinds import KINDS
from counterpoint.model.page import Named, Value
from counterpoint.model.score import LEVELS
from counterpoint.model.statements import Json
from counterpoint.model.times import day

if TYPE_CHECKING:
    from counterpoint.questions import Questions

Open = Callable[[str | None], "Questions"]
"""A moment of the organisation: now, or as of a date or a time."""
_REFERENCE = re.compile(r"\b(?:person|agent|team|zone|objective|work|decision|gate|ritual):[^\s,;()]+")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request names: the parts of its path, and of its query in order."""

    path: dict[str, Any]
    query: tuple[tuple[str, str], ...]

    def one(self, name: str) -> str | None:
        """The last value of a part of the query; an empty one is none."""
        return next((value for key, value in reversed(self.query) if key == name and value.strip()), None)

    def every(self, name: str) -> tuple[str, ...]:
        """Every value of a part of the query, without doubles."""
        return tuple(dict.fromkeys(value.strip() for key, value in self.query if key == name and value.strip()))


class Pages:
    """The pages of one organisation."""

    def __init__(self, questions: Open) -> None:
        self._open = questions

    def stamp(self) -> tuple[str, str]:
        """What makes a page another one: the head of the ledger and the day."""
        now = self._open(None)
        return now.head()[1], now.now()[:10]

    def score(self, asked: Asked) -> ScorePage:
        """The full score."""
        query = replace(_query(asked), as_of=self._as_of(asked))
        questions = self._open(query.as_of)
        window = None
        if query.first and query.last:
            window = (query.first, query.last)
        teams = [Named(row.ref, row.title or row.ref) for row in questions.listing("team").rows]
        query = replace(query, teams=tuple(dict.fromkeys(_meant(team, teams) for team in query.teams)))
        found = questions.score(query.level, query.teams, window)
        site = self._site(questions, "Full score", "score", as_of=query.as_of, now=found.now)
        return score_page(found, query, site, teams)

    def thing(self, asked: Asked) -> ThingPage:
        """The page of a thing."""
        as_of = self._as_of(asked)
        questions = self._open(as_of)
        page = questions.show(str(asked.path["ref"]))
        events = [
            EventRow(
                said=one.said,
                recorded=one.recorded,
                attribute=one.attribute,
                text="(erased)" if one.erased else as_text(one.value, {}),
                source=one.source,
                actor=one.actor,
                place=_place(one.file, one.line),
                operation=one.operation,
                statement=one.statement,
            )
            for one in reversed(questions.history(str(asked.path["ref"])).told)
        ]
        found = questions.contradictions_of(str(asked.path["ref"])).contradictions
        titles = {one.ref: words.short(one.title) for one in page.names} | _titles(questions, found)
        return ThingPage(
            site=self._site(questions, words.short(page.title), "thing", as_of=as_of, now=page.now),
            page=page,
            titles=titles,
            disputes=tuple(_dispute(one, titles) for one in found),
            events=tuple(events),
            known_from=tuple(_places(page.values)),
        )

    def contradictions(self, asked: Asked) -> ListPage:
        """Where sources differ."""
        as_of = self._as_of(asked)
        questions = self._open(as_of)
        found = questions.contradictions()
        titles = _titles(questions, found.contradictions)
        items = []
        for one in found.contradictions:
            row = _dispute(one, titles)
            parts = [_side_in_words(side) for side in row.sides]
            settlers = words.listed([party.title for party in row.settlers])
            parts.append(f"May settle it: {settlers}." if settlers else words.sentence(row.hint))
            text = words.sentence(f"{row.holds} holds: {row.why}") if row.holds else ""
            things = (Named(one.entity, titles.get(one.entity) or words.short(one.entity)),)
            items.append(Item(things, row.attribute, text, tuple(parts), not row.holds))
        intro = (
            f"{words.plural(found.disputed, 'value')} without an agreed answer, and "
            f"{found.chosen} where authority or a settlement chose."
        )
        site = self._site(questions, "Contradictions", "contradictions", as_of=as_of, now=found.as_of)
        return ListPage(site, intro, tuple(items), "No two sources differ on anything.")

    def collisions(self, asked: Asked) -> ListPage:
        """What collides in time."""
        as_of = self._as_of(asked)
        questions = self._open(as_of)
        found = questions.collisions()
        titles = questions.titles([ref for one in found.collisions for ref in one.about])
        items = tuple(
            Item(
                tuple(
                    Named(ref, words.short(titles.get(ref) or ref)) for ref in one.about if kind_of(ref) != "dependency"
                ),
                f"{one.kind} ({one.severity})",
                words.sentence(words.in_words(one.says)),
                tuple(f"Remedy: {words.in_words(remedy)}." for remedy in one.remedies),
                one.severity == "high",
            )
            for one in found.collisions
        )
        intro = (
            f"{words.plural(len(items), 'collision')} among {words.plural(found.dated, 'dated work', 'dated works')}. "
            f"{found.undated} open without any date cannot collide."
        )
        site = self._site(questions, "Collisions", "collisions", as_of=as_of, now=found.as_of)
        return ListPage(site, intro, items, "Nothing that has a date collides.")

    def search(self, asked: Asked) -> ListPage:
        """Things by what they are called."""
        as_of = self._as_of(asked)
        questions = self._open(as_of)
        text = (asked.one("q") or "")[:200]
        items = tuple(
            Item((Named(one.ref, words.short(one.title)),), one.ref, "", ()) for one in questions.search(text)
        )
        intro = f"{words.plural(len(items), 'thing')} with “{text}” in name or reference." if text else ""
        site = self._site(questions, "Search", "search", as_of=as_of, asked=text)
        return ListPage(site, intro, items, "Nothing here is called that. Parts of words are found too.")

    def site(self, title: str, here: Here) -> Site:
        """What stands around a page of now."""
        return self._site(self._open(None), title, here)

    def error(self, error: CounterpointError, address: str) -> ErrorPage:
        """What went wrong, with what comes close."""
        questions = self._open(None)
        wanted = address.rpartition("/")[2]
        suggestions = {ref: Named(ref, words.short(ref)) for ref in _REFERENCE.findall(error.hint.replace("?", ""))}
        if address.startswith("/thing/"):
            suggestions |= {one.ref: one for one in questions.search(wanted.partition(":")[2].partition("@")[0])[:8]}
        site = self._site(questions, "Not found" if error.code == "not-found" else "That cannot be shown", "error")
        hint = "" if suggestions else error.hint
        return ErrorPage(site, error.message[:1].upper() + error.message[1:] + ".", hint, tuple(suggestions.values()))

    def _as_of(self, asked: Asked) -> str | None:
        """The moment that is asked for; this very day, as a date field gives it, is now and no past."""
        text = asked.one("as_of")
        return None if text == self._open(None).now()[:10] else text

    def failure(self, message: str) -> ErrorPage:
        """What went wrong outside any question."""
        return ErrorPage(self._site(self._open(None), "Not here", "error"), message, "", ())

    def _site(self, questions: Questions, title: str, here: Here, **more: str | None) -> Site:
        now = more.get("now") or questions.now()
        return Site(title, here, questions.head()[1], now, more.get("as_of"), more.get("asked") or "")


def _titles(questions: Questions, found: Iterable[Contradiction]) -> dict[str, str]:
    """The names of everything that contradictions are about, and of who may settle them."""
    named: list[str] = []
    for one in found:
        named += [one.entity, *one.may_settle.deciders]
        named += [ref for side in one.sides for ref in _references(side.value)]
    return {ref: words.short(title) for ref, title in questions.titles(named).items()}


def _references(value: Json) -> list[str]:
    parts = value if isinstance(value, list) else [value]
    return [part for part in parts if isinstance(part, str) and kind_of(part) in KINDS and ":" in part]


def _dispute(one: Contradiction, titles: Mapping[str, str]) -> Dispute:
    """A contradiction as a page shows it."""
    sides = tuple(
        SideRow(
            as_text(side.value, titles),
            tuple(
                (because.source, because.said, _age(because.said, side), _place(because.file, because.line))
                for because in side.because
            ),
        )
        for side in one.sides
    )
    settlers = tuple(Named(party, titles.get(party) or words.short(party)) for party in one.may_settle.deciders)
    holds = "" if one.standing == "disputed" else as_text(one.value, titles)
    attribute = one.attribute.replace("_", " ")
    return Dispute(attribute, one.standing, holds, one.why, sides, settlers, one.may_settle.hint)


def _age(said: str, side: Side) -> int:
    """Days since a statement, by the age of its side, which counts from ``since``."""
    return max(0, side.age_days - (day(said[:10]) - day(side.since[:10])).days)


def _side_in_words(side: SideRow) -> str:
    said = words.listed([f"{source}, {words.day(when)} ({words.age(age)})" for source, when, age, _ in side.sayings])
    return f"{side.value}, says {said}."


def as_text(value: Json, titles: Mapping[str, str]) -> str:
    """A value as it is read in a line of text."""
    if isinstance(value, str):
        return titles.get(value) or (words.short(value) if kind_of(value) == "person" else words.nice(value))
    if isinstance(value, list):
        return words.listed([as_text(part, titles) for part in value])
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = {name: part for name, part in value.items() if part is not None}
        return ", ".join(
            f"{name}: {part if isinstance(part, str) else json.dumps(part)}" for name, part in parts.items()
        )
    return "" if value is None else str(value)


def _place(file: str | None, line: int | None) -> str:
    return f"{file}:{line}" if file and line else file or ""


def _query(asked: Asked) -> Query:
    level, view = asked.one("level") or "deliverable", asked.one("view") or "score"
    if level not in LEVELS:
        raise BadValue(f"{level!r} is no level of the score", hint=f"one of: {', '.join(LEVELS)}")
    if view not in [name for name, _ in VIEWS]:
        raise BadValue(f"{view!r} is no view of the score", hint=f"one of: {', '.join(name for name, _ in VIEWS)}")
    first, last = asked.one("from"), asked.one("to")
    for one in (first, last):
        if one is not None:
            day(one)
    if (first is None) != (last is None):
        raise BadValue("a window has two ends", hint="give both from and to, or neither")
    teams = asked.every("team")
    return Query(cast("Any", level), teams, first, last, cast("Any", view))


def _meant(text: str, teams: Sequence[Named]) -> str:
    """The team that was typed: a reference, a name, or a slug that only one team has; else the text, to be refused."""
    wanted = fold(text)
    for called in (lambda team: team.ref, lambda team: fold(team.title), lambda team: slug_of(team.ref)):
        found = [team.ref for team in teams if called(team) == wanted]
        if len(found) == 1:
            return found[0]
    return text


def _places(values: tuple[Value, ...]) -> list[str]:
    """Where the records of a thing are."""
    found = [
        f"{one.file}:{one.line}" if one.line else one.file
        for value in values
        if value.attribute == "exists"
        for one in value.sayings
        if one.file
    ]
    return list(dict.fromkeys(found))
