"""Heads: one logistic regression per reader and task, fitted on the task's own training split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from collectors.providers.local.cpu_clock import thread_cpu_s
from data.errors import ProviderError

TrainingSplit = Callable[[], list[tuple[str, str]]]
"""Returns (input, label) pairs that no sample shares."""

INVERSE_PENALTY = 10.0
"""scikit-learn's C. Its default of 1 underfits vectors of length 1."""


class Encoder(Protocol):
    """What a reader's text model offers."""

    def count(self, text: str) -> int: ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class HeadFit:
    """What fitting a head took: the price of a reader that is paid once, not per answer."""

    reader: str
    task: str
    examples: int
    fit_cpu_s: float
    """Embedding the training split included."""


@dataclass(frozen=True)
class Head:
    """A fitted classifier over one encoder's vectors."""

    classifier: Any
    fit: HeadFit

    def answer(self, vector: NDArray[np.float32]) -> str:
        return str(self.classifier.predict(vector)[0])


def fit_head(reader: str, task: str, encoder: Encoder, train: TrainingSplit) -> Head:
    """Fit on the training split; the same split gives the same head."""
    # Inside, because it costs a second that collections without readers needn't pay.
    from sklearn.linear_model import LogisticRegression

    # For good: BLAS would spread one text over every core, outside this thread's clock.
    threadpool_limits(1)
    pairs = train()
    labels = [label for _, label in pairs]
    if len(set(labels)) < 2:
        raise ProviderError(
            f"Task '{task}' has {len(pairs)} training examples with {len(set(labels))} labels: "
            f"'{reader}' needs at least two labels to learn from."
        )
    started = thread_cpu_s()
    vectors = encoder.embed([text for text, _ in pairs])
    classifier = LogisticRegression(C=INVERSE_PENALTY, max_iter=1000).fit(vectors, labels)
    fit = HeadFit(reader, task, len(pairs), thread_cpu_s() - started)
    return Head(classifier, fit)
