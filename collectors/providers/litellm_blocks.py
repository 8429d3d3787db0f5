"""The usage blocks of OpenAI, Anthropic and Gemini under one set of names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_TOKENS = 1_000_000_000
"""More than any model reads or writes in one call: a larger count is a mistake."""


class BadUsageError(ValueError):
    """A total that is no count of tokens; the message is the flag."""


@dataclass(frozen=True)
class Counts:
    """The counts of a block, under our names. Null: not there."""

    inputs: int | None = None
    outputs: int | None = None
    total: int | None = None
    read: int | None = None
    written: int | None = None
    hour: int | None = None
    reasoning: int | None = None


def openai_or_anthropic(block: Mapping[str, Any], flags: list[str]) -> Counts | None:
    if "prompt_tokens" in block or "completion_tokens" in block:
        return openai(block, flags)
    if "input_tokens" in block or "output_tokens" in block:
        return _anthropic(block, flags)
    return None


def openai(block: Mapping[str, Any], flags: list[str]) -> Counts:
    prompt = _inner(block, "prompt_tokens_details")
    answer = _inner(block, "completion_tokens_details")
    kept = _inner(prompt, "cache_creation_token_details")
    return Counts(
        inputs=_total(block, "prompt_tokens"),
        outputs=_total(block, "completion_tokens"),
        total=_count(block, "total_tokens", flags),
        read=_first(
            _count(prompt, "cached_tokens", flags),
            _count(block, "cache_read_input_tokens", flags),
            _count(block, "prompt_cache_hit_tokens", flags),
        ),
        written=_first(
            _count(prompt, "cache_creation_tokens", flags),
            _count(prompt, "cache_write_tokens", flags),
            _count(block, "cache_creation_input_tokens", flags),
        ),
        hour=_count(kept, "ephemeral_1h_input_tokens", flags),
        reasoning=_first(
            _count(answer, "reasoning_tokens", flags), _count(block, "reasoning_tokens", flags)
        ),
    )


def _anthropic(block: Mapping[str, Any], flags: list[str]) -> Counts:
    """Anthropic counts cached tokens beside its input; ours are within it."""
    fresh = _total(block, "input_tokens")
    read = _count(block, "cache_read_input_tokens", flags)
    written = _count(block, "cache_creation_input_tokens", flags)
    kept = _inner(block, "cache_creation")
    return Counts(
        inputs=None if fresh is None else fresh + (read or 0) + (written or 0),
        outputs=_total(block, "output_tokens"),
        read=read,
        written=written,
        hour=_count(kept, "ephemeral_1h_input_tokens", flags),
        reasoning=_count(_inner(block, "output_tokens_details"), "thinking_tokens", flags),
    )


def gemini(block: Mapping[str, Any], flags: list[str]) -> Counts:
    """Gemini counts thoughts beside its answer, and what tools read beside its prompt."""
    prompt = _total(block, "promptTokenCount")
    tools = _count(block, "toolUsePromptTokenCount", flags)
    thoughts = _count(block, "thoughtsTokenCount", flags)
    answer = _total(block, "candidatesTokenCount")
    told = prompt is not None and (answer is not None or thoughts is not None)
    return Counts(
        inputs=None if prompt is None else prompt + (tools or 0),
        outputs=(answer or 0) + (thoughts or 0) if told else None,
        total=_count(block, "totalTokenCount", flags),
        read=_count(block, "cachedContentTokenCount", flags),
        reasoning=thoughts,
    )


def _total(block: Mapping[str, Any], name: str) -> int | None:
    """A count that the rest hangs on: one that can't be true says nothing of the parts either."""
    flags: list[str] = []
    count = _count(block, name, flags)
    if count is not None and not 0 <= count <= MOST_TOKENS:
        flags = ["usage_implausible"]
    if flags:
        raise BadUsageError(flags[0])
    return count


def _count(block: Mapping[str, Any], name: str, flags: list[str]) -> int | None:
    """A whole number, or null; a flag for what is neither."""
    value = block.get(name)
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        flags.append("usage_malformed")
        return None
    return value


def _inner(block: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    inner = block.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)
