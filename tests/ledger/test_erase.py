"""Erasure: what named a person is gone from rows and bytes, and the chain is as valid as before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import psycopg
import pytest

from counterpoint.actions.changing import join, undo
from counterpoint.actions.erasing import erase, erase_values
from counterpoint.actions.importing import Reading, import_reading
from counterpoint.errors import NotFound, Refused
from counterpoint.ledger import transfer
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.statements import Draft, Json, Quarantined
from tests.ledger.conftest import Bench
from tests.ledger.tools import append, day, entries_of, said, tables

NAME = "Wilhelmina Quux"
SECRETS = ("wquux", NAME, "wilhelmina@example.org", "Zebrafish")


def reading(*drafts: Draft, quarantined: tuple[Quarantined, ...] = (), source: str = "records") -> Reading:
    """A reading that speaks for everything of its source."""
    return Reading(source, drafts, quarantined, lambda _file: True, files=1)


def organisation(ledger: Ledger) -> None:
    """Two persons, one of whom will be erased, named in every place where a name can stand."""
    person = "person:wquux"
    handle: Json = {"system": "github", "handle": "wquux"}
    drafts = [
        Draft("team:lang", "lead", person, "people/wquux.toml", 1, "team:lang"),
        Draft("team:lang", "description", f"Ask\n{NAME} first", "teams/lang.toml", 4),
        Draft("team:lang", "lead", "person:lee"),
        Draft(person, "handle", handle, "people/wquux.toml", 2, person),
        Draft(person, "name", NAME, "people/wquux.toml", 3, person),
        Draft(person, "address", "wilhelmina@example.org", "people/wquux.toml", 5, person),
        Draft("person:lee", "name", "Lee", "people/lee.toml", 1, "person:lee"),
    ]
    held = (
        Quarantined("field", "no such date", "", "people/wquux.toml", 9, person, "start", "start = Zebrafish"),
        Quarantined("field", "no such date", "", "people/lee.toml", 9, "person:lee", "start", "start = never"),
    )
    import_reading(ledger, reading(*drafts, quarantined=held), actor="ana", reason=f"people, among them {NAME}")
    more = [Draft(person, "name", "W. Quux", None, None, person)]
    import_reading(ledger, reading(*more, source="notes"), actor="ana")


@pytest.fixture
def ledger(bench: Bench) -> Ledger:
    ledger = bench.clear()
    organisation(ledger)
    return ledger


def test_everything_that_names_the_person_is_gone(ledger: Ledger) -> None:
    before = verify(ledger)
    done = erase(ledger, "person:wquux", actor="ana", reason="asked for")
    assert (done.statements, done.files, done.reasons, done.quarantined) == (4, 1, 1, 1)
    assert done.mentioned_in == ("1.1",)
    after = verify(ledger)
    assert after.damage == ()
    assert (after.erased, after.entries) == (4, before.entries + 1)
    assert verify(ledger, before.head).good, "the chain is the one it was"
    with ledger.read() as snapshot:
        with pytest.raises(NotFound):
            snapshot.find("person:wquux")
        assert len(snapshot.quarantined()) == 1
        assert snapshot.find("person:lee") in {claim.value for claim in snapshot.claims(["team:lang"])["team:lang"]}
    erase_values(ledger, list(done.mentioned_in), actor="ana")
    lines = b"".join(transfer.export(ledger)).decode().lower()
    assert [secret for secret in ("wquux", "quux", "wilhelmina", "zebrafish") if secret in lines] == []
    assert verify(ledger, after.head).good


def test_an_audit_entry_says_who_asked_and_why_and_names_nobody(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        opaque = snapshot.find("person:wquux")
    erase(ledger, "person:wquux", actor="ana", reason="request 17")
    last = entries_of(ledger)[-1]
    assert (last.actor, last.reason) == ("ana", "request 17")
    assert [(one.entity, one.attribute, one.value) for one in last.statements] == [(opaque, "erased", True)]


def test_erasing_twice_is_harmless(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        opaque = snapshot.find("person:wquux")
    erase(ledger, opaque, actor="ana")
    first = entries_of(ledger)
    done = erase(ledger, opaque, actor="ana")
    assert (done.statements, done.files, done.reasons, done.quarantined) == (0, 0, 0, 0)
    assert entries_of(ledger)[: len(first)] == first, "the first audit entry stays"
    assert verify(ledger).damage == ()
    with pytest.raises(NotFound):
        erase(ledger, "person:wquux", actor="ana")


def test_a_person_who_returns_is_a_new_person(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        before = snapshot.find("person:wquux")
    erase(ledger, "person:wquux", actor="ana")
    import_reading(ledger, reading(Draft("person:wquux", "name", NAME), source="later"), actor="ana")
    with ledger.read() as snapshot:
        after = snapshot.find("person:wquux")
        assert after != before
        assert [claim.value for claim in snapshot.claims([after])[after] if claim.attribute == "name"] == [NAME]
    assert verify(ledger).damage == ()


def test_every_identity_that_was_joined_goes(ledger: Ledger) -> None:
    import_reading(ledger, reading(Draft("person:quuxw@chat", "name", "Quux W."), source="chat"), actor="ana")
    join(ledger, "person:quuxw@chat", "person:wquux", actor="ana")
    erase(ledger, "person:wquux", actor="ana")
    with ledger.read() as snapshot, pytest.raises(NotFound):
        snapshot.find("person:quuxw@chat")
    assert "quux" not in str(tables(ledger)["current"]).lower().replace("ask\\\\nwilhelmina quux first", "")
    assert verify(ledger).damage == ()


def test_somebody_who_was_parted_again_stays(ledger: Ledger) -> None:
    entry = join(ledger, "person:lee", "person:wquux", actor="ana")
    undo(ledger, entry.sequence, actor="ana")
    erase(ledger, "person:wquux", actor="ana")
    with ledger.read() as snapshot:
        assert snapshot.find("person:lee")


def test_an_erased_value_brings_back_nothing_older(bench: Bench) -> None:
    ledger = bench.clear()
    append(ledger, said("team:a", "title", "first", at=day(-0)))
    append(ledger, said("team:a", "title", "secret"))
    append(ledger, said("team:a", "label", "secret", item="secret"), said("team:a", "label", "good", item="good"))
    erase_values(ledger, ["2.0", "3.0"], actor="ana")
    with ledger.read() as snapshot:
        assert [claim.value for claim in snapshot.claims(["team:a"])["team:a"]] == ["good"]
    assert verify(ledger).damage == ()
    append(ledger, said("team:a", "title", "second", at=day(1)))
    bench.clock.now = day(1)
    with ledger.read() as snapshot:
        assert [claim.value for claim in snapshot.claims(["team:a"])["team:a"]] == ["good", "second"]
    assert verify(ledger).damage == ()


def test_an_element_goes_with_every_statement_of_it(bench: Bench) -> None:
    ledger = bench.clear()
    element = said("team:a", "label", "secret", item="secret")
    append(ledger, element)
    append(ledger, element, source="notes")
    erase_values(ledger, ["1.0"], actor="ana")
    assert "secret" not in str(tables(ledger))


def test_a_handle_that_is_erased_alone_is_forgotten(ledger: Ledger) -> None:
    with ledger.read() as snapshot:
        opaque = snapshot.find("person:wquux")
        names = [one.statement for one in snapshot.history([opaque]) if one.attribute == "handle"]
    erase_values(ledger, names, actor="ana")
    assert verify(ledger).damage == ()
    with ledger.read() as snapshot, pytest.raises(NotFound):
        snapshot.find("person:wquux")


def test_only_a_person_is_erased_by_name(ledger: Ledger) -> None:
    with pytest.raises(Refused):
        erase(ledger, "team:lang", actor="ana")
    with pytest.raises(NotFound):
        erase_values(ledger, ["99.0"], actor="ana")


def test_the_bytes_of_the_file_hold_no_name(place: Callable[[str], str]) -> None:
    url = place("sqlite")
    ledger = Ledger.create(url)
    organisation(ledger)
    for number in range(200):
        append(ledger, said(f"team:{number}", "title", "x" * 200))
    assert all(secret.encode() in raw(url) for secret in SECRETS)
    erase_values(ledger, list(erase(ledger, "person:wquux", actor="ana").mentioned_in), actor="ana")
    found = [secret for secret in SECRETS if secret.encode().lower() in raw(url).lower()]
    assert found == []
    assert verify(ledger).damage == ()


def raw(url: str) -> bytes:
    """Every byte of every file of the store."""
    path = Path(url)
    return b"".join(each.read_bytes() for each in path.parent.iterdir() if each.name.startswith(path.name))


def test_the_bytes_of_the_server_hold_no_name_after_a_full_vacuum(postgresql: Callable[[], str]) -> None:
    url = postgresql()
    ledger = Ledger.create(url)
    organisation(ledger)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("checkpoint")
        folder = Path(connection.execute("show data_directory").fetchone()[0])  # type: ignore[index]
        number = connection.execute("select oid from pg_database where datname = current_database()").fetchone()
        base = folder / "base" / str(number[0])  # type: ignore[index]
        before = b"".join(each.read_bytes() for each in base.iterdir())
        assert NAME.encode() in before
        done = erase(ledger, "person:wquux", actor="ana")
        erase_values(ledger, list(done.mentioned_in), actor="ana")
        ledger.close()
        connection.execute("vacuum full")
        connection.execute("checkpoint")
        after = b"".join(each.read_bytes() for each in base.iterdir()).lower()
    assert [secret for secret in SECRETS if secret.encode().lower() in after] == []
    assert verify(Ledger.open(url)).damage == ()


def test_erased_values_are_null_in_an_export(ledger: Ledger) -> None:
    erase(ledger, "person:wquux", actor="ana")
    lines = [orjson.loads(line) for line in transfer.export(ledger)]
    erased = [one for line in lines for one in line.get("statements", ()) if one["value"] is None]
    assert len(erased) == 4
    assert all(one["salt"] is None and one["item"] == "" for one in erased)
