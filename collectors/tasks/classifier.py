"""A task that asks for one label of a closed set: what tickets and language have in common."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from collectors.tasks import answers
from collectors.tasks.prompts import Manner, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

DENIED = re.compile(r"\b(?:not|no|never|neither|nor|isn t|cannot be|can t be)(?: an?| the)? $")
"""What stands before a label that is ruled out, in the words of `answers.words`."""

SHIFTED = "shifted: "
"""How a level is described whose texts come from elsewhere than the training split."""


def chosen(text: str, labels: Sequence[str]) -> str | None:
    """The label that a text answers; None, too, where it is mentioned only to be ruled out."""
    found = answers.label(text, labels)
    if found is None:
        return None
    said = answers.words(answers.region(text)[0])
    before, _, after = said.rpartition(answers.words(found))
    return None if not after and DENIED.search(before[-30:]) else found


def classifier(
    *,
    name: str,
    title: str,
    version: str,
    levels: Mapping[int, str],
    labels: tuple[str, ...],
    manners: Mapping[str, Manner],
    size: Callable[[int], int],
    sample: Callable[[int, int], Sample],
    train: Callable[[], list[tuple[str, str]]],
    max_tokens: Mapping[str, int],
    sources: str,
) -> Task:
    """The task whose samples' inputs are asked as they stand, and scored 1 for the right label."""

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(manners, style), asked.input)

    def score(asked: Sample, text: str) -> Score:
        found = chosen(text, labels)
        return Score(float(found == asked.target), found)

    return Task(
        name=name,
        title=title,
        category="classification",
        version=version,
        levels=levels,
        baseline=1 / len(labels),
        size=size,
        sample=sample,
        prompt=prompt,
        score=score,
        max_tokens=max_tokens,
        labels=labels,
        train=train,
        shifted=tuple(n for n, text in levels.items() if text.startswith(SHIFTED)),
        sources=sources,
    )
