"""The engine: send what is planned, score what comes back, journal it before it counts as done."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from collectors.budget import Budget, worst_case_usd
from collectors.plan import Planned
from data.journal import Journal
from data.price import Price
from data.pricing import cost_usd
from data.records import (
    UNSCORED,
    Attempt,
    Completion,
    Contestant,
    Message,
    Score,
    Usage,
    digest,
)

COMMIT_EVERY_S = 0.25


class Completer(Protocol):
    """What the engine needs of the providers."""

    async def complete(
        self,
        contestant: Contestant,
        messages: list[Message],
        *,
        max_tokens: int | None,
        response_format: dict[str, Any] | None,
        timeout_s: float,
    ) -> Completion: ...


@dataclass
class Progress:
    """What a run has done so far; only what is safely journalled counts."""

    total: int
    done: int = 0
    failed: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    stopped: dict[str, str] = field(default_factory=dict)
    """Contestants that were stopped early: name to reason."""


@dataclass(frozen=True)
class Setting:
    """What stays the same for every attempt of a run."""

    campaign: str
    run_id: str
    prices: Mapping[str, Price]
    """By contestant_id."""
    store_text: str = "keep"


class Engine:
    """One run: workers for each contestant, so that a slow one never holds up the others."""

    def __init__(
        self,
        setting: Setting,
        providers: Completer,
        journal: Journal,
        budget: Budget,
        report: Callable[[Progress], None],
    ) -> None:
        self._setting = setting
        self._providers = providers
        self._journal = journal
        self._budget = budget
        self._report = report
        self._queued: list[Attempt] = []
        self._samples: set[str] = set()
        self.progress = Progress(0)

    async def run(self, todo: tuple[Planned, ...], stop: asyncio.Event) -> Progress:
        """Work through `todo`; returns early, with everything finished journalled, on `stop`."""
        self.progress = Progress(len(todo))
        queues: dict[str, deque[Planned]] = defaultdict(deque)
        for planned in todo:
            queues[planned.entrant.contestant.contestant_id].append(planned)
        workers = [
            asyncio.create_task(self._work(queue))
            for queue in queues.values()
            for _ in range(min(queue[0].entrant.max_concurrency, len(queue)))
        ]
        everything: asyncio.Future[Any] = asyncio.gather(*workers)
        committer: asyncio.Future[Any] = asyncio.create_task(self._commit_often())
        stopper: asyncio.Future[Any] = asyncio.create_task(stop.wait())
        watched = {everything, committer, stopper}
        try:
            ended, _ = await asyncio.wait(watched, return_when=asyncio.FIRST_COMPLETED)
            for future in ended:
                future.result()
        finally:
            for future in watched:
                future.cancel()
            await asyncio.gather(*watched, return_exceptions=True)
            self._commit()
        return self.progress

    async def _work(self, queue: deque[Planned]) -> None:
        while queue:
            planned = queue.popleft()
            price = self._setting.prices[planned.entrant.contestant.contestant_id]
            worst = worst_case_usd(planned, price)
            if not await self._budget.reserve(worst):
                return
            cost = None
            try:
                attempt = await self._attempt(planned, price)
                cost = attempt.cost_usd
            finally:
                await self._budget.settle(worst, cost)
            if attempt.error and attempt.error.startswith("AuthenticationError"):
                self.progress.stopped[planned.entrant.contestant.name] = attempt.error
                queue.clear()

    async def _attempt(self, planned: Planned, price: Price) -> Attempt:
        started = datetime.now(UTC).replace(tzinfo=None)
        completion = await self._providers.complete(
            planned.entrant.contestant,
            list(planned.prompt.messages),
            max_tokens=planned.max_tokens,
            response_format=planned.prompt.response_format,
            timeout_s=planned.entrant.timeout_s,
        )
        attempt = row(planned, completion, price, self._setting, started)
        self._keep(planned, attempt, completion)
        return attempt

    def _keep(self, planned: Planned, attempt: Attempt, completion: Completion) -> None:
        prompt = json.dumps(list(planned.prompt.messages), ensure_ascii=False)
        sample = planned.prompt.sample
        text: str | None = completion.text
        if self._setting.store_text == "hash":
            prompt, text = digest(prompt), digest(completion.text)
        kept = self._setting.store_text == "keep"
        if sample.sample_id not in self._samples:
            self._samples.add(sample.sample_id)
            baseline = planned.prompt.task.baseline
            self._journal.sample(sample, baseline, sample.input if kept else None)
        drop = self._setting.store_text == "drop"
        self._journal.attempt(attempt, None if drop else prompt, None if drop else text)
        self._queued.append(attempt)

    async def _commit_often(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_EVERY_S)
            self._commit()

    def _commit(self) -> None:
        """Journal first, then count: what is shown as done survives a crash."""
        queued, self._queued = self._queued, []
        if not queued:
            return
        self._journal.commit()
        for attempt in queued:
            self.progress.done += 1
            self.progress.failed += attempt.status in UNSCORED
            self.progress.unpriced += attempt.cost_usd is None and attempt.status not in UNSCORED
            self.progress.cost_usd += attempt.cost_usd or 0.0
        self._report(self.progress)


def row(
    planned: Planned,
    completion: Completion,
    price: Price,
    setting: Setting,
    started: datetime,
) -> Attempt:
    """The attempt that a completion makes. A failure has no score; a refusal scores 0."""
    prompt, usage = planned.prompt, completion.usage
    score = verdict(planned, completion)
    keep = setting.store_text == "keep"
    return Attempt(
        attempt_id=planned.attempt_id,
        try_=planned.try_,
        campaign=setting.campaign,
        run_id=setting.run_id,
        contestant_id=planned.entrant.contestant.contestant_id,
        task=prompt.task.name,
        level=prompt.sample.level,
        sample_id=prompt.sample.sample_id,
        prompt_hash=prompt.hash,
        template_version=prompt.template_version,
        epoch=planned.epoch,
        started_at=started,
        duration_s=completion.duration_s,
        ttft_s=completion.ttft_s,
        retries=completion.retries,
        **tokens(usage),
        cpu_s=completion.cpu_s,
        billed_usd=completion.billed_usd,
        price_id=price.price_id,
        cost_usd=_cost(price, completion, started),
        status=completion.status,
        error=completion.error,
        finish_reason=completion.finish_reason,
        score=None if score is None else score.value,
        answer=score.answer if score and keep else None,
        served_model=completion.served_model,
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


def verdict(planned: Planned, completion: Completion) -> Score | None:
    """The score: null for a failure, 0 for a refused or truncated answer, else the task's own."""
    if completion.status in UNSCORED:
        return None
    if completion.status in ("refused", "truncated"):
        return Score(0.0, None)
    return planned.prompt.task.score(planned.prompt.sample, completion.text)


def _cost(price: Price, completion: Completion, started: datetime) -> float | None:
    """A failed try costs what its usage says, if it says anything: usually nothing is known."""
    return cost_usd(price, completion.usage, completion.duration_s, completion.cpu_s, started)
