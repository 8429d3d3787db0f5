"""Readers and rules at work: one thread each, whose CPU seconds are the answer's cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from collectors.providers.local.cpu_clock import thread_cpu_s
from collectors.providers.local.heads import Encoder, Head, HeadFit, TrainingSplit, fit_head
from collectors.providers.local.registry import local_model
from data.errors import ProviderError

WARM_UP = "The first call compiles and loads what later ones find ready."


@dataclass(frozen=True)
class Reading:
    """A reader's answer and what it took."""

    text: str
    input_tokens: int | None
    """By the reader's own tokenizer; null for models that have none."""
    cpu_s: float
    duration_s: float


class Reader:
    """One reader. Loading and fitting happen once per task and are no part of an answer's cost."""

    def __init__(self, model: str, training: Mapping[str, TrainingSplit]) -> None:
        self.entry = local_model(model)
        self._training = training
        self._encoder: Encoder | None = None
        self._heads: dict[str, Head] = {}
        self._plain: Callable[[str], str] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=self.entry.name)

    @property
    def fits(self) -> list[HeadFit]:
        """What fitting took, one entry per task."""
        return [head.fit for head in self._heads.values()]

    async def prepare(self, task: str) -> None:
        """Load the model and fit its head for a task, unless that is done."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._prepare, task)

    async def read(self, task: str, text: str) -> Reading:
        """Answer one input of a prepared task."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._read, task, text)

    def close(self) -> None:
        """End the thread once its work is done."""
        self._thread.shutdown(cancel_futures=True)

    def _prepare(self, task: str) -> None:
        if task in self._heads or self._plain:
            return
        if self.entry.tasks is not None and task not in self.entry.tasks:
            can = ", ".join(self.entry.tasks)
            raise ProviderError(f"'{self.entry.model}' can't do task '{task}'. It does: {can}.")
        if self.entry.name in PLAIN:
            self._plain = PLAIN[self.entry.name]()
            self._plain(WARM_UP)
            return
        if task not in self._training:
            raise ProviderError(
                f"Task '{task}' gives no training split, which '{self.entry.model}' needs."
            )
        self._encoder = self._encoder or ENCODERS[self.entry.name]()
        train = self._training[task]
        self._heads[task] = fit_head(self.entry.model, task, self._encoder, train)
        self._answer(task, WARM_UP)

    def _read(self, task: str, text: str) -> Reading:
        started, cpu_s = time.perf_counter(), thread_cpu_s()
        answer = self._answer(task, text)
        cpu_s, duration_s = thread_cpu_s() - cpu_s, time.perf_counter() - started
        tokens = self._encoder.count(text) if self._encoder else None
        return Reading(answer, tokens, cpu_s, duration_s)

    def _answer(self, task: str, text: str) -> str:
        if self._plain:
            return self._plain(text)
        if self._encoder is None:
            raise ProviderError(f"'{self.entry.model}' was not prepared for task '{task}'.")
        return self._heads[task].answer(self._encoder.embed([text]))


def _minilm() -> Encoder:
    from collectors.providers.local.minilm import MiniLM

    return MiniLM()


def _static() -> Encoder:
    from collectors.providers.local.static import StaticEmbeddings

    return StaticEmbeddings()


def _langid() -> Callable[[str], str]:
    from collectors.providers.local.langid import LanguageIdentifier
    from collectors.tasks.language import LANGUAGE_CODES

    return LanguageIdentifier(LANGUAGE_CODES).answer


def _rules() -> Callable[[str], str]:
    from collectors.providers.local.rules import extract_invoice

    return extract_invoice


ENCODERS: Mapping[str, Callable[[], Encoder]] = {"minilm-head": _minilm, "static-head": _static}
PLAIN: Mapping[str, Callable[[], Callable[[str], str]]] = {"langid": _langid, "rules": _rules}
