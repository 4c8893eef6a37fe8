"""The pieces of a map: who is one person, files of several repositories, areas, and what stands out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterpoint.actions.map import titles
from counterpoint.errors import InvalidInput
from counterpoint.ledger.traces import TraceActor
from counterpoint.measures.tables import ORGANISATION
from counterpoint.model.map import Cause, Estimate, Exposed, Exposure, Finding, Gap, Moment, Turn
from counterpoint.questions.mapped.findings import findings
from counterpoint.questions.mapped.people import full_name, people_of
from counterpoint.questions.mapped.places import found
from tests.faces.report import made_up


def actor(number: int, name: str, address: str = "", sort: str = "person", system: str = "email") -> TraceActor:
    return TraceActor(f"actor:{number:020x}", system, address or f"a{number}@example.org", name, sort, 1.0)


def known(actors: list[TraceActor], **parties: str) -> pa.Table:
    rows = [
        {"actor": one.actor, "party": parties.get((one.handle or "").partition("@")[0], one.actor), "sort": one.sort,
         "confidence": one.confidence}
        for one in actors
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=ORGANISATION["actor"].schema)


def parties(actors: list[TraceActor], *, join: bool = True, **told: str) -> list[str]:
    made = people_of(actors, known(actors, **told), join=join)
    by_actor = dict(zip(made.actor["actor"].to_pylist(), made.actor["party"].to_pylist(), strict=True))
    return [by_actor[one.actor] for one in actors]


class TestPeople:
    def test_the_same_full_name_is_one_person_whatever_its_case_and_spaces(self) -> None:
        one, other, third = parties([actor(1, "Ines Ojeda"), actor(2, "INES  ojeda"), actor(3, "Ines Ojedo")])
        assert one == other != third

    def test_one_word_is_no_full_name(self) -> None:
        assert full_name("Ines") is None and full_name("") is None and full_name(None) is None
        assert len(set(parties([actor(1, "Ines"), actor(2, "Ines")]))) == 2

    def test_bots_and_agents_are_never_joined(self) -> None:
        assert len(set(parties([actor(1, "Merge Bot", sort="bot"), actor(2, "Merge Bot"), actor(3, "Merge Bot")]))) == 2

    def test_whom_the_organisation_knows_stays_whom_it_says(self) -> None:
        every = [actor(1, "Ines Ojeda"), actor(2, "Ines Ojeda")]
        assert parties(every, a1="person:ines") == ["person:ines"] * 2
        both = parties(every, a1="person:ines", a2="person:other-ines")
        assert both == ["person:ines", "person:other-ines"], "two persons of one name are two"

    def test_how_many_were_joined_and_how_many_may_be_one(self) -> None:
        every = [
            actor(1, "Ines Ojeda"),
            actor(2, "Ines Ojeda"),
            actor(3, "Ojeda Inés"),
            actor(4, "Tom", "thomas@a.example"),
            actor(5, "", "thomas@b.example"),
            actor(6, "", "info@a.example"),
            actor(7, "", "info@b.example"),
        ]
        told = people_of(every, known(every), join=True).told
        assert (told.joined, told.people, told.suggested) == (2, 1, 2)
        apart_ = people_of(every, known(every), join=False).told
        assert (apart_.joined, apart_.people, apart_.suggested) == (0, 0, 3)

    @given(st.permutations(range(6)))
    def test_identifiers_do_not_hang_on_those_of_the_ledger(self, order: list[int]) -> None:
        def named(numbers: list[int]) -> list[str]:
            every = [
                actor(number, f"Somebody {place % 3}", f"p{place}@example.org") for place, number in enumerate(numbers)
            ]
            return parties(every)

        assert named(order) == named(list(range(6)))


def test_no_area_is_of_two_repositories() -> None:
    changes = {("git:app", f"src/{name}/x.py"): 50.0 for name in "abcdef"}
    changes |= {("git:app", "README.md"): 1.0, ("git:lib", "README.md"): 1.0}
    paths, zones = found(changes, {"git:app": "app", "git:lib": "lib"}, most=6)
    area = {(row["source"], row["path"]): row["zone"] for row in paths.to_pylist()}
    assert area["git:lib", "README.md"] == "area:lib"
    assert area["git:app", "README.md"].startswith("area:app")
    assert set(area.values()) == set(zones["zone"].to_pylist())


def test_repositories_of_one_name_are_told_apart(tmp_path: Path) -> None:
    one, other = tmp_path / "east" / "app", tmp_path / "west" / "app.git"
    assert titles([one, other, tmp_path / "lib"]) == ["east-app", "west-app", "lib"]
    with pytest.raises(InvalidInput, match="twice"):
        titles([one, tmp_path / "east" / ".." / "east" / "app"])


class TestFindings:
    def found(self, **changed: object) -> dict[str, Finding]:
        made = replace(made_up.whole(), **changed)  # type: ignore[arg-type]
        titles_of = {one.ref: one.title for one in made.areas} | {one.ref: one.title for one in made.groups}
        every = findings(
            titles_of, people=made.people, bonds=made.coordination, exposure=made.exposure,
            connectors=made.connectors, growth=made.growth, deciding=made.deciding,
        )  # fmt: skip
        assert len(every) <= 5
        return {one.about: one for one in every}

    def told(self, **changed: object) -> dict[str, str]:
        return {about: one.sure for about, one in self.found(**changed).items()}

    def test_one_of_each_picture_at_most(self) -> None:
        assert set(self.told()) == {"coordination", "exposure", "connectors", "growth", "deciding"}

    def test_a_gap_is_a_hint_where_little_was_seen(self) -> None:
        own = made_up.whole().coordination
        assert self.told()["coordination"] == "fair"
        assert self.told(coordination=replace(own, traced=0.2))["coordination"] == "weak"

    def test_what_is_no_news_is_no_finding(self) -> None:
        made = made_up.whole()
        small = replace(made.coordination, gaps=(Gap("zone:docs", "zone:app/ios", 2, 2, ()),))
        safe = replace(
            made.exposure, areas=tuple(replace(one, factor=Estimate(4, 3, 5, 90)) for one in made.exposure.areas)
        )
        flat = replace(made.growth, exponent=Estimate(1.0, 0.9, 1.1, 24), turns=(Turn("2022-07-01", "x", 3.0, 2.0),))
        sure = replace(made.deciding, nobody=0.0)
        many = replace(made.connectors, areas=tuple(replace(one, carriers=7) for one in made.connectors.areas))
        assert self.told(coordination=small, exposure=safe, growth=flat, deciding=sure, connectors=many) == {}

    def test_where_nobody_says_who_decides_that_is_said_first(self) -> None:
        made = made_up.whole()
        none = replace(made.deciding, areas=(), files=(), nobody=None)
        assert self.told(deciding=none)["deciding"] == "firm"

    def test_where_one_person_did_all_no_area_stands_out(self) -> None:
        one = self.found(people=1)["exposure"]
        assert (one.figure, one.says) == ("1 person", "made every change: nobody else knows any of it.")

    def exposed(self, *rows: tuple[float, int, int | None]) -> Finding:
        """What is found of areas by their truck factor, files, and files worked on lately."""
        names = [one.ref for one in made_up.whole().areas]
        every = tuple(
            Exposed(ref, Estimate(factor, factor, factor, files), files, 3, 0.5, 0.1, active)
            for ref, (factor, files, active) in zip(names, rows, strict=False)
        )
        return self.found(exposure=Exposure(every, Estimate(1, 1, 1, 90)))["exposure"]

    def test_what_nobody_knows_any_more_needs_an_answer_and_not_a_second_person(self) -> None:
        one = self.exposed((1, 50, None), (4, 50, None))
        assert one.says == "areas would be half unknown if one person were away." and "second person" in one.do
        gone = self.exposed((0, 50, None), (4, 50, None))
        assert gone.says == "areas is half unknown: who knew the files has left."
        assert "second person" not in gone.do and "Say who answers for billing/ledger now" in gone.do
        both = self.exposed((0, 50, None), (1, 50, None))
        assert both.figure == "2 of 2" and both.says == (
            "areas: 1 is half unknown, because who knew the files has left, and 1 would be if one person were away."
        )
        assert both.do.count(".") == 2

    def test_files_that_rest_may_need_nobody(self) -> None:
        assert self.exposed((1, 100, 60), (4, 50, 3)).sure == "firm"
        resting = self.exposed((1, 100, 10), (4, 50, 50))
        assert resting.sure == "fair" and "only 10 were worked on in the last year" in resting.why

    @pytest.mark.parametrize(
        ("files", "advice"),
        [
            ((("a.py", 0.9), ("b.py", 0.1)), "a.py causes most of it: put an interface between the two sides"),
            ((("a.py", 0.4), ("b.py", 0.3)), "a.py and b.py cause most of it: put an interface"),
            ((("a.py", 0.2), ("b.py", 0.1)), "a.py and b.py cause a good part of it: put"),
            ((("plan.MD", 0.9),), "plan.MD causes most of it: give it one owner, or a reviewer from both sides"),
            ((("a.rst", 0.4), ("b.md", 0.3)), "a.rst and b.md cause most of it: give each one owner"),
            ((), "Put an interface between the two, or give both a common reviewer; then"),
        ],
    )
    def test_what_to_do_about_a_gap_goes_by_what_causes_it(
        self, files: tuple[tuple[str, float], ...], advice: str
    ) -> None:
        own = made_up.whole().coordination
        gap = replace(own.gaps[0], files=tuple(Cause(*one) for one in files))
        assert self.found(coordination=replace(own, gaps=(gap,)))["coordination"].do.startswith(advice)

    def test_a_rise_that_is_over_is_no_finding_and_a_wide_interval_is_a_hint(self) -> None:
        own = made_up.whole().growth
        flat, moment = Estimate(1.0, 0.9, 1.1, 24), Moment("2026-01-01", 10, 20)
        turn = Turn("2022-01-01", "relationships per person", 2.0, 5.0)
        over = replace(own, exponent=flat, turns=(turn,), moments=(*own.moments, moment))
        assert "growth" not in self.told(growth=over)
        assert "growth" in self.told(growth=replace(over, moments=(*own.moments, replace(moment, relationships=60))))
        wide = replace(over, exponent=Estimate(1.8, 1.2, 2.4, 24))
        assert self.told(growth=wide)["growth"] == "weak"

    def test_where_there_is_hardly_any_linking_nobody_carries_it(self) -> None:
        own = made_up.whole().connectors
        little = tuple(replace(one, carriers=1, share=0.01) for one in own.areas)
        assert "connectors" not in self.told(connectors=replace(own, areas=little))
