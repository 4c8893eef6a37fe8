"""Who makes the final call. The chain stops at the first step that names somebody (semantics rule 13):

1. *stated*: the decider on the thing itself (a gate's approvers; a dependency is its consumer's to decide);
2. *zone*: the decider of its zone: the zone stated on it, else one that its team owns or works in;
3. *leads*: of its owning team, else its home team, else the team that owns the zone; never of an archived team;
4. *parent*: the same for the parent work, then for the parent teams, only where the zone declares ``inherit``;
5. *concerns*: a decision that nobody above has is for whoever decides on what it is about;
6. *around*: the decider of the zones around, nearest first, and *organisation*: the organisation's own, last.

Several parties decide together only by a declared rule: that of the nearest zone which declares one. A zone around
that has deciders of its own declares the rule for these alone. Where sources differ about something on the way (the
owner, the team, the zone), every reading is walked: one answer if they all agree, otherwise ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable

from counterpoint.model.answers import Step, Who, because
from counterpoint.model.identifiers import kind_of
from counterpoint.model.statements import Claim
from counterpoint.state.chain import Found, Walk
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State

DECIDABLE = frozenset({"work", "objective", "dependency", "decision", "gate", "ritual", "team", "zone"})
MOST_READINGS = 64


def who(state: State, subject: str) -> Who:
    """Who makes the final call on ``subject``, with the chain that was walked and the statements it rests on."""
    root = state.canonical(subject)
    if kind_of(root) not in DECIDABLE:
        return _nobody(root, Step("kind", root, f"a {kind_of(root)} is no deliverable: nobody decides on it"))
    if not state.exists(root):
        return _nobody(root, Step("exists", root, "no source says anything of it"))
    readings = _readings(state, root)
    first = readings[0]
    alike = {(found.answer, found.parties, found.rule, found.quorum) for found, _ in readings}
    if len(readings) < MOST_READINGS and len(alike) == 1:
        return _answer(root, *first)
    return _ambiguous(root, readings)


def who_each(state: State, subjects: Iterable[str]) -> dict[str, Who]:
    """As :func:`who`, for many subjects: what they need is fetched at once."""
    every = sorted({state.canonical(subject) for subject in subjects})
    load_surroundings(state, every)
    return {subject: who(state, subject) for subject in every}


def _readings(state: State, root: str) -> list[tuple[Found, tuple[Step, ...]]]:
    """The walk under each choice at each dispute on the way, no choice twice; at most MOST_READINGS."""
    done: list[tuple[Found, tuple[Step, ...]]] = []
    pending: list[tuple[int, ...]] = [()]
    while pending and len(done) < MOST_READINGS:
        walk = Walk(state, pending.pop(0))
        found = walk.to(root)
        done.append((found, tuple(walk.steps)))
        taken = [*walk.choices, *[0] * (len(walk.met) - len(walk.choices))]
        for place in range(len(walk.choices), len(walk.met)):
            pending.extend((*taken[:place], other) for other in range(1, walk.met[place]))
    return done


def _answer(root: str, found: Found, steps: tuple[Step, ...]) -> Who:
    place = None if found.at == root or not found.parties else found.at
    reasons = tuple(because(claim) for claim in _once(found.claims))
    return Who(root, found.answer, found.parties, found.rule, found.quorum, place, reasons, steps)


def _ambiguous(root: str, readings: list[tuple[Found, tuple[Step, ...]]]) -> Who:
    parties = tuple(sorted({party for found, _ in readings for party in found.parties}))
    claims = _once(claim for found, _ in readings for claim in found.claims)
    steps: list[Step] = []
    for found, walked in readings:
        steps.extend(step for step in walked if step not in steps)
        end = "this reading ends here" if found.parties else "this reading ends with nobody"
        last = Step("reading", found.at, end, found.parties)
        if last not in steps:
            steps.append(last)
    if len(readings) >= MOST_READINGS:
        steps.append(
            Step("reading", root, f"more than {MOST_READINGS} readings of what is disputed: these are not all")
        )
    answer = Found("ambiguous" if parties else "none", parties, root, claims)
    places = {found.at for found, _ in readings}
    place = places.pop() if len(places) == 1 else root
    return _answer(root, Found(answer.answer, parties, place, claims), tuple(steps))


def _nobody(root: str, step: Step) -> Who:
    return Who(root, "none", (), None, None, None, (), (step,))


def _once(claims: Iterable[Claim]) -> tuple[Claim, ...]:
    return tuple({(claim.statement, claim.source): claim for claim in claims}.values())
