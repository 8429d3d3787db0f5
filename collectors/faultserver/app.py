"""The HTTP side: which path does what, from listening to the end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import web

from collectors.faultserver import wire
from collectors.faultserver.chat import State, chat, embeddings
from collectors.faultserver.kinds import FaultServerError
from collectors.faultserver.models import ALWAYS_RIGHT
from collectors.faultserver.replies import CREATED, JSON, dumped
from collectors.faultserver.settings import Settings, changed

MOST_BYTES = 64 << 20
"""A larger request is answered 413."""
BACKLOG = 4096

Handler = Callable[[State, web.BaseRequest], Awaitable[web.StreamResponse]]


def as_json(table: Any) -> web.Response:
    return web.Response(body=dumped(table), content_type=JSON)


async def models(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """GET /v1/models."""
    if state.lacks_key(request):
        return wire.refusal("401")
    return as_json({"object": "list", "data": [_entry(state, name) for name in _names(state)]})


def _names(state: State) -> list[str]:
    return list(state.settings.models) or [ALWAYS_RIGHT]


def _entry(state: State, name: str) -> dict[str, Any]:
    ways = state.ways(name)
    entry: dict[str, Any] = {
        "id": name, "object": "model", "created": CREATED, "owned_by": "isocost",
    }  # fmt: skip
    if ways.price_in or ways.price_out:
        # Dollars per token, as text: the way of relays.
        prompt, written = ways.price_in / 1e6, ways.price_out / 1e6
        entry["pricing"] = {"prompt": f"{prompt:.12f}", "completion": f"{written:.12f}"}
    return entry


async def ledger(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """GET /ledger, with ?bodies=0 without the counts by body."""
    table = {**state.books.table(), "cpu_s": time.process_time()}
    if request.query.get("bodies") != "0":
        table["bodies"] = state.seen.table()
    return as_json(table)


async def admin(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """POST /admin: other settings from here on; {"reset": true} starts all counts anew."""
    try:
        changes = json.loads(await request.read())
        if not isinstance(changes, dict):
            raise FaultServerError("The body is no JSON object.")
        reset = changes.pop("reset", False)
        state.adopt(changed(state.settings, changes))
    except (ValueError, TypeError, RecursionError, FaultServerError) as error:
        return wire.error(400, str(error))
    if reset is True:
        state.forget()
    return as_json({name: v for name, v in vars(state.settings).items() if name != "key"})


async def health(state: State, request: web.BaseRequest) -> web.StreamResponse:
    """GET /health."""
    return as_json({"status": "ok", "pid": os.getpid()})


ROUTES: dict[tuple[str, str], Handler] = {
    ("POST", "/v1/chat/completions"): chat,
    ("GET", "/v1/models"): models,
    ("POST", "/v1/embeddings"): embeddings,
    ("GET", "/ledger"): ledger,
    ("POST", "/admin"): admin,
    ("GET", "/health"): health,
}


def dispatcher(state: State) -> Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]:
    """aiohttp's low-level handler: a look-up instead of its router, which costs more time."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        handler = ROUTES.get((request.method, request.path))
        if handler is not None:
            try:
                return await handler(state, request)
            except ConnectionError:
                return wire.GONE  # the client has left: that is its right
        if any(path == request.path for _, path in ROUTES):
            return wire.error(405, f"{request.path} doesn't take this method.")
        return wire.error(404, "There is nothing at this address.", "not_found_error")

    return handle


def _request(
    message: Any, payload: Any, protocol: Any, writer: Any, task: asyncio.Task[None]
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(
        message, payload, protocol, writer, task, loop, client_max_size=MOST_BYTES
    )


async def serve(settings: Settings, ready: Callable[[str], None]) -> None:
    """Listen until told to end; `ready` is called with the base address."""
    state = State(settings)
    server = web.Server(dispatcher(state), request_factory=_request, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", settings.port, backlog=BACKLOG)
        await site.start()
        ready(f"http://127.0.0.1:{runner.addresses[0][1]}/v1")
        await _end(settings)
    finally:
        await runner.cleanup()


async def _end(settings: Settings) -> None:
    """Return on SIGTERM or Ctrl-C, when the time is over, or when stdin closes."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(name, over.set)
        except NotImplementedError:  # Windows: the process is ended at once
            signal.signal(name, signal.SIG_DFL)
    if settings.with_parent:
        # Ctrl-C is the parent's: it may still need the server to finish what is in flight.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        threading.Thread(target=_watch_stdin, args=(loop, over), daemon=True).start()
    loop.call_later(settings.stop_after_s, over.set)
    await over.wait()


def _watch_stdin(loop: asyncio.AbstractEventLoop, over: asyncio.Event) -> None:
    with suppress(OSError, ValueError, AttributeError):  # closed before we came to read it
        while sys.stdin.buffer.read(1024):
            continue
    with suppress(RuntimeError):  # the loop has ended by itself
        loop.call_soon_threadsafe(over.set)
