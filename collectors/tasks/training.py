"""Equal numbers of labelled examples: the part of a training split that a head is fitted on."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import zip_longest

from collectors.tasks.task import Task
from data.errors import ExperimentError

Example = tuple[str, str]
"""(input, label)."""


def readable(task: Task) -> bool:
    """Whether a head can be fitted on it: it has a closed set of labels, and examples of them."""
    return bool(task.labels) and task.train is not None


def training_subset(examples: Sequence[Example], labelled: int | None) -> list[Example]:
    """`labelled` of the examples, labels as even as they come; None: all of them, as they stand.

    The same for every reader on any machine, whatever the order of the split; and nested, so that
    what a head gains from more examples is not what it gains from other ones. ExperimentError when
    the split holds fewer examples, or fewer are asked for than there are labels.
    """
    if labelled is None:
        return list(examples)
    if labelled > len(examples):
        raise ExperimentError(
            f"labelled = {labelled}: the training split holds {len(examples)} examples. Write "
            f"{len(examples)} or fewer, or leave `labelled` out to fit on all of them."
        )
    labels = sorted({label for _, label in examples})
    if labelled < len(labels):
        raise ExperimentError(
            f"labelled = {labelled}: the task has {len(labels)} labels, and a label without an "
            f"example is never answered. Write {len(labels)} or more."
        )
    return _rounds(examples, labels)[:labelled]


def _rounds(examples: Sequence[Example], labels: Sequence[str]) -> list[Example]:
    """All examples, a fixed shuffle of each label, one of every label a round."""
    queues = [sorted((e for e in examples if e[1] == label), key=_place) for label in labels]
    return [e for row in zip_longest(*queues) for e in row if e is not None]


def _place(example: Example) -> str:
    """Where a fixed shuffle puts an example: by its text alone."""
    return hashlib.blake2b(example[0].encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
