"""Gates: which stand before work, whose approval each takes, and whether one that was given is good.

What a gate takes is a number of *places*, each to be filled by a voice for one party: of ``needs = [{party, count}]``
every place, of approvers under a rule enough of them. A person has one voice, also as the sponsor of agents, and it
fills one place; whether all places can be filled is a matching of voices to places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from counterpoint.errors import Refused
from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import PROTOCOL
from counterpoint.protocols.doing import belongs_to, or_nobody
from counterpoint.protocols.lease import holder_of
from counterpoint.state.participation import rulings, sponsor_of
from counterpoint.state.speaking import speakers, speaks_for
from counterpoint.state.view import State
from counterpoint.state.waivers import waiver_of
from counterpoint.state.who import who

OPEN_APPROVAL = ("requested", "granted")
_GRANT = ("approval", "grant")


@dataclass(frozen=True, slots=True)
class Places:
    """What a gate takes. ``parties`` has one element for each place; ``enough`` of the places must be filled.

    With ``people`` anyone in a team may speak for a place of that team, otherwise who speaks for the team as a whole.
    """

    parties: tuple[str, ...]
    enough: int
    people: bool

    def in_words(self) -> str:
        """``one of team:lang and two of team:security``; ``any of …``."""
        counts = {party: self.parties.count(party) for party in self.parties}
        if self.people:
            return " and ".join(f"{_number(count)} of {_one(party)}" for party, count in counts.items())
        if self.enough == len(self.parties):
            return " and ".join(self.parties)
        return f"{_number(self.enough)} of {', '.join(self.parties)}"


# --- which gates, and what each takes ---


def gates_of(state: State, work: str) -> tuple[str, ...]:
    """The gates before work: those on it, and those on its class (or on all work) in a zone that it is in.

    A gate counts if any source puts it there: a contradiction opens no gate.
    """
    root, classes = state.canonical(work), _stated(state, work, "class")
    found = [gate for gate in state.mentioning(root, "gate", "work") if root in _stated(state, gate, "work")]
    for zone in state.zones(root):
        for gate in state.mentioning(zone, "gate", "zone"):
            of = _stated(state, gate, "class")
            if zone in _stated(state, gate, "zone") and not state.claims(gate, "work") and (not of or of & classes):
                found.append(gate)
    return tuple(dict.fromkeys(found))


def _stated(state: State, entity: str, attribute: str) -> set[str]:
    """The value of an attribute; where sources differ, all of their values."""
    found = state.get(entity, attribute)
    if found is None:
        return set()
    values = [claim.value for claim in found.claims] if found.disputed else [found.value]
    return {state.canonical(value) for value in values if isinstance(value, str)}


def places_at(state: State, gate: str) -> Places:
    """What a gate takes, as things stand.

    Raises:
        Refused: nobody is named, or sources differ, or no rule says how several approve; the hint says who can tell.
    """
    for attribute in ("needs", "approver", "rule", "quorum"):
        found = state.get(gate, attribute)
        if found is not None and found.disputed:
            raise Refused(f"sources differ about {attribute} of {gate}", hint=_can_name(state, gate))
    if needs := state.tables(gate, "needs"):
        counted = sorted((state.canonical(str(row["party"])), int(row["count"])) for row in needs)
        parties = tuple(party for party, count in counted for _ in range(count))
        if not parties:
            raise Refused(f"{gate} needs nobody's approval", hint=_can_name(state, gate))
        return Places(parties, len(parties), True)
    found_by = who(state, gate)
    if found_by.answer == "ambiguous":
        names = ", ".join(found_by.deciders)
        raise Refused(f"no rule says how {names} approve together at {gate}", hint=_can_name(state, gate))
    if found_by.answer == "none":
        raise Refused(f"nobody is named who approves at {gate}", hint=_can_name(state, gate))
    enough = {"all": len(found_by.deciders), "quorum": found_by.quorum or 1}.get(found_by.rule or "any", 1)
    if enough > len(found_by.deciders):
        raise Refused(f"{gate} takes {enough} of {len(found_by.deciders)} approvers", hint=_can_name(state, gate))
    return Places(tuple(sorted(found_by.deciders)), enough, False)


def _can_name(state: State, gate: str) -> str:
    """Who can say who approves: whoever decides in the nearest zone where somebody does."""
    works = state.refs(gate, "work")
    for thing in (*works, *state.zones(gate)):
        if deciders := who(state, thing).deciders:
            return f"{or_nobody(deciders)} can name who approves: approver or needs (with a rule), in its record"
    return "whoever keeps the organisation's files can name who approves: approver or needs, in its record"


def places_asked(state: State, approval: str) -> Places:
    """What an approval takes: what its gate took when it was asked for."""
    if needs := state.tables(approval, "needs"):
        counted = sorted((state.canonical(str(row["party"])), int(row["count"])) for row in needs)
        parties = tuple(party for party, count in counted for _ in range(count))
        return Places(parties, len(parties), True)
    enough = state.value(approval, "enough")
    parties = state.refs(approval, "approver")
    return Places(parties, enough if isinstance(enough, int) else len(parties), False)


# --- who may approve ---


def people_only(state: State, gate: str, work: str) -> str | None:
    """Why no agent may approve here, in words; None where one may."""
    if "true" in {str(claim.value).casefold() for claim in state.claims(gate, "people_only")}:
        return f"{gate} is for people only"
    found = rulings(state, _GRANT, (work, gate))
    return f"{found[0].zone} lets no agent approve" if found and found[0].term == "never" else None


def own(state: State, work: str, asked_by: str | None) -> Mapping[str, str]:
    """For whom this work is their own, and why: who asked, owns it, works on it, holds or gave it, and sponsors.

    A team's being its owner or contributor makes it nobody's own: many of a team may have had no part in it.
    """
    found: dict[str, str] = {}
    holder = holder_of(state, work)
    named = [
        *(((asked_by, "asked for it"),) if asked_by else ()),
        *((one, "owns it") for one in sorted(_parties(state, work, "owner"))),
        *((one, "works on it") for one in state.refs(work, "contributor")),
        *(((holder, "holds it"),) if holder else ()),
        *((giver, "has handed it over") for giver in _givers(state, work)),
    ]
    for party, why in named:
        if kind_of(party) != "team":
            found.setdefault(party, why)
        if kind_of(party) == "agent" and (sponsor := sponsor_of(state, party)) is not None:
            found.setdefault(sponsor, f"answers for {party}, which {why}")
    return found


def _givers(state: State, work: str) -> Iterable[str]:
    """Who had the work and handed it over: nobody sheds what is their own by giving it away."""
    for handoff in state.naming(work, "handoff", "what"):
        if state.text(handoff, "status") == "accepted":
            yield from state.refs(handoff, "giver")


def _parties(state: State, entity: str, attribute: str) -> set[str]:
    """The parties in a list; where sources differ, in any source's."""
    found = state.get(entity, attribute)
    if found is None:
        return set()
    values = [claim.value for claim in found.claims] if found.disputed else [found.value]
    return {state.canonical(str(one)) for value in values for one in (value if isinstance(value, list) else [value])}


