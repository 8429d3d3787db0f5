"""A real HTTP server on loopback that says exactly what a test wants, and breaks where it wants."""

from __future__ import annotations

import contextlib
import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
LINGER_0 = struct.pack("ii", 1, 0)
"""A socket closed with this sends a reset instead of an orderly end."""


@dataclass(frozen=True)
class Reply:
    """An answer; `ending` says how the connection goes on after the body."""

    body: bytes = b""
    code: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    ending: str = "whole"  # whole | short | reset | stall
    delay_s: float = 0.0
    close: bool = False


def as_json(body: object, code: int = 200, **headers: str) -> Reply:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps(body).encode(), code, {"content-type": "application/json", **named})


def error(code: int, message: str = "boom", kind: str = "test", **headers: str) -> Reply:
    body = {"error": {"message": message, "type": kind, "code": kind}}
    return as_json(body, code, **headers)


def answer(text: str | None = "4", **changes: Any) -> dict[str, Any]:
    """An OpenAI-style body; `finish_reason` and `message` change its only choice."""
    choice = {
        "index": 0,
        "finish_reason": changes.pop("finish_reason", "stop"),
        "message": {"role": "assistant", "content": text, **changes.pop("message", {})},
    }
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "served-1"}
    return {**body, "choices": [choice], "usage": USAGE, **changes}


def delta(finish_reason: str | None = None, **content: Any) -> dict[str, Any]:
    """A chunk of a stream."""
    choice = {"index": 0, "delta": content, "finish_reason": finish_reason}
    return {
        "id": "x", "object": "chat.completion.chunk", "created": 1, "model": "served-1",
        "choices": [choice],
    }  # fmt: skip


def events(*chunks: Mapping[str, Any] | str, done: bool = True, **how: Any) -> Reply:
    lines = [chunk if isinstance(chunk, str) else f"data: {json.dumps(chunk)}" for chunk in chunks]
    text = "".join(f"{line}\n\n" for line in [*lines, *(["data: [DONE]"] if done else [])])
    return Reply(text.encode(), headers={"content-type": "text/event-stream"}, **how)


Answerer = Callable[[dict[str, Any], Mapping[str, str]], Reply]


class RawServer:
    """`reply` is what every request gets, or a function of its body and headers."""

    def __init__(self, reply: Reply | Answerer | None = None) -> None:
        self.reply: Reply | Answerer = reply or Reply()
        self.requests: list[dict[str, Any]] = []
        self.released = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                reply = outer.reply
                if not isinstance(reply, Reply):
                    reply = reply(body, self.headers)
                time.sleep(reply.delay_s)
                # A client that hung up is what some tests are about.
                with contextlib.suppress(OSError):
                    outer._send(self, reply)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        self.root = f"http://127.0.0.1:{self._server.server_port}"
        self.base = f"{self.root}/v1"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.ending == "reset":
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_0)
            handler.connection.close()
            handler.close_connection = True
            return
        missing = 0 if reply.ending == "whole" else 100
        handler.send_response(reply.code)
        for name, value in reply.headers.items():
            handler.send_header(name, value)
        if reply.close:
            handler.send_header("Connection", "close")
        else:
            handler.send_header("Content-Length", str(len(reply.body) + missing))
        handler.end_headers()
        handler.wfile.write(reply.body)
        handler.wfile.flush()
        if reply.ending == "stall":
            self.released.wait(10)
        handler.close_connection = handler.close_connection or bool(missing) or reply.close

    def __enter__(self) -> RawServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port
