"""A page names what its chart needs at once, instead of when the chart arrives.

The front end loads a kind of element when the first of it comes, and the code that draws charts is
half of all there is: it is fetched and parsed beside the rest, while the server still computes.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCRIPTS = Path(streamlit.__file__).with_name("static") / "static" / "js"
ELEMENTS = ("Html", "ButtonGroup", "Button", "BidiComponent", "PlotlyChart")
"""What the head of a page with a chart is made of, as the front end's files are called."""
HEAD = 2_000
"""Characters in which a file names the files it needs."""
IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')

# Pages stand directly under the base: told so, the front end need not try elsewhere first.
BASE = """<script>
window.__streamlit ??= { BACKEND_BASE_URL: new URL(".", location.href).href };
</script>"""


class EarlyChart:
    """Adds to the pages of these words what makes their chart come early."""

    def __init__(self, app: ASGIApp, words: Iterable[str]) -> None:
        self.app = app
        self._paths = {f"/{word}" for word in words}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].rstrip("/") not in self._paths:
            await self.app(scope, receive, send)
            return
        begun: list[Message] = []
        body: list[bytes] = []

        async def hold(message: Message) -> None:
            if message["type"] == "http.response.start":
                begun.append(message)
            elif message["type"] == "http.response.body":
                body.append(message.get("body", b""))

        asked = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        await self.app({**scope, "headers": asked}, receive, hold)
        if not begun:
            return
        whole = b"".join(body)
        headers = MutableHeaders(raw=list(begun[0]["headers"]))
        if _is_page(headers):
            whole = whole.replace(b"</head>", added().encode() + b"</head>", 1)
            if "gzip" in Headers(scope=scope).get("accept-encoding", ""):
                whole = gzip.compress(whole, 6, mtime=0)
                headers["Content-Encoding"] = "gzip"
            headers["Content-Length"] = str(len(whole))
            headers.add_vary_header("Accept-Encoding")
            del headers["ETag"]
        await send({**begun[0], "headers": headers.raw})
        await send({"type": "http.response.body", "body": whole})


def _is_page(headers: Headers) -> bool:
    return headers.get("content-type", "").startswith("text/html")


@cache
def added() -> str:
    """What goes into the head of a page; files that the front end does not have are left out."""
    files = [file for name in ELEMENTS for file in sorted(SCRIPTS.glob(f"{name}.*.js"))]
    names = dict.fromkeys(name for file in files for name in (*_needs(file), file.name))
    links = [f'<link rel="modulepreload" crossorigin href="./static/js/{n}">' for n in names]
    return "\n".join([*links, BASE])


def _needs(file: Path) -> list[str]:
    with file.open(encoding="utf-8") as text:
        return IMPORT.findall(text.read(HEAD))
