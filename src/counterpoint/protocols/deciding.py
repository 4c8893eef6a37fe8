"""Whom a decision is asked of, who may name somebody else, and how several decide together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from counterpoint.errors import Conflict, NotAllowed, Refused
from counterpoint.model.acts import Act
from counterpoint.model.answers import Who
from counterpoint.model.identifiers import fold
from counterpoint.model.kinds import ROOT_ZONE
from counterpoint.model.statements import Json
from counterpoint.protocols.answering import acts_for, answering, can_answer, named
from counterpoint.protocols.machine import Say
from counterpoint.state.supposing import supposing
from counterpoint.state.view import State
from counterpoint.state.who import who


@dataclass(frozen=True, slots=True)
class Bench:
    """Who decides: the parties, and how they do so where they are several (any, all, quorum)."""

    deciders: tuple[str, ...]
    rule: str | None = None
    quorum: int | None = None

    @property
    def needed(self) -> int:
        """How many of them must be for the same."""
        if self.rule == "quorum":
            return self.quorum or len(self.deciders)
        return len(self.deciders) if self.rule == "all" else 1

    def __str__(self) -> str:
        if len(self.deciders) < 2:
            return named(self.deciders)
        how = {"all": "all of", "quorum": f"{self.quorum} of"}.get(self.rule or "", "any of")
        return f"{how} {', '.join(self.deciders)}"

    @property
    def decides(self) -> str:
        """``person:ines decides``, or ``2 of …, …, … decide``."""
        return f"{self} {'decide' if len(self.deciders) > 1 else 'decides'}"

    def says(self, decision: str) -> Iterable[Say]:
        """That the decision is theirs."""
        yield Say(decision, "decider", list(self.deciders))
        yield Say(decision, "rule", self.rule) if self.rule else Say(decision, "rule", take_back=True)
        yield Say(decision, "quorum", self.quorum) if self.quorum else Say(decision, "quorum", take_back=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a decision belongs: its zone, and the things that it is about."""

    zone: str | None
    concerns: tuple[str, ...]

    @property
    def things(self) -> tuple[str, ...]:
        """All of them."""
        return (*((self.zone,) if self.zone else ()), *self.concerns)


def found_for(state: State, decision: str, place: Place) -> Who:
    """Who decides on what belongs there: the answer of ``who``, with nobody named on the decision itself."""
    facts: list[tuple[str, Json]] = [("concerns", one) for one in place.concerns]
    if place.zone is not None:
        facts.append(("zone", place.zone))
    imagined = f"{decision}/asked"  # whoever may be stated on the decision itself must not be found here
    return who(supposing(state, imagined, facts), imagined)


def bench_of(state: State, act: Act, place: Place) -> Bench:
    """Who is to decide: those who are named in the act, by somebody who may; else those who are found.

    Raises:
        Refused: nobody decides there, or it is ambiguous who; or those named cannot decide together.
        NotAllowed: the party who acts may not name somebody else.
    """
    found = found_for(state, act.subject, place)
    wanted = tuple(sorted({state.canonical(one) for one in act.texts("decider")})) or found.deciders
    chosen = wanted != found.deciders or act.text("rule") is not None
    if found.answer in ("one", "shared") and not chosen:
        bench = _as_found(found)
    elif act.texts("decider") or (found.deciders and chosen):
        _must_name(state, act, place, found)
        return together(state, act, found, wanted)
    else:
        raise _nobody(state, place, found)
    _must_be_able(state, bench.deciders, f"{named(_namers(state, place, found))} may name somebody else: --decider")
    return bench


def _must_be_able(state: State, deciders: Iterable[str], hint: str) -> None:
    for party in deciders:
        if not can_answer(state, party):
            raise Refused(f"there is nobody in {party} who could decide", hint=hint)


def _as_found(found: Who) -> Bench:
    several = len(found.deciders) > 1
    return Bench(found.deciders, found.rule if several else None, found.quorum if several else None)


