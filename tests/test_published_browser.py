"""The Published page in a real browser, with no store: layout, hover, addresses, inert text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest

from data.catalog import results
from tests.test_browser import PHONE, browser, serve, watched  # noqa: F401 (a fixture)
from tests.test_published import HOSTILE, NASTY

pytestmark = pytest.mark.browser

CHART = ".st-key-published-chart"
POINTS = f"{CHART} .scatterlayer .points path.point"
JAMC = "JamC-QA, knowledge specific to Japan (Swallow leaderboard) · size"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server without a store, whose user has a hostile collection."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "catalogue" / "results").mkdir(parents=True)
    nasty = HOSTILE.format(nasty=NASTY)
    (folder / "catalogue" / "results" / "mine.toml").write_text(nasty, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ISOCOST_CATALOG", str(folder / "catalogue"))
        yield from serve(folder / "none.duckdb")


@pytest.fixture
def page(browser: Any, url: str) -> Iterator[Any]:  # noqa: F811
    yield from watched(browser, url, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(browser: Any, url: str) -> Iterator[Any]:  # noqa: F811
    yield from watched(browser, url, **PHONE)


def open_page(page: Any, url: str) -> None:
    page.goto(f"{url}/published")
    page.wait_for_selector(POINTS, state="attached")


def choose(page: Any, words: str) -> None:
    page.locator(".st-key-collection input").fill(words)
    page.keyboard.press("Enter")


def test_the_axis_stands_above_the_fold_and_a_point_says_who_measured(page: Any, url: str) -> None:
    open_page(page, url)
    title = page.locator(f"{CHART} .xtitle").bounding_box()
    assert title["y"] + title["height"] < 900
    box = page.locator(POINTS).last.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_selector(".hoverlayer text")
    assert "Measured by Aider" in page.locator(".hoverlayer").text_content()


def test_a_chosen_collection_is_kept_in_the_address(page: Any, url: str) -> None:
    open_page(page, url)
    choose(page, "JamC")
    page.wait_for_url(f"**collection={quote_plus(JAMC)[:12]}**")
    page.wait_for_function(
        "() => document.querySelector('.headline').innerText.includes('total parameters explain')"
    )
    # The chart before it stays for a moment.
    page.wait_for_function(
        f"() => [...document.querySelectorAll('{CHART} .xtitle')].map(e => e.textContent).join()"
        ".match(/^Total parameters[^,]*$/)"
    )


def test_no_name_is_drawn_over_another(page: Any, url: str) -> None:
    open_page(page, url)
    for words in ("Aider", "JamC", "SimpleQA (rep", "MTEB", "LRM"):
        choose(page, words)
        page.wait_for_timeout(1200)
        boxes = page.evaluate(
            f"[...document.querySelectorAll('{CHART} .annotation-text')]"
            ".map(e => e.getBoundingClientRect()).map(b => [b.left, b.top, b.right, b.bottom])"
        )
        over = [
            (a, b)
            for i, a in enumerate(boxes)
            for b in boxes[:i]
            if a[0] < b[2] and b[0] < a[2] and a[1] + 2 < b[3] and b[1] + 2 < a[3]
        ]
        assert len(boxes) > 2
        assert over == []


@pytest.mark.scale
def test_a_phone_scrolls_one_way_and_shows_the_chart_early(phone: Any, url: str) -> None:
    phone.goto(f"{url}/published")
    phone.wait_for_selector(POINTS, state="attached")
    phone.wait_for_timeout(800)
    widths = phone.evaluate(
        "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
    )
    assert widths[0] <= widths[1]
    assert phone.locator(CHART).bounding_box()["y"] <= 410
    for number in range(len(results.collections())):
        phone.locator(".st-key-collection input").click()
        phone.locator("[role=option]").nth(number).click()
        phone.wait_for_timeout(1200)
        phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
        title = phone.locator(f"{CHART} .xtitle").bounding_box()
        assert phone.locator(CHART).bounding_box()["y"] <= 410, number
        assert title["y"] + title["height"] <= 844, number


def test_a_hostile_collection_is_the_text_it_is(page: Any, url: str) -> None:
    open_page(page, url)
    choose(page, "=cmd")
    page.wait_for_function(
        "() => document.querySelector('.headline').innerText.includes('nothing')"
        " || document.querySelector('.provenance').innerText.includes('=cmd')"
    )
    for tab in ("Table", "Method", "Download", "Chart"):
        page.get_by_role("tab", name=tab).click()
        page.wait_for_timeout(500)
        assert page.locator("[data-testid=stMain] img").count() == 0
        assert page.locator("[data-testid=stMain] .katex").count() == 0
    main = page.evaluate(
        "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
    )
    assert main[0] <= main[1]
