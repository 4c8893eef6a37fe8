"""One moment of a ledger, read through the interface that the pure logic knows, and names for what is opaque."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import BindParameter, Connection, Select, bindparam, select

from counterpoint.errors import NotFound
from counterpoint.ledger import open_work
from counterpoint.ledger.claims import (
    Moment,
    chunks,
    claim,
    claim_rows_now,
    claims_of,
    of_kind,
    rows_as_of,
    rows_last_said,
)
from counterpoint.ledger.rows import fetch, mark, one_of
from counterpoint.ledger.schema import current, entry, file, head, quarantine, scheduled, statement
from counterpoint.model import identifiers
from counterpoint.model.kinds import BY_REFERENCE, KIND_NAMES, attribute_of
from counterpoint.model.mentions import SETTLEMENT, named
from counterpoint.model.records import Told
from counterpoint.model.statements import Claim
from counterpoint.state.memory import MemoryReader
from counterpoint.state.open_work import Candidate, Within
from counterpoint.state.reader import Mention

_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_MENTIONS = """
select target, entity, case attribute when 'settlement' then item else attribute end as named
from mention where target {}
"""
_ALIASES = (
    "select entity, value from current where attribute = 'alias_of' and operation = 'state' order by entity, source"
)
_DIFFERING = "select distinct entity, attribute from current where differs order by entity, attribute"
_DIFFERING_AMONG = "select distinct entity, attribute from current where differs and entity {}"
# Nobody says that it stands anywhere, or somebody says something else, or what may change what follows from that.
_NOT_OVER = """
and (
    exists (
        select 1 from current s where s.entity = mention.entity and s.operation = 'state' and (
            s.attribute in ('alias_of', 'settlement') or (s.attribute = 'status' and s.value not in ({}))
        )
    )
    or not exists (
        select 1 from current s where s.entity = mention.entity and s.attribute = 'status' and s.operation = 'state'
    )
)
"""
_STATED = "select 1 from current where entity {} and operation = 'state' limit 1"
_KNOWN = "select slug, entity from handle where namespace = {} and slug {}"
_HANDLES = "select entity, namespace, slug from handle where entity {}"


class Snapshot:
    """A reader (see :class:`counterpoint.state.reader.Reader`) over a connection, as of now or of a moment."""

    def __init__(self, connection: Connection, now: str, moment: Moment | None = None) -> None:
        self.connection = connection
        self.now = moment.as_of if moment else now
        self._moment = moment
        self._past: MemoryReader | None = None

    @property
    def known_at(self) -> str | None:
        """Until when what was recorded counts: a stamp; None where everything does."""
        return self._moment.known_at if self._moment else None

    def claims(self, entities: Iterable[str]) -> Mapping[str, Sequence[Claim]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        found: dict[str, list[Claim]] = {}
        for keys in chunks(entities):
            for row in self._claim_rows(keys):
                found.setdefault(row[0], []).append(claim(row))
        return found

    def entities(self, kind: str) -> Sequence[str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._moment is None:
            query = select(current.c.entity).where(current.c.operation == "state", of_kind(current.c.entity, kind))
        else:
            past = rows_as_of(self._moment, of_kind(statement.c.entity, kind))
            query = select(past.c.entity).where(past.c.operation == "state")
        return sorted(self.connection.execute(query.distinct()).scalars().all())

    def mentions(
        self, targets: Iterable[str], of: tuple[str, str] | None = None, over: Sequence[str] = ()
    ) -> Mapping[str, Sequence[Mention]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        found: dict[str, set[Mention]] = {}
        if self._moment is None:
            for keys in chunks(targets):
                for target, entity, attribute in self._mention_rows(keys, of, over):
                    found.setdefault(target, set()).add(Mention(entity, attribute))
        else:
            found = self._past_mentions(set(targets), of)
        return {target: sorted(every, key=lambda m: (m.entity, m.attribute)) for target, every in found.items()}

    def aliases(self) -> Mapping[str, str]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._moment is None:
            rows: Iterable[Any] = fetch(self.connection, _ALIASES)
        else:
            past = rows_as_of(self._moment, statement.c.attribute == "alias_of")
            query = select(past.c.entity, past.c.value).where(past.c.operation == "state")
            rows = self.connection.execute(query.order_by(past.c.entity, past.c.source))
        return {entity: orjson.loads(value) for entity, value in rows}

    def differing(self, among: Iterable[str] | None = None) -> Sequence[tuple[str, str]]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if among is not None:
            return self._differing_among(sorted(set(among)))
        if self._moment is None:
            return [(entity, attribute) for entity, attribute in fetch(self.connection, _DIFFERING)]
        past = rows_as_of(self._moment)
        rows: Select[Any] = select(past.c.entity, past.c.attribute, past.c.value).where(past.c.operation == "state")
        values: dict[tuple[str, str], set[str]] = {}
        for entity, attribute, value in self.connection.execute(rows):
            declared = attribute_of(identifiers.kind_of(entity), attribute)
            if declared is not None and not declared.many:
                values.setdefault((entity, attribute), set()).add(value)
        return sorted(key for key, every in values.items() if len(every) > 1)

    def open_work(
        self, within: Within | None = None, after: Candidate | None = None, limit: int | None = None
    ) -> Sequence[Candidate]:
        """See :class:`counterpoint.state.reader.Reader`."""
        if self._moment is None:
            return open_work.read(self.connection, self.now[:10], within, after, limit)
        if self._past is None:
            # What is kept is how things are now: for another moment it is made.
            found = self.claims([*self.entities("work"), *self.entities("dependency")])
            self._past = MemoryReader.of_claims(found, self.now)
        return self._past.open_work(within, after, limit)

    def find(self, reference: str, *, default_kind: str | None = None) -> str:
        """The canonical, inside identifier of an entity that somebody says something of.

        Raises:
            BadReference: the text is no reference.
            NotFound: nothing answers to it; the hint names what comes close, in any namespace.
        """
        if identifiers.is_opaque(reference):
            return reference
        ref = identifiers.parse(reference, kinds=KIND_NAMES, default_kind=default_kind)
        entity = self.known([str(ref)]).get(str(ref)) if ref.kind == "person" else str(ref)
        if entity is not None and self._is_stated(entity):
            return entity
        raise NotFound(f"there is no {ref}", hint=self._suggestion(ref))

    def known(self, references_to: Iterable[str]) -> dict[str, str]:
        """The opaque identifiers of those person references that are known."""
        wanted: dict[str, set[str]] = {}
        for reference in references_to:
            wanted.setdefault(identifiers.namespace_of(reference), set()).add(identifiers.slug_of(reference))
        found = {}
        sign = mark(self.connection.dialect.name)
        for namespace, slugs in wanted.items():
            for keys in chunks(sorted(slugs)):
                condition, parameters = one_of(self.connection, keys)
                sql = _KNOWN.format(sign, condition)
                for slug, entity in fetch(self.connection, sql, (namespace, *parameters)):
                    found[str(identifiers.Ref("person", slug, namespace))] = entity
        return found

    def names(self, entities: Iterable[str]) -> dict[str, str]:
        """How people write these opaque persons; one without any reference stays opaque.

        Of several references the one that a source wrote goes before those that follow from handles elsewhere, one in
        the organisation's own namespace before others, and then the first by the alphabet.
        """
        every: dict[str, list[tuple[str, str]]] = {}
        for keys in chunks(sorted(set(entities))):
            condition, parameters = one_of(self.connection, keys)
            for entity, namespace, slug in fetch(self.connection, _HANDLES.format(condition), parameters):
                every.setdefault(entity, []).append((namespace, slug))
        several = [entity for entity, names in every.items() if len(names) > 1]
        as_written = self._as_written(several) if several else set()
        found = {}
        for entity, names in every.items():
            namespace, slug = min(names, key=lambda one: ((entity, *one) not in as_written, *one))
            found[entity] = str(identifiers.Ref("person", slug, namespace))
        return found

    def _as_written(self, entities: Iterable[str]) -> set[tuple[str, str, str]]:
        """Person, namespace and slug of the references that stand in a source as such."""
        query = select(current.c.entity, current.c.value).where(
            current.c.entity.in_(_KEYS), current.c.attribute == "handle", current.c.operation == "state"
        )
        found = set()
        for keys in chunks(sorted(entities)):
            for entity, text in self.connection.execute(query, {"keys": keys}):
                value = orjson.loads(text)
                if value["system"] == BY_REFERENCE:
                    found.add((entity, value.get("namespace") or "", identifiers.slugify(value["handle"])))
        return found

    def history(self, entities: Iterable[str]) -> list[Told]:
        """Every statement ever made on these entities, in the order in which it was recorded."""
        return list(self._events(statement.c.entity.in_(sorted(set(entities)))))

    def history_of(self, entities: Iterable[str], attributes: Sequence[str]) -> Iterator[Told]:
        """Every statement ever made on some attributes of these entities."""
        for keys in chunks(sorted(set(entities))):
            yield from self._events(statement.c.entity.in_(keys) & statement.c.attribute.in_(attributes))

    def entry_events(self, sequence: int) -> list[Told]:
        """Every statement of one entry."""
        return list(self._events(statement.c.sequence == sequence))

    def entries(self, *, after: int = 0, limit: int | None = None) -> list[dict[str, Any]]:
        """Entries after a sequence number, oldest first: every column of the table but the salts."""
        names = ("sequence", "id", "external_id", "said", "recorded", "actor", "source", "reason", "statements", "hash")
        query = select(*(entry.c[name] for name in names)).where(entry.c.sequence > after).order_by(entry.c.sequence)
        return [dict(row._mapping) for row in self.connection.execute(query.limit(limit) if limit else query)]

    def head(self) -> tuple[int, str]:
        """Sequence and hash of the last entry."""
        sequence, digest = self.connection.execute(select(head.c.sequence, head.c.hash)).one()
        return int(sequence), str(digest)

    def quarantined(self, source: str | None = None) -> list[dict[str, Any]]:
        """What could not be read at the last reading of each source."""
        query = select(quarantine).order_by(quarantine.c.source, quarantine.c.file, quarantine.c.line, quarantine.c.id)
        if source is not None:
            query = query.where(quarantine.c.source == source)
        return [dict(row._mapping) for row in self.connection.execute(query)]

    def told_besides(self, source: str) -> list[str]:
        """Every entity of which another source than this one says something now."""
        query = select(current.c.entity).where(current.c.source != source, current.c.operation == "state")
        return list(self.connection.execute(query.distinct()).scalars())

    def scope(self, source: str) -> Iterator[Claim]:
        """Every live claim of one source: what the next reading of that source is compared with."""
        query = claims_of(current).where(current.c.source == source)
        for row in self.connection.execute(query.execution_options(yield_per=5000)):
            yield claim(row)

    def awaited(self, source: str) -> set[str]:
        """Every entity of which one source said something that is yet to hold, or will end."""
        query = select(scheduled.c.entity).where(scheduled.c.source == source, scheduled.c.due > self.now)
        return set(self.connection.execute(query.distinct()).scalars())

    def last_said(self, source: str, entities: Iterable[str]) -> Iterator[Claim]:
        """What one source said last on each attribute of these entities, whether it holds now or not; what it took
        back is left out."""
        for keys in chunks(sorted(set(entities))):
            last = rows_last_said((statement.c.entity.in_(keys)) & (entry.c.source == source))
            yield from map(claim, self.connection.execute(claims_of(last)))

    def _claim_rows(self, keys: list[str]) -> Iterable[Any]:
        if self._moment is None:
            return claim_rows_now(self.connection, keys)
        past = rows_as_of(self._moment, statement.c.entity.in_(keys))
        order = (past.c.entity, past.c.attribute, past.c.item, past.c.source)
        return self.connection.execute(claims_of(past).order_by(*order))

    def _differing_among(self, entities: list[str]) -> list[tuple[str, str]]:
        if self._moment is not None:
            wanted = set(entities)
            return [one for one in self.differing() if one[0] in wanted]
        found: list[tuple[str, str]] = []
        for keys in chunks(entities):
            condition, parameters = one_of(self.connection, keys)
            rows = fetch(self.connection, _DIFFERING_AMONG.format(condition), parameters)
            found += [(entity, attribute) for entity, attribute in rows]
        return sorted(found)

    def _mention_rows(self, keys: list[str], of: tuple[str, str] | None, over: Sequence[str]) -> Iterable[Any]:
        condition, parameters = one_of(self.connection, keys)
        sql = _MENTIONS.format(condition)
        if of is not None:
            kind, attribute = of
            # As of_kind() has it: ';' follows ':'.
            sign = mark(self.connection.dialect.name)
            # Two seeks into the key (target, attribute, entity), however many others name the target.
            sql += f" and attribute in ({sign}, {sign}) and entity >= {sign} and entity < {sign}"
            sql += f" and (attribute = {sign} or item = {sign})"
            parameters = (*parameters, attribute, SETTLEMENT, f"{kind}:", f"{kind};", attribute, attribute)
        if over:
            sql += _NOT_OVER.format(", ".join([mark(self.connection.dialect.name)] * len(over)))
            parameters = (*parameters, *(orjson.dumps(state).decode() for state in over))
        return fetch(self.connection, sql, parameters)

    def _past_mentions(self, targets: set[str], of: tuple[str, str] | None) -> dict[str, set[Mention]]:
        """Mentions in the past are looked for in the statements' text; each hit is then read properly."""
        assert self._moment is not None
        found: dict[str, set[Mention]] = {}
        for target in targets:
            past = rows_as_of(self._moment, statement.c.entity.in_(self._ever_naming(target, of)))
            query = select(past.c.entity, past.c.attribute, past.c.value).where(past.c.operation == "state")
            for entity, stated, value in self.connection.execute(query):
                kind = identifiers.kind_of(entity)
                for attribute, reference in named(kind, stated, orjson.loads(value)):
                    if reference == target and of in {None, (kind, attribute)}:
                        found.setdefault(target, set()).add(Mention(entity, attribute))
        return found

    def _ever_naming(self, target: str, of: tuple[str, str] | None) -> Any:
        text = orjson.dumps(target).decode()
        query = select(statement.c.entity).where(statement.c.value.contains(text, autoescape=True)).distinct()
        return query if of is None else query.where(of_kind(statement.c.entity, of[0]))

    def _is_stated(self, entity: str) -> bool:
        if self._moment is None:
            condition, parameters = one_of(self.connection, [entity])
            return bool(fetch(self.connection, _STATED.format(condition), parameters))
        past = rows_as_of(self._moment, statement.c.entity == entity)
        query = select(past.c.entity).where(past.c.operation == "state")
        return self.connection.execute(query.limit(1)).first() is not None

    def _suggestion(self, ref: identifiers.Ref) -> str:
        entities = list(self.entities(ref.kind))
        names = self.names(entities) if ref.kind == "person" else {}
        known = {names.get(entity, entity) for entity in entities}
        if not known:
            return f"nothing of kind {ref.kind} is known here (counterpoint list {ref.kind})"
        slugs: dict[str, list[str]] = {}
        for name in known:
            slugs.setdefault(identifiers.slug_of(name), []).append(name)
        close = [name for slug in difflib.get_close_matches(ref.slug, slugs, n=3) for name in sorted(slugs[slug])]
        return f"did you mean {' or '.join(close[:4])}?" if close else f"counterpoint list {ref.kind} shows all"

    def _events(self, condition: Any) -> Iterator[Told]:
        query = (
            select(
                statement.c.sequence,
                statement.c.number,
                statement.c.entity,
                statement.c.attribute,
                statement.c.operation,
                statement.c.value,
                statement.c.salt,
                entry.c.source,
                entry.c.actor,
                entry.c.reason,
                statement.c.said,
                entry.c.recorded,
                statement.c.valid_from,
                statement.c.valid_to,
                file.c.name,
                statement.c.line,
            )
            .join(entry, entry.c.sequence == statement.c.sequence)
            .outerjoin(file, (file.c.sequence == statement.c.sequence) & (file.c.number == statement.c.file))
            .where(condition)
            .order_by(statement.c.sequence, statement.c.number)
        )
        for row in self.connection.execute(query):
            value = None if row.value is None else orjson.loads(row.value)
            yield Told(
                f"{row.sequence}.{row.number}", row.entity, row.attribute, row.operation, value,
                row.salt is None, row.source, row.actor, row.reason, row.said, row.recorded,
                row.valid_from, row.valid_to, row.name, row.line,
            )  # fmt: skip
