"""The page of what-ifs in a real browser: a slider is moved, the figures follow, and get better by themselves."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import uvicorn

from counterpoint.faces.web.app import create_app
from counterpoint.live.desk import Desk
from counterpoint.model.whatif_choice import NOW, Choice
from tests.faces.web import orgs, standin
from tests.faces.web.test_browser import Watched, chromium, missing
from tests.live.made_up import Model
from tests.live.test_desk import until

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


class Site:
    """A server with a desk on a model; what is of usual effort comes once the gate is opened."""

    def __init__(self) -> None:
        self.model = Model()
        self.desk = Desk(lambda: "head", lambda told: self.model)
        app = create_app(lambda as_of=None: standin.questions(orgs.small(), as_of), desk=self.desk)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()
        until(lambda: self.server.started)
        self.origin = f"http://127.0.0.1:{port}"
        self.desk.elements(20)
        until(lambda: self.desk.ask(NOW, "warm").standing.models)
        # The library that draws takes a while to start, on a busy machine longer than a browser waits for a page.
        httpx.get(f"{self.origin}/whatif/part?k=1", timeout=110).raise_for_status()

    def close(self) -> None:
        self.model.gate.set()
        self.server.should_exit = True
        self.thread.join(10)
        self.desk.close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    made = Site()
    yield made
    made.close()


@pytest.fixture
def watched(chromium: Any, site: Site) -> Iterator[Watched]:
    site.model.gate.clear()
    made = Watched(chromium, site.origin, viewport={"width": 1280, "height": 900})
    made.page.set_default_timeout(60_000)
    yield made
    made.close()


HEADLINE = ".headline p:first-of-type"


def says(page: Any, words: str) -> None:
    """Until the headline says so."""
    page.wait_for_function(
        "([where, words]) => document.querySelector(where)?.textContent.includes(words)", arg=[HEADLINE, words],
        timeout=60_000,
    )  # fmt: skip


def test_a_slider_is_moved_and_the_figures_follow_and_are_refined(watched: Watched, site: Site) -> None:
    page = watched.open("/whatif?k=10")
    says(page, "An item takes 1.5 days instead of 6")
    slide = page.locator('.slide[data-for="k"]')
    assert slide.is_visible() and abs(int(slide.input_value()) - 100) <= 1, "ten is in the middle of one to a hundred"
    slide.focus()
    page.keyboard.press("End")
    says(page, "An item takes 1.1 days instead of 6")
    assert page.locator("#k").input_value() == "100" and page.url.endswith("/whatif?k=100")
    assert "first look" in page.locator(".standing .grade").inner_text()
    assert page.locator("#progress").is_visible()
    until(
        lambda: ("figures", Choice(10)) in site.model.given_up or ("figures", Choice(10), "usual") not in site.model.log
    )
    site.model.gate.set()
    page.wait_for_selector(".standing .grade.final", timeout=60_000)
    page.wait_for_selector(".shown[data-finished]", timeout=60_000)
    assert "refined, 40 replications" in page.locator(".standing").inner_text()
    assert page.locator("#progress").count() == 0
    for name in ("models", "curve", "limits", "elements"):
        assert page.locator(f"#{name} .wide-screen svg").is_visible()
        assert not page.locator(f"#{name} .narrow-screen svg").is_visible()
    assert watched.complaints == [] and watched.elsewhere == []
    assert site.model.most_running == 1


def test_what_is_opened_stays_open_when_the_answer_gets_better(watched: Watched, site: Site) -> None:
    page = watched.open("/whatif?k=23")
    page.locator('details[data-keep="limits-table"] summary').click()
    site.model.gate.set()
    page.wait_for_selector(".shown[data-finished]", timeout=60_000)
    assert page.locator('details[data-keep="limits-table"]').get_attribute("open") is not None
    assert watched.complaints == []


def test_an_element_is_taken_away_and_nonsense_is_refused_in_words(watched: Watched, site: Site) -> None:
    site.model.gate.set()
    page = watched.open("/whatif?k=10")
    page.wait_for_selector("#elements")
    assert "Security review" in page.locator("#elements").inner_html()
    page.locator("#whatif summary", has_text="Approvals").click()
    page.get_by_label("Security review").check()
    page.wait_for_function("() => !document.querySelector('#elements')?.innerHTML.includes('Security review')")
    assert "remove=gate%3Asecurity" in page.url
    page.locator("#k").fill("0.5")
    page.wait_for_selector("#trouble:not([hidden])")
    assert "k, the speed-up, cannot be 0.5" in page.locator("#trouble").inner_text()
    page.locator("#k").fill("2")
    page.wait_for_selector("#trouble", state="hidden")
    # That a request was refused is noted by the browser itself.
    assert [one for one in watched.complaints if "400" not in one] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(chromium: Any, site: Site, scheme: str) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    site.model.gate.set()
    watched = Watched(chromium, site.origin, color_scheme=scheme)
    page = watched.open("/whatif?k=10&remove=gate:security")
    page.wait_for_selector(".shown[data-finished]", timeout=60_000)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(page)
    watched.close()
    assert found.violations_count == 0, found.generate_report()


def test_a_narrow_screen_shows_its_own_pictures_and_does_not_scroll_sideways(chromium: Any, site: Site) -> None:
    site.model.gate.set()
    watched = Watched(chromium, site.origin, viewport={"width": 400, "height": 800})
    page = watched.open("/whatif?k=10")
    page.wait_for_selector("#elements .narrow-screen svg", state="visible", timeout=60_000)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    assert not page.locator("#elements .wide-screen svg").is_visible()
    assert page.locator("#brief").inner_text().startswith("An item takes 1.5 days instead of 6.")
    # As it was drawn: letters are not shrunken.
    assert (
        page.locator("#models .narrow-screen svg").evaluate(
            "one => one.getBoundingClientRect().width / one.viewBox.baseVal.width"
        )
        > 0.95
    )
    watched.close()


def test_without_scripts_the_form_asks_and_the_page_answers(chromium: Any, site: Site) -> None:
    site.model.gate.set()
    until(lambda: site.desk.ask(Choice(20), "warm").standing.finished)
    watched = Watched(chromium, site.origin, java_script_enabled=False)
    page = watched.open("/whatif?k=10")
    page.locator("#k").fill("20")
    page.get_by_role("button", name="Answer").click()
    page.wait_for_url("**/whatif?k=20&**")
    assert "An item takes 1.2 days instead of 6" in page.locator(HEADLINE).inner_text()
    watched.close()
