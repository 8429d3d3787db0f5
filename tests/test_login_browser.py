"""A login in a real browser, against a provider on loopback: nobody sees a page before it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.listening import Listening
from dashboard.serve import Dashboard
from tests.dashboard_data import FAKES, build
from tests.raw_server import free_port
from tests.test_browser import browser as browser
from tests.test_browser import missing

pytestmark = pytest.mark.browser

LOGIN = """
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "0123456789abcdef0123456789abcdef"
client_id = "isocost"
client_secret = "secret"
server_metadata_url = "{metadata}"

[readers]
emails = ["ada@example.com"]
"""


@pytest.fixture(scope="module")
def provider() -> Iterator[Any]:
    try:
        from tests.oidc_server import Provider
    except ImportError:
        missing("joserfc (the login extra)")
    found = Provider()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory, provider: Any) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("login")
    db = build(folder / "store.duckdb", FAKES[:4], samples=4)
    port = free_port()
    file = folder / "login.toml"
    text = LOGIN.format(url=f"http://127.0.0.1:{port}", metadata=provider.metadata_url)
    file.write_text(text, "utf-8")
    with Dashboard(Path(db), port, Listening(login=str(file))) as dashboard:
        dashboard.wait_ready()
        yield dashboard.url


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)
    yield page
    context.close()


def log_in(page: Any, url: str, path: str = "/frontier") -> None:
    page.goto(f"{url}{path}")
    page.get_by_role("button", name="Log in").click()


def test_nothing_is_seen_before_the_login(page: Any, url: str) -> None:
    for path in ("/", "/frontier", "/questions", "/tasks"):
        page.goto(f"{url}{path}")
        page.get_by_role("button", name="Log in").wait_for()
        said = page.inner_text("body")
        assert all(fake.model not in said for fake in FAKES)
        assert page.locator(".stPlotlyChart").count() == 0
        assert page.get_by_role("link", name="Frontier").count() == 0


def test_a_reader_comes_in_and_leaves_again(page: Any, url: str, provider: Any) -> None:
    provider.email, provider.verified = "Ada@example.com", True
    log_in(page, url)
    page.get_by_role("link", name="Frontier").first.wait_for()
    page.goto(f"{url}/frontier")
    page.locator(".stPlotlyChart").first.wait_for()
    page.get_by_role("button", name="Log out").click()
    page.get_by_role("button", name="Log in").wait_for()


@pytest.mark.parametrize(
    ("email", "verified"), [("eve@example.com", True), ("ada@example.com", False), ("", True)]
)
def test_others_are_turned_away(
    page: Any, url: str, provider: Any, email: str, verified: bool
) -> None:
    provider.email, provider.verified = email, verified
    log_in(page, url)
    page.get_by_text("Not one of the readers").wait_for()
    page.goto(f"{url}/frontier")
    page.get_by_text("Not one of the readers").wait_for()
    assert page.locator(".stPlotlyChart").count() == 0
