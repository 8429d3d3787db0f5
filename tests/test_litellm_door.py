"""The door against a small real server on loopback that answers as providers do, well and badly."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from collectors.providers import litellm_door
from collectors.providers.router import Endpoint, Providers
from data.errors import CredentialError
from data.records import Completion, Contestant

KEY = "sk-verysecret-123"
MESSAGES = [{"role": "user", "content": "2 + 2?"}]
PLAIN_USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def answer(**changes: Any) -> bytes:
    """An OpenAI-style response; `message` and `finish_reason` change its only choice."""
    message = changes.pop("message", {"role": "assistant", "content": "4"})
    reason = changes.pop("finish_reason", "stop")
    choice = {"index": 0, "finish_reason": reason, "message": message}
    body = {"id": "x", "object": "chat.completion", "created": 1, "model": "served-1"}
    return json.dumps({**body, "choices": [choice], **changes}).encode()


class Provider(BaseHTTPRequestHandler):
    """Answers every request with the server's `reply`, after `delay_s`."""

    server: ProviderServer

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.requests.append(json.loads(self.rfile.read(length)))
        time.sleep(self.server.delay_s)
        self.send_response(self.server.code)
        self.send_header("Content-Length", str(len(self.server.reply)))
        self.end_headers()
        self.wfile.write(self.server.reply)

    def log_message(self, format: str, *args: object) -> None:
        pass


class ProviderServer(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Provider)
        self.code = 200
        self.reply = b""
        self.delay_s = 0.0
        self.requests: list[dict[str, Any]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hung up on a stalled answer is part of the tests."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


@pytest.fixture
def provider() -> Iterator[ProviderServer]:
    with ProviderServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def ask(
    url: str, timeout_s: float = 5.0, extra: Mapping[str, Any] | None = None, **changes: Any
) -> Completion:
    contestant = Contestant(**{"model": "hosted_vllm/some", "name": "Some", **changes})

    async def call() -> Completion:
        try:
            return await litellm_door.complete(
                contestant,
                MESSAGES,
                api_base=url,
                api_key=KEY,
                max_tokens=7,
                timeout_s=timeout_s,
                response_format=None,
                extra=extra or {},
            )
        finally:
            await litellm_door.close()

    return asyncio.run(call())


def test_parts_of_usage_are_within_their_totals(provider: ProviderServer) -> None:
    provider.reply = answer(
        usage={
            **PLAIN_USAGE,
            "prompt_tokens_details": {"cached_tokens": 4},
            "completion_tokens_details": {"reasoning_tokens": 3},
        }
    )
    completion = ask(provider.url)
    usage = completion.usage
    assert (completion.text, completion.status, completion.served_model) == ("4", "ok", "served-1")
    assert (usage.input_tokens, usage.output_tokens) == (10, 5)
    assert (usage.cache_read_tokens, usage.reasoning_tokens, usage.flags) == (4, 3, None)
    assert completion.billed_usd is None
    assert completion.duration_s is not None
    assert completion.duration_s > 0


def test_reasoning_beyond_output_is_clamped_and_flagged(provider: ProviderServer) -> None:
    details = {"reasoning_tokens": 700}
    provider.reply = answer(usage={**PLAIN_USAGE, "completion_tokens_details": details})
    usage = ask(provider.url).usage
    assert (usage.output_tokens, usage.reasoning_tokens, usage.flags) == (5, 5, "reasoning_clamped")


def test_parts_that_nobody_reported_are_null(provider: ProviderServer) -> None:
    provider.reply = answer(usage=PLAIN_USAGE)
    usage = ask(provider.url).usage
    assert (usage.cache_read_tokens, usage.cache_write_tokens, usage.reasoning_tokens) == (
        None,
    ) * 3


@pytest.mark.parametrize("count", [-1, 10**30])
def test_implausible_usage_is_null_and_flagged(provider: ProviderServer, count: int) -> None:
    provider.reply = answer(usage={**PLAIN_USAGE, "prompt_tokens": count})
    usage = ask(provider.url).usage
    assert (usage.input_tokens, usage.output_tokens) == (None, None)
    assert usage.flags == "usage_implausible"


def test_negative_parts_are_null_and_parts_together_stay_within_the_total(
    provider: ProviderServer,
) -> None:
    details = {"cached_tokens": 8, "cache_creation_tokens": 8}
    provider.reply = answer(
        usage={
            "prompt_tokens": 10,
            "completion_tokens": 5,
            "total_tokens": 15,
            "prompt_tokens_details": details,
            "completion_tokens_details": {"reasoning_tokens": -4},
        }
    )
    usage = ask(provider.url).usage
    assert (usage.cache_read_tokens, usage.cache_write_tokens) == (8, 2)
    assert usage.reasoning_tokens is None
    assert set((usage.flags or "").split(",")) == {"cache_clamped", "reasoning_clamped"}


def test_an_answer_whose_usage_is_malformed_is_kept_without_it(provider: ProviderServer) -> None:
    provider.reply = answer(usage={**PLAIN_USAGE, "prompt_tokens": "many"})
    completion = ask(provider.url)
    assert completion.status == "ok"
    assert completion.usage.input_tokens is None
    assert "usage_malformed" in (completion.usage.flags or "")


@pytest.mark.parametrize("changes", [{}, {"usage": {}}, {"usage": None}])
def test_missing_usage_is_null_and_not_zero(
    provider: ProviderServer, changes: dict[str, Any]
) -> None:
    provider.reply = answer(**changes)
    completion = ask(provider.url)
    assert completion.status == "ok"
    assert (completion.usage.input_tokens, completion.usage.output_tokens) == (None, None)


@pytest.mark.parametrize("model", ["hosted_vllm/some", "openai/some"])
@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"finish_reason": "length"}, "truncated"),
        ({"finish_reason": "content_filter"}, "refused"),
        ({"message": {"role": "assistant", "content": None, "refusal": "I won't."}}, "refused"),
        ({"choices": []}, "infra_error"),
    ],
)
def test_how_an_answer_ended_is_its_status(
    provider: ProviderServer, model: str, changes: dict[str, Any], status: str
) -> None:
    provider.reply = answer(usage=PLAIN_USAGE, **changes)
    assert ask(provider.url, model=model).status == status


