"""A provider's usage block as our own: totals with their parts, null for what nobody reported.

docs/method.md has the rules. The block is read from the body that the provider sent, because
LiteLLM counts tokens itself where it was told none; verified against litellm 1.106.2.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from collectors.providers.litellm_blocks import (
    MOST_TOKENS,
    BadUsageError,
    Counts,
    gemini,
    openai,
    openai_or_anthropic,
)
from data.records import Usage

MARGIN_TOKENS = 4
"""A total this much larger than its parts is rounding, or a mark at the start of a text."""
NOTHING = Usage(source=None)


OF_LITELLM = (
    "prompt_tokens",
    "completion_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
)
ELSEWHERE = ("meta", "prompt_eval_count", "eval_count")
"""Where providers report tokens that have no usage block (Cohere, Ollama)."""


Reader = Callable[[Mapping[str, Any], list[str]], Counts | None]


def usage_of(body: Mapping[str, Any] | None, translated: Any = None) -> Usage:
    """The usage that a body reports; `translated` is LiteLLM's object, for a block unknown here."""
    if body is None:
        return read_usage(translated)
    for name, read in (("usage", openai_or_anthropic), ("usageMetadata", gemini)):
        if not (block := body.get(name)):
            continue
        if not isinstance(block, Mapping):
            return Usage(source=None, flags="usage_malformed")
        return _read(read, block) or read_usage(translated)
    otherwise = read_usage(translated)
    if otherwise.input_tokens is None and otherwise.output_tokens is None:
        return Usage(source=None, flags="usage_missing")
    if any(name in body for name in ELSEWHERE):
        return otherwise
    return replace(otherwise, source="estimated", flags="usage_missing")


def read_usage(usage: Any) -> Usage:
    """Tokens of LiteLLM's own usage object, for providers whose block isn't read here."""
    block = {name: getattr(usage, name, None) for name in OF_LITELLM}
    for name in ("prompt_tokens_details", "completion_tokens_details"):
        inner = getattr(usage, name, None)
        block[name] = vars(inner) if hasattr(inner, "__dict__") else inner
    # LiteLLM fills a missing usage block with zeros; no prompt has zero tokens.
    return _read(openai, block) or NOTHING


def _read(read: Reader, block: Mapping[str, Any]) -> Usage | None:
    flags: list[str] = []
    try:
        counts = read(block, flags)
    except BadUsageError as error:
        return Usage(source=None, flags=str(error))
    return None if counts is None else settled(counts, flags)


def settled(counts: Counts, flags: list[str]) -> Usage:
    """Counts made consistent: parts within totals, hidden tokens in the output, and flags."""
    if not counts.inputs and not counts.outputs:
        return Usage(source=None, flags="usage_missing")
    counts = _with_hidden(counts, flags)
    inputs, outputs = counts.inputs, counts.outputs
    read = _part(counts.read, inputs, "cache_clamped", flags)
    reasoning = _part(counts.reasoning, outputs, "reasoning_clamped", flags)
    written = counts.written
    if read is not None and written is not None and inputs is not None:
        written = _part(written, inputs - read, "cache_clamped", flags)
    hour = _part(counts.hour, written, "cache_clamped", flags)
    told = ",".join(dict.fromkeys(flags)) or None
    return Usage(inputs, outputs, read, written, hour, reasoning, flags=told)


def _with_hidden(counts: Counts, flags: list[str]) -> Counts:
    """Tokens that only the total shows are charged like the others: find out which they are."""
    total, inputs, outputs = counts.total, counts.inputs, counts.outputs
    if total is None or inputs is None or outputs is None or total > MOST_TOKENS:
        return counts
    excess = total - inputs - outputs
    if excess <= 0:
        return counts
    if counts.reasoning == excess:
        flags.append("reasoning_added")
        return replace(counts, outputs=outputs + excess)
    if (counts.read or 0) + (counts.written or 0) == excess and excess > inputs:
        flags.append("cache_added")
        return replace(counts, inputs=inputs + excess)
    if excess <= MARGIN_TOKENS:
        return counts
    flags.append("hidden_in_total")
    return replace(counts, outputs=outputs + excess)


def _part(part: int | None, total: int | None, flag: str, flags: list[str]) -> int | None:
    """A part no larger than its total. LiteLLM passes on (and bills) larger ones as reported."""
    if part is None or total is None or 0 <= part <= total:
        return part
    flags.append(flag)
    return total if part > total else None
