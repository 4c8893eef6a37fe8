"""The page of a thing, put together from the state: values with everyone who said them, and what hangs together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from counterpoint.model.acts import act_in_words
from counterpoint.model.answers import Who
from counterpoint.model.identifiers import is_opaque, kind_of, slug_of
from counterpoint.model.kinds import KINDS, Attribute, attribute_of
from counterpoint.model.page import Group, Named, Need, Page, Piece, Saying, Value
from counterpoint.model.schedule import schedule_of
from counterpoint.model.schedule_text import told
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.model.times import moment, stamp
from counterpoint.state.schedule import next_occurrences
from counterpoint.state.surroundings import load_surroundings
from counterpoint.state.view import State
from counterpoint.state.who import DECIDABLE, who

Naming = Callable[[str], Named]
NEXT = 3
HIDDEN = frozenset({"title", "alias_of", "settlement"})
_LABELS = {
    ("work", "parent"): "Consists of",
    ("work", "team"): "Home to",
    ("work", "owner"): "Owns",
    ("work", "serves"): "Served by",
    ("work", "champion"): "Champions",
    ("work", "contributor"): "Works on",
    ("work", "supersedes"): "Superseded by",
    ("work", "announces"): "Announced by",
    ("work", "tests"): "Tested by",
    ("work", "zone"): "Work in it",
    ("objective", "parent"): "Consists of",
    ("objective", "owner"): "Accountable for",
    ("objective", "team"): "Objectives at home here",
    ("team", "parent"): "Teams within",
    ("team", "lead"): "Leads",
    ("team", "member"): "Member of",
    ("team", "alumnus"): "Was a member of",
    ("team", "role"): "Has a role in",
    ("zone", "owner"): "Zones that it owns",
    ("zone", "parent"): "Zones within",
    ("ritual", "owner"): "Holds",
    ("ritual", "participant"): "Takes part in",
    ("ritual", "zone"): "Rituals that serve it",
    ("gate", "work"): "Gates",
    ("gate", "approver"): "Approves",
    ("decision", "concerns"): "Decisions about it",
    ("agent", "sponsor"): "Sponsors",
    ("lease", "on"): "Leases on it",
    ("lease", "holder"): "Holds by lease",
    ("approval", "work"): "Approvals of it",
    ("approval", "gate"): "Approvals asked of it",
    ("approval", "asked_by"): "Approvals that it asked for",
    ("approval", "approver"): "Approvals asked of it",
    ("handoff", "what"): "Handoffs of it",
    ("handoff", "giver"): "Handed over",
    ("handoff", "receiver"): "Was offered",
    ("escalation", "about"): "Escalations about it",
    ("escalation", "party"): "Escalations that are with it",
    ("escalation", "raised_by"): "Escalations that it raised",
    ("commitment", "owner"): "Promised",
    ("commitment", "to"): "Was promised",
    ("commitment", "asked_of"): "Commitments asked of it",
    ("commitment", "from"): "Commitments made there",
    ("proposal", "by"): "Proposed",
    ("proposal", "about"): "Proposals about it",
    ("proposal", "reviewer"): "Proposals that it may review",
    ("waiver", "of"): "Waivers of it",
    ("waiver", "work"): "Waivers for it",
    ("occurrence", "ritual"): "Its occurrences",
}


def plain(state: State) -> Naming:
    """Names by what is stated: the title, a person's name, a decision's question, else the slug; an opaque person keeps
    its whole reference, for the ``questions`` room to write."""

    def named(ref: str) -> Named:
        stated = state.text(ref, "title") or state.text(ref, "name") or state.text(ref, "question")
        return Named(ref, stated or (ref if is_opaque(ref) else slug_of(ref)))

    return named


def page(state: State, entity: str, named: Naming | None = None) -> Page:
    """The page of an entity that somebody says something of. ``named`` says how references are written outside."""
    root = state.canonical(entity)
    load_surroundings(state, [root])
    state.load(mention.entity for mention in state.mentions(root))
    naming = named or plain(state)
    status = state.text(root, "status")
    decides = who(state, root) if kind_of(root) in DECIDABLE else None
    needs, serves = _needs(state, root, naming)
    return Page(
        ref=naming(root).ref,
        title=naming(root).title,
        kind=kind_of(root),
        now=state.now,
        status=status,
        description=state.text(root, "description"),
        known_as=tuple(naming(name).ref for name in state.names(root)[1:]),
        zones=tuple(naming(zone) for zone in state.zones(root) if state.exists(zone) and zone != root),
        values=tuple(_values(state, root, naming)),
        who=_outside(decides, naming) if decides else None,
        names=tuple(naming(ref) for ref in sorted(_refs_in(decides))) if decides else (),
        needs=needs,
        serves=serves,
        groups=tuple(_groups(state, root, naming)),
        next=_next(state, root),
    )


def _refs_in(answer: Who) -> set[str]:
    found = {answer.subject, *answer.deciders, *(one.entity for one in answer.because)}
    for step in answer.steps:
        found |= {step.at, *step.parties}
    return {one for one in (*found, answer.inherited_from) if one and ":" in one}


def _outside(answer: Who, naming: Naming) -> Who:
    """The answer with references as they are written outside."""

    def name(ref: str) -> str:
        return naming(ref).ref if ":" in ref else ref

    return replace(
        answer,
        subject=name(answer.subject),
        deciders=tuple(name(one) for one in answer.deciders),
        inherited_from=name(answer.inherited_from) if answer.inherited_from else None,
        because=tuple(replace(one, entity=name(one.entity), actor=name(one.actor)) for one in answer.because),
        steps=tuple(
            replace(one, at=name(one.at), parties=tuple(name(party) for party in one.parties)) for one in answer.steps
        ),
    )


def _values(state: State, root: str, naming: Naming) -> Iterator[Value]:
    every = state.all(root)
    order = [*(one.name for one in KINDS[kind_of(root)].attributes), *every]
    for name in dict.fromkeys(order):
        found = every.get(name)
        declared = attribute_of(kind_of(root), name)
        if found is None or declared is None or (name in HIDDEN and not found.disputed):
            continue
        yield Value(
            attribute=name,
            about=declared.about,
            pieces=tuple(_pieces(declared, found.value, naming)),
            standing=found.standing,
            why=found.why,
            many=declared.many,
            sayings=tuple(_saying(declared, claim, state, naming) for claim in _by_age(found)),
        )


def _by_age(found: Resolved) -> list[Claim]:
    return sorted(found.claims, key=lambda claim: (claim.item, claim.said, claim.sequence, claim.index))


def _saying(declared: Attribute, claim: Claim, state: State, naming: Naming) -> Saying:
    settles = claim.attribute == "settlement"
    value = cast("dict[str, Json]", claim.value).get("value") if settles else claim.value
    return Saying(
        pieces=tuple(_pieces(declared, value, naming)),
        source=claim.source,
        actor=naming(claim.actor).ref if ":" in claim.actor else claim.actor,
        said=claim.said,
        age=max(0, (moment(state.now) - moment(claim.said)).days),
        file=claim.file,
        line=claim.line,
        statement=claim.statement,
        about="settlement" if settles else "value",
    )


def _pieces(declared: Attribute, value: Json, naming: Naming) -> Iterator[Piece]:
    """A value as pieces to read; an element of a set is one piece, or several where it names several things."""
    if value is None:
        return
    for element in value if isinstance(value, list) else [value]:
        if declared.type in ("ref", "refs"):
            yield _reference(str(element), naming)
        elif declared.type == "url":
            yield Piece(str(element), url=str(element))
        elif isinstance(element, dict):
            yield from _struct(declared, element, naming)
        elif isinstance(element, bool):
            yield Piece("yes" if element else "no")
        elif declared.type == "period":
            yield Piece(str(element).replace("/", " to "))
        elif declared.type == "minutes":
            yield Piece(f"{element} minutes")
        else:
            yield Piece(str(element))


def _reference(ref: str, naming: Naming) -> Piece:
    found = naming(ref)
    return Piece(found.title, ref=found.ref)


def _struct(declared: Attribute, value: dict[str, Any], naming: Naming) -> Iterator[Piece]:
    if declared.type in ("role", "rung"):
        named = _reference(str(value["party"]), naming)
        if declared.type == "rung":
            after = f", for {value['after_hours']} hours" if value.get("after_hours") is not None else ""
            yield Piece(f"{value['order']}. {named.text}{after}", ref=named.ref)
            return
        of = f" for {naming(str(value['team'])).title}" if value.get("team") else ""
        role = f"{value.get('role') or ''}{of}".strip()
        yield Piece(f"{named.text} ({role})" if role else named.text, ref=named.ref)
    elif declared.type == "handle":
        yield Piece(f"{value['system']}: {value['handle']}")
    elif declared.type == "freeze":
        yield Piece(f"{value['start']} to {value['end']}{': ' + value['reason'] if value.get('reason') else ''}")
    elif declared.type == "authority":
        yield Piece(f"{value['attribute']} of {value['kind']}: {', then '.join(value['sources'])}")
    elif declared.type == "item":
        about = _reference(str(value["about"]), naming).text if value.get("about") else ""
        yield Piece(f"{value['order']}. {value['why']}" + (f" ({about})" if about not in value["why"] else ""))
    elif declared.type == "act":
        yield Piece(act_in_words(value))
    elif declared.type == "schedule":
        yield Piece(told(schedule_of(value)))
    else:
        yield Piece(", ".join(f"{name}: {part}" for name, part in sorted(value.items()) if part is not None))


def _next(state: State, root: str) -> tuple[str, ...]:
    """When a ritual happens next, where its schedule says so."""
    schedule = state.value(root, "schedule") if kind_of(root) == "ritual" else None
    if schedule is None or state.text(root, "status") == "cancelled":
        return ()
    return tuple(stamp(one.start) for one in next_occurrences(schedule, moment(state.now), NEXT))


def _needs(state: State, root: str, naming: Naming) -> tuple[tuple[Need, ...], tuple[Need, ...]]:
    consumed = state.naming(root, "dependency", "consumer")
    provided = state.naming(root, "dependency", "provider")
    ends = {ref for one in consumed for ref in state.refs(one, "provider")}
    state.load(ends | {ref for one in provided for ref in state.refs(one, "consumer")})
    needs = tuple(_need(state, one, "provider", naming) for one in consumed)
    return needs, tuple(_need(state, one, "consumer", naming) for one in provided)


def _need(state: State, dependency: str, end: str, naming: Naming) -> Need:
    others = state.refs(dependency, end)
    return Need(
        dependency=naming(dependency).ref,
        other=naming(others[0]) if others else None,
        type=state.text(dependency, "type"),
        reason=state.text(dependency, "reason"),
        size=state.text(dependency, "size"),
        needed_by=state.text(dependency, "needed_by"),
        promised_for=state.text(dependency, "promised_for"),
        status=state.text(dependency, "status"),
    )


def _groups(state: State, root: str, naming: Naming) -> Iterable[Group]:
    found: dict[str, set[str]] = {}
    for mention in state.mentions(root):
        kind, attribute = kind_of(mention.entity), mention.attribute
        if kind == "dependency" or attribute in ("alias_of", "settlement") or mention.entity == root:
            continue
        label = "Decides on" if attribute == "decider" else _LABELS.get((kind, attribute))
        found.setdefault(label or f"{KINDS[kind].plural.capitalize()}, as {attribute}", set()).add(mention.entity)
    state.load(entity for entities in found.values() for entity in entities)
    for label, entities in sorted(found.items()):
        yield Group(label, tuple(sorted((naming(one) for one in entities), key=lambda one: (one.title, one.ref))))
