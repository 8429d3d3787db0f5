"""What contestants' settings become on the wire, seen by a real server on loopback, and what is
refused before anything is sent."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from typing import Any

import pytest

from collectors.entrants import EFFORTS
from collectors.providers.abilities import (
    accepted_efforts,
    output_cap,
    refusals,
    request_settings,
)
from collectors.providers.litellm_door import litellm
from data.records import Contestant

OWN = "http://127.0.0.1:9/v1"
CHAT = {
    "id": "x",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "provider": "DeepInfra",
    "service_tier": "default",
    "choices": [
        {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "4"}}
    ],
    "usage": {"prompt_tokens": 3, "completion_tokens": 1, "total_tokens": 4, "cost": 0.00125},
}
REPLIES = {
    "/messages": {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": "4"}],
        "stop_reason": "end_turn",
        "usage": {"input_tokens": 3, "output_tokens": 1},
    },
    ":generateContent": {
        "candidates": [
            {"content": {"parts": [{"text": "4"}], "role": "model"}, "finishReason": "STOP"}
        ],
        "usageMetadata": {"promptTokenCount": 3, "candidatesTokenCount": 1, "totalTokenCount": 4},
    },
    "/api/chat": {
        "model": "m",
        "created_at": "2026-01-01T00:00:00Z",
        "message": {"role": "assistant", "content": "4"},
        "done": True,
        "done_reason": "stop",
        "prompt_eval_count": 3,
        "eval_count": 1,
    },
}
"""By the end of the path: what Anthropic, Gemini and Ollama answer; anyone else answers CHAT."""


class Recorder(ThreadingHTTPServer):
    """Answers in the language of the provider that is asked, and keeps every body it saw."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.bodies: list[dict[str, Any]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    server: Recorder

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if not self.path.endswith("/api/show"):  # LiteLLM asks Ollama what the model is
            self.server.bodies.append(body)
        reply = next((r for end, r in REPLIES.items() if self.path.endswith(end)), CHAT)
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def recorder() -> Iterator[Recorder]:
    with Recorder() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def contestant(model: str, effort: str | None = None, **more: Any) -> Contestant:
    name = " · ".join(filter(None, [more.pop("name", model), effort]))
    return Contestant(model=model, name=name, effort=effort, **more)


def sent(recorder: Recorder, asked: Contestant, own: bool = False) -> dict[str, Any]:
    """The request that reaches the provider, without what every request has.

    `own`: the address is the user's own; else the server stands for the provider's.
    """
    base = recorder.url
    if not asked.model.startswith(("anthropic/", "gemini/", "ollama")):
        base += "/v1"
    settings = request_settings(asked, base if own else None)
    call = litellm.acompletion(
        model=asked.model,
        messages=[{"role": "user", "content": "2 + 2?"}],
        api_base=base,
        api_key="none",
        num_retries=0,
        timeout=60,
        **settings,
    )
    asyncio.run(call)
    dull = ("model", "messages", "contents", "options")
    return {k: v for k, v in recorder.bodies[-1].items() if k not in dull}


def adaptive(effort: str) -> dict[str, Any]:
    return {
        "thinking": {"type": "adaptive", "display": "summarized"},
        "output_config": {"effort": effort},
    }


def budget(tokens: int) -> dict[str, Any]:
    return {"thinking": {"type": "enabled", "budget_tokens": tokens}}


def google(**thinking: Any) -> dict[str, Any]:
    config = {"thinkingConfig": thinking}
    # LiteLLM's own: what Gemini 3 asks for.
    warm = {"temperature": 1.0} if "thinkingLevel" in thinking else {}
    return {"generationConfig": {**config, **warm}}


ON, OFF = {"thinking": {"type": "enabled"}}, {"thinking": {"type": "disabled"}}
RELAYED = {"usage": {"include": True}, "provider": {"require_parameters": True}}


def effort_is(effort: str) -> dict[str, Any]:
    return {"reasoning_effort": effort}


