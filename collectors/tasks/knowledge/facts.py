"""A task of questions of fact: each has a level, one right answer and the names it goes by."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from collectors.tasks.draw import check, place
from collectors.tasks.knowledge.reply import Finder, judge
from collectors.tasks.prompts import Manner, choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

ABSTAIN = "If you don't know the answer, end with 'Answer: unknown'."
"""The way to abstain: every style of every task of knowledge names it."""
SIXTHS = ("the first", "the second", "the third", "the fourth", "the fifth", "the last")


@dataclass(frozen=True)
class Fact:
    """A question and its answer."""

    level: int
    question: str
    answer: str
    right: frozenset[str]
    """The answer and its other names, as the finder has them."""
    find: Finder
    """The candidates that a text names."""
    closed: bool = False
    """Whether the finder sees every possible answer: see `reply.judge`."""
    cluster: str | None = None
    """Questions about one thing share it."""


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this file; lines that begin with '#' say where it is from."""
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(line for line in file if not line.startswith("#")))


def sixths(of: str) -> Mapping[int, str]:
    """Six levels of equal size."""
    return {i + 1: f"{part} sixth of {of}" for i, part in enumerate(SIXTHS)}


def asking(ask: str, form: str, examples: Sequence[tuple[str, str, str]]) -> Mapping[str, Manner]:
    """The five styles, each with the way to abstain; examples as in `prompts.manners`."""
    return manners(f"{ask} {ABSTAIN}", form, examples)


def family(
    name: str,
    title: str,
    version: str,
    levels: Mapping[int, str],
    facts: Callable[[], Sequence[Fact]],
    styles: Mapping[str, Manner],
    baseline: float,
    sources: str,
) -> Task:
    """The task of these facts, which come best known first; level 0 holds the examples'."""

    @cache
    def by_level() -> Mapping[int, tuple[Fact, ...]]:
        return {n: tuple(f for f in facts() if f.level == n) for n in levels}

    @cache
    def by_question() -> Mapping[str, tuple[int, Fact]]:
        return {f.question: (i, f) for i, f in enumerate(facts(), 1)}

    def size(level: int) -> int:
        return len(by_level()[level])

    def sample(level: int, seed: int) -> Sample:
        check(name, levels, level, seed, size)
        fact = by_level()[level][place(seed, size(level), f"{name}/{level}/{version}")]
        return Sample(
            name, level, seed, fact.question, fact.answer, "knowledge", version, fact.cluster
        )

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(styles, style), asked.input)

    def score(asked: Sample, text: str) -> Score:
        _, fact = by_question()[asked.input]
        return judge(text, fact.answer, fact.right, fact.find, fact.closed)

    def rank(asked: Sample) -> float:
        """How far down the list of facts it stands."""
        return float(by_question()[asked.input][0])

    return Task(
        name=name,
        title=title,
        category="knowledge",
        version=version,
        levels=levels,
        baseline=baseline,
        size=size,
        sample=sample,
        prompt=prompt,
        score=score,
        max_tokens={"plain": 200, "terse": 16, "short": 48, "steps": 80, "think": 160},
        work=rank,
        sources=sources,
    )
