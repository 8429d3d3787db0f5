"""What a row is: the records that travel from collector to store, with the meaning of every field.

Null (None) means "not reported" or "not scored"; it is never written as 0, NaN or a sentence.
Times are naive UTC, money is US dollars, durations are seconds.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Status = Literal["ok", "refused", "truncated", "infra_error", "timeout"]
STATUSES: tuple[Status, ...] = ("ok", "refused", "truncated", "infra_error", "timeout")
Purpose = Literal["answer", "judge", "probe", "fresh", "fit"]
"""What a call is for: only answers count for capability and cost. Probes watch the harness, judges
score others, fresh samples are held against the frozen ones, fits embed a training split."""
Verdict = Literal["correct", "partial", "wrong", "abstained", "malformed"]
"""What an answer was: a wrong format is not a wrong answer, and saying so is not guessing."""
CUT_SHORT = "cut short: "
"""How the error of an attempt begins whose retries a stop prevented: a rerun goes on with it."""
UNSCORED: tuple[Status, ...] = ("infra_error", "timeout")
"""Statuses whose score is null: nothing was answered, so nothing can be right or wrong."""

Message = dict[str, str]
"""One chat message: {"role": "system" | "user" | "assistant", "content": text}."""


def digest(*parts: object) -> str:
    """Hex blake2b-128 over parts, each canonical JSON, so that ("a", "b") differs from ("ab",)."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, for ids that people read in URLs."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


@dataclass(frozen=True)
class Sample:
    """One question. `input` is the bare material (what a reader sees), without any instruction."""

    task: str
    level: int
    seed: int
    """Index within the level, from 0; the same (task, level, seed) is always the same sample."""
    input: str
    target: str
    """Reference answer as text; a task may store JSON here."""
    category: str
    bank_version: str
    cluster: str | None = None
    """Samples that share a template or passage share a cluster; null: a cluster of its own."""

    @property
    def sample_id(self) -> str:
        """The bank version is part of it, so that two versions are never mixed silently."""
        return f"{self.task}.{self.bank_version}/{self.level}/{self.seed}"

    @property
    def input_hash(self) -> str:
        return digest(self.input, self.target)


@dataclass(frozen=True)
class Contestant:
    """A model, its deployment, and every setting that changes what it spends."""

    model: str
    """The model string as the experiment gives it (a LiteLLM string, or 'local/...')."""
    name: str
    """What charts call it: 'SmolLM2 135M · terse'."""
    deployment: str = ""
    """Who serves it: 'local', the provider's name, or the api_base."""
    effort: str | None = None
    prompt_style: str = "plain"
    max_tokens: int | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Further settings that are part of the identity (temperature, quantisation, ...)."""
    kind: Literal["writer", "reader", "rules"] = "writer"
    """Writers generate text; readers embed and classify; rules are plain code."""
    model_id: str | None = None
    """Catalogue entry of the weights, when known."""

    @property
    def identity(self) -> dict[str, Any]:
        """The settings that make this contestant itself and no other."""
        return {
            "model": self.model,
            "deployment": self.deployment,
            "effort": self.effort,
            "prompt_style": self.prompt_style,
            "max_tokens": self.max_tokens,
            "settings": dict(self.settings),
        }

    @property
    def contestant_id(self) -> str:
        dials = (self.effort, None if self.prompt_style == "plain" else self.prompt_style)
        words = "-".join([self.model.split("/", 1)[-1], *(d for d in dials if d)])
        return f"{slug(words)[:60]}-{digest(self.identity)[:8]}"


@dataclass(frozen=True)
class Usage:
    """Tokens as reported. Totals include their parts: cached in input, reasoning in output."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    """Of the cache writes, those kept for an hour."""
    reasoning_tokens: int | None = None
    source: Literal["provider", "estimated", "rule"] | None = "provider"
    flags: str | None = None
    """Comma-separated warnings, for example 'reasoning_clamped'."""


@dataclass(frozen=True)
class Failure:
    """What may be done about a call that brought no answer."""

    retryable: bool = False
    """The same request may succeed later: a full or broken server, a lost connection, a stall."""
    stops: bool = False
    """No request of this contestant can succeed: its key is refused, its model is not there."""
    maybe_billed: bool = False
    """The request may have been answered and charged, and nobody told us: a lost answer."""
    retry_after_s: float | None = None
    """How long the provider asked us to wait."""


@dataclass(frozen=True)
class Completion:
    """What a provider returned for one prompt. A failure is a completion too: see `status`."""

    text: str
    usage: Usage
    status: Status = "ok"
    error: str | None = None
    finish_reason: str | None = None
    duration_s: float | None = None
    """From sending to last byte; queueing, back-off and earlier retries excluded."""
    ttft_s: float | None = None
    retries: int = 0
    cpu_s: float | None = None
    """CPU seconds of the process that answered; local contestants only."""
    billed_usd: float | None = None
    """What the provider (or LiteLLM for it) says it charged."""
    billed_by_list: bool = False
    """Whether that is LiteLLM's list, and not the provider's own word."""
    served_model: str | None = None
    served_by: str | None = None
    """The host that a relay such as OpenRouter passed the request to."""
    fingerprint: str | None = None
    """The provider's name for the exact system that answered."""
    reasoning_text: str | None = None
    vectors: str | None = None
    """What an embedding call brought, packed; on its way to a head, and never stored."""
    failure: Failure | None = None
    """Of a call that brought no answer."""


