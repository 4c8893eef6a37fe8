"""Collisions in time: what cannot go as it is dated, with the evidence and what would resolve it.

Only open work, and only dates that somebody stated: work without dates collides with nothing, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from counterpoint.model.answers import Collision, Collisions, because
from counterpoint.model.statements import Claim
from counterpoint.model.times import day
from counterpoint.state.clashes import Clash, clashes
from counterpoint.state.links import Link, links, standing, today
from counterpoint.state.surroundings import entities_of, load_surroundings
from counterpoint.state.view import State

_NEAR = timedelta(days=30)
_RANK = {"high": 0, "medium": 1, "low": 2}
_DATES = ("start", "due", "announced")


def collisions(state: State) -> Collisions:
    """Every collision, gravest and soonest first."""
    every = entities_of(state, "work")
    works = [work for work in every if standing(state, work) == "open"]
    dated = [work for work in works if any(state.text(work, name) for name in _DATES)]
    met, complete = clashes(state, works)
    found = [
        *_needs(state, links(state), set(works)),
        *_announced(state, works),
        *_frozen(state, works),
        *(_clash(state, clash) for clash in met),
    ]
    found.sort(key=lambda one: (_RANK[one.severity], one.first, one.kind, one.about))
    return Collisions(state.now, tuple(found), len(dated), len(works) - len(dated), complete)


def _needs(state: State, every: Iterable[Link], works: set[str]) -> Iterable[Collision]:
    for link in every:
        if link.due and link.status != "declined":
            yield from _promised_late(state, link)
            yield from _ships_early(state, link, works)


def _promised_late(state: State, link: Link) -> Iterable[Collision]:
    promised, wanted = state.text(link.id, "promised_for"), state.text(link.id, "needed_by")
    if promised is not None and wanted is not None and promised > wanted:
        yield _collision(
            state,
            "promised after needed",
            (link.id, link.consumer, link.provider),
            span=(wanted, promised),
            says=f"needed by {wanted}, promised for {promised}",
            remedies=(f"promise {link.id} for {wanted} or before", f"need {link.id} only by {promised}"),
            claims=_claims(state, (link.id, "promised_for"), (link.id, "needed_by")),
        )


def _ships_early(state: State, link: Link, works: set[str]) -> Iterable[Collision]:
    ships = state.text(link.consumer, "due") if link.consumer in works else None
    comes, where = _comes(state, link, works)
    if link.ordered and ships is not None and comes is not None and ships < comes:
        yield _collision(
            state,
            "ships before what it needs",
            (link.consumer, link.provider, link.id),
            span=(ships, comes),
            says=f"ships on {ships}; what it needs comes on {comes}",
            remedies=(
                f"have {link.provider} ready by {ships}",
                f"ship {link.consumer} on {comes} or later",
                f"fulfil or withdraw {link.id}",
            ),
            claims=_claims(state, (link.id, "consumer"), (link.id, "provider"), (link.consumer, "due"), where),
        )


def _comes(state: State, link: Link, works: set[str]) -> tuple[str | None, tuple[str, str]]:
    """When what is needed comes: the provider's due date, else the promise; and where that is stated."""
    if link.provider in works and (due := state.text(link.provider, "due")) is not None:
        return due, (link.provider, "due")
    finished = standing(state, link.provider) != "open" and link.provider.startswith("work:")
    return None if finished else state.text(link.id, "promised_for"), (link.id, "promised_for")


def _announced(state: State, works: Iterable[str]) -> Iterable[Collision]:
    """Work is announced on its own date, or when the open work that announces it is due."""
    announcements = [(work, on, work, "announced") for work in works if (on := state.text(work, "announced"))]
    tests: dict[str, list[str]] = {}
    for work in works:
        for announced in state.refs(work, "announces"):
            if on := state.text(work, "due"):
                announcements.append((announced, on, work, "due"))
        for tested in state.refs(work, "tests"):
            tests.setdefault(tested, []).append(work)
    gates: dict[str, list[str]] = {}
    for gate in entities_of(state, "gate"):
        for work in state.refs(gate, "work"):
            if state.text(gate, "type") == "quality":
                gates.setdefault(work, []).append(gate)
    open_work = set(works)
    for work, on, by, attribute in announcements:
        reasons = _claims(state, (by, attribute), (by, "announces"))
        about = (work,) if by == work else (work, by)
        ships = state.text(work, "due") if work in open_work else None
        if ships is not None and ships > on:
            remedies = (f"announce it on {ships} or later", f"ship {work} by {on}")
            says = f"announced on {on}, ships on {ships}"
            reasons_ships = [*reasons, *_claims(state, (work, "due"))]
            kind = "announced before it ships"
            yield _collision(state, kind, about, span=(on, ships), says=says, remedies=remedies, claims=reasons_ships)
        for guard in (*tests.get(work, ()), *gates.get(work, ())):
            yield from _untested(state, (*about, guard), on, reasons)


