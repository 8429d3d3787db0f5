"""POST /v1/embeddings: the same text has the same vector, and texts that share words are near."""

from __future__ import annotations

import base64
import math
import re
import struct
from collections.abc import Callable, Mapping
from typing import Any

from collectors.faultserver.answer import Answer
from collectors.faultserver.models import Behaviour
from collectors.faultserver.question import BadRequest, Question, body_key, draw, tokens
from collectors.faultserver.replies import FILLER, JSON, Reply, dumped

DIMENSIONS = 128
MOST_TEXTS = 10_000
WORD = re.compile(r"\w+")


def read(body: Any) -> Question:
    """The question in a request's JSON; raises BadRequest."""
    if not isinstance(body, dict):
        raise BadRequest("The request is no JSON object.", None)
    model, given = body.get("model"), body.get("input")
    if not isinstance(model, str) or not model:
        raise BadRequest("model is missing.", "model", "missing_required_parameter")
    texts = _texts(given)
    if not texts or len(texts) > MOST_TEXTS or not all(isinstance(text, str) for text in texts):
        raise BadRequest("input is a text or a list of texts.", "input")
    return Question(
        key=body_key(body),
        model=model,
        text=texts[-1],
        prompt_tokens=sum(map(tokens, texts)),
        most_tokens=None,
        effort=None,
        stream=False,
        include_usage=True,
        body=body,
        embeds=True,
    )


def _texts(given: Any) -> list[Any]:
    if isinstance(given, str):
        return [given]
    return given if isinstance(given, list) else []


def answer(question: Question, ways: Behaviour, seen: int) -> Answer:
    """What is billed: the tokens read. Nothing is written."""
    del seen  # nobody stands behind an embedding model here
    return Answer(
        text="",
        finish_reason="stop",
        prompt_tokens=question.prompt_tokens,
        completion_tokens=0,
        reasoning_tokens=0,
        model=ways.served_model or question.model,
        fingerprint=ways.fingerprint,
    )


def reply(question: Question, made: Answer, kind: str, chunks: int) -> Reply:
    """One vector for each text, with the fault that is inside."""
    del chunks
    packed = question.body.get("encoding_format") == "base64"
    rows: list[Any] = [
        {"object": "embedding", "index": n, "embedding": vector(text, packed)}
        for n, text in enumerate(_texts(question.body.get("input")))
    ]
    if kind == "empty-choices":
        rows = []
    if kind == "null-content":
        rows[0]["embedding"] = None
    body: dict[str, Any] = {"object": "list", "model": made.model, "data": rows}
    usage: Any = {"prompt_tokens": made.prompt_tokens, "total_tokens": made.prompt_tokens}
    if kind in USAGES:
        usage = USAGES[kind](usage, draw("odd", question.key))
    if usage is not None:
        body["usage"] = usage
    if kind == "huge":
        body["filler"] = FILLER
    whole = dumped(body)
    return Reply(JSON, (whole[: len(whole) * 2 // 3] if kind == "garbage" else whole,))


def _odd(usage: dict[str, int], which: int) -> Any:
    """One of the ways in which the types come out wrong."""
    read_ = usage["prompt_tokens"]
    ways: tuple[Any, ...] = (
        {name: str(value) for name, value in usage.items()},
        {"prompt_tokens": -read_, "total_tokens": -read_},
        {"prompt_tokens": {"text": read_}, "total_tokens": read_},
        [read_],
        f"{read_} tokens",
        {"prompt_tokens": read_ + 0.5, "total_tokens": read_},
        {"prompt_tokens": 10**18, "total_tokens": 10**18},
    )
    return ways[which % len(ways)]


USAGES: Mapping[str, Callable[[dict[str, int], int], Any]] = {
    "no-usage": lambda *_: None,
    "zero-usage": lambda usage, _: dict.fromkeys(usage, 0),
    "odd-usage": _odd,
}


def vector(text: str, packed: bool = False) -> Any:
    """The text's words, each counted up or down in one of the dimensions, at length 1."""
    values = [0.0] * DIMENSIONS
    for word in WORD.findall(text.encode("utf-8", "replace").decode().lower()):
        place = draw("word", word)
        values[place % DIMENSIONS] += 1 if place >> 32 & 1 else -1
    length = math.sqrt(sum(value * value for value in values)) or 1.0
    values = [value / length for value in values]
    if packed:
        return base64.b64encode(struct.pack(f"<{DIMENSIONS}f", *values)).decode()
    return values
