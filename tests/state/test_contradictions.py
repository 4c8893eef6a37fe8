"""Contradictions, who may settle them, what changed, and what is loose."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from counterpoint.model.differences import Changed
from counterpoint.model.kinds import KINDS
from counterpoint.model.statements import Json
from counterpoint.state.changed import changed
from counterpoint.state.contradictions import contradictions, who_may_settle
from counterpoint.state.dangling import CHECKS, dangling
from counterpoint.state.view import State
from tests.state.organisation import org
from tests.state.test_who import FACTS, ORGANISATIONS

TWO = """
    work:api due 2026-12-01 -- tracker 2026-11-01
    work:api due 2026-12-15 -- chat 2026-11-11
    work:api team team:core
    team:core lead person:~ana
"""


def test_both_sides_with_ages_and_who_may_settle() -> None:
    found = contradictions(org(TWO))
    assert (found.disputed, found.chosen) == (1, 0)
    (row,) = found.contradictions
    assert (row.entity, row.attribute, row.standing, row.value) == ("work:api", "due", "disputed", None)
    assert [(side.value, side.sources, side.age_days) for side in row.sides] == [
        ("2026-12-01", ("tracker",), 20),
        ("2026-12-15", ("chat",), 10),
    ]
    assert [reason.file for side in row.sides for reason in side.because] == ["tracker.toml", "chat.toml"]
    assert (row.may_settle.answer, row.may_settle.deciders, row.may_settle.at) == ("one", ("person:~ana",), "team:core")


def test_what_authority_or_a_settlement_chose_is_still_shown() -> None:
    authority = 'zone:organisation authority {kind = "work", attribute = "*", sources = ["tracker"]}'
    found = contradictions(org(TWO, authority))
    assert (found.disputed, found.chosen) == (0, 1)
    row = found.contradictions[0]
    assert (row.standing, row.value, len(row.sides)) == ("by authority", "2026-12-01", 2)
    assert "tracker has authority" in row.why
    settled = (
        'work:api settlement {attribute = "due", value = "2026-12-10", overrules = ['
        '{source = "tracker", value = "2026-12-01"}, {source = "chat", value = "2026-12-15"}]} -- settled 2026-11-20'
    )
    row = contradictions(org(TWO, settled)).contradictions[0]
    assert (row.standing, row.value, len(row.sides)) == ("settled", "2026-12-10", 2)


def test_agreement_and_sets_are_no_contradiction() -> None:
    lines = """
        work:a due 2026-12-01 -- one
        work:a due 2026-12-01 -- two
        team:x member person:~a -- one
        team:x member person:~b -- two
        work:a decider person:~a -- one
        work:a decider person:~b -- two
        person:~b alias_of person:~a
    """
    assert contradictions(org(lines)).contradictions == ()


def test_an_exclusive_set_can_be_disputed() -> None:
    lines = """
        team:x lead person:~a -- one
        team:x lead person:~b -- two
        zone:organisation authority {kind = "team", attribute = "lead", sources = ["three"], exclusive = true}
    """
    (row,) = contradictions(org(lines)).contradictions
    assert [side.value for side in row.sides] == [["person:~a"], ["person:~b"]]


_names = st.sampled_from(["work:a", "work:b", "work:c", "team:x", "team:y"])
_sources = st.sampled_from(["one", "two", "three"])
_sets = st.sampled_from(["lead", "member"])
SPOKEN = st.one_of(
    FACTS,
    st.builds("{} {} -- {}".format, _names, st.sampled_from(["url http://a/", "url http://b/"]), _sources),
    st.builds("{} alias_of {}".format, _names, _names),
    st.builds("person:~p alias_of person:~q{}".format, st.sampled_from(["", " -- two"])),
    st.builds("team:x {} person:~{} -- {}".format, _sets, st.sampled_from("pqr"), _sources),
    st.builds(
        'zone:{} authority {{kind = "{}", attribute = "{}", sources = ["{}"], exclusive = {}}}'.format,
        st.sampled_from(["u", "v", "organisation"]),
        st.sampled_from(["*", "team", "work"]),
        st.sampled_from(["*", "lead", "member", "decider"]),
        st.sampled_from(["one", "three"]),
        st.sampled_from(["true", "false"]),
    ),
    st.builds(
        'work:a settlement {{attribute = "team", value = "{}", overrules = [{{source = "{}", value = "{}"}}]}}'.format,
        st.sampled_from(["team:x", "team:y"]),
        st.sampled_from(["one", "two"]),
        st.sampled_from(["team:x", "team:y"]),
    ),
)


@given(st.lists(SPOKEN, max_size=20).map("\n".join))
def test_looking_where_sources_may_differ_finds_what_looking_everywhere_does(lines: str) -> None:
    everywhere = [entity for kind in KINDS for entity in org(lines).entities(kind)]
    assert contradictions(org(lines)).contradictions == contradictions(org(lines), everywhere).contradictions


def test_two_names_of_one_thing_can_be_what_differs() -> None:
    lines = "work:a due 2026-12-01 -- one\nwork:b due 2026-12-02 -- two\nwork:b alias_of work:a"
    (row,) = contradictions(org(lines)).contradictions
    assert (row.entity, row.attribute, len(row.sides)) == ("work:a", "due", 2)


def test_only_what_is_asked_for() -> None:
    assert contradictions(org(TWO), ["team:core"]).contradictions == ()
    assert len(contradictions(org(TWO), ["work:api"]).contradictions) == 1


def test_the_disputed_come_first_and_the_longest_standing_of_them() -> None:
    lines = """
        work:new due 2026-01-01 -- one 2026-01-01
        work:new due 2026-01-02 -- two 2026-06-01
        work:old due 2026-01-01 -- one 2026-03-01
        work:old due 2026-01-02 -- two 2026-03-02
        objective:o status active -- one 2025-01-01
        objective:o status done -- two 2025-01-01
        zone:organisation authority {kind = "objective", attribute = "status", sources = ["two"]}
    """
    assert [row.entity for row in contradictions(org(lines)).contradictions] == ["work:old", "work:new", "objective:o"]


def test_who_may_settle() -> None:
    disputed = "work:a decider person:~a -- one\nwork:a decider person:~b -- two\nwork:a zone zone:z"
    # Who decides is disputed: neither of the two settles it, whoever decides on the zone does.
    found = who_may_settle(org(disputed, "zone:z decider person:~z"), "work:a", "decider")
    assert (found.answer, found.deciders, found.at) == ("one", ("person:~z",), "zone:z")
    found = who_may_settle(org(disputed, "zone:organisation decider team:council"), "work:a", "due")
    assert (found.deciders, found.at) == (("team:council",), "zone:organisation")
    nobody = who_may_settle(org(disputed), "work:a", "decider")
    assert (nobody.answer, nobody.deciders, nobody.at) == ("none", (), None)
    assert "zone:organisation" in nobody.hint
    stated = org("work:a decider person:~a\nzone:organisation decider person:~top")
    assert who_may_settle(stated, "work:a", "due").deciders == ("person:~a",)
    assert who_may_settle(stated, "work:a", "decider").deciders == ("person:~top",)
    assert who_may_settle(org("work:a decider person:~a"), "work:a", "decider").deciders == ("person:~a",)
    assert who_may_settle(stated, "person:~x", "name").deciders == ("person:~top",)


BEFORE = """
    work:a due 2026-12-01
    work:a status active
    team:x member person:~a
    team:x member person:~b
    work:gone title Gone
