"""A conversation: one attempt of many calls, whose usage, cost and time are the sum of them all."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from collectors.plan import Planned
from collectors.tasks.task import Episode
from data.records import UNSCORED, Completion, Failure, Message, Score, Usage

Number = TypeVar("Number", int, float)
NO_ROOM = "stopped in mid-conversation: the budget has no room for the next call"


@dataclass(frozen=True)
class Call:
    """One call, or all the calls of a conversation, and what they took."""

    completion: Completion
    started: datetime
    usd: float | None
    unsettled_usd: float
    calls: int = 1
    retries: int = 0
    """Within a conversation: calls that brought no answer."""
    score: Score | None = None
    """Set where the environment scores."""


Send = Callable[[Planned], Awaitable[Call | None]]
"""One call; None when it may not be sent."""
Again = Callable[[Call], Awaitable[bool]]
"""Waits and tells whether a failed call is to be sent again."""


async def converse(planned: Planned, episode: Episode, send: Send, again: Again) -> Call | None:
    """Let the model and its environment talk until one has done; None: the first call wasn't sent.

    A call that fails for good ends the conversation as that failure; what was paid before stays.
    """
    messages = list(planned.prompt.messages)
    made: list[Call] = []
    while True:
        turn = replace(planned, prompt=replace(planned.prompt, messages=tuple(messages)))
        call = await send(turn)
        if call is None:
            return _joined(made, messages[len(planned.prompt.messages) :], NO_ROOM)
        made.append(call)
        if call.completion.status in UNSCORED:
            if await again(call):
                continue
            return _joined(made, messages[len(planned.prompt.messages) :])
        text = call.completion.text
        messages.append({"role": "assistant", "content": text})
        told = episode.reply(text) if call.completion.status == "ok" else None
        if told is None:
            whole = _joined(made, messages[len(planned.prompt.messages) :])
            scored = whole and call.completion.status == "ok"
            return replace(whole, score=episode.score()) if whole and scored else whole
        messages.append({"role": "user", "content": told})


def _joined(made: Sequence[Call], said: Sequence[Message], error: str | None = None) -> Call | None:
    """The calls as one: sums over those that were answered, null where one of them is not known."""
    if not made:
        return None
    last = made[-1].completion
    answered = [c for c in made if c.completion.status not in UNSCORED or c.usd is not None]
    completion = replace(
        last,
        text=json.dumps(list(said), ensure_ascii=False),
        usage=_usage([c.completion.usage for c in answered]) if answered else last.usage,
        duration_s=_sum([c.completion.duration_s for c in answered]),
        cpu_s=_sum([c.completion.cpu_s for c in answered]),
        billed_usd=_sum([c.completion.billed_usd for c in answered]),
        ttft_s=made[0].completion.ttft_s,
    )
    if error is not None:
        completion = replace(completion, status="infra_error", error=error, failure=Failure())
    return Call(
        completion=completion,
        started=made[0].started,
        usd=_sum([c.usd for c in answered]),
        unsettled_usd=sum(c.unsettled_usd for c in made),
        calls=max(1, len(answered)),
        retries=sum(c.completion.status in UNSCORED for c in made[:-1]),
    )


def _usage(parts: Sequence[Usage]) -> Usage:
    flags = sorted({flag for u in parts for flag in (u.flags or "").split(",") if flag})
    return Usage(
        input_tokens=_sum([u.input_tokens for u in parts]),
        output_tokens=_sum([u.output_tokens for u in parts]),
        cache_read_tokens=_sum([u.cache_read_tokens for u in parts]),
        cache_write_tokens=_sum([u.cache_write_tokens for u in parts]),
        cache_write_1h_tokens=_sum([u.cache_write_1h_tokens for u in parts]),
        reasoning_tokens=_sum([u.reasoning_tokens for u in parts]),
        source=parts[-1].source,
        flags=",".join(flags) or None,
    )


def _sum(values: Sequence[Number | None]) -> Number | None:
    """The sum; null when there is nothing to add, or one of them is not known."""
    total: Number | None = None
    for value in values:
        if value is None:
            return None
        total = value if total is None else total + value
    return total
