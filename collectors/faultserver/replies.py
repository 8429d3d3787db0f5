"""The bytes of an answer: JSON or a stream of events, sound or with a fault inside."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from collectors.faultserver.answer import Answer
from collectors.faultserver.question import Question, draw

CREATED = 1_700_000_000
JSON, SSE, HTML = "application/json", "text/event-stream", "text/html"
PAGE = b"<!DOCTYPE html><html><body><h1>Something is in the way</h1></body></html>\n"
DONE = b"data: [DONE]\n\n"
FILLER = "(filler)"
"""Where a huge answer has its spaces, at the end of its text; they are made while sending."""


@dataclass(frozen=True)
class Reply:
    """An answer's bytes; a stream comes in pieces that are sent one after another."""

    content_type: str
    pieces: tuple[bytes, ...]

    @property
    def whole(self) -> bytes:
        return b"".join(self.pieces)


def dumped(table: Any) -> bytes:
    return json.dumps(table, separators=(",", ":")).encode()


def usage_of(answer: Answer) -> dict[str, Any]:
    """An honest usage block."""
    usage: dict[str, Any] = {
        "prompt_tokens": answer.prompt_tokens,
        "completion_tokens": answer.completion_tokens,
        "total_tokens": answer.prompt_tokens + answer.completion_tokens + answer.hidden_tokens,
        "completion_tokens_details": {"reasoning_tokens": answer.reasoning_tokens},
    }
    if answer.cost_usd is not None:
        usage["cost"] = answer.cost_usd
    return usage


def _zero(usage: dict[str, Any], _: int) -> Any:
    return {**dict.fromkeys(usage, 0), "completion_tokens_details": {"reasoning_tokens": 0}}


def _odd(usage: dict[str, Any], which: int) -> Any:
    """One of the ways in which relays get the types wrong."""
    n_in, n_out = usage["prompt_tokens"], usage["completion_tokens"]
    ways: tuple[Any, ...] = (
        {name: str(value) for name, value in usage.items() if isinstance(value, int)},
        {**usage, "completion_tokens": -n_out, "total_tokens": n_in - n_out},
        {**usage, "prompt_tokens": {"text": n_in}},
        {**usage, "completion_tokens_details": [usage["completion_tokens_details"]]},
        [n_in, n_out],
        f"{n_in + n_out} tokens",
        {**usage, "completion_tokens": n_out + 0.5},
        {**usage, "prompt_tokens": None, "completion_tokens": True},
        {**usage, "completion_tokens": 10**18},
    )
    return ways[which % len(ways)]


def _over(usage: dict[str, Any], _: int) -> Any:
    more = {"reasoning_tokens": usage["completion_tokens"] + 100}
    return {**usage, "completion_tokens_details": more}


USAGES: Mapping[str, Callable[[dict[str, Any], int], Any]] = {
    "no-usage": lambda *_: None,
    "zero-usage": _zero,
    "odd-usage": _odd,
    "reasoning-over": _over,
}


def usage_shown(question: Question, answer: Answer, kind: str) -> Any:
    """The usage block that the client sees; null leaves it out."""
    usage = usage_of(answer)
    falsify = USAGES.get(kind)
    return usage if falsify is None else falsify(usage, draw("odd", question.key))


def text_shown(answer: Answer, kind: str) -> str | None:
    if kind in ("null-content", "content-filter"):
        return None
    return answer.text + FILLER if kind == "huge" else answer.text


def reply(question: Question, answer: Answer, kind: str, chunks: int) -> Reply:
    """The answer to a request in the form that it asked for, with the fault that is inside it."""
    usage = usage_shown(question, answer, kind)
    text = text_shown(answer, kind)
    reason = "content_filter" if kind == "content-filter" else answer.finish_reason
    head = {
        "id": f"chatcmpl-{question.key[:24]}",
        "object": "chat.completion.chunk" if question.stream else "chat.completion",
        "created": CREATED,
        "model": answer.model,
        "system_fingerprint": answer.fingerprint,
    }
    if answer.host is not None:
        head["provider"] = answer.host
    if question.stream:
        shown = usage if question.include_usage else None
        return Reply(SSE, _stream(head, text, reason, shown, kind, chunks))
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": reason,
    }
    body = {**head, "choices": [] if kind == "empty-choices" else [choice]}
    whole = dumped(body if usage is None else {**body, "usage": usage})
    return Reply(JSON, (whole[: len(whole) * 2 // 3] if kind == "garbage" else whole,))


def _stream(
    head: dict[str, Any], text: str | None, reason: str, usage: Any, kind: str, chunks: int
) -> tuple[bytes, ...]:
    def event(choices: list[Any], **more: Any) -> bytes:
        return b"data: " + dumped({**head, "choices": choices, **more}) + b"\n\n"

    def delta(part: dict[str, Any], ended: str | None = None) -> bytes:
        return event([{"index": 0, "delta": part, "finish_reason": ended}])

    ends = [event([], usage=usage)] if usage is not None else []
    if kind == "empty-choices":
        return (*ends, DONE)
    parts = [None] if text is None else cut(text, 1 if kind == "huge" else chunks)
    said = [
        delta({"role": "assistant", "content": part} if n == 0 else {"content": part})
        for n, part in enumerate(parts)
    ]
    if kind == "stream-cut":
        return tuple(said)
    if kind == "stream-error":
        error = error_table("The model broke off.", "server_error", "server_error")
        return (*said[: len(said) // 2 + 1], b"data: " + dumped(error) + b"\n\n", DONE)
    if kind == "garbage":
        return (*said[:-1], said[-1][: len(said[-1]) * 2 // 3])
    return (*said, delta({}, reason), *ends, DONE)


def cut(text: str, chunks: int) -> list[str]:
    """The text in at most `chunks` pieces of about equal length; at least one piece."""
    size = max(1, -(-len(text) // chunks))
    return [text[i : i + size] for i in range(0, len(text), size)] or [""]


def error_table(
    message: str, type_: str, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """An error as OpenAI shapes it."""
    return {"error": {"message": message, "type": type_, "param": param, "code": code}}
