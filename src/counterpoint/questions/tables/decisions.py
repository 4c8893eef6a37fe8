"""Who decides, what was asked and decided, and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterpoint.ledger.lines import lines
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PARTIES
from counterpoint.protocols.asking import decision_standing
from counterpoint.questions.tables.courses import Courses, moment_of
from counterpoint.questions.tables.making import Making, named_in
from counterpoint.questions.tables.rows import Row
from counterpoint.state.alike import alike_pairs
from counterpoint.state.links import links_of
from counterpoint.state.owns import owns_each
from counterpoint.state.who import who_each

_MADE = ("decided", "superseded")


def decides(making: Making) -> Iterator[Row]:
    """Who makes the final call on every zone, work and objective: a row for each decider, or one without any."""
    for thing, found in making.deciders.items():
        for decider in found.deciders or (None,):
            yield thing, kind_of(thing), making.zone(thing), found.answer, decider


def decision(making: Making) -> Iterator[Row]:
    """Every decision. When it was asked is known where something was said of it before it was made."""
    state = making.state
    every = lines(making.snapshot, "decision")
    courses = Courses(state, [one for one in every if one.attribute == "status"])
    met: dict[str, str] = {}
    outcomes: dict[str, str] = {}
    for line in every:
        root = state.canonical(line.entity)
        met[root] = min(met.get(root, line.valid_from), line.valid_from)
        if line.attribute == "outcome" and line.operation == "state":
            outcomes.setdefault(root, line.valid_from)
    deciders = who_each(state, making.decisions)
    for one in making.decisions:
        status, asked = decision_standing(state, one), met.get(one)
        decided = None
        if status in _MADE:
            told = courses.since(one, "decided") or courses.first(one, "decided") or outcomes.get(one)
            decided = moment_of(state.text(one, "decided"), told)
            asked = asked if asked is not None and decided is not None and asked < decided else None
        concerns = state.refs(one, "concerns")
        decider = making.one(one, "decider")
        if decider is None and deciders[one].answer == "one":
            decider = deciders[one].deciders[0]
        yield (
            one, state.text(one, "question") or making.label(one), status, _zone(making, one),
            next((thing for thing in concerns if kind_of(thing) == "work"), None), making.one(one, "owner"), decider,
            asked, decided, state.text(one, "deadline") or state.text(one, "due"),
            state.value(one, "by_default") is True, making.one(one, "supersedes"),
            courses.moves(one, "decided", "open"), state.text(one, "outcome"),
        )  # fmt: skip


def _zone(making: Making, decision: str) -> str | None:
    """Its own zone, else that of the first of the things that it is about which has one."""
    about = making.state.refs(decision, "concerns")
    return next((zone for one in (decision, *about) if (zone := making.zone(one)) is not None), None)


def alike(making: Making) -> Iterator[Row]:
    """Every two decisions of like cases, linked or suggested."""
    for one in alike_pairs(making.state):
        yield one.one, one.other, one.stated, one.why


def concerned(making: Making) -> Iterator[Row]:
    """Whom each decision concerns, and why: one row for each party and reason."""
    state = making.state
    things = {thing for one in making.decisions for thing in state.refs(one, "concerns")}
    near = _Near(making, things)
    for one in making.decisions:
        rows = [(party, "asked") for party in state.refs(one, "owner")]
        rows += [(party, "consulted") for party in state.refs(one, "consulted")]
        for thing in state.refs(one, "concerns"):
            rows += near.of(thing)
        rows += [(party, f"owns {zone}") for zone in state.refs(one, "zone") for party in state.refs(zone, "owner")]
        for party, why in dict.fromkeys(rows):
            yield one, party, why


class _Near:
    """Whom a change to a thing concerns: who owns it, works on it, and owns what needs it or what it needs.

    As :mod:`counterpoint.state.involve` finds whom to involve, but for who is accountable rather than who decides:
    a decision must reach those whose work it changes.
    """

    def __init__(self, making: Making, things: Iterable[str]) -> None:
        self._state = state = making.state
        every = set(things)
        tied: dict[str, set[tuple[str, str]]] = {}
        for link in links_of(state, making.dependencies):
            if link.provider in every:
                tied.setdefault(link.provider, set()).add((link.consumer, f"needs {link.provider}"))
            if link.consumer in every:
                tied.setdefault(link.consumer, set()).add((link.provider, f"provides for {link.consumer}"))
        self._tied = tied
        others = {other for found in tied.values() for other, _ in found}
        ownable = [one for one in every | others if kind_of(one) in ("work", "zone", "objective")]
        self._owns = owns_each(state, ownable)

    def of(self, thing: str) -> list[tuple[str, str]]:
        """Party and reason."""
        found = self._parties(thing, f"owns {thing}")
        if kind_of(thing) == "work":
            found += [(party, f"works on {thing}") for party in named_in(self._state, thing, "contributor")]
        for other, why in sorted(self._tied.get(thing, ())):
            found += self._parties(other, why)
        return found

    def _parties(self, thing: str, why: str) -> list[tuple[str, str]]:
        if kind_of(thing) in PARTIES:
            return [(thing, why.replace("owns", "is"))]
        found = self._owns.get(thing)
        return [] if found is None else [(party, why) for party in found.owners]
