"""What a request asks: its identity, its last message, its output limit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WAYS_TO_SEND = ("stream", "stream_options", "user", "metadata")
"""Fields that change how an answer travels, not what is asked."""


def body_key(body: Mapping[str, Any]) -> str:
    """Identity of a request: model, messages and settings, in whatever order they stand."""
    asked = {name: value for name, value in body.items() if name not in WAYS_TO_SEND}
    text = json.dumps(asked, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def draw(*parts: object) -> int:
    """64 bits that depend on nothing but the parts."""
    text = "\0".join(map(str, parts)).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little")


def share(*parts: object) -> float:
    """A draw in [0, 1)."""
    return (draw(*parts) >> 11) / (1 << 53)


class BadRequest(Exception):
    """The request can't be answered as it is; `param` is the field that is wrong."""

    def __init__(self, message: str, param: str | None, code: str = "invalid_value") -> None:
        super().__init__(message)
        self.param, self.code = param, code


@dataclass(frozen=True)
class Question:
    """A request for an answer or for vectors, checked."""

    key: str
    model: str
    text: str
    """The last message."""
    prompt_tokens: int
    most_tokens: int | None
    """The client's limit on completion tokens."""
    effort: str | None
    stream: bool
    include_usage: bool
    body: Mapping[str, Any]
    embeds: bool = False
    """Vectors are asked for, not an answer."""


def read(body: Any) -> Question:
    """The question in a request's JSON; raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("The request is no JSON object.", None)
    model, messages = body.get("model"), body.get("messages")
    if not isinstance(model, str) or not model:
        raise BadRequest("model is missing.", "model", "missing_required_parameter")
    if not isinstance(messages, list) or not messages:
        raise BadRequest("messages is missing or empty.", "messages")
    texts = [_text(message) for message in messages]
    options = body.get("stream_options")
    return Question(
        key=body_key(body),
        model=model,
        text=texts[-1],
        prompt_tokens=3 + sum(4 + tokens(text) for text in texts),
        most_tokens=_limit(body),
        effort=_effort(body),
        stream=body.get("stream") is True,
        include_usage=isinstance(options, dict) and options.get("include_usage") is True,
        body=body,
    )


def tokens(text: str) -> int:
    """Four characters are a token here."""
    return -(-len(text) // 4)


def _text(message: Any) -> str:
    content = message.get("content") if isinstance(message, dict) else None
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str))
    raise BadRequest("A message has no content.", "messages")


def _limit(body: Mapping[str, Any]) -> int | None:
    limits = []
    for name in ("max_tokens", "max_completion_tokens"):
        value = body.get(name)
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise BadRequest(f"{name} is not a whole number from 1.", name)
        limits.append(value)
    return min(limits, default=None)


def _effort(body: Mapping[str, Any]) -> str | None:
    """`reasoning_effort`, or a relay's `reasoning: {effort}`."""
    effort = body.get("reasoning_effort")
    nested = body.get("reasoning")
    if effort is None and isinstance(nested, dict):
        effort = nested.get("effort")
    if effort is not None and not isinstance(effort, str):
        raise BadRequest("reasoning_effort is no text.", "reasoning_effort")
    return effort
