"""The dashboard in a real browser: clicks, addresses, phones, hostile answers, no stray request."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard_data import FAKES, HOSTILE, build
from tests.raw_server import free_port

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "dashboard" / "security.py"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "user_agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome Mobile Safari/537.36",
}
POINTS = ".st-key-chart .scatterlayer .trace:last-child .points path.point"


def missing(what: str) -> None:
    """Skip where a browser is a luxury; fail where it was promised."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed, and CI must not skip the browser tests")
    pytest.skip(what)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright")
    path = shutil.which("chromium") or "/usr/bin/chromium"
    if not Path(path).exists():
        missing("chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


def serve(db: Path) -> Iterator[str]:
    """A server process of our own, ended by its pid."""
    port = free_port()
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", str(SERVER), *options],
        cwd=ROOT,
        env={**os.environ, "ISOCOST_DB": str(db), "PYTHONPATH": str(ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            try:
                urllib.request.urlopen(f"{url}/_stcore/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.1)
        assert process.poll() is None, "the server ended at once"
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One store for all: a tame campaign, and a newer one of two contestants gone hostile."""
    path = tmp_path_factory.mktemp("browser") / "store.duckdb"
    build(path, FAKES[3:5], samples=5, hostile=True, campaign="hostile", seed=2)
    return build(path, samples=4)


@pytest.fixture(scope="module")
def url(db: Path) -> Iterator[str]:
    yield from serve(db)


@pytest.fixture
def page(browser: Any, url: str) -> Iterator[Any]:
    """A page whose every request is watched."""
    yield from watched(browser, url, viewport={"width": 1440, "height": 900})


@pytest.fixture
def phone(browser: Any, url: str) -> Iterator[Any]:
    yield from watched(browser, url, **PHONE)


def watched(browser: Any, url: str, **options: Any) -> Iterator[Any]:
    context = browser.new_context(**options)
    context.set_default_timeout(20_000)
    foreign: list[str] = []
    errors: list[str] = []
    ours = (url, url.replace("http", "ws"), "data:", "blob:")
    context.on("request", lambda r: None if r.url.startswith(ours) else foreign.append(r.url))
    context.on(
        "console",
        lambda m: errors.append(m.text) if m.type == "error" and not looks_for_root(m) else None,
    )
    context.on("dialog", lambda d: (errors.append(f"dialog: {d.message}"), d.dismiss()))
    yield context.new_page()
    context.close()
    assert foreign == []
    assert errors == []


def looks_for_root(message: Any) -> bool:
    """Streamlit, opened below the root, asks there for its server before it asks the root."""
    return "404" in message.text and "/_stcore/" in message.location.get("url", "")


def open_page(page: Any, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(POINTS, state="attached")


def point(page: Any, number: int) -> tuple[float, float]:
    box = page.locator(POINTS).nth(number).bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_chart_stands_above_the_fold_and_tells_what_it_shows(page: Any, url: str) -> None:
    open_page(page, f"{url}/frontier?campaign=synthetic")
    assert page.locator(POINTS).count() >= 8
    title = page.locator(".st-key-chart .xtitle").bounding_box()
    assert title["y"] + title["height"] < 900
    assert page.get_by_label(re.compile("^Capability")).count() >= 1
    page.mouse.move(*point(page, 3))
    page.wait_for_selector(".hoverlayer text")
    assert "On the frontier" in page.locator(".hoverlayer").text_content()


def test_a_click_shows_the_attempts_and_a_reload_keeps_everything(page: Any, url: str) -> None:
    open_page(page, f"{url}/frontier?campaign=synthetic&category=Math&axis=Time")
    page.mouse.click(*point(page, 2))
    heading = page.locator("#attempts")
    heading.wait_for()
    chosen = heading.inner_text()
    page.wait_for_url("**contestant=**")
    page.reload()
    heading.wait_for()
    page.wait_for_selector(POINTS, state="attached")
    assert heading.inner_text() == chosen
    assert "axis=Time" in page.url
    assert page.locator(".xtitle").text_content().startswith("Seconds")
    pressed = page.locator(".st-key-category button[aria-checked=true]")
    assert pressed.inner_text() == "Math"
    # The mark on the point comes back too, though Plotly has forgotten its selection.
    opacity = page.evaluate(
        "[...document.querySelectorAll('.st-key-chart path.point')]"
        ".map(p => getComputedStyle(p).opacity)"
    )
    assert opacity.count("1") == 1


def test_a_contestant_can_be_chosen_and_left_by_keyboard(page: Any, url: str) -> None:
    open_page(page, f"{url}/frontier?campaign=synthetic")
    page.locator(".st-key-list button").nth(4).focus()
    page.keyboard.press("Enter")
    page.locator("#attempts").wait_for()
    assert "contestant=" in page.url
    page.get_by_role("button", name="Back to the list").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".st-key-list button")
    page.wait_for_function("!location.search.includes('contestant')")


def test_a_row_of_the_attempts_can_be_marked(page: Any, url: str) -> None:
    open_page(
        page, f"{url}/frontier?campaign=synthetic&contestant={FAKES[7].contestant.contestant_id}"
    )
    grid = page.locator("[data-testid=stDataFrame]").first
    grid.scroll_into_view_if_needed()
    first = page.locator("[data-testid=stCode]").first.inner_text()
    box = grid.bounding_box()
    page.mouse.click(box["x"] + 15, box["y"] + 35 * 3 + 17)
    page.wait_for_function(
        "was => document.querySelector('[data-testid=stCode]').innerText !== was", arg=first
    )


def test_the_theme_changes_without_a_rerun_and_stays_legible(page: Any, url: str) -> None:
    open_page(page, f"{url}/frontier?campaign=synthetic")
    for scheme, bright in (("dark", True), ("light", False)):
        page.emulate_media(color_scheme=scheme)
        page.wait_for_timeout(600)
        fill = page.evaluate(
            "getComputedStyle(document.querySelector('.st-key-chart .annotation-text')).fill"
        )
        red = int(re.findall(r"\d+", fill)[0])
        assert (red > 150) is bright


def test_a_phone_scrolls_one_way_only(phone: Any, url: str) -> None:
    open_page(phone, f"{url}/frontier?campaign=synthetic")
    widths = phone.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert widths[0] <= widths[1]
    main = phone.evaluate(
        "(e => [e.scrollWidth, e.clientWidth])(document.querySelector('[data-testid=stMain]'))"
    )
    assert main[0] <= main[1]
    assert phone.locator(".st-key-chart").bounding_box()["y"] <= 415
    assert phone.locator(".st-key-filters [data-testid=stSelectbox]").count() == 1
    assert phone.locator("[data-testid=stButtonGroup]:visible").count() == 0


def test_a_narrow_window_is_laid_out_as_a_phone(browser: Any, url: str) -> None:
    for page in watched(browser, url, viewport={"width": 390, "height": 844}):
        open_page(page, f"{url}/frontier?campaign=synthetic")
        page.wait_for_selector(".st-key-filters [data-testid=stSelectbox]")


def test_hostile_answers_are_shown_as_the_text_they_are(page: Any, url: str) -> None:
    ident = FAKES[3].contestant.contestant_id
    page.goto(f"{url}/frontier?campaign=hostile&contestant={ident}")
    page.locator("#attempts").wait_for()
    page.wait_for_selector("[data-testid=stCode]")
    seen = page.locator("[data-testid=stCode]").all_inner_texts()
    assert any(HOSTILE[0] in text for text in seen)
    for number in range(1, len(HOSTILE)):
        page.get_by_role("button", name="Next").focus()
        page.keyboard.press("Enter")
        want = HOSTILE[number].replace("\x1b", "\u241b")
        page.wait_for_function(
            "want => [...document.querySelectorAll('[data-testid=stCode]')]"
            ".some(e => e.innerText.includes(want))",
            arg=want,
        )
    assert page.locator("[data-testid=stMain] img").count() == 0
    assert page.locator("[data-testid=stMain] .katex").count() == 0


def test_the_page_follows_a_new_generation_and_keeps_the_choice(
    page: Any, url: str, db: Path
) -> None:
    ident = FAKES[4].contestant.contestant_id
    open_page(page, f"{url}/frontier?campaign=hostile&contestant={ident}")
    before = page.locator(".provenance").first.inner_text()
    build(db, FAKES[5:6], samples=5, campaign="hostile", seed=3)
    page.wait_for_function(
        "was => document.querySelector('.provenance').innerText !== was", arg=before
    )
    assert f"contestant={ident}" in page.url
    assert FAKES[4].contestant.name in page.locator("#attempts").inner_text()


@pytest.mark.scale
def test_merges_under_ten_open_sessions_reach_all_of_them_without_an_error(
    browser: Any, tmp_path: Path
) -> None:
    """Ten people with a choice of their own each, three publications, and no reload."""
    store = build(tmp_path / "busy.duckdb", FAKES[3:6], samples=3)
    ident = FAKES[4].contestant.contestant_id
    watch = contextmanager(watched)
    with contextmanager(serve)(store) as url, watch(browser, url) as first:
        pages = [first, *(first.context.new_page() for _ in range(9))]
        wanted = ["All", "Math", "Knowledge", "Classification", "Extraction"] * 2
        for page, category in zip(pages, wanted, strict=True):
            open_page(page, f"{url}/frontier?contestant={ident}&category={category}&axis=Time")
        for n, fakes in enumerate((FAKES[3:7], FAKES[3:8], FAKES[3:9])):
            build(store, fakes, samples=3, seed=2 + n)
            for page in pages:
                # People go on clicking meanwhile, all at once.
                page.evaluate("n => document.querySelectorAll('.st-key-axis button')[n].click()", n)
        for page, category in zip(pages, wanted, strict=True):
            page.wait_for_function(
                "document.querySelector('.provenance').innerText.includes('6 contestants')",
                timeout=60_000,
            )
            assert page.locator(".stException, .stAlert").count() == 0
            assert f"contestant={ident}" in page.url
            assert FAKES[4].contestant.name in page.locator("#attempts").inner_text()
            pressed = page.locator(".st-key-category button[aria-checked=true]")
            assert pressed.inner_text() == category


def test_every_answer_carries_the_policy(url: str) -> None:
    with urllib.request.urlopen(url, timeout=10) as answer:
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy.replace("https", "http").replace("ws", "")


def test_the_landing_page_answers_to_its_own_word(page: Any, url: str) -> None:
    for address in ("", "/questions"):
        page.goto(f"{url}{address}")
        page.locator(".st-key-questions").wait_for()
        page.wait_for_timeout(500)
        assert page.get_by_text("Page not found").count() == 0