WIRE: list[tuple[str, str | None, dict[str, Any]]] = [
    ("openai/o3", "low", effort_is("low")),
    ("openai/gpt-5-mini", "minimal", effort_is("minimal")),
    ("openai/gpt-5.4", "none", effort_is("none")),
    ("openai/gpt-5.4", "xhigh", effort_is("xhigh")),
    ("openai/gpt-5.4", None, {}),
    ("anthropic/claude-haiku-4-5", None, {"max_tokens": 64000}),
    ("anthropic/claude-haiku-4-5", "none", {**OFF, "max_tokens": 64000}),
    ("anthropic/claude-haiku-4-5", "low", {**budget(1024), "max_tokens": 64000}),
    ("anthropic/claude-haiku-4-5", "high", {**budget(4096), "max_tokens": 64000}),
    ("anthropic/claude-opus-4-6", "medium", {**adaptive("medium"), "max_tokens": 128000}),
    ("anthropic/claude-opus-5", "none", {**OFF, "max_tokens": 128000}),
    ("anthropic/claude-opus-5", "max", {**adaptive("max"), "max_tokens": 128000}),
    ("gemini/gemini-2.5-flash", "none", google(thinkingBudget=0, includeThoughts=False)),
    ("gemini/gemini-2.5-flash", "high", google(thinkingBudget=4096, includeThoughts=True)),
    ("gemini/gemini-3.5-flash", "low", google(thinkingLevel="low", includeThoughts=True)),
    ("openrouter/qwen/qwen3-32b", "none", {**effort_is("none"), **RELAYED}),
    ("openrouter/openai/gpt-5.4", "xhigh", {**effort_is("xhigh"), **RELAYED}),
    ("deepseek/deepseek-chat", "none", {**OFF, "max_tokens": 8192}),
    ("deepseek/deepseek-chat", "high", {**ON, "max_tokens": 8192}),
    (
        "deepseek/deepseek-v4-flash",
        "max",
        {**ON, **effort_is("max"), "max_tokens": 393216},
    ),
    ("deepseek/deepseek-v4-flash", "none", {**OFF, "max_tokens": 393216}),
    ("xai/grok-4.3", "none", effort_is("none")),
    ("xai/grok-4.5", "low", effort_is("low")),
    ("groq/openai/gpt-oss-20b", "medium", effort_is("medium")),
    ("groq/qwen/qwen3-32b", "none", effort_is("none")),
    ("together_ai/zai-org/GLM-5.2", "none", {"reasoning": {"enabled": False}}),
    ("together_ai/openai/gpt-oss-20b", "high", effort_is("high")),
    ("mistral/mistral-medium-latest", "none", effort_is("none")),
    ("mistral/mistral-medium-latest", "high", effort_is("high")),
    ("hosted_vllm/qwen3", "none", {"chat_template_kwargs": {"enable_thinking": False}}),
    ("hosted_vllm/qwen3", "low", effort_is("low")),
    ("ollama_chat/qwen3", "none", {"stream": False, "think": False}),
    ("ollama_chat/qwen3", "high", {"stream": False, "think": True}),
    ("ollama_chat/gpt-oss:20b", "low", {"stream": False, "think": "low"}),
    ("moonshot/kimi-k2.5", "none", OFF),
    ("moonshot/kimi-k3", "max", effort_is("max")),
    ("zai/glm-4.6", "none", OFF),
    ("zai/glm-4.6", "high", ON),
    ("dashscope/qwen-plus", "none", {"enable_thinking": False}),
    ("dashscope/qwen-plus", "high", {"enable_thinking": True}),
]


@pytest.mark.parametrize(("model", "effort", "expected"), WIRE)
def test_an_effort_reaches_the_provider_as_its_own_knob(
    recorder: Recorder, model: str, effort: str | None, expected: dict[str, Any]
) -> None:
    asked = contestant(model, effort)
    assert refusals([asked], {}) == []
    assert sent(recorder, asked) == expected


@pytest.mark.parametrize(
    ("model", "effort", "expected"),
    [
        ("openai/my-qwen", "none", {"chat_template_kwargs": {"enable_thinking": False}}),
        ("openai/my-qwen", "xhigh", effort_is("xhigh")),
        ("openai/gpt-4o", "low", effort_is("low")),
        ("openai/gpt-5.4", "none", effort_is("none")),
    ],
)
def test_a_server_of_ones_own_is_sent_any_effort(
    recorder: Recorder, model: str, effort: str, expected: dict[str, Any]
) -> None:
    asked = contestant(model, effort)
    assert refusals([asked], {asked.contestant_id: recorder.url + "/v1"}) == []
    assert sent(recorder, asked, own=True) == expected


def test_other_settings_are_sent_with_the_effort(recorder: Recorder) -> None:
    asked = contestant("openai/my-qwen", "none", settings={"temperature": 0.5, "seed": 7})
    assert sent(recorder, asked, own=True) == {
        "chat_template_kwargs": {"enable_thinking": False},
        "temperature": 0.5,
        "seed": 7,
    }


