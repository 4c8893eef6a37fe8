"""The state as the questions see it: claims resolved with authority, settlements and joined identities applied.

Everything here is computed on read and cached for the length of one question, so that neither an alias nor an
inherited rule ever rewrites a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from counterpoint.model.identifiers import kind_of
from counterpoint.model.kinds import ROOT_ZONE, attribute_of
from counterpoint.model.statements import Claim, Json, Resolved
from counterpoint.state.open_work import FIRST, Candidate, Within
from counterpoint.state.reader import Mention, Reader
from counterpoint.state.resolve import NO_AUTHORITY, Authority, Settlement, resolve


class State:
    """One moment of an organisation. Make one for each question; it caches and is not for sharing between threads.

    Every entity that goes in may be any of its names; every entity that comes out is the canonical one.
    """

    def __init__(self, reader: Reader, only: frozenset[str] | None = None) -> None:
        self._reader = reader
        self._only = only
        self._canonical = _roots(reader.aliases())
        self._names: dict[str, list[str]] = {}
        for name, root in self._canonical.items():
            self._names.setdefault(root, [root]).append(name)
        self._claims: dict[str, dict[str, list[Claim]]] = {}
        self._values: dict[tuple[str, str, bool], Resolved | None] = {}
        self._mentions: dict[str, tuple[Mention, ...]] = {}
        self._mentioning: dict[tuple[str, str, str], tuple[str, ...]] = {}
        self._zones: dict[str, tuple[str, ...]] = {}

    @property
    def now(self) -> str:
        """The moment as of which everything here holds: a stamp."""
        return self._reader.now

    def canonical(self, entity: str) -> str:
        """The one identifier of an entity that several names were joined to."""
        return self._canonical.get(entity, entity)

    def names(self, entity: str) -> Sequence[str]:
        """Every identifier joined to this entity, its canonical one first."""
        root = self.canonical(entity)
        return self._names.get(root, [root])

    def aliases(self) -> Mapping[str, str]:
        """Every alias as it was stated: entity to entity, chains and loops and all."""
        return self._reader.aliases()

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        """What the reader lists: attributes with one value on which claims differ, under the name they were stated."""
        every = self._reader.differing(None if among is None else {name for one in among for name in self.names(one)})
        return every if self._only is None else [one for one in every if self.canonical(one[0]) in self._only]

    def narrowed(self, entities: Iterable[str]) -> State:
        """The same moment for questions about everything, when everything is to be these entities alone.

        They are all that it lists; whatever else is asked of it by name it knows as before.
        """
        found = State(self._reader, frozenset(self.canonical(entity) for entity in entities))
        found._claims, found._values, found._mentions = self._claims, self._values, self._mentions
        found._mentioning, found._zones = self._mentioning, self._zones
        return found

    def load(self, entities: Iterable[str]) -> None:
        """Fetch the claims of many entities at once, so that asking for each of them later costs nothing."""
        roots = {root for entity in entities if (root := self.canonical(entity)) not in self._claims}
        if not roots:
            return
        found = self._reader.claims([name for root in sorted(roots) for name in self.names(root)])
        for root in roots:
            grouped = self._claims[root] = {}
            for name in self.names(root):
                for claim in found.get(name, ()):
                    grouped.setdefault(claim.attribute, []).append(claim)

    def exists(self, entity: str) -> bool:
        """Does any source say anything of it?"""
        return bool(self._of(entity))

    def entities(self, kind: str) -> list[str]:
        """Every entity of a kind, canonical, sorted, and loaded."""
        if self._only is None:
            found = sorted({self.canonical(entity) for entity in self._reader.entities(kind)})
        else:
            found = sorted(entity for entity in self._only if kind_of(entity) == kind and self.exists(entity))
        self.load(found)
        return found

    def known(self, kind: str) -> set[str]:
        """Every entity of a kind, canonical; listed, and not loaded."""
        if self._only is not None:
            return set(self.entities(kind))
        return {self.canonical(entity) for entity in self._reader.entities(kind)}

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        """Every work that may be open, as the reader has it: under the names it was stated by."""
        if self._only is None:
            return self._reader.open_work(within, after, limit)
        every = [Candidate(work, FIRST) for work in self.entities("work") if after is None or work > after.work]
        return every[:limit]

    def contested(self, entity: str) -> bool:
        """Do several sources, or several of its names, speak on one attribute? Then its zones matter to resolve it."""
        return any(
            len(claims) > 1 and (len({claim.source for claim in claims}) > 1 or claims[0].item == "")
            for claims in self._of(entity).values()
        )

    def all(self, entity: str) -> dict[str, Resolved]:
        """Every attribute of an entity that anybody states, resolved; settlements are folded into what they settle."""
        attributes = [name for name in sorted(self._of(entity)) if name != "settlement"]
        return {name: found for name in attributes if (found := self.get(entity, name)) is not None}

    def claims(self, entity: str, attribute: str) -> Sequence[Claim]:
        """What the sources say on one attribute, under any name of the entity, unresolved."""
        return self._of(entity).get(attribute, ())

    def get(self, entity: str, attribute: str) -> Resolved | None:
        """What follows from the claims on one attribute; None where nobody says anything."""
        return self._get(entity, attribute, in_zone=True)

    def value(self, entity: str, attribute: str) -> Json:
        """The value alone: None where nobody says anything, and where it is disputed."""
        found = self.get(entity, attribute)
        return None if found is None else found.value

    def text(self, entity: str, attribute: str) -> str | None:
        """A value that is a text (or a choice, a date, one reference), or None."""
        value = self.value(entity, attribute)
        return value if isinstance(value, str) else None

    def refs(self, entity: str, attribute: str) -> tuple[str, ...]:
        """The references in a value, canonical and sorted; none where it is disputed or not stated."""
        value = self.value(entity, attribute)
        if value is None:
            return ()
        if isinstance(value, list):
            return tuple(sorted({self.canonical(str(item)) for item in value}))
        return (self.canonical(str(value)),)

    def tables(self, entity: str, attribute: str) -> tuple[dict[str, Any], ...]:
        """The elements of a set of tables (roles, rungs, freezes, authorities), as they are stated."""
        value = self.value(entity, attribute)
        return tuple(cast("list[dict[str, Any]]", value)) if isinstance(value, list) else ()

    def mentions(self, entity: str) -> tuple[Mention, ...]:
        """Who names this entity, under any of its names, and in which attribute; sorted and canonical."""
        self.load_mentions([entity])
        return self._mentions[self.canonical(entity)]

    def load_mentions(self, entities: Iterable[str]) -> None:
        """Fetch the mentions of many entities at once."""
        roots = {root for entity in entities if (root := self.canonical(entity)) not in self._mentions}
        if not roots:
            return
        found = self._reader.mentions([name for root in sorted(roots) for name in self.names(root)])
        for root in roots:
            every = {
                Mention(self.canonical(mention.entity), mention.attribute)
                for name in self.names(root)
                for mention in found.get(name, ())
            }
            self._mentions[root] = tuple(sorted(every, key=lambda mention: (mention.entity, mention.attribute)))

    def mentioning(self, entity: str, kind: str, attribute: str) -> Sequence[str]:
        """The entities of ``kind`` of which some source names this entity in ``attribute``, sorted and loaded."""
        key = (self._canonical.get(entity, entity), kind, attribute)
        if key not in self._mentioning:
            self.load_mentioning([entity], kind, attribute)
        return self._mentioning[key]

    def load_mentioning(self, entities: Iterable[str], kind: str, attribute: str) -> None:
        """Fetch at once what :meth:`mentioning` says of each of many entities."""
        every = {self.canonical(entity) for entity in entities}
        roots = [root for root in sorted(every) if (root, kind, attribute) not in self._mentioning]
        for root in [root for root in roots if root in self._mentions]:
            mentions = self._mentions[root]
            here = {one.entity for one in mentions if one.attribute == attribute and kind_of(one.entity) == kind}
            self._mentioning[(root, kind, attribute)] = tuple(sorted(here))
        if asked := [root for root in roots if root not in self._mentions]:
            found = self._reader.mentions([name for root in asked for name in self.names(root)], (kind, attribute))
            for root in asked:
                here = {self.canonical(one.entity) for name in self.names(root) for one in found.get(name, ())}
                self._mentioning[(root, kind, attribute)] = tuple(sorted(here))
        self.load({entity for root in roots for entity in self._mentioning[(root, kind, attribute)]})

    def naming(self, entity: str, kind: str, attribute: str) -> list[str]:
        """The entities of ``kind`` whose resolved ``attribute`` names this entity; loaded."""
        root = self.canonical(entity)
        return [one for one in self.mentioning(root, kind, attribute) if root in self.refs(one, attribute)]

    def waiting(self, targets: Iterable[str], kind: str, attribute: str, over: Sequence[str]) -> list[str]:
        """The entities of ``kind`` of which some source names one of the targets in ``attribute``; sorted and loaded.

        Of those that stand in one of the states ``over``, most are left out: what is over need not even be read.
        """
        names = [name for root in {self.canonical(one) for one in targets} for name in self.names(root)]
        found = self._reader.mentions(sorted(names), (kind, attribute), over)
        every = {self.canonical(one.entity) for mentions in found.values() for one in mentions}
        # What has several names may stand elsewhere by what is said under another one.
        joined = {root for root in self._names if kind_of(root) == kind}
        self.load(every | joined)
        return sorted(every | {one for one in joined if self.claims(one, attribute)})

    def zones(self, entity: str) -> tuple[str, ...]:
        """The zones whose protocol holds for an entity, nearest first, the organisation's own always last.

        A zone is stated on the thing, or owned by its home team or owning team, or holds for its parent (work, team
        or zone). Each zone is followed by the zones around it.
        """
        root = self.canonical(entity)
        if root not in self._zones:
            self._zones[root] = self._zone_chain(root)
        return self._zones[root]

    def authority(self, entity: str, attribute: str) -> Authority:
        """Which sources have the say on this attribute: of the nearest zone that declares it."""
        return self._authority(kind_of(entity), attribute, self.zones(entity))

    def _of(self, entity: str) -> Mapping[str, list[Claim]]:
        root = self.canonical(entity)
        if root not in self._claims:
            self.load([root])
        return self._claims[root]

    def _get(self, entity: str, attribute: str, *, in_zone: bool) -> Resolved | None:
        root = self._canonical.get(entity, entity)
        # Most attributes are stated by nobody, and this is asked more often than anything else.
        stated = self._claims.get(root)
        if attribute not in (self._of(root) if stated is None else stated):
            return None
        key = (root, attribute, in_zone)
        if key not in self._values:
            self._values[key] = self._resolve(root, attribute, in_zone=in_zone)
        return self._values[key]

    def _resolve(self, root: str, attribute: str, *, in_zone: bool) -> Resolved | None:
        claims = self._of(root).get(attribute)
        declared = attribute_of(kind_of(root), attribute)
        if not claims or declared is None:
            return None
        same = self.canonical if self._canonical else None
        settlement = self._settlement(root, attribute) if "settlement" in self._of(root) else None
        if len(claims) == 1 and not declared.many and same is None and settlement is None:
            return Resolved(claims[0].entity, attribute, claims[0].value, "said", (claims[0],))
        if len({claim.source for claim in claims}) == 1 and (declared.many or len(claims) == 1) and settlement is None:
            return resolve(declared, claims, same=same)
        # Which zone a thing is in must not depend on that zone's own order of sources: the organisation's holds there.
        zones = self.zones(root) if in_zone else (ROOT_ZONE,)
        authority = self._authority(kind_of(root), attribute, zones) if root != ROOT_ZONE else NO_AUTHORITY
        return resolve(declared, claims, authority, settlement, same)

    def _settlement(self, root: str, attribute: str) -> Settlement | None:
        found = [
            claim
            for claim in self._of(root).get("settlement", ())
            if cast("dict[str, Json]", claim.value)["attribute"] == attribute
        ]
        if not found:
            return None
        newest = max(found, key=lambda claim: (claim.said, claim.sequence, claim.index))
        struct = cast("dict[str, Any]", newest.value)
        overruled = tuple((one["source"], one["value"]) for one in struct["overrules"])
        return Settlement(struct.get("value"), overruled, newest)

    def _authority(self, kind: str, attribute: str, zones: Iterable[str]) -> Authority:
        for zone in zones:
            rows = [
                claim
                for claim in self._of(zone).get("authority", ())
                if cast("dict[str, Any]", claim.value)["kind"] in (kind, "*")
                and cast("dict[str, Any]", claim.value)["attribute"] in (attribute, "*")
            ]
            if rows:
                closest = min(map(_specificity, rows))
                orders = [cast("dict[str, Any]", row.value) for row in rows if _specificity(row) == closest]
                # Two sources that declare the order differently have declared none: neither may choose for the other.
                if any(one != orders[0] for one in orders):
                    return NO_AUTHORITY
                return Authority(tuple(orders[0]["sources"]), bool(orders[0].get("exclusive", False)), zone)
        return NO_AUTHORITY

    def _zone_chain(self, root: str) -> tuple[str, ...]:
        chain: list[str] = []
        seen: set[str] = set()
        self._collect_zones(root, chain, seen)
        if ROOT_ZONE in chain:
            chain.remove(ROOT_ZONE)
        return (*chain, ROOT_ZONE)

    def _collect_zones(self, entity: str, chain: list[str], seen: set[str]) -> None:
        pending = [entity]
        while pending:
            here = pending.pop(0)
            if here in seen:
                continue
            seen.add(here)
            if kind_of(here) == "zone":
                chain.append(here)
                pending[:0] = self.plain_refs(here, "parent")
                continue
            steps = self.plain_refs(here, "zone")
            if kind_of(here) == "team":
                steps += [zone for zone in self.naming_plainly(here, "zone", "owner") if zone not in steps]
                steps += self.plain_refs(here, "parent")
            else:
                home = self.plain_refs(here, "team")
                owners = [owner for owner in self.plain_refs(here, "owner") if kind_of(owner) == "team"]
                steps += [*home, *owners, *self.plain_refs(here, "parent"), *self.plain_refs(here, "work")]
            pending = [*steps, *pending]

    def naming_plainly(self, entity: str, kind: str, attribute: str) -> list[str]:
        """As :meth:`naming`, with the organisation's own order of sources only (for finding zones)."""
        root = self.canonical(entity)
        return [one for one in self.mentioning(root, kind, attribute) if root in self.plain_refs(one, attribute)]

    def plain_refs(self, entity: str, attribute: str) -> list[str]:
        """As :meth:`refs`, with the organisation's own order of sources only: what zones are found by."""
        found = self._get(entity, attribute, in_zone=False)
        if found is None or found.value is None:
            return []
        items = found.value if isinstance(found.value, list) else [found.value]
        return sorted({self.canonical(str(item)) for item in items})


def _specificity(claim: Claim) -> tuple[bool, bool]:
    struct = cast("dict[str, Any]", claim.value)
    return struct["attribute"] == "*", struct["kind"] == "*"


def _roots(aliases: Mapping[str, str]) -> dict[str, str]:
    """Each aliased entity to the end of its chain; a loop of aliases ends at its smallest name."""
    roots: dict[str, str] = {}
    for start, name in aliases.items():
        if name not in aliases:
            roots[start] = name  # nearly all are names of something that has no other name
            continue
        seen = [start]
        while (following := aliases.get(seen[-1])) is not None and following not in seen:
            seen.append(following)
        end = seen[-1]
        if following is not None:
            end = min(seen[seen.index(following) :])
        if end != start:
            roots[start] = end
    return roots