def voice(state: State, party: str) -> str:
    """Whose voice it is: a person's own, and of an agent that of the person who answers for it."""
    return (sponsor_of(state, party) or party) if kind_of(party) == "agent" else party


def why_not(state: State, by: str, gate: str, work: str, asked_by: str | None) -> str | None:
    """Why this party's approval does not count, whatever the gate takes; None where it does."""
    if kind_of(by) == "team":
        return f"{by} is a team: its people approve, each with a voice of their own"
    if kind_of(by) == "agent" and (why := people_only(state, gate, work)) is not None:
        return f"{by} is an agent, and {why}"
    mine = own(state, work, asked_by)
    for one in dict.fromkeys((by, voice(state, by))):
        if one in mine:
            through = "" if one == by else f"{by} speaks with the voice of {one}, who "
            return f"{through or f'{by} '}{mine[one]}: nobody approves what is their own"
    return None


def speaks_at(state: State, by: str, places: Places) -> tuple[int, ...]:
    """The numbers of the places that this party could fill."""
    mine = belongs_to(state, by) if places.people else frozenset()
    return tuple(
        number
        for number, party in enumerate(places.parties)
        if (party in mine if places.people else speaks_for(state, by, party))
    )


def people_of(state: State, party: str) -> frozenset[str]:
    """Every person and agent in a team, by way of teams within it too; a person or agent is its own."""
    found: set[str] = set()
    seen = {state.canonical(party)}
    pending = list(seen)
    while pending:
        here = pending.pop()
        if kind_of(here) != "team":
            if state.exists(here) and state.text(here, "status") != "stopped":
                found.add(here)
        elif state.text(here, "status") != "archived":
            within = {
                *state.refs(here, "lead"), *state.refs(here, "member"), *state.naming(here, "team", "parent"),
            }  # fmt: skip
            pending += within - seen
            seen |= within
    return frozenset(found)


def right_approvers(state: State, gate: str, work: str, asked_by: str | None, places: Places) -> dict[str, list[str]]:
    """For each party of the places, everybody who may approve for it."""
    found: dict[str, list[str]] = {}
    for party in dict.fromkeys(places.parties):
        everyone = people_of(state, party) if places.people else speakers(state, party)
        found[party] = [one for one in sorted(everyone) if why_not(state, one, gate, work, asked_by) is None]
    return found


def matched(state: State, parties: Iterable[str], places: Places) -> dict[str, int]:
    """Which place each of these fills, so that as many places as can be are filled; whoever came first keeps a place.

    An augmenting path (Kuhn 1955) moves those who could fill another place, so that nobody's voice is lost because
    somebody else happened to speak before. A second voice of one person fills nothing.
    """
    _, filled = _filled(state, parties, places)
    return {party: number for number, party in filled.items()}