def test_settings_are_a_fresh_copy_every_time() -> None:
    asked = contestant("moonshot/kimi-k2.5", "none")
    request_settings(asked)["extra_body"]["thinking"]["type"] = "changed"
    assert request_settings(asked) == {"extra_body": OFF}


def test_a_limit_of_the_users_own_replaces_the_models() -> None:
    assert request_settings(contestant("anthropic/claude-opus-5", max_tokens=50)) == {}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("openai/gpt-4o-mini", ()),
        ("openai/o3", ("low", "medium", "high")),
        ("openai/gpt-5-mini", ("minimal", "low", "medium", "high")),
        ("openai/gpt-5.4", ("none", "low", "medium", "high", "xhigh")),
        ("openai/gpt-6-sol", ("none", "low", "medium", "high", "xhigh")),
        ("openai/responses/gpt-6-sol", ("none", "low", "medium", "high", "xhigh", "max")),
        ("anthropic/claude-opus-4-6", ("none", "low", "medium", "high", "max")),
        ("anthropic/claude-fable-5", ("low", "medium", "high", "xhigh", "max")),
        ("gemini/gemini-2.5-pro", ("minimal", "low", "medium", "high")),
        ("gemini/gemini-3.7-flash", ("low", "medium", "high")),
        ("openrouter/openai/o3", ("low", "medium", "high")),
        ("openrouter/openai/gpt-4o-mini", ()),
        ("openrouter/google/gemini-2.5-pro", ("minimal", "low", "medium", "high", "xhigh")),
        ("deepseek/deepseek-reasoner", ("high",)),
        ("xai/grok-4.20-reasoning", ()),
        ("together_ai/openai/gpt-oss-20b", ("low", "medium", "high")),
        ("mistral/magistral-small-latest", ("high",)),
        ("mistral/mistral-medium-latest", ("none", "high")),
        ("bedrock/anthropic.claude-opus-4-6-v1", ("none", "low", "medium", "high", "max")),
        ("ollama_chat/qwen3", ("none", "high")),
        ("hosted_vllm/openai/gpt-oss-20b", ("low", "medium", "high")),
        ("local/smollm2-135m", ()),
        ("openai/a-model-of-tomorrow", None),
        ("anthropic/claude-99", None),
        ("hosted_vllm/qwen3", None),
        ("github_copilot/gpt-5", None),
        ("", None),
        ("/", None),
        ("no-such-provider/\x00🦙", None),
    ],
)
def test_the_efforts_that_a_model_takes(model: str, expected: tuple[str, ...] | None) -> None:
    assert accepted_efforts(model, None) == expected


def test_no_two_accepted_efforts_send_the_same_thing() -> None:
    models = ["mistral/zai-glm-5", "together_ai/Qwen/Qwen3.5-9B", "bedrock/anthropic.claude-opus-5"]
    for model in [*models, *dict.fromkeys(row[0] for row in WIRE)]:
        found = accepted_efforts(model, None) or ()
        bodies = [request_settings(contestant(model, effort)) for effort in found]
        assert all(body not in bodies[:place] for place, body in enumerate(bodies)), model
        assert list(found) == [effort for effort in EFFORTS if effort in found]


def test_nothing_is_sent_to_find_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    models = [*dict.fromkeys(row[0] for row in WIRE), "github_copilot/gpt-5", "ollama/new"]
    asked = [
        contestant(m, "high", max_tokens=20_000, settings={"temperature": 1.0}) for m in models
    ]
    refusals(asked, {}, with_schema=[a.contestant_id for a in asked])
    assert next(output_cap(m, None) for m in models) == 100_000


def test_a_refused_effort_says_who_takes_what() -> None:
    asked = [
        contestant("openai/gpt-4o-mini", "none", name="mini"),
        contestant("openai/o3", "none", name="o3"),
        contestant("openai/gpt-5.4", "none", name="new"),
        contestant("local/smollm2-135m", "low", name="bundled"),
    ]
    assert refusals(asked, {}) == [
        "effort = 'none' can't be sent to 'mini · none', which takes no effort; 'o3 · none', which "
        "takes low, medium, high. Of this experiment's models it is taken by 'openai/gpt-5.4'.",
        "effort = 'low' can't be sent to 'bundled · low', which takes no effort (use "
        "prompt_style). Of this experiment's models it is taken by 'openai/o3'; 'openai/gpt-5.4'.",
    ]


def test_a_refused_effort_of_a_lone_model() -> None:
    assert refusals([contestant("openai/o3", "max")], {}) == [
        "effort = 'max' can't be sent to 'openai/o3 · max', which takes low, medium, high."
    ]