def _untested(state: State, about: tuple[str, ...], on: str, reasons: list[Claim]) -> Iterable[Collision]:
    """The last of ``about`` is open work that tests the announced, or a quality gate of it."""
    guard = about[-1]
    if guard.startswith("gate:"):
        passed = state.text(guard, "passed")
        status = state.text(guard, "status") or "open"
        if status == "waived" or (status == "passed" and (passed is None or passed <= on)):
            return
        last, says = passed or on, f"announced on {on}; the quality gate is {status}"
        says += f" since {passed}" if passed and status == "passed" else ""
        more = _claims(state, (guard, "work"), (guard, "status"), (guard, "passed"))
    else:
        due = state.text(guard, "due")
        if due is not None and due <= on:
            return
        last = due or on
        says = f"announced on {on}; tested {f'by {due}' if due else 'at no known date'}"
        more = _claims(state, (guard, "tests"), (guard, "due"))
    remedies = (f"finish {guard} by {on}", f"announce it after {guard}")
    yield _collision(
        state,
        "announced before tested",
        about,
        span=(on, last),
        says=says,
        remedies=remedies,
        claims=[*reasons, *more],
    )


def _frozen(state: State, works: Iterable[str]) -> Iterable[Collision]:
    frozen = {zone for zone in entities_of(state, "zone") if state.claims(zone, "freeze")}
    due = [(work, on) for work in works if (on := state.text(work, "due"))] if frozen else []
    load_surroundings(state, [work for work, _ in due])
    for work, on in due:
        for zone in state.zones(work):
            for freeze in state.tables(zone, "freeze") if zone in frozen else ():
                first, last = str(freeze["start"]), str(freeze["end"])
                if first <= on <= last:
                    why = f" ({freeze['reason']})" if freeze.get("reason") else ""
                    says = f"ships on {on}, in the freeze of {zone} from {first} to {last}{why}"
                    reasons = [
                        *_claims(state, (work, "due"), (work, "zone")),
                        *_freeze_claims(state, zone, first, last),
                    ]
                    remedies = (f"ship {work} before {first} or after {last}", f"lift the freeze of {zone} for it")
                    span = (first, last)
                    yield _collision(
                        state,
                        "ships in a freeze",
                        (work, zone),
                        span=span,
                        says=says,
                        remedies=remedies,
                        claims=reasons,
                    )


def _freeze_claims(state: State, zone: str, first: str, last: str) -> list[Claim]:
    return [
        claim
        for claim in state.claims(zone, "freeze")
        if isinstance(claim.value, dict) and (claim.value.get("start"), claim.value.get("end")) == (first, last)
    ]


def _clash(state: State, clash: Clash) -> Collision:
    one, other = clash.works
    what = clash.touches[0] if clash.touches[0] == clash.touches[1] else " and ".join(clash.touches)
    says = f"both change {what} between {clash.first} and {clash.last}"
    remedies = (
        f"finish {one} before {other} starts, or the other way round",
        "state the dependency between them, so that whoever is second waits",
    )
    claims = [
        claim
        for work, touched in zip(clash.works, clash.touches, strict=True)
        for claim in state.claims(work, "touches")
        if claim.value == touched
    ]
    claims += _claims(state, *((work, name) for work in clash.works for name in ("start", "due", "estimate")))
    kind = "two changes to one thing"
    span = (clash.first, clash.last)
    return _collision(state, kind, clash.works, span=span, says=says, remedies=remedies, claims=claims, what=what)


def _collision(
    state: State,
    kind: str,
    about: tuple[str, ...],
    *,
    span: tuple[str, str],
    says: str,
    remedies: tuple[str, ...],
    claims: Iterable[Claim],
    what: str | None = None,
) -> Collision:
    """Two changes to one thing may still be agreed on: medium. The rest cannot hold: high, once the first day is near.

    Near is within thirty days, or past.
    """
    near = span[0] <= (day(today(state)) + _NEAR).isoformat()
    grave = kind != "two changes to one thing"
    severity: Literal["high", "medium", "low"] = "high" if near and grave else "medium" if near or grave else "low"
    reasons = tuple(because(claim) for claim in {claim.statement: claim for claim in claims}.values())
    return Collision(kind, severity, about, what, span[0], span[1], says, remedies, reasons)


def _claims(state: State, *places: tuple[str, str]) -> list[Claim]:
    return [claim for entity, attribute in places for claim in state.claims(entity, attribute)]