@dataclass(frozen=True)
class Score:
    """A scorer's verdict: `value` in [0, 1] and the text that was compared."""

    value: float
    answer: str | None
    """Null when the text holds no answer in the form that was asked for."""
    note: str | None = None
    abstained: bool = False
    """The answer is that it is not known; `value` is 0."""
    invented: int | None = None
    """Values given for what the document does not say; null where that can't be."""

    @property
    def verdict(self) -> Verdict:
        if self.abstained:
            return "abstained"
        if self.value >= 1:
            return "correct"
        if self.answer is None:
            return "malformed"
        return "partial" if self.value > 0 else "wrong"


@dataclass(frozen=True)
class Attempt:
    """One contestant, one sample, one epoch, one try: a row of `attempts`."""

    attempt_id: str
    try_: int
    """1 for the first; a redo of a failed attempt is the next. Column name: try."""
    campaign: str
    run_id: str
    contestant_id: str
    task: str
    level: int
    sample_id: str
    prompt_hash: str
    template_version: str
    epoch: int
    started_at: datetime
    purpose: Purpose = "answer"
    duration_s: float | None = None
    ttft_s: float | None = None
    retries: int = 0
    """Calls before this one that brought neither an answer nor a usage."""
    retry_wait_s: float | None = None
    """Time between those calls; no part of duration_s."""
    unsettled_usd: float | None = None
    """What those calls, and this one if it failed, can have cost at most, where nobody told us."""
    input_tokens: int | None = None
    cache_read_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_write_1h_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    usage_source: str | None = None
    usage_flags: str | None = None
    cpu_s: float | None = None
    billed_usd: float | None = None
    price_id: str | None = None
    cost_usd: float | None = None
    """As billed: our own cost from the usage and the price in force then; null when unpriced."""
    status: Status = "ok"
    error: str | None = None
    finish_reason: str | None = None
    score: float | None = None
    verdict: Verdict | None = None
    """Of an answer that was scored; null for failures, refusals and truncated answers."""
    invented: int | None = None
    """Values made up for what the document does not say; null where the task can't tell."""
    calls: int = 1
    """Calls that the try's usage, cost and time are the sum of: more than one in a conversation."""
    answer: str | None = None
    served_model: str | None = None
    served_by: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True)
class Fit:
    """What a contestant was taught for a task in one run: paid once, and not for each answer."""

    run_id: str
    contestant_id: str
    task: str
    labels: int
    """Labelled examples: those that its head was fitted on, or that its prompt shows."""
    cpu_s: float | None = None
    """CPU seconds of fitting; of a bundled model with those of embedding the examples."""
    input_tokens: int | None = None
    """Read by a provider to embed the examples."""
    usd: float | None = None
    """As billed: by the contestant's own price; null where that is not known."""

    @property
    def fit_id(self) -> str:
        return f"{self.run_id}/{self.contestant_id}/{self.task}"


def attempt_id(
    campaign: str, contestant_id: str, sample_id: str, prompt_hash: str, template: str, epoch: int
) -> str:
    """Identity of an attempt: adding it twice is a no-op, tonight is not last night."""
    return digest(campaign, contestant_id, sample_id, prompt_hash, template, epoch)
