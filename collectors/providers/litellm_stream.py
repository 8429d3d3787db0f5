"""A streamed answer put together from its chunks, and the time to the first of them with content.

LiteLLM opens the stream (address, key, errors). For OpenAI-style streams the lines are read here:
that is a tenth of the CPU time of LiteLLM's chunk objects, shows the usage as the provider sent
it, and tells an answer that ended from one that was cut off, which LiteLLM ends with an invented
'stop'. Other providers' streams (Anthropic, Gemini) are read through LiteLLM's translation.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from collectors.providers.litellm_answer import code_of, parsed, read_body, text_of
from collectors.providers.litellm_cause import (
    EmptyResponseError,
    InvalidResponseError,
    StreamCutError,
    StreamError,
)
from collectors.providers.litellm_usage import NOTHING, read_usage
from data.records import Completion, Usage

OPENAI_STYLE = {
    "OpenAIChatCompletionStreamingHandler",
    "OpenRouterChatCompletionStreamingHandler",
    "AsyncStream",
}
"""Classes of LiteLLM's and the vendor's SDK that hold OpenAI-style server-sent events."""
DRAIN_S = 1.0
"""How long the end of a finished stream is waited for, so that its connection can be reused."""
MOST_CHARS = 50_000_000
"""More than any model writes: a stream that goes on beyond is broken or hostile."""


@dataclass
class Gathered:
    """A stream so far."""

    text: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)
    """Lines that are no events: a page, or a plain answer from a server that can't stream."""
    about: dict[str, Any] = field(default_factory=dict)
    """model, provider, system_fingerprint and usage, as last sent."""
    usage: Usage | None = None
    """LiteLLM's reading of the usage, where the events were not read here."""
    finish_reason: str | None = None
    choices_seen: bool = False
    ended: bool = False
    first_at: float | None = None
    """When the first content or reasoning came, on the clock of time.perf_counter."""
    ended_at: float | None = None
    """When the mark of the end came."""
    chars: int = 0

    @property
    def body(self) -> dict[str, Any]:
        """The plain answer that this stream amounts to."""
        message = {
            "content": "".join(self.text),
            "reasoning_content": "".join(self.reasoning),
            "refusal": "".join(self.refusal),
        }
        choice = {"finish_reason": self.finish_reason, "message": message}
        return {**self.about, "choices": [choice]}


async def gather(stream: Any, into: Gathered) -> None:
    """Read a stream that LiteLLM opened to its end, or to the error that ends it."""
    inner = stream.completion_stream
    response = getattr(inner, "http_response", None) or getattr(inner, "response", None)
    if type(inner).__name__ not in OPENAI_STYLE or response is None:
        await _gather_translated(stream, into)
        return
    try:
        await _gather_lines(response.aiter_lines(), into)
    except Exception:
        # What is lost after the finish reason is at most the usage.
        if into.finish_reason is None:
            raise
    finally:
        await response.aclose()


async def _gather_lines(lines: AsyncIterator[str], into: Gathered) -> None:
    async for line in lines:
        _take_line(line, into)
        if into.ended:
            break
    try:
        async with asyncio.timeout(DRAIN_S):
            async for _ in lines:
                pass
    except TimeoutError:
        pass


def _take_line(line: str, into: Gathered) -> None:
    into.chars += len(line)
    if into.chars > MOST_CHARS:
        raise InvalidResponseError(f"a stream of more than {MOST_CHARS:,} characters")
    if not line.startswith("data:"):
        if line and not line.startswith((":", "event:", "id:", "retry:")):
            into.aside.append(line)
        return
    data = line[5:].strip()
    if data == "[DONE]":
        into.ended, into.ended_at = True, time.perf_counter()
    elif data:
        chunk = parsed(data)
        if chunk is None:
            raise InvalidResponseError("an event of the stream is not a JSON object")
        _take_chunk(chunk, into)


def _take_chunk(chunk: Mapping[str, Any], into: Gathered) -> None:
    _raise_error(chunk)
    for name in ("model", "provider", "system_fingerprint", "usage"):
        if chunk.get(name):
            into.about[name] = chunk[name]
    choices = chunk.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        return
    choice = choices[0]
    if choice.get("index") not in (0, None):
        return
    into.choices_seen = True
    _raise_error(choice)
    if isinstance(reason := choice.get("finish_reason"), str):
        into.finish_reason = reason
    if isinstance(delta := choice.get("delta"), Mapping):
        _take_delta(delta, into)


def _take_delta(delta: Mapping[str, Any], into: Gathered) -> None:
    content = text_of(delta.get("content"))
    thought = text_of(delta.get("reasoning_content")) or text_of(delta.get("reasoning"))
    if into.first_at is None and (content or thought):
        into.first_at = time.perf_counter()
    into.text.append(content)
    into.reasoning.append(thought)
    into.refusal.append(text_of(delta.get("refusal")))


def _raise_error(holder: Mapping[str, Any]) -> None:
    error = holder.get("error")
    if isinstance(error, Mapping) and (error.get("message") or error.get("code") is not None):
        raise StreamError(str(error.get("message") or json.dumps(error)), code_of(error))
    if isinstance(error, str) and error:
        raise StreamError(error)


async def _gather_translated(stream: Any, into: Gathered) -> None:
    """By way of LiteLLM's chunks, for streams that are not OpenAI-style."""
    last = None
    async for chunk in stream:
        last = getattr(chunk, "usage", None) or last
        delta = chunk.choices[0].delta if chunk.choices else None
        if delta is None:
            continue
        into.choices_seen = True
        into.about["model"] = chunk.model
        fields = ("content", "reasoning_content", "refusal")
        _take_delta({name: getattr(delta, name, None) for name in fields}, into)
        into.finish_reason = chunk.choices[0].finish_reason or into.finish_reason
    if stream.received_finish_reason is None and stream.intermittent_finish_reason is None:
        # LiteLLM ends every stream with 'stop'.
        into.finish_reason = None
    # LiteLLM counts tokens itself where no chunk held a usage.
    reported = any(getattr(chunk, "usage", None) for chunk in stream.chunks)
    into.usage = read_usage(last) if reported else NOTHING


def read_stream(into: Gathered) -> Completion:
    """A stream that was read to its end, as a completion. Raises when it was no whole answer."""
    if not into.choices_seen:
        return _read_aside(into)
    if into.finish_reason is None and not into.ended:
        raise StreamCutError("the stream ended without a finish reason")
    completion = read_body(into.body)
    return completion if into.usage is None else replace(completion, usage=into.usage)


def _read_aside(into: Gathered) -> Completion:
    """No event held a choice: perhaps the server sent its answer whole."""
    whole = "".join(into.aside)
    body = parsed(whole)
    if body is not None:
        _raise_error(body)
        return read_body(body)
    if whole:
        raise InvalidResponseError(f"not a stream: {whole[:200]}")
    raise EmptyResponseError("a stream without a choice")
