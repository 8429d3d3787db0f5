"""Heads on embedding models: the training split is embedded once for each task, then fitted.

Its calls are attempts like all others (purpose 'fit'), with budget, limits, retries and rows of
their own, so that what fitting costs never counts as what answering costs. A head lives as long as
the run; vectors are nowhere kept.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from collectors.plan import Planned, Prompt
from collectors.providers.embedding import unpacked
from collectors.providers.litellm_redact import error_line, secrets
from collectors.tasks.training import Example, training_subset
from data.errors import IsocostError, ProviderError
from data.records import Attempt, Completion, Failure, Fit, Sample, Score, attempt_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from collectors.conversation import Call
    from collectors.lane import Lane
    from collectors.providers.local.heads import Head
    from collectors.rows import Setting
    from collectors.tasks.task import Task

BATCH_TEXTS = 64
"""Texts of one call: the strictest of the large providers takes 96."""
BATCH_BYTES = 60_000
"""Bytes of one call, unless a single text has more: every provider takes as many tokens."""

Ask = Callable[["Lane", Planned], Awaitable["Call | None"]]
"""Makes an attempt, with its retries and its rows; None when it may not be sent."""


@dataclass
class _Job:
    """One head in the making. Every worker that needs it takes a batch of the split in turn."""

    pairs: list[Example]
    batches: list[list[str]]
    left: deque[int]
    done: asyncio.Future[Head | None]
    """None: it could not be fitted."""
    vectors: dict[int, NDArray[np.float32]] = field(default_factory=dict)
    spent: list[Attempt] = field(default_factory=list)


class Fitting:
    """The heads of a run. Used from one event loop only."""

    def __init__(self, setting: Setting, tell: Callable[[Fit], None]) -> None:
        """`tell` is called with what each head took."""
        self._setting = setting
        self._tell = tell
        self._jobs: dict[tuple[str, str], _Job] = {}

    async def ready(self, lane: Lane, planned: Planned, ask: Ask) -> bool:
        """See to it that the head for an attempt is fitted; False when it can't be, and its lane
        is stopped."""
        task = planned.prompt.task
        key = (lane.contestant_id, task.name)
        job = self._jobs.get(key)
        if job is None:
            try:
                job = self._jobs[key] = _job(task, lane.contestant.settings.get("labelled"))
            except IsocostError as error:
                lane.stop(str(error))
                return False
        while job.left and not job.done.done():
            number = job.left.popleft()
            call = await ask(lane, self._planned(lane, planned, number, job.batches[number]))
            if call is None or call.completion.vectors is None:
                _give_up(lane, task, job, call)
            elif not job.done.done():
                job.vectors[number] = unpacked(call.completion.vectors)
                if len(job.vectors) == len(job.batches):
                    await self._fit(lane, task, job)
        return await asyncio.shield(job.done) is not None

    def paid(self, attempt: Attempt) -> None:
        """A row of a fit's calls, one for each that told what it took."""
        if job := self._jobs.get((attempt.contestant_id, attempt.task)):
            job.spent.append(attempt)

    def read(self, lane: Lane, planned: Planned, completion: Completion) -> Completion:
        """A call for one text with the head's answer in place of its vector."""
        head = self._jobs[lane.contestant_id, planned.prompt.task.name].done.result()
        if head is None or completion.vectors is None:
            return completion
        started = time.perf_counter()
        try:
            text = head.answer(unpacked(completion.vectors))
        except ValueError as error:
            return _other_vector(completion, error)
        took_s = (completion.duration_s or 0.0) + time.perf_counter() - started
        return replace(completion, text=text, vectors=None, duration_s=took_s)

    def _planned(self, lane: Lane, planned: Planned, number: int, texts: list[str]) -> Planned:
        """The attempt that embeds a batch: a new one in every run, since nothing of it is kept."""
        prompt = fit_prompt(planned.prompt.task, number, texts)
        identity = attempt_id(
            self._setting.campaign,
            lane.contestant_id,
            prompt.sample.sample_id,
            prompt.hash,
            f"{prompt.template_version}/{self._setting.run_id}",
            1,
        )
        return Planned(planned.entrant, prompt, 1, identity, purpose="fit")

    async def _fit(self, lane: Lane, task: Task, job: _Job) -> None:
        """Fit the head on what all batches brought, in a thread."""
        # Here, because scikit-learn costs seconds that collections without heads needn't pay.
        from collectors.providers.local.heads import fit_head

        try:
            head = await asyncio.to_thread(
                fit_head, lane.contestant.model, task.name, _Given(job), lambda: job.pairs
            )
        except (IsocostError, ValueError) as error:
            lane.stop(f"its head for '{task.name}' could not be fitted: {error}")
            job.done.set_result(None)
            return
        self._tell(
            Fit(
                run_id=self._setting.run_id,
                contestant_id=lane.contestant_id,
                task=task.name,
                labels=len(job.pairs),
                cpu_s=head.fit.fit_cpu_s,
                input_tokens=_sum([a.input_tokens for a in job.spent if a.score is not None]),
                usd=_dollars(job.spent),
            )
        )
        job.vectors.clear()
        job.done.set_result(head)


