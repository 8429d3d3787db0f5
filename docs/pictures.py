"""Make the pictures in docs/img from a database: `python docs/pictures.py [DATABASE] [FOLDER]`.

Needs Chromium at /usr/bin/chromium or in $CHROMIUM.
"""

from __future__ import annotations

import os
import socket
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from dashboard.serve import Dashboard

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
SHOTS = {
    # name: (page and query, width, height, dark)
    "frontier": ("frontier?category=Math", 1440, 900, False),
    "frontier-all": ("frontier", 1440, 900, False),
    "frontier-dark": ("frontier", 1440, 900, True),
    "frontier-classification": ("frontier?category=Classification", 1440, 900, False),
    "frontier-phone": ("frontier", 390, 844, False),
    "workload": ("workload?category=Classification&quality=70", 1440, 900, False),
    "readers": ("readers", 1440, 900, False),
    "published": ("published", 1440, 900, False),
}


def take(browser: Browser, url: str, name: str, folder: Path) -> None:
    """One picture, once the points are drawn."""
    where, width, height, dark = SHOTS[name]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=1.5,
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()
    page.goto(f"{url}/{where}")
    page.wait_for_selector(".js-plotly-plot .scatterlayer .point", timeout=60_000)
    page.wait_for_timeout(1500)
    page.screenshot(path=folder / f"{name}.png")
    context.close()


def main(db: Path, folder: Path) -> None:
    """Every picture from one served database."""
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Dashboard(db, port) as dashboard, sync_playwright() as playwright:
        dashboard.wait_ready()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in SHOTS:
            take(browser, dashboard.url, name, folder)
        browser.close()


if __name__ == "__main__":
    given = [Path(a) for a in sys.argv[1:]]
    main(*(given + [Path("data/isocost.duckdb"), Path(__file__).parent / "img"][len(given) :]))
