"""The pages in a real browser: keyboard, names for a screen reader, geometry as drawn, and nothing from elsewhere."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from counterpoint.faces.web.app import create_app
from tests.faces.web import orgs, standin

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PAGES = (
    "/", "/?level=objective", "/?level=task", "/?view=table", "/?view=asks", "/thing/work:premiere",
    "/thing/team:strings", "/contradictions", "/collisions", "/search?q=premiere", "/thing/team:nobody",
)  # fmt: skip
pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def missing(what: str) -> None:
    """Without its tools this fails in CI, and elsewhere skips and says so."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{what} is not at hand")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    if not CHROMIUM.exists():
        missing(str(CHROMIUM))
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


def served(organisation: orgs.Organisation) -> Iterator[str]:
    app = create_app(lambda as_of=None: standin.questions(organisation, as_of))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def small() -> Iterator[str]:
    yield from served(orgs.small())


@pytest.fixture(scope="module")
def large() -> Iterator[str]:
    yield from served(orgs.large())


class Watched:
    """A page that notes what it complains of, and what it asks for elsewhere."""

    def __init__(self, chromium: Any, origin: str, **options: Any) -> None:
        self.context = chromium.new_context(**({"viewport": {"width": 1440, "height": 900}} | options))
        self.page = self.context.new_page()
        self.origin = origin
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith(self.origin + "/"):
            self.elsewhere.append(request.url)

    def open(self, address: str) -> Any:
        self.page.goto(self.origin + address)
        return self.page

    def close(self) -> None:
        self.context.close()


@pytest.fixture
def on_small(chromium, small) -> Iterator[Watched]:
    watched = Watched(chromium, small)
    yield watched
    watched.close()


@pytest.fixture
def on_large(chromium, large) -> Iterator[Watched]:
    watched = Watched(chromium, large)
    yield watched
    watched.close()


@pytest.mark.parametrize("address", PAGES)
def test_no_complaints_and_no_request_leaves_the_origin(on_small, address):
    page = on_small.open(address)
    page.mouse.move(500, 400)
    allowed = ["Failed to load resource: the server responded with a status of 404 (Not Found)"] * (
        address == "/thing/team:nobody"
    )
    assert on_small.complaints == allowed
    assert on_small.elsewhere == []
    assert page.evaluate("document.styleSheets.length") >= 1
    assert page.evaluate("typeof alert") == "function" and page.title().endswith("Counterpoint")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing(chromium, small, address, scheme):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    watched = Watched(chromium, small, color_scheme=scheme)
    found = Axe().run(watched.open(address))
    watched.close()
    assert found.violations_count == 0, found.generate_report()


