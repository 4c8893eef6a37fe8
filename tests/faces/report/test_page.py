"""The page by itself: nothing from elsewhere, nothing that a name could run, the same bytes, all figures in tables."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from counterpoint.errors import NotFound
from counterpoint.faces import drawing
from counterpoint.faces.look import LABEL, fit, labels, met_step
from counterpoint.faces.report import render
from counterpoint.faces.report.bonds import coordination
from counterpoint.faces.report.rows import _fitting
from counterpoint.faces.report.sections import exposure
from counterpoint.faces.report.ties import graph
from counterpoint.faces.report.words import estimate, joined, number, share, span
from counterpoint.model.map import Estimate, Map
from tests.faces.report import made_up

_TOKENS = re.compile(r":root \{\n.*?\n  ?\}", re.S)


@pytest.fixture(scope="module")
def whole() -> str:
    """Everything is known; and one of the areas has a name that would run, if a page let it."""
    return render(made_up.hostile())


@pytest.fixture(scope="module")
def bare() -> str:
    return render(made_up.bare())


def titles_of(made: Map) -> Mapping[str, str]:
    return {one.ref: one.title for one in made.areas} | {one.ref: one.title for one in made.groups}


class Tags(HTMLParser):
    """Every tag with its attributes, and the text between tags, scripts and styles left out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in ("script", "style"):
            self.text.append(data)


def test_nothing_is_loaded_from_anywhere(whole: str) -> None:
    tags = Tags(whole).tags
    assert not [one for one in tags if one[0] in ("link", "iframe", "object", "embed", "img", "base", "form")]
    for _, attributes in tags:
        for name in ("src", "href", "xlink:href", "action", "srcset", "data"):
            value = attributes.get(name)
            assert value is None or value.startswith("#"), (name, value)
    style = whole.partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style and "@import" not in style


