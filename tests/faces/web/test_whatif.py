"""The page of what-ifs over HTTP: at once with what is known, safe, and clear about what it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from counterpoint.errors import InvalidInput
from counterpoint.faces import drawing
from counterpoint.faces.web import whatif, whatif_pictures
from counterpoint.faces.web.app import create_app
from counterpoint.live.desk import Desk
from counterpoint.model.whatif_choice import GRID, Choice
from tests.faces.web import orgs, standin
from tests.faces.web.test_app import Client
from tests.live.made_up import ELEMENTS, Model
from tests.live.test_desk import until

CHOSEN = "k=17&response=0.2&model=hybrid&remove=gate:security"


def client_of(desk: Desk | None) -> Client:
    return Client(create_app(lambda as_of=None: standin.questions(orgs.small(), as_of), desk=desk))


@pytest.fixture(scope="module")
def model() -> Model:
    made = Model()
    made.gate.set()
    return made


@pytest.fixture(scope="module")
def client(model: Model) -> Iterator[Client]:
    """Over a real desk, on a model that answers at once; the answers to two choices are as good as they get."""
    desk = Desk(lambda: "head", lambda told: model)
    desk.elements(20)
    for choice in (Choice(10), Choice(17, 0.2, "hybrid", remove=("gate:security",))):
        until(lambda choice=choice: desk.ask(choice, "warm").standing.finished)
    yield client_of(desk)
    desk.close()


@pytest.mark.parametrize("address", ["/whatif", f"/whatif?{CHOSEN}", f"/whatif/part?{CHOSEN}"])
def test_a_page_that_runs_nothing_but_its_own_file(client, address):
    response = client.get(address)
    assert response.status_code == 200, response.text
    policy = response.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe" not in policy and "style-src 'self';" in policy
    assert response.headers["cache-control"] == "no-store"
    text = response.text
    assert " style=" not in text and "<style" not in text and "onclick" not in text
    assert re.findall(r"<script[^>]*>", text) == (
        [] if "part" in address else re.findall(r'<script src="/static/whatif\.js\?[0-9a-f]+" defer>', text)
    )
    assert "The weekly &lt;b&gt;" in text and "The weekly <b>" not in text
    for target in re.findall(r'(?:src|action|<link[^>]*href)="([^"]+)"', text):
        assert target.startswith("/") and not target.startswith("//")


def test_the_page_is_linked_from_every_other(client):
    assert '<a href="/whatif">What if</a>' in client.get("/collisions").text
    assert '<a href="/whatif" aria-current="page">What if</a>' in client.get("/whatif").text


def test_it_says_in_short_what_follows_and_how_sure_that_is(client):
    text = client.get(f"/whatif?{CHOSEN}").text
    assert "An item takes 1.2 days instead of 6." in text
    assert '<span class="grade final">refined, 40 replications</span>' in text
    assert "Beside today, it costs 20% less, in 32 of 32 draws." in text
    assert "the work on it is done" in text and "<progress" not in text
    assert "<strong>5 are measured</strong>, <strong>6 declared</strong> and <strong>1 assumed</strong>" in text
    assert "Not held against the past:" in text and "there is no activity" in text and "1 dependency: a note" in text


def test_every_picture_says_what_it_means_how_it_was_computed_and_what_it_cannot_tell(client):
    text = client.get(f"/whatif/part?{CHOSEN}").text
    for name in ("models", "curve", "limits", "elements"):
        section = text.partition(f'<section class="picture" id="{name}"')[2].partition("</section>")[0]
        assert section.count("<svg") == 2, "one for wide, one for narrow screens"
        assert "It cannot tell:" in section and "<caption" in section and 'class="grade' in section
        assert section.index("All figures") > section.index("How it was computed")
    assert "trust" in text and "learn from each other" in text
    assert "var(--part-queue)" in text and "var(--kind-load-bearing)" in text


def test_a_figure_that_may_hang_on_what_is_assumed_says_so():
    desk = Desk(lambda: "head", lambda told: model)
    model = Model()
    desk.elements(20)
    until(lambda: desk.ask(Choice(10), "warm").standing.models)
    text = client_of(desk).get("/whatif?k=10").text
    model.gate.set()
    desk.close()
    assert "costs 20% less. Whether that hangs on what is assumed is still to be worked out." in text


def test_where_somebody_cannot_keep_up_that_comes_first_and_there_is_no_bar(client):
    until(lambda: "does not hold" in client.get("/whatif?k=100&response=1").text)
    text = client.get("/whatif/part?k=100&response=1").text
    assert "This does not hold: the gate cannot keep up, and work piles up there." in text
    drawing = text.partition('<section class="picture" id="models"')[2].partition("</svg>")[0]
    assert drawing.count(">cannot keep up") == 4, "under each of the models, and not today"
    assert "grows without end" in text


def test_pictures_that_stay_the_same_are_drawn_once(client, monkeypatch):
    client.get("/whatif/part?k=10")
    monkeypatch.setattr(whatif, "_DRAWINGS", whatif._Drawings())
    monkeypatch.setattr(whatif_pictures, "svg", lambda spec: pytest.fail("drawn again"))
    assert client.get("/whatif/part?k=10").text.count("<svg") == 8


def test_what_was_chosen_stands_in_the_form(client):
    text = client.get(f"/whatif?{CHOSEN}&agents=5&teams=2&people=1.5").text
    for name, value in (("k", "17"), ("response", "0.2"), ("agents", "5"), ("teams", "2"), ("people", "1.5")):
        assert re.search(rf'<input id="{name}" name="{name}" type="number"[^>]* value="{value}"', text), name
    assert '<input type="radio" name="model" value="hybrid" checked>' in text
    assert '<input type="checkbox" name="remove" value="gate:security" checked>' in text
    assert text.count('name="remove"') == len(ELEMENTS)
    assert "first look, worked out beforehand for 20 times as fast, without 5 agents more, 2 times the teams, " in text


def test_the_answer_is_of_the_types_of_the_command_line(client):
    found = json.loads(client.get(f"/whatif/answer?{CHOSEN}").text)
    assert found["choice"]["speedup"] == 17 and found["choice"]["remove"] == ["gate:security"]
    assert found["compared"]["variants"][0]["name"] == "now" and found["compared"]["basis"]["assumed"] == 1
    assert [one["speedup"] for one in found["curve"]] == sorted({*GRID, 17.0})
    assert found["after"]["elements"][0].keys() >= {"little", "usual", "much", "kind", "rule"}
    assert found["standing"]["models"] == {
        "effort": "usual", "replications": 40, "speedup": 17.0, "response": 0.2, "exactly": True
    }  # fmt: skip


def test_the_standing_is_small_and_its_version_changes_only_with_the_answer(client):
    answers = [client.get(f"/whatif/standing?{CHOSEN}&viewer=me") for _ in range(2)]
    assert len(answers[0].content) < 1_000 and answers[0].json()["standing"]["finished"]
    assert answers[0].json()["version"] == answers[1].json()["version"]
    assert answers[0].json()["version"] in client.get(f"/whatif/part?{CHOSEN}").text
    other = client.get("/whatif/standing?k=18").json()
    assert other["version"] != answers[0].json()["version"]


BAD = (
    ("k=0.5", "k, the speed-up, cannot be 0.5"), ("k=101", "from 1 to 100"), ("k=nan", "cannot be nan"),
    ("k=inf", "cannot be inf"), ("k=fast", "that is no number"), ("response=2", "response cannot be 2"),
    ("agents=-1", "agents cannot be -1"), ("agents=1.5", "no whole number"), ("agents=1001", "from 0 to 1000"),
    ("teams=0", "teams cannot be 0"), ("people=0", "people cannot be 0"), ("model=chaos", "no model 'chaos'"),
    ("remove=gate:none", "no element 'gate:none'"), ("remove=" + "x" * 300, "too long"),
)  # fmt: skip


@pytest.mark.parametrize(("query", "says"), BAD)
def test_nonsense_is_refused_with_its_limits(client, query, says):
    for address in ("/whatif/answer", "/whatif/standing"):
        response = client.get(f"{address}?{query}")
        assert response.status_code == 400
        assert says in response.json()["message"] + response.json()["hint"]
    page = client.get(f"/whatif?{query}")
    assert page.status_code == 400 and "text/html" in page.headers["content-type"]


def test_where_there_is_nothing_to_simulate_the_page_says_so_and_the_others_work():
    def nothing(told: object) -> Model:
        raise InvalidInput("there is no work to simulate", hint="import work")

    desk = Desk(lambda: "head", nothing)
    try:
        client = client_of(desk)
        page = client.get("/whatif")
        assert page.status_code == 409 and "There is no work to simulate." in page.text and "import work" in page.text
        assert client.get("/whatif/answer").json()["message"] == "there is no work to simulate"
        assert client.get("/whatif/answer").status_code == 409
        assert client.get("/").status_code == 200
    finally:
        desk.close()


def test_without_the_extra_it_says_how_to_get_it_and_the_others_work():
    client = client_of(None)
    page = client.get("/whatif")
    assert page.status_code == 200 and "pip install &#39;counterpoint[simulation,charts]&#39;" in page.text
    assert "<form id=" not in page.text and "whatif.js" not in page.text
    assert client.get("/whatif/answer").status_code == 503
    assert "counterpoint[simulation,charts]" in client.get("/whatif/answer").json()["hint"]
    assert client.get("/").status_code == 200


def test_without_the_libraries_that_draw_there_are_tables(client, monkeypatch):
    monkeypatch.setattr(drawing, "find_spec", lambda name: None)
    monkeypatch.setattr(whatif, "_DRAWINGS", whatif._Drawings())
    text = client.get(f"/whatif?{CHOSEN}").text
    assert "counterpoint[charts]" in text and 'class="drawing' not in text
    assert text.count("<table") >= 6 and '<details data-keep="models-table" open>' in text


def test_before_anything_is_known_the_page_is_there(model):
    desk = Desk(lambda: "head", lambda told: until(lambda: False, 0.5))  # type: ignore[arg-type, return-value]
    client = client_of(desk)
    try:
        monkey = pytest.MonkeyPatch()
        monkey.setattr(whatif, "PATIENCE", 0.01)
        text = client.get("/whatif").text
        monkey.undo()
        assert "the first figures come in a moment" in text and "data-incomplete" in text
        assert client.get("/whatif/standing").json()["standing"]["models"] is None
    finally:
        desk.close()