@pytest.mark.parametrize(
    ("code", "reply", "begins"),
    [
        (401, f'{{"error": {{"message": "bad key {KEY}"}}}}'.encode(), "AuthenticationError: "),
        (429, b'{"error": {"message": "slow down"}}', "RateLimitError: "),
        (500, b'{"error": {"message": "boom"}}', "InternalServerError: "),
        (200, b"<html>\n<p>gateway</p></html>", "InvalidResponseError: "),
        (500, b"x" * 5000, "InternalServerError: "),
    ],
)
def test_a_failure_is_one_short_line_without_the_key(
    provider: ProviderServer, code: int, reply: bytes, begins: str
) -> None:
    provider.code, provider.reply = code, reply
    completion = ask(provider.url)
    assert completion.status == "infra_error"
    assert completion.error is not None
    assert completion.error.startswith(begins)
    assert KEY not in completion.error
    assert "\n" not in completion.error
    assert len(completion.error) <= 300
    assert len(provider.requests) == 1, "the door retried"


@pytest.mark.parametrize("model", ["hosted_vllm/some", "openai/some"])
def test_a_stalled_server_is_a_timeout(provider: ProviderServer, model: str) -> None:
    provider.delay_s = 1.5
    completion = ask(provider.url, timeout_s=0.3, model=model)
    assert completion.status == "timeout"
    assert completion.text == ""
    assert completion.duration_s is not None
    assert 0.2 < completion.duration_s < 1.2


def test_a_dead_server_is_an_infra_error() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert ask(f"http://127.0.0.1:{port}/v1").status == "infra_error"


def test_settings_reach_the_server_only_when_they_are_set(provider: ProviderServer) -> None:
    provider.reply = answer(usage=PLAIN_USAGE)
    ask(provider.url)
    ask(provider.url, effort="low", settings={"temperature": 0.5}, extra={"extra_body": {"x": 1}})
    plain, full = provider.requests
    assert plain["max_tokens"] == 7
    assert plain["messages"] == MESSAGES
    assert not {"temperature", "reasoning_effort", "seed", "x"} & plain.keys()
    assert (full["temperature"], full["reasoning_effort"], full["x"]) == (0.5, "low", 1)


def test_cancelling_is_not_swallowed(provider: ProviderServer) -> None:
    provider.delay_s = 1.0
    contestant = Contestant("hosted_vllm/some", "Some")
    endpoints = {contestant.contestant_id: Endpoint(provider.url, KEY)}

    async def run() -> None:
        async with Providers([contestant], endpoints=endpoints) as providers:
            call = providers.complete(
                contestant, MESSAGES, max_tokens=None, response_format=None, timeout_s=9.0
            )
            task = asyncio.create_task(call)
            await asyncio.sleep(0.3)
            task.cancel()
            await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("gemini/gemini-2.5-flash", ["GEMINI_API_KEY"]),
        ("mistral/mistral-small-latest", ["MISTRAL_API_KEY"]),
        ("bedrock/anthropic.claude-haiku-4-5-20251001-v1:0", []),
        ("ollama/llama3", []),
    ],
)
def test_only_keys_that_are_needed_are_missed(
    model: str, names: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "MISTRAL_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    assert litellm_door.missing_keys(model) == names


def test_a_missing_key_is_named_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    contestant = Contestant("openai/gpt-5-mini", "GPT-5 mini")
    with pytest.raises(CredentialError, match="OPENAI_API_KEY"):
        Providers([contestant]).check_keys()
    with_key = {contestant.contestant_id: Endpoint(api_key=KEY)}
    Providers([contestant], endpoints=with_key).check_keys()
