"""The engine: send what is planned, score what comes back, journal it before it counts as done."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

from collectors import rows
from collectors.budget import Budget, Purse
from collectors.conversation import Call, converse
from collectors.fitting import Fitting
from collectors.judging import Bench
from collectors.lane import Lane
from collectors.plan import Planned
from collectors.retries import Tries, stop_reason
from collectors.rows import Calls, Setting
from collectors.tasks.guess import guess
from data.errors import IsocostError
from data.journal import Journal
from data.records import CUT_SHORT, UNSCORED, Attempt, Completion, Contestant, Message

COMMIT_EVERY_S = 0.02
"""What is finished meanwhile is synced to the disk together."""
REPORT_EVERY_S = 0.25
HELD_AHEAD = 1.25
"""The journal is told of a quarter more than is open, so that not every call writes a line; a
killed run counts as having spent it."""
DRAIN_S = 60.0
"""At the time limit, what is in flight and paid for may still arrive for so long."""


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
        stream: bool = False,
    ) -> Completion: ...


class Listener(Protocol):
    """Who is told what happens, line by line."""

    def emit(self, name: str, /, **fields: Any) -> None: ...

    def retry(
        self,
        contestant: Contestant,
        *,
        error: str,
        wait_s: float,
        duration_s: float | None,
        **fields: Any,
    ) -> None: ...

    def attempt(self, attempt: Attempt, contestant: Contestant) -> None: ...


class Engine:
    """One run: workers for each contestant, so that a slow one never holds up the others."""

    def __init__(
        self,
        setting: Setting,
        providers: Completer,
        journal: Journal,
        lanes: Sequence[Lane],
        budget: Budget,
        report: Callable[[], None],
        listener: Listener,
        bench: Bench | None = None,
        fitting: Fitting | None = None,
    ) -> None:
        """`report` is called whenever more attempts are safely stored; the lanes count them.

        `bench`: who scores what no program can; `fitting`: the heads of embedding models.
        """
        self._setting = setting
        self._providers = providers
        self._journal = journal
        self._lanes = lanes
        self._budget = budget
        self._report = report
        self._listener = listener
        self._bench = bench
        self._fitting = fitting
        # Not asyncio's own threads: those look up hosts' names, which would count as their time.
        self._scorers = ThreadPoolExecutor(os.cpu_count() or 1, "scorer")
        self._queued: list[tuple[Lane, Attempt, bool]] = []
        self._samples: set[str] = set()
        self._closing = False
        self._finished = asyncio.Event()
        self._acknowledged: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._reported = 0.0

    async def run(self, stop: asyncio.Event, timeout_s: float | None = None) -> str:
        """Work through every lane: 'complete', 'budget', 'timeout' or (by `stop`) 'interrupted'.

        However it ends, everything finished is journalled. On `stop` what is in flight is dropped;
        at the time limit it may still arrive.
        """
        workers = [
            asyncio.create_task(self._work(lane))
            for lane in self._lanes
            for _ in range(min(lane.entrant.max_concurrency, len(lane.todo)))
        ]
        everything: asyncio.Future[Any] = asyncio.gather(*workers)
        committer: asyncio.Future[Any] = asyncio.create_task(self._commit_often())
        stopper: asyncio.Future[Any] = asyncio.create_task(stop.wait())
        watched = {everything, committer, stopper}
        try:
            ended = await _first(watched, timeout_s)
            late = not ended
            if late:
                self._close_lanes("the run's time limit was reached")
                ended = await _first(watched, DRAIN_S)
            for future in ended:
                future.result()
        finally:
            for future in watched:
                future.cancel()
            await asyncio.gather(*watched, return_exceptions=True)
            self._scorers.shutdown(wait=False, cancel_futures=True)
            self._commit()
            self._report()
        if stop.is_set():
            return "interrupted"
        if late:
            return "timeout"
        return "budget" if any(lane.budget_reached for lane in self._lanes) else "complete"

    def _close_lanes(self, reason: str) -> None:
        self._closing = True
        for lane in self._lanes:
            if lane.todo:
                lane.stop(reason)

    async def _work(self, lane: Lane) -> None:
        """Next only when the last one is safe: a crash loses (and pays again for) no more calls
        than may be in flight. What is free to repeat need not wait."""
        while (planned := lane.next()) is not None:
            await self._attempt(lane, planned)
            if self._queued and not lane.is_local:
                await asyncio.shield(self._acknowledged)

    async def _attempt(self, lane: Lane, planned: Planned) -> Call | None:
        """One attempt with its retries: every call that told its tokens is a try, a row of its own;
        the others are counted on the row of the next. Returns what was kept last."""
        if not await self._fitted(lane, planned):
            return None
        tries, before = Tries(lane.entrant.retries), Calls()
        last: Call | None = None
        waited = 0.0
        while True:
            call = await self._answer(lane, planned, tries)
            if call is None:
                # No room in the budget, or the lane was stopped meanwhile.
                if last is not None:
                    lane.retries -= 1
                    await self._keep(lane, planned, cut_short(last), before)
                return last
            if last is not None:
                before = before.after(last, waited)
            wait = None if planned.prompt.task.episode else self._wait(lane, planned, call, tries)
            if wait is None:
                await self._keep(lane, planned, call, before)
                return call
            last, waited = call, wait
            if call.usd is not None or call.completion.usage.output_tokens is not None:
                await self._keep(lane, planned, call, before, final=False)
                planned, before, last = replace(planned, try_=planned.try_ + 1), Calls(), None
            await asyncio.sleep(wait)

    async def _fitted(self, lane: Lane, planned: Planned) -> bool:
        """Whether nothing has to be learnt before; False when it can't be."""
        if self._fitting is None or not lane.embeds or planned.purpose == "fit":
            return True
        return await self._fitting.ready(lane, planned, self._attempt)

    async def _answer(self, lane: Lane, planned: Planned, tries: Tries) -> Call | None:
        """One call, or a conversation, whose failed calls are sent again one by one."""
        begin = planned.prompt.task.episode
        if begin is None:
            return await self._call(lane, planned)

        async def again(call: Call) -> bool:
            wait = self._wait(lane, planned, call, tries)
            await asyncio.sleep(wait or 0.0)
            return wait is not None

        episode = begin(planned.prompt.sample)
        return await converse(planned, episode, lambda turn: self._call(lane, turn), again)

    def _wait(self, lane: Lane, planned: Planned, call: Call, tries: Tries) -> float | None:
        """Seconds until the same call is sent again; None: it isn't."""
        if reason := stop_reason(call.completion):
            self._stop(lane, reason)
        wait = None if lane.stopped or self._closing else tries.wait_s(call.completion)
        if wait is not None:
            self._retrying(lane, planned, call.completion, wait)
        return wait

    async def _call(self, lane: Lane, planned: Planned) -> Call | None:
        """One call within budget and limits; None when it may not be sent."""
        worst = lane.worst_usd(planned)
        if not await self._budget.reserve(lane.contestant_id, worst):
            if not lane.stopped:
                lane.stop_for_budget(worst)
                self._listener.emit("budget", contestant=lane.contestant.name, worst_usd=worst)
            return None
        usd, charged, unsettled = None, None, 0.0
        ticket, used = None, None
        try:
            ticket = await lane.limits.turn(
                *lane.tokens(planned), lambda: bool(lane.stopped) or self._closing
            )
            if ticket is None or lane.stopped or self._closing:
                used = 0.0
                return None
            self._hold(lane)
            # Should we be interrupted now, nobody will tell us what it cost.
            unsettled = worst
            lane.in_flight += 1
            started = datetime.now(UTC).replace(tzinfo=None)
            try:
                completion = await self._providers.complete(
                    lane.contestant,
                    list(planned.prompt.messages),
                    max_tokens=planned.max_tokens,
                    response_format=planned.prompt.response_format,
                    timeout_s=lane.entrant.timeout_s,
                    stream=streamed(planned.attempt_id, lane.entrant.ttft_share),
                )
            finally:
                lane.in_flight -= 1
            if self._fitting and completion.vectors and planned.purpose != "fit":
                completion = self._fitting.read(lane, planned, completion)
            usd = rows.spent_usd(lane.lines, completion, started)
            charged = lane.charged_usd(usd, completion)
            unsettled = 0.0 if charged is not None or not may_be_billed(completion) else worst
            used = _tokens(completion)
        finally:
            self._budget.settle(lane.contestant_id, worst, charged, unsettled)
            if ticket is not None:
                lane.limits.settle(ticket, used)
        return Call(completion, started, usd, unsettled)

    def _hold(self, lane: Lane) -> None:
        """Journal what may be open before it is: should we be killed, it counts as spent."""
        purse = self._budget.own[lane.contestant_id]
        open_usd = purse.reserved_usd + purse.unsettled_usd
        if open_usd > lane.held_usd:
            lane.held_usd = max(open_usd, min(HELD_AHEAD * lane.held_usd, self._room(purse)))
            self._journal.hold(self._setting.run_id, lane.contestant_id, lane.held_usd)
            self._journal.commit()

    def _room(self, purse: Purse) -> float:
        """What the tighter of the ceilings leaves for calls whose end is not known."""
        ceilings = [p for p in (purse, self._budget.run) if p.ceiling_usd is not None]
        return min(((p.ceiling_usd or 0.0) - p.spent_usd for p in ceilings), default=float("inf"))

    def _stop(self, lane: Lane, reason: str) -> None:
        if not lane.stopped:
            lane.stop(reason)
            self._listener.emit("stopped", contestant=lane.contestant.name, reason=reason)

    def _retrying(self, lane: Lane, planned: Planned, completion: Completion, wait: float) -> None:
        lane.retries += 1
        if completion.failure and completion.failure.retry_after_s:
            lane.limits.pause(completion.failure.retry_after_s)
            self._listener.emit(
                "paused", contestant=lane.contestant.name, seconds=completion.failure.retry_after_s
            )
        self._listener.retry(
            lane.contestant,
            error=completion.error or completion.status,
            wait_s=round(wait, 3),
            duration_s=completion.duration_s,
            sample_id=planned.prompt.sample.sample_id,
        )

    async def _scored(self, planned: Planned, call: Call) -> Call:
        """The call with its verdict; when none can be had it is a failure, to be redone."""
        task = planned.prompt.task
        if self._bench and task.judge and call.completion.status == "ok":
            score = await self._bench.score(
                planned, call.completion.text, self._attempt, self._setting.campaign
            )
            if score is None:
                return _unscored(call, f"no verdict of {task.judge}")
        elif task.slow_score:
            # What takes long must not hold up everyone else's calls.
            loop = asyncio.get_running_loop()
            try:
                score = await loop.run_in_executor(self._scorers, rows.verdict, planned, call)
            except IsocostError as error:
                return _unscored(call, str(error))
        else:
            score = rows.verdict(planned, call)
        return replace(call, score=score)

    async def _keep(
        self, lane: Lane, planned: Planned, call: Call, calls: Calls, final: bool = True
    ) -> None:
        """Queue the row for the journal; `final`: the attempt ends with it."""
        call = await self._scored(planned, call)
        completion = call.completion
        contestant, contestant_id = lane.served(completion.served_by)
        attempt = rows.row(
            planned,
            contestant_id,
            call,
            lane.price_id,
            self._setting,
            calls,
        )
        if contestant_id not in lane.told:
            lane.told.add(contestant_id)
            self._journal.contestant(contestant)
        if planned.purpose == "fit":
            self._journal.attempt(attempt, None, None)
            if self._fitting:
                self._fitting.paid(attempt)
        else:
            self._tell_sample(planned)
            prompt = self._setting.text(planned.prompt.text)
            self._journal.attempt(attempt, prompt, self._setting.text(completion.text))
        lane.learn(completion, call.usd)
        self._queued.append((lane, attempt, final))
        self._finished.set()
        if final:
            lane.note(attempt.status in UNSCORED, attempt.error)
        self._listener.attempt(attempt, contestant)

    def _tell_sample(self, planned: Planned) -> None:
        """Journal an attempt's sample, unless that is done."""
        sample, task = planned.prompt.sample, planned.prompt.task
        if sample.sample_id not in self._samples:
            self._samples.add(sample.sample_id)
            text = sample.input if self._setting.store_text == "keep" else None
            shifted = sample.level in task.shifted if task.train else None
            self._journal.sample(sample, guess(task, sample.level), text, shifted)

    async def _commit_often(self) -> None:
        while True:
            await self._finished.wait()
            await asyncio.sleep(COMMIT_EVERY_S)
            self._commit()

    def _commit(self) -> None:
        """Journal first, then count: what is shown as done survives a crash."""
        self._finished.clear()
        if not self._queued:
            return
        self._journal.commit()
        queued, self._queued = self._queued, []
        for lane, attempt, final in queued:
            lane.count(attempt, final)
        self._acknowledged.set_result(None)
        self._acknowledged = asyncio.get_running_loop().create_future()
        if time.monotonic() - self._reported >= REPORT_EVERY_S:
            self._reported = time.monotonic()
            self._report()