class _Given:
    """An encoder whose vectors have come already."""

    def __init__(self, job: _Job) -> None:
        self._job = job

    def count(self, text: str) -> int | None:
        """Not known: the provider counts."""
        del text
        return None

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The rows of the whole split."""
        import numpy as np

        del texts
        return np.concatenate([self._job.vectors[n] for n in range(len(self._job.batches))])


def _job(task: Task, labelled: int | None) -> _Job:
    pairs = training_subset(task.train() if task.train else [], labelled)
    if not pairs:
        raise ProviderError(f"task '{task.name}' has no training examples to fit a head on")
    found = batches([text for text, _ in pairs])
    done: asyncio.Future[Head | None] = asyncio.get_running_loop().create_future()
    return _Job(pairs, found, deque(range(len(found))), done)


def fit_prompt(task: Task, number: int, texts: Sequence[str]) -> Prompt:
    """A batch of a task's training split as what is sent, on a level that no task has."""
    taught = replace(task, judge=None, episode=None, score=_embedded, slow_score=False)
    sample = Sample(task.name, 0, number, "", "", task.category, task.version)
    messages = tuple({"role": "user", "content": text} for text in texts)
    return Prompt(taught, sample, "fit", messages, None)


def batches(texts: Sequence[str]) -> list[list[str]]:
    """The texts in their order, as many at a time as one call takes."""
    found: list[list[str]] = []
    size = 0
    for text in texts:
        length = len(text.encode("utf-8", "replace"))
        if not found or len(found[-1]) >= BATCH_TEXTS or size + length > BATCH_BYTES:
            found.append([])
            size = 0
        found[-1].append(text)
        size += length
    return found


def _give_up(lane: Lane, task: Task, job: _Job, call: Call | None) -> None:
    """No head without the whole split: the lane stops, and a later run begins anew."""
    if call is not None:
        said = call.completion.error or call.completion.status
        lane.stop(f"the training split of '{task.name}' could not be embedded: {said}")
    if not job.done.done():
        job.done.set_result(None)


def _other_vector(completion: Completion, error: ValueError) -> Completion:
    """A vector that the head can't read: of another length than those it was fitted on."""
    line = error_line("InvalidResponseError", str(error), secrets(None))
    failure = Failure(maybe_billed=True)
    return replace(completion, status="infra_error", error=line, vectors=None, failure=failure)


def _embedded(sample: Sample, text: str) -> Score:
    """Whoever answers has embedded the batch: there is nothing else to judge."""
    del sample, text
    return Score(1.0, None)


def _dollars(rows: Sequence[Attempt]) -> float | None:
    """What the calls of a fit cost, tries included; None where that of a good one is not known."""
    if any(row.cost_usd is None for row in rows if row.score is not None):
        return None
    return sum(row.cost_usd or 0.0 for row in rows)


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None
