"""A task that asks for one label of a closed set: what tickets and language have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collectors.tasks import answers
from collectors.tasks.prompts import Manner, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score


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
        found = answers.label(text, labels)
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
        sources=sources,
    )
