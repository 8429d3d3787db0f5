"""The row that a completion makes: its score, its cost, and what may be kept of its text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.conversation import Call
from collectors.plan import Planned
from data.pricing import cost
from data.pricing.lines import Line
from data.records import UNSCORED, Attempt, Completion, Score, Usage, digest

ABOUT_SAME = 0.01
"""Two costs of one call that differ by more than this share of the larger are worth a warning."""
CENT_FRACTION = 1e-6
"""Dollars; smaller differences are rounding."""


@dataclass(frozen=True)
class Setting:
    """What stays the same for every attempt of a run."""

    campaign: str
    run_id: str
    store_text: str = "keep"

    def text(self, text: str) -> str | None:
        """A prompt or answer as it may be kept."""
        if self.store_text == "keep":
            return text
        return digest(text) if self.store_text == "hash" else None


@dataclass(frozen=True)
class Calls:
    """What the calls before a completion, within the same try, left behind."""

    retries: int = 0
    wait_s: float = 0.0
    unsettled_usd: float = 0.0

    def after(self, call: Call, wait_s: float) -> Calls:
        """With one more call that brought nothing, and the wait that followed it."""
        unsettled = self.unsettled_usd + call.unsettled_usd
        return Calls(self.retries + 1, self.wait_s + wait_s, unsettled)


def row(
    planned: Planned,
    contestant_id: str,
    call: Call,
    price_id: str,
    setting: Setting,
    before: Calls,
) -> Attempt:
    """The attempt that a scored call (or conversation) makes; `before`: calls without an answer."""
    prompt, completion, score = planned.prompt, call.completion, call.score
    retries = before.retries + call.retries
    return Attempt(
        attempt_id=planned.attempt_id,
        try_=planned.try_,
        campaign=setting.campaign,
        run_id=setting.run_id,
        contestant_id=contestant_id,
        task=prompt.task.name,
        level=prompt.sample.level,
        sample_id=prompt.sample.sample_id,
        prompt_hash=prompt.hash,
        template_version=prompt.template_version,
        epoch=planned.epoch,
        purpose=planned.purpose,
        started_at=call.started,
        duration_s=completion.duration_s,
        ttft_s=completion.ttft_s,
        retries=retries,
        retry_wait_s=before.wait_s if before.retries else None,
        unsettled_usd=before.unsettled_usd + call.unsettled_usd or None,
        **tokens(completion.usage),
        cpu_s=completion.cpu_s,
        billed_usd=completion.billed_usd,
        price_id=price_id,
        cost_usd=call.usd,
        status=completion.status,
        error=completion.error,
        finish_reason=completion.finish_reason,
        score=None if score is None else score.value,
        verdict=score.verdict if score and completion.status == "ok" else None,
        invented=score.invented if score else None,
        calls=call.calls,
        answer=score.answer if score and setting.store_text == "keep" else None,
        served_model=completion.served_model,
        served_by=completion.served_by,
        fingerprint=completion.fingerprint,
    )


def tokens(usage: Usage) -> dict[str, Any]:
    """A usage as the attempt's columns."""
    return {
        "input_tokens": usage.input_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_write_1h_tokens": usage.cache_write_1h_tokens,
        "output_tokens": usage.output_tokens,
        "reasoning_tokens": usage.reasoning_tokens,
        "usage_source": usage.source,
        "usage_flags": usage.flags,
    }


def verdict(planned: Planned, call: Call) -> Score | None:
    """The score: null for a failure, 0 for a refused or truncated answer, else the task's own."""
    completion = call.completion
    if completion.status in UNSCORED:
        return None
    if call.score is not None:
        return call.score
    if completion.status in ("refused", "truncated"):
        return Score(0.0, None)
    return planned.prompt.task.score(planned.prompt.sample, completion.text)


def spent_usd(
    lines: Sequence[Line] | str, completion: Completion, started: datetime
) -> float | None:
    """What a call cost as billed; None when its usage, or its price, is not known.

    A machine that is paid by the hour is paid for what failed, too.
    """
    timed = not isinstance(lines, str) and all(line.needs == "busy" for line in lines)
    untold = completion.status in UNSCORED and completion.usage.output_tokens is None
    if untold and not timed:
        return None
    return cost(
        lines,
        completion.usage,
        started,
        completion.duration_s,
        completion.cpu_s,
        told_usd=completion.billed_usd,
    ).as_float


def disagree(ours: float | None, theirs: float | None) -> bool:
    """Whether two costs of one call differ by more than 1 % and a millionth of a dollar."""
    if ours is None or theirs is None:
        return False
    apart = abs(ours - theirs)
    return apart > CENT_FRACTION and apart > ABOUT_SAME * max(ours, theirs)
