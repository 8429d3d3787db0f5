"""Readers and rules at work: one thread each, whose CPU seconds are the answer's cost."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from collectors.providers.local.cpu_clock import thread_cpu_s
from collectors.providers.local.heads import (
    Encoder,
    Head,
    HeadFit,
    TrainingSplit,
    fit_head,
    logistic,
)
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
    """One reader. Loading happens once, fitting once per task and number of labelled examples
    (None: all there are); neither is part of an answer's cost."""

    def __init__(self, model: str, training: Mapping[str, TrainingSplit]) -> None:
        self.entry = local_model(model)
        self._training = training
        self._encoder: Encoder | None = None
        self._heads: dict[tuple[str, int | None], Head] = {}
        self._plain: Callable[[str], str] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=self.entry.name)

    @property
    def fits(self) -> list[HeadFit]:
        """What fitting took, one entry per task and number of labelled examples."""
        return [head.fit for head in self._heads.values()]

    async def prepare(self, task: str, labelled: int | None = None) -> None:
        """Load the model and fit its head for a task, unless that is done."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._prepare, task, labelled)

    async def read(self, task: str, text: str, labelled: int | None = None) -> Reading:
        """Answer one input of a prepared task."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._read, task, text, labelled)

    def close(self) -> None:
        """End the thread once its work is done."""
        self._thread.shutdown(cancel_futures=True)

    def _prepare(self, task: str, labelled: int | None) -> None:
        if (task, labelled) in self._heads or self._plain:
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
        self._heads[task, labelled] = fit_head(
            self.entry.model,
            task,
            self._encoder,
            self._training[task],
            labelled,
            CLASSIFIERS.get(self.entry.name, logistic),
        )
        self._answer(task, WARM_UP, labelled)

    def _read(self, task: str, text: str, labelled: int | None) -> Reading:
        started, cpu_s = time.perf_counter(), thread_cpu_s()
        answer = self._answer(task, text, labelled)
        cpu_s, duration_s = thread_cpu_s() - cpu_s, time.perf_counter() - started
        tokens = self._encoder.count(text) if self._encoder else None
        return Reading(answer, tokens, cpu_s, duration_s)

    def _answer(self, task: str, text: str, labelled: int | None) -> str:
        if self._plain:
            return self._plain(text)
        head = self._heads.get((task, labelled))
        if self._encoder is None or head is None:
            raise ProviderError(f"'{self.entry.model}' was not prepared for task '{task}'.")
        return head.answer(self._encoder.embed([text]))


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


def _words() -> Encoder:
    from collectors.providers.local.baselines import Words

    return Words()


def _words_head() -> Any:
    from collectors.providers.local.baselines import words_head

    return words_head()


def _unread() -> Encoder:
    from collectors.providers.local.baselines import Unread

    return Unread()


def _majority() -> Any:
    from collectors.providers.local.baselines import majority

    return majority()


ENCODERS: Mapping[str, Callable[[], Encoder]] = {
    "minilm-head": _minilm,
    "static-head": _static,
    "words-head": _words,
    "majority": _unread,
}
CLASSIFIERS: Mapping[str, Callable[[], Any]] = {"words-head": _words_head, "majority": _majority}
"""What is fitted, where it isn't a logistic regression on vectors."""
PLAIN: Mapping[str, Callable[[], Callable[[str], str]]] = {"langid": _langid, "rules": _rules}