def open_yet(state: State, given: Iterable[str], places: Places) -> list[str]:
    """The parties for which one more voice would be of use, beside those that are given: also by moving these."""
    options, filled = _filled(state, given, places)
    parties = dict.fromkeys(places.parties)
    return [party for party in parties if _augment("", {**options, "": _numbers(places, party)}, dict(filled), set())]


def _filled(state: State, given: Iterable[str], places: Places) -> tuple[dict[str, tuple[int, ...]], dict[int, str]]:
    options: dict[str, tuple[int, ...]] = {}
    voices: set[str] = set()
    for one in given:
        if (mine := voice(state, one)) not in voices:
            voices.add(mine)
            options[one] = speaks_at(state, one, places)
    filled: dict[int, str] = {}
    for one in options:
        _augment(one, options, filled, set())
    return options, filled


def _numbers(places: Places, party: str) -> tuple[int, ...]:
    return tuple(number for number, one in enumerate(places.parties) if one == party)


def _augment(one: str, options: Mapping[str, Sequence[int]], filled: dict[int, str], tried: set[int]) -> bool:
    for number in options[one]:
        if number not in tried:
            tried.add(number)
            if number not in filled or _augment(filled[number], options, filled, tried):
                filled[number] = one
                return True
    return False


# --- what is good ---


def grants_of(state: State, approval: str) -> list[str]:
    """Who has approved, in the order in which they did."""
    claims = sorted(state.claims(approval, "grant"), key=lambda claim: (claim.said, claim.sequence, claim.index))
    rows = [claim.value for claim in claims if isinstance(claim.value, dict)]
    return list(dict.fromkeys(state.canonical(str(row["party"])) for row in rows))


def why_no_good(state: State, approval: str, version: str | None, now: str) -> str | None:
    """Why a granted approval is not good for exactly this version now; None where it is."""
    gate, work = _of(state, approval, "gate"), _of(state, approval, "work")
    bound, ends = state.text(approval, "version"), state.text(approval, "ends")
    if bound != version:
        return f"{approval} is for {_version(bound)}, and not for {_version(version)}"
    if ends is not None and ends <= now:
        return f"{approval} ended at {ends}"
    try:
        places = places_at(state, gate)
    except Refused as error:
        return error.message
    if places != places_asked(state, approval):
        return f"{gate} takes {places.in_words()} now, which is not what {approval} was asked for"
    given = grants_of(state, approval)
    for party in given:
        if (why := why_not(state, party, gate, work, _of(state, approval, "asked_by") or None)) is not None:
            return f"an approval of {approval} no longer counts: {why}"
    if len(matched(state, given, places)) < places.enough:
        return f"who approved {approval} no longer speaks for {places.in_words()}"
    return None


def approvals_of(state: State, gate: str, work: str) -> list[str]:
    """Every approval of this work at this gate, the newest last."""
    found = [one for one in state.naming(work, "approval", "work") if gate in state.refs(one, "gate")]
    first = {one: min((claim.sequence for claim in state.claims(one, "exists")), default=0) for one in found}
    return sorted(found, key=lambda one: (first[one], one))


def good_approval(state: State, gate: str, work: str, version: str | None, now: str) -> str | None:
    """An approval that lets exactly this version of work pass the gate now; None where there is none."""
    for one in approvals_of(state, gate, work):
        if state.text(one, "status") == "granted" and why_no_good(state, one, version, now) is None:
            return one
    return None


def passed_elsewhere(state: State, gate: str, work: str) -> str | None:
    """By whose word a gate counts as passed without an approval, in words; None where it does not.

    A source's word counts only for a gate on this one work that names nobody who approves, and only for work without
    versions: a word that is bound to no version is bound to none of them.
    """
    status = state.get(gate, "status")
    if status is None or status.disputed or status.value not in ("passed", "waived"):
        return None
    asks = any(state.claims(gate, name) for name in ("approver", "needs", "people_only"))
    if asks or state.canonical(work) not in state.refs(gate, "work") or state.claims(work, "version"):
        return None
    sources = sorted({claim.source for claim in status.claims if claim.value == status.value})
    return f"{gate} is {status.value}, by the word of {' and '.join(sources)}" if PROTOCOL not in sources else None


def opened(state: State, gate: str, work: str, now: str) -> str | None:
    """Without an approval: the waiver, or the word, by which work may pass a gate; None where it takes an approval."""
    waiver = waiver_of(state, gate, work, now)
    return f"{waiver} waives {gate}" if waiver is not None else passed_elsewhere(state, gate, work)


def _of(state: State, approval: str, attribute: str) -> str:
    return next(iter(state.refs(approval, attribute)), "")


def _version(text: str | None) -> str:
    return f"version {text}" if text is not None else "no version"


def _number(count: int) -> str:
    return {1: "one", 2: "two", 3: "three", 4: "four"}.get(count, str(count))


def _one(party: str) -> str:
    return party if kind_of(party) == "team" else f"{party} alone"
