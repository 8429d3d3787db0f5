"""Static files compressed once: three megabytes go to a first visitor instead of eight."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TYPES = ("javascript", "css", "json", "svg", "html", "xml", "wasm", "text")
"""Words in the content types that shrink; fonts and pictures are compressed as they are."""
LEAST = 1_000
"""Bytes below which a file is sent as it is."""
MOST = 64_000_000
"""Bytes kept; the front end is about three."""


class CompressedStatic:
    """Sends files of /static gzipped to whoever takes it, each compressed on its first request.

    The names of these files hold a hash of what is in them, so what is kept never goes stale.
    Everything else passes: what a session says is compressed by its websocket.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: dict[str, tuple[list[tuple[bytes, bytes]], bytes]] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _asks(scope):
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        if path not in self._kept:
            begun: list[Message] = []
            body: list[bytes] = []
            ended: list[bool] = []

            async def hold(message: Message) -> None:
                if message["type"] == "http.response.start":
                    begun.append(message)
                elif message["type"] == "http.response.body":
                    body.append(message.get("body", b""))
                    ended.append(not message.get("more_body", False))

            await self.app(scope, receive, hold)
            whole = b"".join(body)
            # Whoever asked may be gone in the middle: half a file is nobody's, and never kept.
            if not begun or not any(ended) or not _whole(begun[0], whole):
                return
            if not _shrinks(begun[0], whole):
                await send(begun[0])
                await send({"type": "http.response.body", "body": whole})
                return
            packed = gzip.compress(whole, 6, mtime=0)
            headers = _headers(begun[0]["headers"], len(packed))
            if self._size + len(packed) > MOST:
                await _answer(send, headers, packed)
                return
            self._kept[path] = (headers, packed)
            self._size += len(packed)
        await _answer(send, *self._kept[path])


def _asks(scope: Scope) -> bool:
    """Whether a request is for a whole static file, by someone who reads gzip."""
    if scope["type"] != "http" or scope["method"] != "GET" or "/static/" not in scope["path"]:
        return False
    headers = Headers(scope=scope)
    partial = {"range", "if-none-match", "if-modified-since"} & set(headers.keys())
    return "gzip" in headers.get("accept-encoding", "") and not partial


def _whole(begun: Message, body: bytes) -> bool:
    told = Headers(raw=begun["headers"]).get("content-length")
    return told is None or told == str(len(body))


def _shrinks(begun: Message, body: bytes) -> bool:
    headers = Headers(raw=begun["headers"])
    kind = headers.get("content-type", "")
    return (
        begun["status"] == 200
        and len(body) >= LEAST
        and "content-encoding" not in headers
        and any(word in kind for word in TYPES)
    )


def _headers(raw: Iterable[tuple[bytes, bytes]], size: int) -> list[tuple[bytes, bytes]]:
    headers = MutableHeaders(raw=list(raw))
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(size)
    headers.add_vary_header("Accept-Encoding")
    return headers.raw


async def _answer(send: Send, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})