def test_fifty_refused_contestants_make_one_line_that_can_be_read() -> None:
    asked = [contestant("openai/gpt-4o", "low", name=f"c{i}", max_tokens=i + 1) for i in range(50)]
    (line,) = refusals(asked, {})
    assert "and 44 more" in line
    assert len(line) < 600


@pytest.mark.parametrize(
    ("model", "effort", "settings", "expected"),
    [
        (
            "openai/o3",
            None,
            {"temperature": 0.0},
            "temperature = 0.0 .* takes temperature = 1 only",
        ),
        ("openai/o3", "low", {"temperature": 1.0}, None),
        ("openai/gpt-5.4", None, {"temperature": 0.0}, None),
        ("openai/gpt-5.4", "low", {"temperature": 0.0}, "at effort = 'low' takes temperature = 1"),
        ("openai/gpt-5.4", "none", {"temperature": 0.0}, None),
        ("anthropic/claude-haiku-4-5", None, {"temperature": 0.0}, None),
        ("anthropic/claude-haiku-4-5", "low", {"temperature": 0.0}, "temperature = 1 only"),
        ("anthropic/claude-haiku-4-5", "none", {"temperature": 0.0}, None),
        ("anthropic/claude-opus-4-7", None, {"temperature": 0.0}, "temperature = 1 only"),
        ("moonshot/kimi-k2.5", None, {"temperature": 0.5}, "takes no temperature"),
        ("anthropic/claude-haiku-4-5", None, {"seed": 1}, "takes no seed"),
        ("openai/my-qwen", "low", {"temperature": 0.0}, None),
    ],
)
def test_sampling_settings_that_a_model_does_not_take(
    model: str, effort: str | None, settings: dict[str, Any], expected: str | None
) -> None:
    found = refusals([contestant(model, effort, settings=settings)], {})
    if expected is None:
        assert found == []
    else:
        (line,) = found
        assert re.search(expected, line), line


@pytest.mark.parametrize(
    ("model", "effort", "limit", "expected"),
    [
        ("openai/gpt-4o-mini", None, 16_384, None),
        ("openai/gpt-4o-mini", None, 16_385, "more than 'openai/gpt-4o-mini' can write: 16384"),
        ("anthropic/claude-haiku-4-5", "high", 4096, "no room for the 4096 tokens"),
        ("anthropic/claude-haiku-4-5", "high", 4097, None),
        ("hosted_vllm/my-model", None, 10_000_000, None),
    ],
)
def test_an_output_limit_that_can_not_be(
    model: str, effort: str | None, limit: int, expected: str | None
) -> None:
    found = refusals([contestant(model, effort, max_tokens=limit)], {})
    assert len(found) == (expected is not None)
    assert not expected or expected in found[0]


def test_a_schema_is_refused_where_litellm_sends_none() -> None:
    able, unable = contestant("openai/gpt-4o-mini"), contestant("zai/glm-4.6")
    both = [able.contestant_id, unable.contestant_id]
    (line,) = refusals([able, unable], {}, with_schema=both)
    assert line.startswith("'zai/glm-4.6': a task asks for JSON of a schema")
    assert refusals([able, unable], {}) == []


@pytest.mark.skipif(find_spec("mcp") is not None, reason="the package is there")
def test_the_responses_interface_needs_a_package() -> None:
    (line,) = refusals([contestant("openai/gpt-5-pro", "high")], {})
    assert "litellm[mcp]" in line


@pytest.mark.parametrize(
    ("model", "base", "expected"),
    [
        ("openai/gpt-4o-mini", None, 16_384),
        ("openai/gpt-4o-mini", "https://eu.api.openai.com/v1", 16_384),
        ("openai/gpt-4o-mini", OWN, None),
        ("gpt-4o-mini", None, 16_384),
        ("anthropic/claude-opus-5", OWN, 128_000),
        ("openrouter/anthropic/claude-opus-4.6", None, 128_000),
        ("openrouter/nobody/knows", None, None),
        ("hosted_vllm/gpt-4o-mini", None, None),
        ("local/smollm2-135m", None, None),
        ("openai/a-model-of-tomorrow", None, None),
        ("openai/gpt-4o-mini", "http://[", None),
        ("", None, None),
    ],
)
def test_the_most_that_a_model_can_write(
    model: str, base: str | None, expected: int | None
) -> None:
    assert output_cap(model, base) == expected


def test_no_contestants_have_no_refusals() -> None:
    assert refusals([], {}) == []