def together(state: State, act: Act, found: Who, named_ones: Iterable[str]) -> Bench:
    """How those who are named decide: by the rule in the act, else by the one that held for who was found.

    Raises:
        Refused: there is no such rule, or nobody who could speak for one of them.
    """
    wanted = tuple(sorted({state.canonical(one) for one in named_ones}))
    _must_be_able(state, wanted, "name somebody else: --decider")
    rule, quorum = act.text("rule"), act.number("quorum")
    if len(wanted) < 2:
        return Bench(wanted)
    if rule is None:
        rule, quorum = found.rule, quorum or found.quorum
    if rule is None:
        raise Refused(f"how do {' and '.join(wanted)} decide together?", hint="give --rule any, all or quorum")
    if rule != "quorum":
        return Bench(wanted, rule)
    if quorum is None or not 1 <= quorum <= len(wanted):
        raise Refused(f"a quorum of {quorum or 'how many'} of {len(wanted)} cannot be", hint="give --quorum NUMBER")
    return Bench(wanted, rule, quorum)


def _must_name(state: State, act: Act, place: Place, found: Who) -> None:
    parties = _namers(state, place, found)
    if not any(acts_for(state, act.by, party) for party in parties):
        raise NotAllowed(
            f"{act.by} may not name who decides here; {named(parties)} may",
            hint="leave --decider out, or ask them to name somebody" if found.deciders else _declare(place),
        )


def _namers(state: State, place: Place, found: Who) -> tuple[str, ...]:
    """Who may name the deciders: whoever decides or may decide; else who owns the places; else the organisation's."""
    if found.deciders:
        return found.deciders
    owners = dict.fromkeys(party for thing in (*place.things, ROOT_ZONE) for party in answering(state, thing))
    return tuple(owners)


def _nobody(state: State, place: Place, found: Who) -> Refused:
    where = f"on {' and '.join(place.things)}" if place.things else "for the organisation"
    if found.answer == "ambiguous":
        between = " and ".join(found.deciders)
        return Refused(
            f"who decides {where} is ambiguous: between {between}",
            hint="one of them may name who it is: --decider; or their zone declares a rule",
        )
    namers = _namers(state, place, found)
    hint = f"{named(namers)} may name one: --decider" if namers else _declare(place)
    return Refused(f"nobody decides {where}", hint=hint)


def _declare(place: Place) -> str:
    if not place.things:
        return "say where it belongs: --zone or --concerns"
    return f"nobody owns {' or '.join(place.things)} either: name an owner, or a decider of the zone"


def votes_of(state: State, decision: str) -> list[dict[str, Json]]:
    """What the deciders of a decision are for, as they said."""
    return [dict(row) for row in state.tables(decision, "vote")]


def cast(state: State, act: Act, bench: Bench, party: str, outcome: str) -> tuple[Say, int]:
    """One vote, and how many deciders are then for this outcome; each counts once, and nobody casts two.

    Raises:
        Conflict: the same vote stands already, or whoever acts has cast another decider's.
    """
    rows = {str(row["party"]): row for row in votes_of(state, act.subject) if row["party"] in bench.deciders}
    before = rows.pop(party, None)
    if before is not None and before["by"] == act.by and fold(str(before["option"])) == fold(outcome):
        raise Conflict(f"{party} is for {outcome!r} already", hint="a vote counts once; vote otherwise to change it")
    other = next((name for name, row in rows.items() if row["by"] == act.by), None)
    if other is not None:
        raise Conflict(
            f"{act.by} has voted already, for {other}",
            hint=f"nobody votes twice: somebody else must speak for {party}, or counterpoint decision assign",
        )
    row: Json = {"party": party, "by": act.by, "option": outcome, "text": str(act.arguments["reason"])}
    alike = sum(fold(str(one["option"])) == fold(outcome) for one in rows.values())
    return Say(act.subject, "vote", row), alike + 1