"""
AFTER = """
    work:a due 2026-12-05 -- tracker
    work:a priority high
    work:a status active
    team:x member person:~b
    team:x member person:~c
    work:new title New
"""


def _rows(found: Changed) -> list[tuple[str, str | None, str, Json, Json]]:
    return [(change.entity, change.attribute, change.what, change.before, change.after) for change in found.changes]


def test_what_changed() -> None:
    found = changed(org(BEFORE, now="2026-11-01T00:00:00.000000Z"), org(AFTER))
    assert _rows(found) == [
        ("team:x", "member", "changed", ["person:~a"], ["person:~c"]),
        ("work:a", "due", "changed", "2026-12-01", "2026-12-05"),
        ("work:a", "priority", "appeared", None, "high"),
        ("work:gone", None, "gone", None, None),
        ("work:gone", "title", "gone", "Gone", None),
        ("work:new", None, "appeared", None, None),
        ("work:new", "title", "appeared", None, "New"),
    ]
    assert (found.appeared, found.gone, found.changed) == (1, 1, 3)
    assert (found.since, found.until) == ("2026-11-01T00:00:00.000000Z", "2026-11-21T12:00:00.000000Z")
    due = found.changes[1]
    assert ([one.source for one in due.was], [one.source for one in due.because]) == (["file"], ["tracker"])
    assert [one.value for one in found.changes[0].because] == ["person:~c"]


def test_a_dispute_that_opens_or_moves_is_a_change() -> None:
    one, two, three = ("work:a due 2026-12-01 -- one", "work:a due 2026-12-02 -- two", "work:a due 2026-12-03 -- two")
    opened = changed(org(one), org(one, two))
    assert [(change.attribute, change.standing_before, change.standing) for change in opened.changes] == [
        ("due", "said", "disputed")
    ]
    assert [change.attribute for change in changed(org(one, two), org(one, three)).changes] == ["due"]
    assert changed(org(one, two), org(one, two)).changes == ()


def test_a_joined_name_is_gone_and_the_other_changed() -> None:
    apart = "team:a member person:~a\nteam:b member person:~b"
    found = changed(org(apart), org(apart, "team:b alias_of team:a"), ["team:b"])
    assert ("team:b", None, "gone", None, None) in _rows(found)
    assert ("team:a", "member", "changed", [], ["person:~b"]) in _rows(found)


def _view(state: State, entity: str, name: str) -> object:
    """What a reader sees of an attribute: nothing, a set, a value, or who says what where it is disputed."""
    resolved = state.get(entity, name)
    if resolved is None:
        return None
    if resolved.disputed:
        return sorted((claim.source, str(claim.value)) for claim in resolved.claims)
    return sorted(map(str, resolved.value)) if isinstance(resolved.value, list) else resolved.value


@given(ORGANISATIONS, ORGANISATIONS)
def test_what_changed_is_what_reads_otherwise(one: str, other: str) -> None:
    before, after = org(one), org(other)
    assert changed(before, before).changes == ()
    found = {(change.entity, change.attribute) for change in changed(before, after).changes if change.attribute}
    places = {
        (entity, name)
        for state in (before, after)
        for kind in ("work", "team", "zone")
        for entity in state.entities(kind)
        for name in state.all(entity)
        if name != "exists"
    }
    assert found == {place for place in places if _view(before, *place) != _view(after, *place)}


LOOSE = {
    "undescribed": ("work:a team team:nowhere", "work:a"),
    "disputed": ("work:a due 2026-01-01 -- one\nwork:a due 2026-01-02 -- two", "work:a"),
    "cycle": ("team:a parent team:b\nteam:b parent team:a", "team:a"),
    "agent without sponsor": ("agent:a title A", "agent:a"),
    "work without one decider": ("work:a", "work:a"),
    "work without owner": ("work:a", "work:a"),
    "half a dependency": ("work:a\ndependency:d consumer work:a", "dependency:d"),
    "team without lead": ("team:a", "team:a"),
    "archived team": ("work:a owner team:x\nteam:x status archived", "work:a"),
    "rule that cannot hold": ("zone:z rule quorum\nzone:z quorum 3\nzone:z decider person:~a,person:~b", "zone:z"),
}


def test_each_check_finds_its_trouble_and_a_sound_organisation_has_none() -> None:
    assert LOOSE.keys() == CHECKS.keys()
    for check, (lines, entity) in LOOSE.items():
        found = dangling(org(lines))
        assert [(row.check, row.entity) for row in found.troubles if row.check == check] == [(check, entity)], check
        assert found.counts[check] == 1
        assert check not in dangling(org(lines), skip=[check]).counts
    sound = """
        team:x lead person:~a
        work:a owner team:x
        zone:x owner team:x
        zone:x parent zone:organisation
        agent:b sponsor person:~a
        dependency:d consumer work:a
        dependency:d provider team:x
    """
    assert dangling(org(sound)).troubles == ()
    assert set(dangling(org(sound)).counts.values()) == {0}


def test_other_rules_that_cannot_hold() -> None:
    for lines in ("zone:z rule quorum", "gate:g rule one\ngate:g approver person:~a,person:~b"):
        assert dangling(org(lines)).counts["rule that cannot hold"] == 1


@given(st.permutations(TWO.strip().splitlines()))
def test_the_order_of_independent_statements_changes_nothing(lines: list[str]) -> None:
    first, other = contradictions(org(TWO)), contradictions(org("\n".join(lines)))
    assert [
        (row.entity, row.attribute, row.standing, [side.value for side in row.sides]) for row in first.contradictions
    ] == [(row.entity, row.attribute, row.standing, [side.value for side in row.sides]) for row in other.contradictions]
