"""Who is meant: a stated handle joins the names of one person, in either order, and never across two systems."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from threading import Barrier

import pytest

from counterpoint.actions.changing import join
from counterpoint.actions.importing import Imported, Reading, import_reading
from counterpoint.errors import InvalidInput
from counterpoint.ledger.ledger import Ledger
from counterpoint.ledger.verify import verify
from counterpoint.model.statements import Draft
from counterpoint.questions import Questions


def bring(ledger: Ledger, source: str, *drafts: Draft, whole: bool = False) -> Imported:
    return import_reading(ledger, Reading(source, drafts, (), lambda _file: True, files=1, whole=whole), actor="local")


def handle(person: str, system: str, name: str) -> Draft:
    return Draft(f"person:{person}", "handle", {"system": system, "handle": name}, "p.csv", 2, f"person:{person}")


def named(person: str, name: str) -> Draft:
    return Draft(f"person:{person}", "name", name, "p.csv", 2, f"person:{person}")


OWNED = (Draft("work:a", "owner", ["person:ana"], "w.yml", 1, "work:a"), handle("ana", "github", "Ana"))
DESCRIBED = (named("ana-lopez", "Ana López"), handle("ana-lopez", "github", "ana"))


def owner(ledger: Ledger, work: str = "work:a") -> str:
    (found,) = [one for one in Questions(ledger).show(work).values if one.attribute == "owner"]
    return " ".join(piece.text for piece in found.pieces)


def people(ledger: Ledger) -> list[object]:
    return [row.values["name"] for row in Questions(ledger).listing("person").rows]


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_a_handle_joins_mention_and_description_in_either_order(ledger: Ledger, order: tuple[int, ...]) -> None:
    sources = [("tracker", OWNED), ("hr", DESCRIBED)]
    for index in order:
        assert bring(ledger, sources[index][0], *sources[index][1]).quarantined == ()
    assert (owner(ledger), people(ledger)) == ("Ana López", ["Ana López"])
    assert all(bring(ledger, name, *drafts).entry is None for name, drafts in sources)


def test_a_handle_joins_them_within_one_reading(ledger: Ledger) -> None:
    bring(ledger, "one", *OWNED, *DESCRIBED)
    assert (owner(ledger), people(ledger)) == ("Ana López", ["Ana López"])
    assert bring(ledger, "one", *OWNED, *DESCRIBED).entry is None


def test_one_handle_in_two_systems_is_two_persons_and_one_is_told(ledger: Ledger) -> None:
    kim = (named("ana-kim", "Ana Kim"), handle("ana-kim", "zulip", "ana"))
    done = bring(ledger, "hr", *OWNED, *DESCRIBED, *kim)
    assert [(one.level, one.record, one.field) for one in done.quarantined] == [("field", "person:ana-kim", "handle")]
    assert "person:ana" in done.quarantined[0].message
    assert sorted(map(str, people(ledger))) == ["Ana Kim", "Ana López"]
    assert owner(ledger) == "Ana López"
    assert bring(ledger, "hr", *OWNED, *DESCRIBED, *kim).entry is None


def test_two_records_with_one_handle_stay_two(ledger: Ledger) -> None:
    done = bring(ledger, "hr", *DESCRIBED, named("ana-kim", "Ana Kim"), handle("ana-kim", "github", "ANA"))
    assert [one.record for one in done.quarantined] == ["person:ana-kim"]
    assert len(people(ledger)) == 2


def test_two_persons_who_are_known_meet_by_an_alias_and_then_take_the_handle(ledger: Ledger) -> None:
    both = (*OWNED, Draft("work:b", "owner", ["person:ana-lopez"], "w.yml", 2, "work:b"))
    bring(ledger, "tracker", *both)
    done = bring(ledger, "hr", *DESCRIBED)
    assert len(done.quarantined) == 1
    assert "counterpoint alias person:ana-lopez person:ana" in done.quarantined[0].hint
    join(ledger, "person:ana-lopez", "person:ana", actor="local")
    assert bring(ledger, "hr", *DESCRIBED).quarantined == ()
    assert owner(ledger, "work:a") == owner(ledger, "work:b") == "Ana López"
    assert bring(ledger, "hr", *DESCRIBED).entry is None


def test_the_organisation_s_own_files_are_refused_whole(ledger: Ledger) -> None:
    bring(ledger, "tracker", *OWNED, Draft("work:b", "owner", ["person:ana-lopez"], "w.yml", 2, "work:b"))
    with pytest.raises(InvalidInput) as refusal:
        bring(ledger, "organisation", *DESCRIBED, whole=True)
    assert (refusal.value.problems[0].file, refusal.value.problems[0].line) == ("p.csv", 2)


def test_sources_that_meet_a_person_at_once_meet_one_person(url: str) -> None:
    Ledger.create(url).close()
    ledgers = [Ledger.open(url) for _ in range(4)]
    barrier = Barrier(len(ledgers))

    def one(number: int) -> None:
        for turn in range(5):
            barrier.wait()
            bring(ledgers[number], f"s{number}-{turn}", Draft(f"work:{number}-{turn}", "owner", [f"person:new-{turn}"]))

    with ThreadPoolExecutor(len(ledgers)) as pool:
        list(pool.map(one, range(len(ledgers))))
    assert len(people(ledgers[0])) == 5
    assert verify(ledgers[0]).good
    for ledger in ledgers:
        ledger.close()
