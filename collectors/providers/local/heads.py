"""Heads: one logistic regression per reader and task, fitted on the task's own training split."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from collectors.providers.local.cpu_clock import thread_cpu_s
from collectors.tasks.training import training_subset
from data.errors import ProviderError

TrainingSplit = Callable[[], list[tuple[str, str]]]
"""Returns (input, label) pairs that no sample shares."""

INVERSE_PENALTY = 10.0
"""scikit-learn's C. Its default of 1 underfits vectors of length 1."""


LOADING = Lock()
"""Held while scikit-learn is imported: its packages import each other, and readers, a thread each,
would find them half loaded."""


class Encoder(Protocol):
    """What a reader's text model offers."""

    def count(self, text: str) -> int | None:
        """Tokens of a text; None: it reads none."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32] | list[str]:
        """What a classifier gets: one row per text."""


@dataclass(frozen=True)
class HeadFit:
    """What fitting a head took: the price of a reader that is paid once, not per answer."""

    reader: str
    task: str
    examples: int
    fit_cpu_s: float
    """Embedding the training split included, where this machine did it."""
    labelled: int | None = None
    """As asked for; None: all there are."""


@dataclass(frozen=True)
class Head:
    """A fitted classifier over one encoder's rows."""

    classifier: Any
    fit: HeadFit

    def answer(self, row: NDArray[np.float32] | list[str]) -> str:
        return str(self.classifier.predict(row)[0])


def logistic() -> Any:
    """A logistic regression that is still to be fitted."""
    # Inside, because it costs a second that collections without readers needn't pay.
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=INVERSE_PENALTY, max_iter=1000)


def fit_head(
    reader: str,
    task: str,
    encoder: Encoder,
    train: TrainingSplit,
    labelled: int | None = None,
    classifier: Callable[[], Any] = logistic,
) -> Head:
    """Fit on the training split, or on `labelled` of it; the same split gives the same head."""
    # For good: BLAS would spread one text over every core, outside this thread's clock.
    threadpool_limits(1)
    pairs = training_subset(train(), labelled)
    labels = [label for _, label in pairs]
    if len(set(labels)) < 2:
        raise ProviderError(
            f"Task '{task}' has {len(pairs)} training examples with {len(set(labels))} labels: "
            f"'{reader}' needs at least two labels to learn from."
        )
    with LOADING:
        unfitted = classifier()  # before the clock starts: the first one loads scikit-learn
    started = thread_cpu_s()
    rows = encoder.embed([text for text, _ in pairs])
    try:
        fitted = unfitted.fit(rows, labels)
    except ValueError as error:
        raise ProviderError(
            f"'{reader}' can't be fitted on the training split of '{task}': {error}"
        ) from error
    fit = HeadFit(reader, task, len(pairs), thread_cpu_s() - started, labelled)
    return Head(fitted, fit)