def test_only_its_own_scripts_may_run_and_nothing_may_be_fetched(whole: str, bare: str) -> None:
    policies = [
        attributes["content"] or ""
        for page in (whole, bare)
        for tag, attributes in Tags(page).tags
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert len(policies) == 2
    for policy in policies:
        assert policy.startswith("default-src 'none'; script-src ")
        assert "unsafe-eval" not in policy and "script-src 'unsafe-inline'" not in policy and "http" not in policy
    assert policies[0].count("'sha256-") == 2 and "script-src 'none'" in policies[1]
    assert len(bare) < 60_000, "without pictures there is no script to carry"
    assert len(whole) < 2_500_000


def test_a_name_that_would_run_does_not(whole: str) -> None:
    assert "<script>alert" not in whole
    assert "&lt;script&gt;alert" in whole
    kinds = [attributes.get("type") for tag, attributes in Tags(whole).tags if tag == "script"]
    assert kinds.count(None) == 2 and set(kinds) == {None, "application/json"}


def test_the_same_map_is_the_same_bytes(whole: str) -> None:
    assert render(made_up.hostile()) == whole


def test_every_figure_of_a_picture_stands_in_a_table(whole: str) -> None:
    text = " ".join(" ".join(Tags(whole).text).split())
    made = made_up.whole()
    for row in made.exposure.areas:
        assert estimate(row.factor) in text
    for tie in made.coordination.ties:
        assert f"{tie.required:,}" in text
    tables = len(re.findall(r"<table", whole))
    assert tables == 10
    assert text.count("What it means") == text.count("How it was computed") == text.count("What it cannot tell") == 6


def test_a_picture_is_told_in_words_and_its_drawing_is_left_to_the_eyes(whole: str) -> None:
    charts = [attributes for tag, attributes in Tags(whole).tags if attributes.get("role") == "img"]
    assert len(charts) == 6
    assert all(len(one["aria-label"] or "") > 60 for one in charts)
    assert whole.count('<svg focusable="false" aria-hidden="true"') == 6


def test_findings_come_first_with_how_sure_they_are_and_what_to_do(whole: str) -> None:
    body = whole.partition("<main")[2]
    assert body.index("What stands out") < body.index('id="coordination"')
    for one in made_up.whole().findings:
        assert one.figure in body and one.do in body
    assert body.count("What to do.") == 5
    assert "well founded" in body and "a hint, no more" in body


def test_what_is_missing_is_said_with_what_to_do(bare: str) -> None:
    text = " ".join(" ".join(Tags(bare).text).split())
    assert "Not enough data:" in text and "1 of at least 2" in text
    assert "Nothing stands out" in text and "One person works here" in text
    assert "* @your-team" in text
    assert "<figure" not in bare


def test_colours_are_those_of_the_web_face() -> None:
    def tokens(face: str, name: str) -> str:
        style = files(f"counterpoint.faces.{face}").joinpath("static", name).read_text()
        # On paper the screen's darkness is left out: that alone is the report's own.
        return _TOKENS.findall(style.replace("@media screen and (", "@media ("))[0]

    assert "--contradiction: #d3a1f0" in tokens("report", "report.css")
    assert tokens("report", "report.css") == tokens("web", "style.css")


def test_without_the_libraries_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    with pytest.raises(NotFound, match="altair and vl_convert") as refused:
        render(made_up.bare())
    assert "counterpoint[charts]" in refused.value.hint and "--json" in refused.value.hint


def test_units_are_called_what_they_are() -> None:
    made: Map = made_up.whole()
    own = replace(made.coordination, grain="team", ties=(), gaps=())
    found = replace(made, coordination=own)
    declared = replace(found, units=replace(found.units, groups_found=False))
    assert "19 groups" in coordination(found, {}).answer
    assert "19 teams" in coordination(declared, {}).answer


def test_words() -> None:
    assert [share(one) for one in (None, 0, 0.001, 0.5, 0.9999, 1)] == [
        "–",
        "0 %",
        "under 1 %",
        "50 %",
        "over 99 %",
        "100 %",
    ]
    assert [number(one) for one in (None, 3.0, 1204.0, 2.604, 31.4)] == ["–", "3", "1,204", "2.60", "31"]
    assert estimate(Estimate(2.0, 1.0, 4.0, 9)) == "2 (1 to 4)"
    assert estimate(Estimate(None, missing="5 files")) == "not enough data (5 files)"
    assert joined(["a", "b", "c"]) == "a, b and c"
    assert [met_step(one) for one in (None, 0, 0.01, 0.5, 0.99, 1)] == [0, 0, 1, 3, 4, 4]


def test_names_are_short_and_no_two_the_same() -> None:
    long = {f"zone:{one}": f"a/very/long/way/of/directories/{one}/to/the/very/same/end" for one in ("x", "y", "z")}
    short = labels(long)
    assert len(set(short.values())) == 3
    assert all(len(one) <= 60 for one in short.values())
    assert fit("src/app") == "src/app"
    assert len(fit("x" * 80)) == LABEL
    assert fit("src/counterpoint/faces/cli/handlers/golden") == "src/…/faces/cli/handlers/golden", "whole folders go"


def test_a_page_of_one_person_says_so_once_and_shows_no_words_about_pictures_that_are_not_there(bare: str) -> None:
    text = " ".join(" ".join(Tags(bare).text).split())
    assert "One person made every change" in text and "nobody between others" in text
    assert text.count("What it means") == 1, "beside the lines for CODEOWNERS alone"
    assert "groups were found" not in text
    assert span("2026-06-11", "2026-06-12") == "11 June 2026 to 12 June 2026"
    assert span("2026-06-12", "2026-06-12T10:00") == "12 June 2026"


def test_how_many_are_exposed_is_told_apart_from_how_many_nobody_knows() -> None:
    made: Map = made_up.whole()
    rows = (replace(made.exposure.areas[0], factor=Estimate(0.0, 0.0, 0.0, 50)), *made.exposure.areas[1:])
    answer = exposure(replace(made, exposure=replace(made.exposure, areas=rows)), titles_of(made)).answer
    assert "in 1 nobody is left who knows half of the files and in " in answer
    assert "that would be so if one person were away" in answer
    one = exposure(made, titles_of(made)).answer
    assert re.match(r"Of 18 areas, in \d+ half of the files would be known to nobody if one person were away\. ", one)
    safe = tuple(replace(row, factor=Estimate(4.0, 3.0, 5.0, 50)) for row in made.exposure.areas)
    none = exposure(replace(made, exposure=replace(made.exposure, areas=safe)), titles_of(made)).answer
    assert "none would be half unknown" in none


def test_names_of_few_units_stand_level_and_those_of_many_along_the_rim() -> None:
    made: Map = made_up.whole()
    few = replace(made.coordination, units=made.coordination.units[:6])
    for own, level in ((few, True), (made.coordination, False)):
        spec = json.dumps(graph(own, titles_of(made), {}))
        angles = {float(one) for one in re.findall(r'"angle": (-?[0-9.]+)', spec)}
        assert (angles == {0.0}) == level


def test_owners_beside_a_bar_are_as_many_as_fit() -> None:
    long = [f"person:somebody-with-a-long-name-{number}" for number in range(3)]
    assert _fitting(["team:core", "person:ana"]) == "core and ana"
    assert _fitting(long) == "somebody-with-a-long-name-0 and 2 more"
    assert len(_fitting(["person:" + "x" * 90])) == 40
    assert _fitting([]) == ""
