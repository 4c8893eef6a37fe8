"""Is an organisation as it should be: the ledger what was written, and the state what people would want."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.schema import VERSION
from counterpoint.ledger.verify import verify
from counterpoint.ledger.write import Progress, nobody_watching
from counterpoint.model.identifiers import fold, namespace_of, slug_of
from counterpoint.model.records import Row, Verification
from counterpoint.model.reports import Checkup
from counterpoint.questions.questions import Questions

MOST_NAMED = 5


def verification(ledger: Ledger, head: str | None = None, progress: Progress = nobody_watching) -> Verification:
    """Check the whole ledger; ``head`` is a hash that was printed before, and finds a tail that was cut."""
    return verify(ledger, head, progress)


def checkups(questions: Questions) -> tuple[Checkup, ...]:
    """Everything about one organisation that somebody could make better, and how."""
    return tuple(_checkups(questions))


def _checkups(questions: Questions) -> Iterator[Checkup]:
    sequence, digest = questions.head()
    store = "PostgreSQL" if questions.ledger.store.is_postgresql else "SQLite"
    said = f"{store}, schema {VERSION}, {sequence} entries, head {digest[:12]}"
    yield Checkup("store", "good", said, "counterpoint verify checks every entry")
    unread = questions.quarantine()
    yield _hint("quarantine", len(unread), "could not be read", "counterpoint quarantine lists them, and what to do")
    loose = questions.dangling()
    for check, count in loose.counts.items():
        first = next((one for one in loose.troubles if one.check == check), None)
        do = (
            ""
            if first is None
            else f"such as {first.entity}: {first.message}" + (f" ({first.hint})" if first.hint else "")
        )
        yield _hint(check, count, "found", do)
    yield from _same_person(questions.listing("person").rows)


def _hint(name: str, count: int, what: str, do: str) -> Checkup:
    return Checkup(name, "hint" if count else "good", f"{count} {what}" if count else "nothing", do if count else "")


def _same_person(people: Iterable[Row]) -> Iterator[Checkup]:
    """Persons who may be one: the same handle in two namespaces, or the same name. Suggested, never joined."""
    groups: dict[tuple[str, str], set[str]] = {}
    for row in people:
        groups.setdefault(("handle", slug_of(row.ref)), set()).add(row.ref)
        name = row.values.get("name")
        if isinstance(name, str):
            groups.setdefault(("name", fold(name)), set()).add(row.ref)
    pairs: dict[tuple[str, ...], str] = {}
    for (why, _), refs in sorted(groups.items()):
        if len({namespace_of(ref) for ref in refs}) > 1 or (why == "name" and len(refs) > 1):
            pairs.setdefault(tuple(sorted(refs, key=lambda ref: (ref.count("@"), ref))), why)
    if not pairs:
        yield Checkup("one person, several names", "good", "nothing", "")
        return
    shown = [f"counterpoint alias {refs[1]} {refs[0]} (same {why})" for refs, why in list(pairs.items())[:MOST_NAMED]]
    more = f"; and {len(pairs) - MOST_NAMED} more" if len(pairs) > MOST_NAMED else ""
    do = f"if they are one: {'; '.join(shown)}{more}"
    yield Checkup("one person, several names", "hint", f"{len(pairs)} found", do)
