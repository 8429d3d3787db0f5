"""LiteLLM's usage block as our own: totals with their parts, and null for what nobody reported."""

from __future__ import annotations

from typing import Any

from data.records import Usage

MOST_TOKENS = 1_000_000_000
"""More than any model reads or writes in one call: a larger count is a mistake."""


def read_usage(usage: Any) -> Usage:
    """Tokens of a response. Verified against litellm 1.106.2; docs/method.md has the rules."""
    flags: list[str] = []
    inputs = _plausible(_count(usage, "prompt_tokens"), flags)
    outputs = _plausible(_count(usage, "completion_tokens"), flags)
    if flags:
        # A total that can't be true says nothing of the parts either.
        return Usage(flags=",".join(dict.fromkeys(flags)))
    if not inputs and not outputs:
        # LiteLLM fills a missing usage block with zeros; no prompt has zero tokens.
        return Usage()
    details = getattr(usage, "prompt_tokens_details", None)
    read = _first(_count(details, "cached_tokens"), _count(usage, "cache_read_input_tokens"))
    written = _first(
        _count(details, "cache_creation_tokens"),
        _count(details, "cache_write_tokens"),
        _count(usage, "cache_creation_input_tokens"),
    )
    reasoning = _count(getattr(usage, "completion_tokens_details", None), "reasoning_tokens")
    read = _part(read, inputs, "cache_clamped", flags)
    reasoning = _part(reasoning, outputs, "reasoning_clamped", flags)
    if read is not None and written is not None and inputs is not None:
        written = _part(written, inputs - read, "cache_clamped", flags)
    hour = _count(
        getattr(details, "cache_creation_token_details", None), "ephemeral_1h_input_tokens"
    )
    hour = _part(hour, written, "cache_clamped", flags)
    told = ",".join(dict.fromkeys(flags)) or None
    return Usage(inputs, outputs, read, written, hour, reasoning, flags=told)


def _plausible(count: int | None, flags: list[str]) -> int | None:
    if count is None or 0 <= count <= MOST_TOKENS:
        return count
    flags.append("usage_implausible")
    return None


def _count(holder: Any, name: str) -> int | None:
    value = getattr(holder, name, None)
    return int(value) if value is not None else None


def _first(*values: int | None) -> int | None:
    return next((value for value in values if value is not None), None)


def _part(part: int | None, total: int | None, flag: str, flags: list[str]) -> int | None:
    """A part no larger than its total. LiteLLM passes on (and bills) larger ones as reported."""
    if part is None or total is None or 0 <= part <= total:
        return part
    flags.append(flag)
    return total if part > total else None
