"""Who owns: small organisations in lines, and the answer."""

from __future__ import annotations

import pytest

from counterpoint.state.owns import owns, owns_each
from tests.state.organisation import org

CASES = {
    "stated": ("work:a owner person:~ana\nwork:a team team:x", "work:a", "one", ("person:~ana",), None),
    "several stated by one source": (
        "work:a owner person:~ana,team:x",
        "work:a",
        "shared",
        ("person:~ana", "team:x"),
        None,
    ),
    "sources differ": (
        "work:a owner person:~ana -- one\nwork:a owner team:x -- two",
        "work:a",
        "disputed",
        ("person:~ana", "team:x"),
        None,
    ),
    "the home team": ("work:a team team:x\nteam:x", "work:a", "one", ("team:x",), "team:x"),
    "the zone": ("work:a zone zone:z\nzone:z owner team:x", "work:a", "one", ("team:x",), "zone:z"),
    "a zone around": (
        "work:a zone zone:z\nzone:z parent zone:y\nzone:y owner team:x",
        "work:a",
        "one",
        ("team:x",),
        "zone:y",
    ),
    "nobody": ("work:a title A", "work:a", "none", (), None),
    "a decider is no owner": ("work:a decider person:~ana", "work:a", "none", (), None),
    "an agent is its sponsor's": ("agent:a sponsor person:~ana", "agent:a", "one", ("person:~ana",), None),
    "a dependency is its consumer's": (
        "dependency:d consumer work:a\nwork:a owner person:~ana",
        "dependency:d",
        "one",
        ("person:~ana",),
        "work:a",
    ),
    "a gate without work": ("gate:g title G", "gate:g", "none", (), None),
    "a team does not own itself by its zone": ("zone:z owner team:x\nteam:x", "team:x", "none", (), None),
    "a person": ("person:~ana name Ana\nzone:organisation owner team:x", "person:~ana", "none", (), None),
}


@pytest.mark.parametrize("name", CASES)
def test_owns(name: str) -> None:
    lines, subject, answer, owners, inherited = CASES[name]
    found = owns(org(lines), subject)
    assert (found.answer, found.owners, found.inherited_from) == (answer, owners, inherited)
    assert owns_each(org(lines), [subject]) == {subject: found}
    assert bool(found.because) == bool(found.owners)