class TestKeyboard:
    def test_the_first_stop_skips_to_the_content(self, on_small):
        page = on_small.open("/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
        assert page.evaluate("document.activeElement.getBoundingClientRect().top") >= 0, "it is seen while focused"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"

    def test_the_score_can_be_skipped(self, on_small):
        page = on_small.open("/")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "after-score"

    def test_every_mark_is_a_stop_in_the_order_of_the_staves(self, on_small):
        page = on_small.open("/")
        expected = page.eval_on_selector_all(".name a, .mark", "all => all.map(one => one.getAttribute('href'))")
        page.locator(".name a").first.focus()
        stops = []
        for _ in expected:
            stops.append(page.evaluate("document.activeElement.getAttribute('href')"))
            page.keyboard.press("Tab")
        assert stops == expected
        assert "/thing/work:premiere" in stops

    def test_arrows_walk_the_score_and_enter_opens_the_page(self, on_small):
        page = on_small.open("/")
        page.locator('.mark[href="/thing/work:premiere"]').focus()
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "/thing/work:rehearsal"
        page.keyboard.press("ArrowUp")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "/thing/work:premiere"
        page.keyboard.press("PageDown")
        page.keyboard.press("PageUp")
        page.keyboard.press("Enter")
        page.wait_for_url("**/thing/work:premiere")
        assert page.locator("h1").inner_text() == "Premiere"

    def test_focus_is_visible(self, on_small):
        page = on_small.open("/")
        page.locator(".mark").first.focus()
        page.keyboard.press("ArrowRight")
        assert page.evaluate("parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2

    def test_focus_shows_the_slurs_of_a_mark_and_escape_lets_go(self, on_large):
        page = on_large.open("/")
        assert page.locator("g.slur:not(.bundle).lit").count() == 0
        mark = page.locator(".mark").first
        mark.focus()
        number = mark.get_attribute("data-n")
        own = page.locator(f'g.slur:not(.bundle)[data-p="{number}"], g.slur:not(.bundle)[data-c="{number}"]').count()
        assert own > 0
        assert page.locator("g.slur:not(.bundle).lit").count() == own
        assert page.locator("g.slur.lit").first.evaluate("one => getComputedStyle(one).visibility") == "visible"
        assert page.locator("#readout").is_visible()
        page.keyboard.press("Escape")
        assert page.locator(".lit").count() == 0
        assert not page.locator("#readout").is_visible()


class TestNames:
    def test_a_mark_says_all_that_its_drawing_says(self, on_small):
        page = on_small.open("/")
        snapshot = page.locator(".score").aria_snapshot()
        line = next(line for line in snapshot.splitlines() if "link" in line and "Premiere" in line)
        for words in ("accepted", "sources differ", "Ben Orlo decides", "needs 2 things", "collision", "contradiction",
                      "announced 28 May 2026", "critical path"):  # fmt: skip
            assert words in line, words

    def test_landmarks_headings_and_lists(self, on_small):
        page = on_small.open("/")
        for role in ("banner", "main", "contentinfo", "search"):
            assert page.get_by_role(role).count() == 1
        assert [one.strip() for one in page.locator("h1").all_inner_texts()] == ["Full score"]
        assert page.get_by_role("heading", level=2, name="Brass").count() == 1
        assert page.get_by_role("list", name="Brass").get_by_role("listitem").count() == 1
        assert page.get_by_role("navigation", name="Zoom").get_by_role("link").count() == 3

    def test_the_table_says_the_same(self, on_small):
        page = on_small.open("/?view=table")
        row = page.get_by_role("row").filter(has_text="Premiere")
        assert "Ben Orlo decides" in row.inner_text()
        marks = page.locator("tbody tr").count()
        assert on_small.open("/").locator(".mark").count() == marks


BOXES = """all => all.map(one => {
    const {left, right, top, bottom} = one.getBoundingClientRect();
    return {href: one.getAttribute("href"), left, right, top, bottom};
})"""
# On the screen: where the slur begins, and the point of it that is farthest from there.
ENDS = """() => {
    const number = ref => document.querySelector(`.mark[href="/thing/work:${ref}"]`).dataset.n;
    const slur = `g.slur[data-p="${number("premiere")}"][data-c="${number("tour")}"] path`;
    const path = document.querySelector(slur);
    const at = share => {
        const {x, y} = path.getPointAtLength(path.getTotalLength() * share);
        const point = new DOMPoint(x, y).matrixTransform(path.getScreenCTM());
        return [point.x, point.y];
    };
    const begin = at(0);
    const far = point => Math.hypot(point[0] - begin[0], point[1] - begin[1]);
    const points = Array.from({length: 201}, (_, number) => at(number / 200));
    return [begin, points.reduce((best, one) => far(one) > far(best) ? one : best)];
}"""


def boxes(page: Any, selector: str) -> list[dict[str, float]]:
    return page.eval_on_selector_all(
        selector,
        BOXES,
    )


class TestGeometry:
    @pytest.mark.parametrize("width", [1040, 1440, 1920])
    def test_no_two_marks_overlap(self, chromium, small, large, width):
        for origin in (small, large):
            watched = Watched(chromium, origin, viewport={"width": width, "height": 900})
            found = boxes(watched.open("/?level=task"), ".mark")
            watched.close()
            assert len(found) > 5
            for one, other in combinations(found, 2):
                across = one["left"] < other["right"] - 0.5 and other["left"] < one["right"] - 0.5
                down = one["top"] < other["bottom"] - 0.5 and other["top"] < one["bottom"] - 0.5
                assert not (across and down), (one, other)

    def test_titles_have_room(self, on_small):
        page = on_small.open("/?level=task")
        clipped = page.eval_on_selector_all(
            ".words", "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.textContent)"
        )
        assert clipped == []

    def test_a_slur_is_drawn_from_one_bar_to_the_other(self, on_small):
        page = on_small.open("/")
        places = {one["href"]: one for one in boxes(page, ".mark")}
        ends = page.evaluate(
            ENDS,
        )
        premiere, tour = places["/thing/work:premiere"], places["/thing/work:tour"]
        (begin_x, begin_y), (finish_x, finish_y) = ends
        assert abs(begin_x - premiere["right"]) < 12 and premiere["top"] - 3 <= begin_y <= premiere["bottom"] + 3
        assert abs(finish_x - tour["left"]) < 12 and tour["top"] - 6 <= finish_y <= tour["bottom"] + 3

    def test_a_narrow_screen_scrolls_the_score_and_not_the_page(self, chromium, small):
        watched = Watched(chromium, small, viewport={"width": 390, "height": 800})
        for address in PAGES:
            page = watched.open(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        watched.close()

    def test_nothing_moves_where_that_is_not_wanted(self, chromium, small):
        watched = Watched(chromium, small, reduced_motion="reduce")
        page = watched.open("/")
        seconds = "one => getComputedStyle(one).transitionDuration"
        assert page.locator(".mark .text").first.evaluate(seconds) == "0s"
        watched.close()


class TestPointing:
    def test_a_ritual_shows_its_days(self, on_small):
        page = on_small.open("/")
        page.locator("details.rituals summary").click()
        page.locator("[data-ritual]").first.hover()
        assert page.locator("path.bar.lit").count() == 1

    def test_a_team_shows_what_joins_it_to_others(self, on_large):
        page = on_large.open("/")
        page.locator(".name a").first.hover()
        assert page.locator("g.slur.bundle.lit").count() > 0
        page.mouse.move(700, 5)
        assert page.locator(".lit").count() == 0
