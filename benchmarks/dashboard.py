"""How fast the dashboard is in a real browser, over stores of one and ten million attempts.

Run by `make bench-dashboard`, with how many nights the stores hold (default: 1 10); a night is a
little over a million attempts of 60 contestants. Needs Debian's chromium and playwright (the `test`
extra). Medians of some runs; the browser shares the machine's cores with the server.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks import lens_store
from dashboard.serve import Dashboard
from data.store import Reader, merge
from data.view import newest_campaign
from tests import rows
from tests.raw_server import free_port

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SCREEN = {"width": 1440, "height": 900}
POINT = ".st-key-chart .points path.point"
TIMES = 3
FILTERS = 12
SESSIONS = 10
MERGES = 3
# From the click to the frame in which the points stand elsewhere: every category has its own. While
# one chart takes another's place both are there, which counts as neither.
CLICK = """([pill, point]) => new Promise((done, fail) => {
  const stand = () => document.querySelectorAll('.st-key-chart .js-plotly-plot').length === 1 &&
    [...document.querySelectorAll(point)].map(p => p.getAttribute('transform')).join();
  const old = stand(), t0 = performance.now();
  const look = () => {
    const now = stand();
    if (now && now !== old) requestAnimationFrame(() => done(performance.now() - t0));
    else if (performance.now() - t0 > 20000) fail(new Error('no new chart in 20 s'));
    else requestAnimationFrame(look);
  };
  const button = [...document.querySelectorAll('.st-key-category button')][pill];
  button.click();
  look();
})"""

SETTLED = "document.querySelectorAll('.st-key-chart .js-plotly-plot').length === 1"


def told(what: str, value: str, goal: str = "") -> None:
    print(f"  {what:52} {value:>12}  {goal}".rstrip(), flush=True)


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    rows = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(row for row in rows if row.startswith("VmRSS")).split()[1]) / 1024


@contextmanager
def serving(db: Path) -> Iterator[tuple[Dashboard, float]]:
    """A server of our own, and the seconds until it answered."""
    started = time.perf_counter()
    with Dashboard(db, free_port()) as dashboard:
        dashboard.wait_ready()
        yield dashboard, time.perf_counter() - started


async def opened(browser: Browser, url: str, count: dict[str, float] | None = None) -> Page:
    """A page with the frontier drawn, of a visitor who was never here."""
    context = await browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    page = await context.new_page()
    if count is not None:
        client = await context.new_cdp_session(page)
        await client.send("Network.enable")

        def add(event: dict[str, Any]) -> None:
            count["bytes"] = count.get("bytes", 0) + event["encodedDataLength"]

        def frame(event: dict[str, Any]) -> None:
            count["frames"] = count.get("frames", 0) + len(event["response"]["payloadData"]) * 3 / 4

        client.on("Network.loadingFinished", add)
        client.on("Network.webSocketFrameReceived", frame)
    await page.goto(f"{url}/frontier")
    await page.wait_for_selector(POINT, timeout=60_000)
    return page


async def first_charts(browser: Browser, db: Path) -> None:
    """Cold: the first visitor of a new server; warm: the next one, with nothing in the browser."""
    healthy, cold, warm, count = [], [], [], {}
    for _ in range(TIMES):
        with serving(db) as (dashboard, seconds):
            healthy.append(seconds)
            for found in (cold, warm):
                started = time.perf_counter()
                count = {}
                page = await opened(browser, dashboard.url, count)
                found.append(time.perf_counter() - started)
                await page.wait_for_timeout(1500)
                await page.context.close()
    told("server healthy", f"{statistics.median(healthy):.2f} s", "goal 2 s")
    told("first chart, cold", f"{statistics.median(cold):.2f} s", "goal 3.5 s")
    told("first chart, warm server", f"{statistics.median(warm):.2f} s", "goal 1.5 s")
    told("first visit, files", f"{count['bytes'] / 1e6:.2f} MB", "goal 3 MB")
    told("first visit, websocket", f"{count.get('frames', 0) / 1e3:.0f} kB")


async def click(page: Page, pill: int) -> float:
    """Milliseconds from a click on a category to its chart."""
    await page.wait_for_function(SETTLED)
    return float(await page.evaluate(CLICK, [pill, POINT]))


async def filters(browser: Browser, dashboard: Dashboard) -> None:
    """Every category once (computed), then again (kept)."""
    page = await opened(browser, dashboard.url)
    await page.wait_for_timeout(1000)
    pills = await page.locator(".st-key-category button").count()
    first = [await click(page, 1 + i) for i in range(pills - 1)]
    again = [await click(page, 1 + i % (pills - 1)) for i in range(FILTERS)]
    told("filter to painted, a view nobody asked before", f"{statistics.median(first):.0f} ms")
    told("filter to painted", f"{statistics.median(again):.0f} ms", "goal 250 ms")
    await page.context.close()


def publish(db: Path, times: int, looked_at: str) -> None:
    """Merges of attempts, as a collector publishes while people look.

    In turn of another campaign and of the one that is looked at, all of whose answers are then old.
    """
    for i in range(times):
        who, what = rows.contestant("A"), rows.sample(i)
        old = rows.attempt(who, what, campaign="earlier", run_id=f"publish-{i}")
        if i % 2:
            # One more epoch of a sample that was asked: the charts stay, but nothing knows that.
            old = replace(old, campaign=looked_at, **lens_store.ONE, epoch=4)
        rows.write(db, [(who, what, replace(old, started_at=datetime(2025, 1, 1)))], f"publish-{i}")
        merge(db)


async def many(browser: Browser, db: Path, dashboard: Dashboard, pid: int) -> None:
    """Ten people at once, each choosing a category now and then, while results are published."""
    pages = [await opened(browser, dashboard.url) for _ in range(SESSIONS)]
    pills = await pages[0].locator(".st-key-category button").count()
    chance = random.Random(0)

    async def visitor(page: Page) -> list[float]:
        found, now = [], 0
        for _ in range(FILTERS):
            await asyncio.sleep(chance.uniform(0.5, 3.0))
            now = chance.choice([i for i in range(pills) if i != now])
            found.append(await click(page, now))
        return found

    looked_at = newest_campaign(Reader(db))
    publisher = get_context("spawn").Process(target=publish, args=(db, MERGES, looked_at))
    publisher.start()
    waits = sorted(ms for found in await asyncio.gather(*map(visitor, pages)) for ms in found)
    publisher.join()
    errors = [await page.locator(".stException, .stAlert").count() for page in pages]
    told(f"10 sessions: errors during {MERGES} merges", f"{sum(errors)}", "goal 0")
    told("10 sessions: median", f"{statistics.median(waits):.0f} ms")
    told("10 sessions: p95", f"{waits[int(0.95 * len(waits))]:.0f} ms", "goal 1,000 ms")
    told("10 sessions: server's memory", f"{memory_mb(pid):.0f} MB", "goal 600 MB")
    for page in pages:
        await page.context.close()


async def measure(db: Path) -> None:
    path = shutil.which("chromium") or "/usr/bin/chromium"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        await first_charts(browser, db)
        with serving(db) as (dashboard, _):
            await filters(browser, dashboard)
            told("memory after one visitor", f"{memory_mb(dashboard.pid):.0f} MB")
            await many(browser, db, dashboard, dashboard.pid)
        await browser.close()


def main(nights: list[int]) -> None:
    print(f"{os.cpu_count()} cores, medians of {TIMES} servers and {FILTERS} clicks")
    for n, db in lens_store.stores(nights):
        print(f"{n * lens_store.NIGHT:,} attempts, {db.stat().st_size / 1e6:.0f} MB")
        asyncio.run(measure(db))


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [1, 10])
