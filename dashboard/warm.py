"""What the first visitor will need, made ready while the browser still loads."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Thread

from streamlit.starlette import App

from dashboard.prompt import send_at_once
from data.errors import IsocostError

MODULES = ("pandas", "plotly.tools", "dashboard.pages.frontier", "dashboard.pages.questions")
"""Modules that take the longest to load; pandas first, as dashboard.app says."""


@asynccontextmanager
async def warmed(_app: App) -> AsyncGenerator[None, None]:
    """Begins in a thread as the server starts; nobody waits for it."""
    send_at_once()
    Thread(target=warm, daemon=True).start()
    yield


def warm() -> None:
    """Load the modules, and compute the newest campaign's frontier as a first visitor sees it."""
    for name in MODULES:
        import_module(name)
    from dashboard import query
    from data.view import View

    # What is wrong with the database is said by the page.
    with suppress(IsocostError):
        source = query.source()
        if source is None or (found := query.campaigns(source)).is_empty():
            return
        what = View(str(found["campaign"][0]))
        query.choices(source, what.campaign)
        query.placed(source, what)
        query.unpriced(source, what)
