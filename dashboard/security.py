"""The dashboard as an ASGI app whose answers carry a content-security policy.

Started with `streamlit run dashboard/security.py`. Nothing on the page may be fetched from, or
sent to, another origin, whatever a stored answer says; see docs/decisions.
"""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.runtime.pages_manager import PagesManager

from dashboard.compressed import CompressedStatic
from dashboard.early import EarlyChart
from dashboard.navigation import MENU
from dashboard.warm import warmed

# Streamlit's front end needs inline scripts and eval (Vega, components); blob: is how it loads
# a component's own script.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' ws: wss:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)
UNCHARTED = ("questions", "reports", "method")
"""Pages that open without a chart."""
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class SecureHeaders:
    """Adds the headers to every HTTP answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
            await send(message)

        await self.app(scope, receive, with_headers if scope["type"] == "http" else send)


# dashboard/pages holds modules, not scripts. st.navigation says so too, but only once the first
# visit has run: a first visit to /some-page would otherwise run pages/some_page.py as a script.
PagesManager.uses_pages_directory = False

charted = [e.word for group in MENU.values() for e in group if e.word not in UNCHARTED]
app = st.App(
    Path(__file__).with_name("app.py"),
    middleware=[
        Middleware(SecureHeaders),
        Middleware(EarlyChart, words=charted),
        Middleware(CompressedStatic),
    ],
    lifespan=warmed,
)
