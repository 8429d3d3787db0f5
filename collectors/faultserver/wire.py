"""How an answer goes out on the connection: whole, in pieces, cut off, or not at all."""

from __future__ import annotations

import asyncio
import math
import os
import socket
import struct
import time
from collections.abc import Mapping
from email.utils import formatdate

from aiohttp import ClientConnectionResetError, web

from collectors.faultserver.question import share
from collectors.faultserver.replies import FILLER, HTML, JSON, PAGE, SSE, Reply, dumped, error_table

NO_WAIT = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER on, 0 seconds: closing sends RST."""
SPACES = b" " * (1 << 18)
POLL_S = 0.1
GONE = web.Response()
"""What a handler returns when it has dealt with the connection itself."""

STATUSES: Mapping[str, tuple[int, str, str]] = {
    "429": (429, "rate_limit_error", "Too many requests, come back later."),
    "429-date": (429, "rate_limit_error", "Too many requests, come back later."),
    "429-ms": (429, "rate_limit_error", "Too many requests, come back later."),
    "429-bare": (429, "rate_limit_error", "Too many requests."),
    "500": (500, "server_error", "Something broke."),
    "503": (503, "server_error", "Not available right now."),
    "529": (529, "overloaded_error", "Overloaded."),
    "401": (401, "authentication_error", "This key is not accepted."),
    "403": (403, "permission_error", "This key may not do that."),
    "404-model": (404, "not_found_error", "There is no such model."),
    "400": (400, "invalid_request_error", "The request can't be answered as it is."),
}
"""Kinds that are a status with an error in JSON: (status, type, message)."""
CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}


def refusal(kind: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The response of a kind that is a status."""
    status, type_, message = STATUSES[kind]
    return error(status, message, type_, CODES.get(status), headers=headers)


def error(
    status: int,
    message: str,
    type_: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> web.Response:
    """An error response as OpenAI shapes it."""
    body = dumped(error_table(message, type_, code, param))
    return web.Response(status=status, body=body, content_type=JSON, headers=headers)


def page(status: int) -> web.Response:
    """An HTML page where JSON was asked for."""
    return web.Response(status=status, body=PAGE, content_type=HTML)


def come_back(kind: str, key: str, longest_s: float) -> tuple[dict[str, str], float]:
    """(headers, seconds) of a kind that says when to come back; 0 seconds when it doesn't."""
    wait_s = round(longest_s * (0.2 + 0.8 * share("wait", key)), 3)
    if kind in ("429", "503"):
        return {"Retry-After": f"{wait_s:g}"}, wait_s
    if kind == "429-ms":
        return {"retry-after-ms": f"{wait_s * 1000:.0f}"}, wait_s
    if kind == "429-date":
        now = time.time()
        then = math.ceil(now + longest_s)
        return {"Retry-After": formatdate(then, usegmt=True)}, then - now
    return {}, 0.0


async def send(request: web.BaseRequest, reply: Reply, pause_s: float = 0.0) -> web.StreamResponse:
    """The whole answer, and only then back: raises ConnectionError when the client has left."""
    if reply.content_type == SSE:
        return await _send_stream(request, reply, pause_s)
    response = web.Response(body=reply.whole, content_type=reply.content_type)
    await response.prepare(request)
    await response.write_eof()
    return response


async def _send_stream(
    request: web.BaseRequest, reply: Reply, pause_s: float
) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": SSE, "Cache-Control": "no-cache"})
    response.enable_chunked_encoding()
    await response.prepare(request)
    if pause_s <= 0:
        await response.write(reply.whole)
    else:
        for n, piece in enumerate(reply.pieces):
            await asyncio.sleep(pause_s if n else 0)
            await response.write(piece)
    await response.write_eof()
    return response


async def drip(request: web.BaseRequest, reply: Reply, pause_s: float) -> web.StreamResponse:
    """The whole answer, byte by byte."""
    whole = reply.whole
    response = await _announced(request, reply, len(whole))
    for start in range(len(whole)):
        await response.write(whole[start : start + 1])
        await asyncio.sleep(pause_s)
    await response.write_eof()
    return response


async def swollen(request: web.BaseRequest, reply: Reply, spaces: int) -> web.StreamResponse:
    """The whole answer with so many spaces in its text; they are never all in memory."""
    head, _, tail = reply.whole.rpartition(FILLER.encode())
    response = await _announced(request, reply, len(head) + spaces + len(tail))
    await response.write(head)
    for start in range(0, spaces, len(SPACES)):
        await response.write(SPACES[: spaces - start])
    await response.write(tail)
    await response.write_eof()
    return response


async def _announced(request: web.BaseRequest, reply: Reply, length: int) -> web.StreamResponse:
    response = web.StreamResponse(
        headers={"Content-Type": reply.content_type, "Content-Length": str(length)}
    )
    await response.prepare(request)
    return response


def _connection(request: web.BaseRequest) -> asyncio.Transport:
    if request.transport is None:
        raise ClientConnectionResetError("the client has left")
    return request.transport


def close(request: web.BaseRequest) -> web.Response:
    """The connection ends in good order, without an answer."""
    _connection(request).close()
    return GONE


def reset(request: web.BaseRequest) -> web.Response:
    """The connection ends with RST."""
    connection = _connection(request)
    connection.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, NO_WAIT)
    connection.abort()
    return GONE


async def half(request: web.BaseRequest, reply: Reply, *, rst: bool) -> web.Response:
    """Half of the announced bytes, then the end."""
    connection, whole = _connection(request), reply.whole
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {reply.content_type}\r\nContent-Length: {len(whole)}"
    connection.write(head.encode() + b"\r\n\r\n" + whole[: len(whole) // 2])
    if not rst:
        return close(request)
    await asyncio.sleep(POLL_S / 5)  # RST overtakes bytes that are still on their way
    return reset(request)


async def stall(request: web.BaseRequest, seconds: float) -> web.Response:
    """Nothing, until the client leaves or the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if request.transport is None or request.transport.is_closing():
            return GONE
        await asyncio.sleep(min(POLL_S, max(0.0, end - time.monotonic())))
    return close(request)
