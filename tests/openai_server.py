"""A real OpenAI-compatible HTTP server on loopback for tests: it adds the numbers it is shown."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = Callable[[list[dict[str, str]]], str]


def adds(messages: list[dict[str, str]]) -> str:
    """The sum of the numbers in the last message."""
    return f"Answer: {sum(map(int, re.findall(r'[0-9]+', messages[-1]['content'])))}"


class OpenAIServer:
    """Answers after `delay_s`; `requests` holds every body that arrived."""

    def __init__(self, answer: Answer = adds, delay_s: float = 0.0, status: int = 200) -> None:
        self.requests: list[dict[str, Any]] = []
        self.answer, self.delay_s, self.status = answer, delay_s, status
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.requests.append(body)
                time.sleep(outer.delay_s)
                self.reply(outer.status, outer.body(body))

            def reply(self, status: int, body: dict[str, Any]) -> None:
                data = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    pass  # the client was killed: that is what the test is about

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def body(self, request: dict[str, Any]) -> dict[str, Any]:
        if self.status != 200:
            return {"error": {"message": f"status {self.status}", "type": "test"}}
        text = self.answer(request["messages"])
        words = sum(len(m["content"].split()) for m in request["messages"])
        return {
            "id": "x", "object": "chat.completion", "created": 1, "model": request["model"],
            "choices": [{"index": 0, "finish_reason": "stop",
                         "message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": words, "completion_tokens": 10,
                      "total_tokens": words + 10},
        }  # fmt: skip

    def __enter__(self) -> OpenAIServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