def _unscored(call: Call, why: str) -> Call:
    """Answered and paid for, but nothing is known about it."""
    return replace(call, completion=replace(call.completion, status="infra_error", error=why))


async def _first(
    watched: set[asyncio.Future[Any]], timeout_s: float | None
) -> set[asyncio.Future[Any]]:
    ended, _ = await asyncio.wait(watched, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
    return ended


def streamed(attempt_id: str, share: float) -> bool:
    """Whether an attempt is one of the share whose first token is timed; always the same ones."""
    return share > 0 and int(attempt_id[-8:], 16) < share * 2**32


def may_be_billed(completion: Completion) -> bool:
    """Whether a call can have cost something although its usage doesn't say what."""
    return completion.failure is None or completion.failure.maybe_billed


def _tokens(completion: Completion) -> float | None:
    """What a call took of the tokens a minute; None when nobody told."""
    usage = completion.usage
    if usage.input_tokens is None and usage.output_tokens is None:
        return None if may_be_billed(completion) else 0.0
    return float((usage.input_tokens or 0) + (usage.output_tokens or 0))


def cut_short(call: Call) -> Call:
    """A failed call that would have been sent again, had the run not stopped: a rerun does."""
    error = f"{CUT_SHORT}{call.completion.error or call.completion.status}"
    return replace(call, completion=replace(call.completion, error=error))
