"""What providers report of their tokens, over real connections: truth, gaps and nonsense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from collectors.providers import litellm_door
from collectors.providers.litellm_usage import usage_of
from data.price import Price, Rates
from data.pricing import cost_usd
from data.records import Completion, Usage
from tests.raw_server import RawServer, answer, as_json, delta, events
from tests.test_litellm_errors import ask

STYLES = ["hosted_vllm/some", "openai/some", "openrouter/some"]
CLAUDE, GEMINI = "anthropic/claude-haiku-4-5", "gemini/gemini-2.5-flash"


@pytest.fixture
def server() -> Iterator[RawServer]:
    with RawServer() as running:
        yield running


def block(
    prompt: Any = 10, output: Any = 5, total: Any = None, reasoning: Any = None, **more: Any
) -> dict[str, Any]:
    usage = {"prompt_tokens": prompt, "completion_tokens": output, **more}
    if total is not None:
        usage["total_tokens"] = total
    if reasoning is not None:
        usage["completion_tokens_details"] = {"reasoning_tokens": reasoning}
    return usage


CASES: list[tuple[Any, Usage]] = [
    (block(10, 5, 15), Usage(10, 5)),
    (block(10, 5, 15, 3), Usage(10, 5, reasoning_tokens=3)),
    # A relay that leaves reasoning out of the output, but not out of the total.
    (block(10, 5, 115, 100), Usage(10, 105, reasoning_tokens=100, flags="reasoning_added")),
    (block(10, 5, 18, 3), Usage(10, 8, reasoning_tokens=3, flags="reasoning_added")),
    (block(10, 5, 15, 700), Usage(10, 5, reasoning_tokens=5, flags="reasoning_clamped")),
    (block(10, 5, 15, -4), Usage(10, 5, flags="reasoning_clamped")),
    # Tokens that only the total shows.
    (block(10, 5, 300), Usage(10, 290, flags="hidden_in_total")),
    (block(10, 5, 300, 4), Usage(10, 290, reasoning_tokens=4, flags="hidden_in_total")),
    (block(10, 5, 17), Usage(10, 5)),
    (block(10, 5, 9), Usage(10, 5)),
    (block(10, 5, 10**30), Usage(10, 5)),
    (block(10, 5, "many"), Usage(10, 5, flags="usage_malformed")),
    # A relay that counts cached tokens beside the prompt.
    (
        block(500, 100, 3100, cache_read_input_tokens=1500, cache_creation_input_tokens=1000),
        Usage(3000, 100, 1500, 1000, flags="cache_added"),
    ),
    (
        block(
            3000,
            100,
            3100,
            prompt_tokens_details={
                "cached_tokens": 1500,
                "cache_creation_tokens": 1000,
                "cache_creation_token_details": {"ephemeral_1h_input_tokens": 400},
            },
        ),
        Usage(3000, 100, 1500, 1000, 400),
    ),
    (
        block(10, 5, prompt_tokens_details={"cached_tokens": 8, "cache_write_tokens": 8}),
        Usage(10, 5, 8, 2, flags="cache_clamped"),
    ),
    (block(10, 5, prompt_tokens_details={"cached_tokens": 0}), Usage(10, 5, 0)),
    (block(10, None), Usage(10, None)),
    (block(10.0, 5.0), Usage(10, 5)),
    # Nonsense never fails a call.
    (block("many", 5), Usage(source=None, flags="usage_malformed")),
    (block(10.5, 5), Usage(source=None, flags="usage_malformed")),
    (block(True, 5), Usage(source=None, flags="usage_malformed")),
    (block([1], {}), Usage(source=None, flags="usage_malformed")),
    (block(-1, 5), Usage(source=None, flags="usage_implausible")),
    (block(10, 10**30), Usage(source=None, flags="usage_implausible")),
    (block(10, 5, reasoning="lots"), Usage(10, 5, flags="usage_malformed")),
    (block(10, 5, completion_tokens_details=[1], prompt_tokens_details="x"), Usage(10, 5)),
    (block(0, 0, 0), Usage(source=None, flags="usage_missing")),
    ("none", Usage(source=None, flags="usage_malformed")),
    ([1, 2], Usage(source=None, flags="usage_malformed")),
    ({}, Usage(source=None, flags="usage_missing")),
    (None, Usage(source=None, flags="usage_missing")),
]


@pytest.mark.parametrize(("reported", "expected"), CASES)
def test_usage_is_what_was_reported_plain_and_streamed(
    server: RawServer, reported: Any, expected: Usage
) -> None:
    server.reply = as_json(answer("yes", usage=reported))
    plain = ask(server)
    server.reply = events(delta("stop", content="yes"), {"choices": [], "usage": reported})
    streamed = ask(server, stream=True)
    for completion in (plain, streamed):
        assert (completion.text, completion.status) == ("yes", "ok")
        assert completion.usage == expected


@pytest.mark.parametrize("model", STYLES)
def test_an_answer_is_kept_when_its_usage_can_not_be_read(server: RawServer, model: str) -> None:
    """LiteLLM raises for it, though it was answered and billed."""
    server.reply = as_json(answer("<think>hm</think>yes", usage=block("many", [])))
    completion = ask(server, model)
    assert (completion.text, completion.reasoning_text) == ("yes", "hm")
    assert (completion.status, completion.failure, completion.finish_reason) == ("ok", None, "stop")
    assert completion.usage == Usage(source=None, flags="usage_malformed")
    assert completion.duration_s is not None


@pytest.mark.parametrize("model", STYLES)
@pytest.mark.parametrize("stream", [False, True])
def test_no_usage_is_null_and_never_counted_for_the_provider(
    server: RawServer, model: str, stream: bool
) -> None:
    body = answer("a long answer")
    del body["usage"]
    chunks = (delta(content="a long "), delta("stop", content="answer"))
    server.reply = events(*chunks) if stream else as_json(body)
    completion = ask(server, model, stream=stream)
    assert completion.text == "a long answer"
    assert completion.usage == Usage(source=None, flags="usage_missing")


def claude(**usage: Any) -> dict[str, Any]:
    return {
        "id": "m", "type": "message", "role": "assistant", "model": "claude-served",
        "content": [{"type": "text", "text": "yes"}], "stop_reason": "end_turn", "usage": usage,
    }  # fmt: skip


def test_cached_tokens_of_anthropic_are_within_the_input_and_priced_as_such(
    server: RawServer,
) -> None:
    server.reply = as_json(
        claude(
            input_tokens=500,
            cache_read_input_tokens=1500,
            cache_creation_input_tokens=1000,
            output_tokens=100,
        )
    )
    usage = ask(server, CLAUDE).usage
    assert usage == Usage(3000, 100, 1500, 1000)
    rates = Rates(input=3.0, output=15.0, cache_read=0.30, cache_write=3.75)
    assert cost_usd(Price(rates=rates), usage) == pytest.approx(0.0072, abs=1e-12)


def test_anthropic_reports_what_is_kept_for_an_hour_and_its_thinking(server: RawServer) -> None:
    server.reply = as_json(
        claude(
            input_tokens=10,
            output_tokens=50,
            cache_read_input_tokens=0,
            cache_creation_input_tokens=30,
            cache_creation={"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
            output_tokens_details={"thinking_tokens": 40},
        )
    )
    assert ask(server, CLAUDE).usage == Usage(40, 50, 0, 30, 20, 40)


def test_thinking_that_anthropic_did_not_count_is_null(server: RawServer) -> None:
    """LiteLLM counts the words of the summary that is returned."""
    body = claude(input_tokens=10, output_tokens=50)
    body["content"].insert(0, {"type": "thinking", "thinking": "so and so", "signature": "x"})
    server.reply = as_json(body)
    completion = ask(server, CLAUDE)
    assert completion.usage == Usage(10, 50)
    assert completion.reasoning_text == "so and so"


def test_thoughts_of_gemini_are_within_the_output(server: RawServer) -> None:
    server.reply = as_json(
        {
            "candidates": [
                {"content": {"parts": [{"text": "yes"}], "role": "model"}, "finishReason": "STOP"}
            ],
            "usageMetadata": {
                "promptTokenCount": 100,
                "cachedContentTokenCount": 40,
                "candidatesTokenCount": 5,
                "thoughtsTokenCount": 60,
                "toolUsePromptTokenCount": 7,
                "totalTokenCount": 172,
            },
            "modelVersion": "gemini-served",
        }
    )
    completion = ask(server, GEMINI)
    assert completion.usage == Usage(107, 65, 40, reasoning_tokens=60)
    assert completion.text == "yes"


@pytest.mark.parametrize("stream", [False, True])
def test_a_relay_says_who_served_and_what_it_charged(server: RawServer, stream: bool) -> None:
    usage = block(10, 5, 15, cost=0.00042, is_byok=False)
    about = {"model": "lab/m", "provider": "Fireworks", "system_fingerprint": "fp_1"}
    server.reply = (
        events({**delta("stop", content="yes"), **about}, {"choices": [], "usage": usage})
        if stream
        else as_json(answer("yes", usage=usage, **about))
    )
    completion = ask(server, "openrouter/lab/m", stream=stream)
    assert (completion.served_by, completion.fingerprint) == ("Fireworks", "fp_1")
    assert completion.billed_usd == 0.00042


@pytest.mark.parametrize(
    ("more", "billed"),
    [
        ({}, None),
        ({"cost": 0}, 0.0),
        ({"cost": -1}, None),
        ({"cost": "0.1"}, None),
        ({"cost": True}, None),
        ({"cost": 1e400}, None),
        (
            {"cost": 0.001, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.02}},
            0.021,
        ),
        ({"cost": 0.001, "is_byok": False, "cost_details": {"upstream_inference_cost": 9}}, 0.001),
    ],
)
def test_a_charge_is_a_number_of_dollars(
    server: RawServer, more: dict[str, Any], billed: float | None
) -> None:
    server.reply = as_json(answer(usage=block(**more)))
    assert ask(server, "openrouter/some").billed_usd == billed


def test_names_that_a_server_gives_are_short_and_printable(server: RawServer) -> None:
    server.reply = as_json(answer(model="m\x1b[31m" + "x" * 5000, provider={"a": 1}))
    completion = ask(server)
    assert completion.served_by is None
    assert completion.served_model is not None
    assert len(completion.served_model) == 200
    assert "\x1b" not in completion.served_model


@pytest.mark.parametrize(
    ("model", "usage", "expected"),
    [
        ("openai/gpt-5-mini", Usage(1000, 500), 0.00125),
        ("hosted_vllm/some", Usage(1000, 500), None),
        ("openai/gpt-5-mini", Usage(None, 500), None),
        ("nothing-like-a-model", Usage(1, 1), None),
    ],
)
def test_litellm_is_asked_for_its_price_only_when_wanted(
    model: str, usage: Usage, expected: float | None
) -> None:
    from datetime import datetime

    completion = Completion("", usage)
    told = litellm_door.litellm_cost(model, completion, datetime(2026, 11, 24, 12))
    assert told == (None if expected is None else pytest.approx(expected))


def test_a_block_of_another_provider_is_read_by_litellm() -> None:
    translated = litellm_door.litellm.Usage(prompt_tokens=7, completion_tokens=3, total_tokens=10)
    assert usage_of({"usage": {"tokens": {"input": 7}}}, translated) == Usage(7, 3)
    assert usage_of({"eval_count": 3}, translated) == Usage(7, 3)
    estimated = Usage(7, 3, source="estimated", flags="usage_missing")
    assert usage_of({"text": "counted by nobody"}, translated) == estimated
    assert usage_of(None, translated) == Usage(7, 3)
