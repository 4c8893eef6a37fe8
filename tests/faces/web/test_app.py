"""The pages over HTTP: what they hold, what they refuse, and that nothing hostile gets through."""

from __future__ import annotations

import asyncio
import re
from dataclasses import fields

import httpx
import pytest

from counterpoint.faces.web import contexts
from counterpoint.faces.web.app import create_app
from counterpoint.model.page import Page
from tests.faces.web import orgs, standin


class Client:
    """Asks the application without a network."""

    def __init__(self, app) -> None:
        self.app = app

    def ask(self, method: str, address: str, headers=None) -> httpx.Response:
        async def once() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
                return await client.request(method, address, headers=headers)

        return asyncio.run(once())

    def get(self, address: str, headers=None) -> httpx.Response:
        return self.ask("GET", address, headers)


def client_of(organisation, **more) -> Client:
    return Client(create_app(lambda as_of=None: standin.questions(organisation, as_of), **more))


@pytest.fixture(scope="module")
def small() -> Client:
    return client_of(orgs.small())


@pytest.fixture(scope="module")
def large() -> Client:
    return client_of(orgs.large())


PAGES = (
    "/", "/?level=objective", "/?level=task", "/?view=table", "/?view=asks", "/?team=team:brass", "/score.svg",
    "/?from=2026-04-01&to=2026-06-30", "/?as_of=2026-05-05", "/thing/work:premiere", "/thing/team:strings",
    "/thing/person:ada", "/thing/dependency:b", "/thing/ritual:tutti", "/thing/objective:season",
    "/thing/work:premiere?as_of=2026-05-05", "/contradictions", "/collisions", "/search?q=premiere", "/search",
)  # fmt: skip


@pytest.mark.parametrize("address", PAGES)
def test_every_page_answers_safely(small, address):
    response = small.get(address)
    assert response.status_code == 200, response.text
    policy = response.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'") and "unsafe" not in policy
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "<script>alert" not in response.text
    assert " style=" not in response.text and 'href="javascript:' not in response.text
    for target in re.findall(r'(?:src|action|<link[^>]*href)="([^"]+)"', response.text):
        assert target.startswith("/") and not target.startswith("//"), "nothing is loaded from elsewhere"


def test_hostile_titles_are_text(small):
    assert "Encore &lt;script&gt;alert(1)&lt;/script&gt;" in small.get("/").text
    assert "Encore &lt;script&gt;" in small.get("/score.svg").text
    assert "Encore &lt;script&gt;" in small.get("/thing/work:encore").text
    found = small.get("/search?q=<b>x</b>").text
    assert "<b>" not in found and "&lt;b&gt;x" in found


class TestScore:
    def test_staves_marks_and_what_they_say(self, small):
        text = small.get("/").text
        assert 'href="/thing/work:premiere"' in text and 'href="/thing/team:brass"' in text
        assert "Ben Orlo decides" in text
        assert "sources differ" in text
        assert "nobody decides" in text
        assert "Critical path" in text and "steps are counted" in text

    def test_folded_teams_are_one_line(self, large):
        text = large.get("/").text
        assert re.search(r"<summary>14\d teams without marks, \d+ of them asked by others</summary>", text)

    def test_it_is_light_for_76_goals_and_165_teams(self, large):
        whole = sum(
            len(large.get(address).content)
            for address in ("/", "/static/style.css", "/static/score.js", "/static/icon.svg")
        )
        assert whole < 400_000

    def test_the_matrix_adds_up(self, large):
        text = large.get("/?view=asks").text
        rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.DOTALL)
        for row in rows:
            cells = [int(one) for one in re.findall(r"<td[^>]*>(\d+)</td>", row)]
            assert sum(cells[:-1]) == cells[-1]

    def test_zoom_filter_and_window_stay_in_the_address(self, small):
        text = small.get("/?level=task&team=team:brass&from=2026-04-01&to=2026-09-30").text
        assert "/?level=task&amp;team=team%3Abrass&amp;from=2026-04-01&amp;to=2026-09-30&amp;view=table" in text
        assert 'aria-label="Remove Brass from the filter"' in text

    @pytest.mark.parametrize("query", ["level=epic", "view=cloud", "from=2026-01-01", "from=soon&to=later", "as_of=x"])
    def test_what_cannot_be_meant_is_said_in_plain_words(self, small, query):
        response = small.get(f"/?{query}")
        assert response.status_code == 400
        assert "That cannot be shown" in response.text

    @pytest.mark.parametrize("typed", ["team:brass", "Brass", "brass", " team:BRASS "])
    def test_a_team_may_be_typed_as_people_call_it(self, small, typed):
        text = small.get(f"/?team={typed}").text
        assert 'href="/thing/work:premiere"' in text and 'href="/thing/work:tour"' not in text

    def test_without_work_the_teams_are_listed(self):
        text = client_of(orgs.idle()).get("/").text
        assert "No work is on the score" in text
        assert 'href="/thing/team:b"' in text

    def test_a_team_that_is_not_there(self, small):
        assert small.get("/?team=team:bras").status_code == 404


