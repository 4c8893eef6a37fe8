"""The mapping of the PEPs on their own headers."""

from __future__ import annotations

from collections import Counter

import pytest

from counterpoint.sources.records import Reading
from tests.realdata import data
from tests.sources.mappings import count, example, place, records, stated


@pytest.fixture(scope="module")
def peps() -> Reading:
    return example("python/peps.toml", data("python", "peps"))


def test_every_pep_is_read(peps: Reading) -> None:
    assert len(records(peps, "work")) == 736
    assert not peps.quarantined
    words = Counter(d.value for d in peps.drafts if d.attribute == "status_said")
    assert words["Draft"] == 49
    assert words["Final"] == 374, "one of them with spaces before it"
    assert sum(words.values()) == 736
    assert count(peps, "start") == 736


def test_odd_spacing_is_read_right(peps: Reading) -> None:
    found = stated(peps)
    assert found["work:pep-354@python"]["status"] == "dropped"
    assert found["work:pep-439@python"]["decider"] == ["person:alyssa-coghlan@python"]
    authors = [e for e in records(peps, "work") if not found[e].get("owner")]
    assert authors == []
    assert found["work:pep-8@python"]["owner"] == [
        "person:alyssa-coghlan@python",
        "person:barry-warsaw@python",
        "person:guido-van-rossum@python",
    ]
    juniors = [ref for d in peps.drafts if d.attribute == "owner" for ref in d.value if "drake" in ref]
    assert set(juniors) == {"person:fred-l.-drake,-jr.@python"}


def test_people_by_name_keep_their_spelling(peps: Reading) -> None:
    handles = {d.entity: d.value for d in peps.drafts if d.attribute == "handle"}
    assert handles["person:martin-von-löwis@python"] == {"system": "name", "handle": "Martin von Löwis"}
    assert {value["system"] for value in handles.values()} == {"name"}  # type: ignore[index, call-overload]


def test_drafts_without_a_delegate_fall_to_the_zone(peps: Reading) -> None:
    found = stated(peps)
    drafts = [e for e in records(peps, "work") if found[e]["status_said"] == "Draft"]
    without = [e for e in drafts if "decider" not in found[e]]
    assert len(drafts) == 49
    assert len(without) == 40, "39 name nobody and one says TODO"
    assert "work:pep-711@python" in without
    assert all(found[e]["zone"] == "zone:peps@python" for e in drafts)
    assert found["zone:peps@python"]["decider"] == ["team:steering-council@python"]
    file, line = place(peps, "zone:peps@python", "decider")
    assert file == "peps.toml"
    assert line is not None and line > 1


def test_two_delegates_are_both_stated(peps: Reading) -> None:
    assert stated(peps)["work:pep-451@python"]["decider"] == [
        "person:alyssa-coghlan@python",
        "person:brett-cannon@python",
    ]


def test_requirements_and_what_supersedes_what(peps: Reading) -> None:
    assert len(records(peps, "dependency")) == 39
    edges = {(d.entity, d.value) for d in peps.drafts if d.attribute == "supersedes"}
    assert len(edges) == 47 == count(peps, "supersedes")
    assert ("work:pep-387@python", "work:pep-5@python") in edges, "only PEP 5 says so"
    assert ("work:pep-3333@python", "work:pep-333@python") in edges, "both say so, and it is stated once"
    after: dict[str, set[str]] = {}
    for newer, older in edges:
        after.setdefault(newer, set()).add(str(older))

    def reaches(start: str) -> set[str]:
        found: set[str] = set()
        pending = [start]
        while pending:
            for one in after.get(pending.pop(), ()):
                if one not in found:
                    found.add(one)
                    pending.append(one)
        return found

    assert not [newer for newer in after if newer in reaches(newer)]
