"""The page in a real browser: drawn and drawn again, told to a screen reader, wide and narrow, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from counterpoint.faces.report import render
from tests.faces.report import made_up
from tests.faces.web.test_browser import chromium, missing

__all__ = ["chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
_DRAWN = "html[data-drawn]"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("report")
    made = {}
    for name, answer in (("whole", made_up.hostile()), ("bare", made_up.bare())):
        file = folder / f"{name}.html"
        file.write_text(render(answer), encoding="utf-8")
        made[name] = file.as_uri()
    return made


class Opened:
    """A page that was opened, with what it complained of and what it asked for."""

    def __init__(self, chromium: Any, address: str, **options: Any) -> None:
        self.context = chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(address)

    def drawn(self) -> Any:
        self.page.wait_for_selector(_DRAWN, timeout=120_000)
        return self.page


@pytest.fixture(scope="module")
def opened(chromium: Any, pages: dict[str, str]) -> Iterator[Opened]:
    one = Opened(chromium, pages["whole"])
    one.drawn()
    yield one
    one.context.close()


def test_every_picture_is_drawn_again_and_nothing_is_asked_for(opened: Opened, pages: dict[str, str]) -> None:
    page = opened.page
    assert opened.complaints == []
    assert opened.asked == [pages["whole"]]
    live = page.eval_on_selector_all(".chart", "all => all.map(one => 'live' in one.dataset)")
    assert live == [True] * 6


def test_a_chart_tells_more_under_the_pointer(opened: Opened) -> None:
    page = opened.page
    page.locator("#exposure-chart").scroll_into_view_if_needed()
    page.locator("#exposure-chart .mark-symbol path").first.hover()
    tip = page.locator("#vg-tooltip-element.visible")
    tip.wait_for(timeout=10_000)
    assert "truck factor" in tip.inner_text() and made_up.whole().exposure.areas[0].area[5:] in tip.inner_text()


def test_without_javascript_the_pictures_are_there(chromium: Any, pages: dict[str, str]) -> None:
    one = Opened(chromium, pages["whole"], java_script_enabled=False)
    boxes = [one.page.locator(f"#{name} svg").bounding_box() for name in ("matrix", "graph", "growth-chart")]
    assert all(box is not None and box["width"] > 300 and box["height"] > 200 for box in boxes)
    one.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["whole", "bare"])
def test_axe_finds_nothing(chromium: Any, pages: dict[str, str], name: str, scheme: str) -> None:
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ImportError:
        missing("axe-playwright-python")
    # Its script is none of the page's own, which is all that the page lets run.
    one = Opened(chromium, pages[name], color_scheme=scheme, bypass_csp=True)
    if name == "whole":
        one.drawn()
        one.page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    found = Axe().run(one.page)
    one.context.close()
    assert found.violations_count == 0, found.generate_report()


def test_a_narrow_screen_scrolls_the_pictures_and_not_the_page(chromium: Any, pages: dict[str, str]) -> None:
    one = Opened(chromium, pages["whole"], viewport={"width": 390, "height": 800})
    page = one.drawn()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    inside = page.eval_on_selector_all(".scroll", "all => all.map(one => one.scrollWidth > one.clientWidth)")
    assert any(inside)
    one.context.close()


def test_what_is_far_apart_in_colour_is_far_apart_in_both_schemes(chromium: Any, pages: dict[str, str]) -> None:
    for scheme in ("light", "dark"):
        one = Opened(chromium, pages["whole"], color_scheme=scheme, java_script_enabled=True)
        colours = one.drawn().evaluate(
            "() => ['.sample.filled', '.sample.none', '.sample.all', '.sample.half']"
            ".map(one => getComputedStyle(document.querySelector(one)).backgroundColor)"
        )
        assert len(set(colours[1:])) == 3, (scheme, colours)
        one.context.close()


def test_the_first_stop_skips_to_the_content_and_every_table_can_be_reached(opened: Opened) -> None:
    page = opened.page
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for role, count in (("banner", 1), ("main", 1), ("contentinfo", 1)):
        assert page.get_by_role(role).count() == count
    assert page.locator("h2").all_inner_texts()[0] == "What stands out"