class TestThing:
    def test_state_decider_statements_and_dependants(self, small):
        text = small.get("/thing/work:premiere").text
        for words in (
            "Who makes the final call", "Ben Orlo", "Inherited from", "steps that were walked", "Sources differ",
            "10 Jul 2026", "17 Jul 2026", "said by <strong>tracker</strong>", "said by <strong>calendar</strong>",
            "(2 weeks ago)", "tracker.toml:", "May settle it",
            "No value is chosen", "What depends on it", "Summer tour", "needed by 8 Jun 2026",
        ):  # fmt: skip
            assert words in text, words

    def test_a_disputed_value_has_none_chosen(self, small):
        assert re.search(r"due</span></th>\s*<td><em>disputed</em>", small.get("/thing/work:premiere").text)

    def test_nobody_decides_and_the_page_says_why(self, small):
        text = small.get("/thing/work:encore").text
        assert "Nobody. No source names a decider." in text
        assert "<details open>" in text

    def test_the_past(self, small):
        text = small.get("/thing/work:premiere?as_of=2026-05-05").text
        assert "You are looking at the past" in text
        assert "Sources differ" not in text
        assert 'href="/thing/work:tour?as_of=2026-05-05"' in text, "links stay in the past"

    def test_today_is_no_past(self, small):
        text = small.get("/thing/work:premiere?as_of=2026-05-20").text
        assert "You are looking at the past" not in text and "Sources differ" in text

    def test_what_is_not_there_comes_with_what_is_close(self, small):
        response = small.get("/thing/team:bras")
        assert response.status_code == 404
        assert "There is no team:bras." in response.text
        assert 'href="/thing/team:brass"' in response.text

    def test_what_is_no_reference(self, small):
        assert small.get("/thing/%20").status_code in (400, 404)
        assert small.get("/nothing").status_code == 404


class TestLists:
    def test_a_contradiction_has_both_sides_their_ages_and_who_may_settle_it(self, small):
        text = small.get("/contradictions").text
        assert "1 value without an agreed answer" in text
        assert '<a href="/thing/work:premiere">Premiere</a>' in text
        assert "10 Jul 2026, says tracker, 1 May 2026 (2 weeks ago)." in text
        assert "17 Jul 2026, says calendar, 11 May 2026 (9 days ago)." in text
        assert "May settle it: Ben Orlo." in text

    def test_a_collision_has_its_reason_and_remedies(self, small):
        text = small.get("/collisions").text
        assert "promised after needed" in text and "Rehearsal rooms" in text
        assert "Remedy:" in text


class TestSearch:
    def test_by_name_and_by_reference(self, small):
        assert "/thing/person:ada" in small.get("/search?q=quist").text
        assert "/thing/work:tour" in small.get("/search?q=work:tour").text
        assert "Nothing here is called that" in small.get("/search?q=zzz").text


class TestOutside:
    @pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil", "evil:8080"])
    def test_another_host_name_is_refused(self, small, host):
        response = small.get("/", headers={"host": host})
        assert response.status_code == 421
        assert "Premiere" not in response.text

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost:1", "LOCALHOST", "[::1]:8000"])
    def test_this_machine_is_served(self, small, host):
        assert small.get("/", headers={"host": host}).status_code == 200

    def test_a_name_that_was_allowed_is_served(self):
        app = client_of(orgs.small(), hosts=["score.example"])
        assert app.get("/", headers={"host": "score.example:8443"}).status_code == 200

    @pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
    def test_nothing_writes(self, small, method):
        assert small.ask(method, "/").status_code == 405

    def test_only_the_head_of_a_page(self, small):
        response = small.ask("HEAD", "/")
        assert (response.status_code, response.content) == (200, b"")

    def test_addresses_that_are_no_pages_are_no_links(self, small):
        text = small.get("/thing/work:encore").text
        assert "javascript:alert(1)" in text and 'href="javascript:' not in text
        assert 'href="https://example.org/x"' in text

    def test_an_unchanged_page_is_not_sent_again(self, small):
        first = small.get("/")
        again = small.get("/", headers={"if-none-match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert small.get("/?level=task").headers["etag"] != first.headers["etag"]

    def test_a_changed_ledger_is_another_page(self, small, monkeypatch):
        before = small.get("/").headers["etag"]
        monkeypatch.setattr(standin.Snapshot, "head", lambda self: (3, "beef" * 16))
        assert small.get("/").headers["etag"] != before

    def test_the_same_input_gives_the_same_bytes(self):
        one, other = client_of(orgs.large()).get("/"), client_of(orgs.large()).get("/")
        assert one.content == other.content

    def test_only_its_own_assets(self, small):
        assert small.get("/static/style.css").headers["content-type"].startswith("text/css")
        for name in ("../app.py", "%2e%2e/app.py", "app.py", "nothing.css"):
            assert small.get(f"/static/{name}").status_code == 404


def test_the_contexts_are_what_templates_were_promised():
    """A field that goes, or comes, is a change to every template that others may have written."""
    promised = {
        contexts.Site: "title here head now as_of asked",
        contexts.ScorePage: "site query score layout curves bundles lines style classes numbers titles teams summary "
        "matrix quiet",
        contexts.ThingPage: "site page titles disputes events known_from",
        contexts.ListPage: "site intro items empty",
        contexts.ErrorPage: "site message hint suggestions",
        contexts.Query: "level teams first last view as_of",
        Page: "ref title kind now status description known_as zones values who names needs serves groups next",
    }
    for context, names in promised.items():
        assert " ".join(field.name for field in fields(context)) == names
