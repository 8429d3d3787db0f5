"""Real HTTP servers on loopback that list and answer as the providers do, for tests of `init`."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEYS = {
    "openai": "sk-planted-openai-7f3a",
    "anthropic": "sk-ant-planted-91bc",
    "gemini": "planted-gemini-55e0",
    "openrouter": "sk-or-planted-c0de",
}
OPENAI = ("gpt-5-mini", "gpt-5-mini-2025-08-07", "gpt-4.1", "text-embedding-3-small", "whisper-1")
ANTHROPIC = ("claude-haiku-4-5-20251001", "claude-opus-4-7", "claude-sonnet-5")
GEMINI = (
    ("gemini-2.5-flash", "generateContent"),
    ("gemini-2.5-flash-lite", "generateContent"),
    ("gemini-embedding-001", "embedContent"),
)
OPENROUTER = (
    # id, dollars per token in and out, output modality
    ("deepseek/deepseek-v3.2", "0.00000026", "0.00000038", "text"),
    ("qwen/qwen3-8b", "0.000000035", "0.000000138", "text"),
    ("x-ai/grok-4.3", "0.000002", "0.000006", "text"),
    ("meta-llama/llama-3.3-70b-instruct", "0.00000013", "0.0000004", "text"),
    ("nobody/brand-new-9b", "0.0000005", "0.0000015", "text"),
    ("somebody/paints", "0.000001", "0.000001", "image"),
    ("openrouter/auto", "-1", "-1", "text"),
)


class Providers:
    """All of them on one port, by path; `seen` holds (path, headers) of every request.

    `broken` maps a provider to raw bytes that it sends instead of its listing.
    """

    def __init__(
        self, broken: dict[str, bytes] | None = None, silent: tuple[str, ...] = ()
    ) -> None:
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.bodies: list[dict[str, Any]] = []
        self.broken, self.silent = broken or {}, silent
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                outer.seen.append((self.path, dict(self.headers)))
                who = self.path.split("/")[1]
                if who in outer.broken:
                    self.reply(200, outer.broken[who])
                elif self.path.startswith("/away/"):
                    self.reply(302, b"", Location=f"http://127.0.0.1:{outer.port}/caught/models")
                elif not self.allowed(who) and "openrouter/api/v1/models" not in self.path:
                    self.reply(401, json.dumps({"error": f"wrong key {self.key()}"}).encode())
                elif (listing := _listing(self.path)) is None:
                    self.reply(404, b"{}")
                else:
                    self.reply(200, json.dumps(listing).encode())

            def do_POST(self) -> None:
                outer.seen.append((self.path, dict(self.headers)))
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.bodies.append(body)
                model = str(body.get("model", self.path))
                if not self.allowed(self.path.split("/")[1]):
                    self.reply(401, json.dumps(_error(f"Incorrect key: {self.key()}")).encode())
                elif any(name in model for name in outer.silent):
                    self.reply(400, json.dumps(_error(f"no {model} \x1b[31m{self.key()}")).encode())
                else:
                    self.reply(200, json.dumps(_answer(self.path, model)).encode())

            def key(self) -> str:
                found = self.headers.get("Authorization", "").removeprefix("Bearer ")
                return found or self.headers.get("x-api-key") or self.headers.get(
                    "x-goog-api-key", ""
                )  # fmt: skip

            def allowed(self, who: str) -> bool:
                return who not in KEYS or self.key() == KEYS[who]

            def reply(self, status: int, data: bytes, **headers: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                for name, text in headers.items():
                    self.send_header(name, text)
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.root = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    def environment(self, *names: str) -> dict[str, str]:
        """Variables that lead to these providers, with their keys."""
        every = {
            "openai": {"OPENAI_BASE_URL": f"{self.root}/openai/v1"},
            "anthropic": {"ANTHROPIC_BASE_URL": f"{self.root}/anthropic"},
            "gemini": {"GEMINI_API_BASE": f"{self.root}/gemini/v1beta"},
            "openrouter": {"OPENROUTER_API_BASE": f"{self.root}/openrouter/api/v1"},
            "ollama": {"OLLAMA_HOST": f"127.0.0.1:{self.port}"},
            "vllm": {"HOSTED_VLLM_API_BASE": f"{self.root}/vllm/v1"},
        }
        found: dict[str, str] = {}
        for name in names:
            found |= every[name]
            if name in KEYS:
                found[f"{name.upper()}_API_KEY"] = KEYS[name]
        return found

    def __enter__(self) -> Providers:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _error(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "test", "code": "test"}}


def _listing(path: str) -> Any:
    where, _, query = path.partition("?")
    if where == "/openai/v1/models":
        return {"data": [{"id": m, "object": "model", "owned_by": "system"} for m in OPENAI]}
    if where == "/anthropic/v1/models":
        # Two pages, as a real listing may have.
        first = "after_id" not in query
        names = ANTHROPIC[:2] if first else ANTHROPIC[2:]
        rows = [{"type": "model", "id": m, "created_at": "2026-01-01T00:00:00Z"} for m in names]
        return {"data": rows, "has_more": first, "last_id": names[-1]}
    if where == "/gemini/v1beta/models":
        first = "pageToken" not in query
        rows = [
            {"name": f"models/{name}", "supportedGenerationMethods": [method]}
            for name, method in (GEMINI[:1] if first else GEMINI[1:])
        ]
        return {"models": rows} | ({"nextPageToken": "more/2=="} if first else {})
    if where == "/openrouter/api/v1/models":
        return {
            "data": [
                {
                    "id": name,
                    "created": 1_780_000_000,
                    "pricing": {"prompt": low, "completion": high},
                    "architecture": {"input_modalities": ["text"], "output_modalities": [made]},
                }
                for name, low, high, made in OPENROUTER
            ]
        }
    if where == "/openrouter/api/v1/key":
        return {"data": {"label": "test"}}
    if where == "/api/tags":
        return {"models": [{"name": "llama3.2:3b"}, {"name": "nomic-embed-text:latest"}]}
    if where == "/vllm/v1/models":
        return {"data": [{"id": "Qwen/Qwen3-8B", "owned_by": "vllm", "max_model_len": 32768}]}
    return None


def _answer(path: str, model: str) -> Any:
    """42, with the usage block of whoever lives at the path."""
    if path.startswith("/anthropic"):
        return {
            "id": "x", "type": "message", "role": "assistant", "model": model,
            "content": [{"type": "text", "text": "42"}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 21, "output_tokens": 5},
        }  # fmt: skip
    if path.startswith("/gemini"):
        return {
            "candidates": [
                {"content": {"role": "model", "parts": [{"text": "42"}]}, "finishReason": "STOP"}
            ],
            "usageMetadata": {
                "promptTokenCount": 20, "candidatesTokenCount": 2, "thoughtsTokenCount": 30,
                "totalTokenCount": 52,
            },
        }  # fmt: skip
    if path.startswith("/api/chat"):
        return {
            "model": model, "created_at": "2026-11-24T00:00:00Z", "done": True,
            "done_reason": "stop", "message": {"role": "assistant", "content": "42"},
            "prompt_eval_count": 23, "eval_count": 4,
        }  # fmt: skip
    return {
        "id": "x", "object": "chat.completion", "created": 1, "model": model,
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": "42"}}],
        "usage": {"prompt_tokens": 22, "completion_tokens": 40, "total_tokens": 62,
                  "completion_tokens_details": {"reasoning_tokens": 38}},
    }  # fmt: skip
