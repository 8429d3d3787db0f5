"""An OpenAI-style body, plain or put together from a stream, as a completion.

LiteLLM's own reading fills gaps (a finish reason, tokens, zeros) and loses an answer whose usage
it can't parse, so what was reported is read from the body itself.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

from collectors.providers.litellm_cause import EmptyResponseError, StreamError
from collectors.providers.litellm_usage import usage_of
from data.records import Completion, Status

NAME_CHARS = 200
"""The longest name (of a model, a host, a reason) that is kept of an answer."""
THOUGHT = re.compile(
    r"<(?:think|thinking|budget:thinking)>(.*?)</(?:think|thinking|budget:thinking)>(.*)", re.DOTALL
)
"""Thinking within the text, which LiteLLM takes apart in plain answers, but not in streams."""
CUT = {"length", "max_tokens", "MAX_TOKENS"}
FILTERED = {"content_filter", "refusal", "sensitive", "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST"}


def parsed(raw: object) -> dict[str, Any] | None:
    """The JSON object that a provider sent, from its text; null for anything else."""
    if isinstance(raw, str):
        try:
            raw = json.loads(raw)
        except (ValueError, RecursionError):
            return None
    return raw if isinstance(raw, dict) else None


def read_body(body: Mapping[str, Any]) -> Completion:
    """Read by our own code. Raises for a body without a choice, or with an error in it."""
    choice = first_choice(body)
    message = choice.get("message")
    if not isinstance(message, Mapping):
        raise EmptyResponseError("no message in the first choice")
    content, refusal = text_of(message.get("content")), text_of(message.get("refusal"))
    reasoning = text_of(message.get("reasoning_content")) or text_of(message.get("reasoning"))
    if not reasoning and (thought := THOUGHT.match(content)):
        reasoning, content = thought[1], thought[2]
    reason = name_of(choice.get("finish_reason"))
    return Completion(
        text=content or refusal,
        usage=usage_of(body),
        status=status_of(reason, bool(refusal)),
        finish_reason=reason,
        billed_usd=billed_usd(body),
        served_model=name_of(body.get("model")),
        served_by=name_of(body.get("provider")),
        fingerprint=name_of(body.get("system_fingerprint")),
        reasoning_text=reasoning or None,
    )


def first_choice(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first of an answer's choices; raises when it has none, or one that is an error."""
    choices = body.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], Mapping):
        raise EmptyResponseError("no choices in the response")
    choice: Mapping[str, Any] = choices[0]
    error = choice.get("error")
    if isinstance(error, Mapping):
        raise StreamError(str(error.get("message")), code_of(error))
    if choice.get("finish_reason") == "error":
        raise StreamError("the provider ended its answer with an error")
    return choice


def read_response(response: Any, body: Mapping[str, Any] | None) -> Completion:
    """LiteLLM's response, with what its reading lost taken from the body, where there is one."""
    if not getattr(response, "choices", None):
        raise EmptyResponseError("no choices in the response")
    if body and isinstance(body.get("choices"), list):
        first_choice(body)
    choice = response.choices[0]
    message = choice.message
    refusal = text_of((getattr(message, "provider_specific_fields", None) or {}).get("refusal"))
    known: Mapping[str, Any] = body or {}
    return Completion(
        text=text_of(message.content) or refusal,
        usage=usage_of(body, getattr(response, "usage", None)),
        status=status_of(choice.finish_reason, bool(refusal)),
        finish_reason=name_of(choice.finish_reason),
        billed_usd=billed_usd(known),
        served_model=name_of(response.model),
        served_by=name_of(known.get("provider")),
        fingerprint=name_of(known.get("system_fingerprint")),
        reasoning_text=text_of(getattr(message, "reasoning_content", None)) or None,
    )


def status_of(finish_reason: str | None, refusal: bool) -> Status:
    """How an answered call ended."""
    if refusal or finish_reason in FILTERED:
        return "refused"
    return "truncated" if finish_reason in CUT else "ok"


def billed_usd(body: Mapping[str, Any]) -> float | None:
    """Dollars that the provider's own usage block says it charged (OpenRouter does)."""
    usage = body.get("usage")
    if not isinstance(usage, Mapping):
        return None
    charged = _dollars(usage.get("cost"))
    details = usage.get("cost_details")
    if charged is None or not usage.get("is_byok") or not isinstance(details, Mapping):
        return charged
    # With a key of one's own at the host, `cost` is the relay's fee alone.
    return charged + (_dollars(details.get("upstream_inference_cost")) or 0.0)


def _dollars(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if math.isfinite(value) and value >= 0 else None


def text_of(value: object) -> str:
    """A text, or the texts of a list of parts; anything else is no text."""
    if isinstance(value, list):
        parts = [part.get("text") for part in value if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return value if isinstance(value, str) else ""


def name_of(value: object) -> str | None:
    """A short printable name, or null."""
    if not isinstance(value, str):
        return None
    return "".join(c for c in value if c.isprintable())[:NAME_CHARS] or None


def code_of(error: Mapping[str, Any]) -> int | None:
    """The status code that an error object names."""
    code = error.get("code")
    if isinstance(code, str) and code.isdigit() and len(code) == 3:
        code = int(code)
    return code if isinstance(code, int) and 400 <= code <= 599 else None
