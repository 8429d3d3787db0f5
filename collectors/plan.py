"""The plan: every attempt an experiment asks for, minus what is already stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from collectors.entrants import Entrant
from collectors.experiment import Experiment
from collectors.tasks.draw import place
from collectors.tasks.task import Task
from data.records import UNSCORED, Message, Purpose, Sample, attempt_id, digest

CUT = "cut"
"""Status of an attempt whose run stopped before its failed call could be sent again."""
TEMPLATE_TOKENS = 16
"""What a chat template may add to a message."""
Shard = tuple[int, int]
"""(i, n): the i-th of n parts, from 1; parts share no attempt."""
WHOLE: Shard = (1, 1)


@dataclass(frozen=True)
class Prompt:
    """A sample in the words of one prompt style; shared by all contestants of that style."""

    task: Task
    sample: Sample
    style: str
    messages: tuple[Message, ...]
    response_format: dict[str, Any] | None

    @cached_property
    def hash(self) -> str:
        return digest(list(self.messages), self.response_format)

    @property
    def text(self) -> str:
        """The messages as JSON, as they are kept; not held, since a plan has many prompts."""
        return json.dumps(list(self.messages), ensure_ascii=False)

    @cached_property
    def most_tokens(self) -> int:
        """No tokenizer makes more of it: a token is at least a byte."""
        size = sum(len(m["content"].encode("utf-8", "replace")) for m in self.messages)
        schema = len(json.dumps(self.response_format)) if self.response_format else 0
        return size + schema + TEMPLATE_TOKENS * (len(self.messages) + 1)

    @property
    def template_version(self) -> str:
        return f"{self.task.name}.{self.task.version}/{self.style}"


@dataclass(frozen=True)
class Planned:
    """One attempt to make."""

    entrant: Entrant
    prompt: Prompt
    epoch: int
    attempt_id: str
    try_: int = 1
    purpose: Purpose = "answer"

    @property
    def max_tokens(self) -> int | None:
        """The contestant's own limit, or for a bundled model the task's for this style."""
        contestant = self.entrant.contestant
        if contestant.max_tokens is not None or contestant.deployment != "local":
            return contestant.max_tokens
        return self.prompt.task.max_tokens.get(self.prompt.style)


@dataclass(frozen=True)
class Plan:
    """What is left to do, in the order to do it, and what was found done."""

    todo: tuple[Planned, ...]
    stored: int
    """Attempts of this experiment that are already stored with a score."""
    failed: int
    """Stored attempts without a score that this plan leaves alone."""

    def counts(self) -> Counter[tuple[str, str, int]]:
        """Attempts to make by (contestant_id, task, level)."""
        return Counter(
            (p.entrant.contestant.contestant_id, p.prompt.task.name, p.prompt.sample.level)
            for p in self.todo
        )


def plan(
    experiment: Experiment,
    campaign: str,
    tries: Mapping[str, tuple[int, str]],
    redo_failed: bool = False,
    shard: Shard = WHOLE,
) -> Plan:
    """Every attempt of the experiment that `tries` (attempt_id -> latest try, status) lacks.

    Of a shard, only its own: which part an attempt belongs to is told by its id.

    Samples stand outermost and contestants innermost, so that an early look sees all contestants
    on the same samples.
    """
    todo: list[Planned] = []
    stored = failed = 0
    for planned in _wanted(experiment, campaign):
        if not belongs(planned.attempt_id, shard):
            continue
        last, status = tries.get(planned.attempt_id, (0, ""))
        if last == 0 or status == CUT or (redo_failed and status in UNSCORED):
            todo.append(replace(planned, try_=last + 1) if last else planned)
        elif status in UNSCORED:
            failed += 1
        else:
            stored += 1
    return Plan(tuple(todo), stored, failed)


def _wanted(experiment: Experiment, campaign: str) -> Iterable[Planned]:
    """Everything that the experiment asks for, in the order to ask it."""
    for epoch in range(1, experiment.epochs + 1):
        for prompts in _rounds(experiment):
            yield from _entered(experiment, campaign, prompts, epoch, "answer")
    for prompts in _fresh(experiment, campaign):
        yield from _entered(experiment, campaign, prompts, 1, "fresh")


def _entered(
    experiment: Experiment,
    campaign: str,
    prompts: Mapping[str, Prompt],
    epoch: int,
    purpose: Purpose,
) -> Iterable[Planned]:
    """One sample, by every contestant that enters its task in one of these styles."""
    for entrant in experiment.entrants:
        prompt = prompts.get(entrant.contestant.prompt_style)
        if prompt is not None and _enters(experiment, entrant, prompt.task):
            yield _planned(campaign, entrant, prompt, epoch, purpose)


def belongs(attempt_id: str, shard: Shard) -> bool:
    """Whether an attempt is part of a shard; ids are hashes, so parts are about equal."""
    part, parts = shard
    return parts == 1 or int(attempt_id[:12], 16) % parts == part - 1


def _rounds(experiment: Experiment) -> Iterable[dict[str, Prompt]]:
    """One sample of each level of each task in turn, in every style that is entered."""
    for seed in range(max(t.samples for t in experiment.tasks)):
        for choice in (t for t in experiment.tasks if seed < t.samples):
            task = choice.task
            for level in (n for n in choice.levels if seed < choice.count(n)):
                yield _prompts(experiment, task, task.sample(level, seed))


def _fresh(experiment: Experiment, campaign: str) -> Iterable[dict[str, Prompt]]:
    """Samples that no earlier campaign asked, as far as they last: from the second half of each
    level's seeds, in an order of its own, from a place that the campaign's name gives."""
    turn = int(digest(campaign)[:12], 16)
    for choice in experiment.tasks:
        for level in choice.levels if choice.fresh else ():
            first = choice.task.size(level) // 2
            pool = choice.task.size(level) - first
            for number in range(choice.fresh):
                index = (turn * choice.fresh + number) % pool
                seed = first + place(index, pool, f"fresh/{choice.name}/{level}")
                yield _prompts(experiment, choice.task, choice.task.sample(level, seed))


def _prompts(experiment: Experiment, task: Task, sample: Sample) -> dict[str, Prompt]:
    """The sample in every style that is entered."""
    styles = sorted({e.contestant.prompt_style for e in experiment.entrants})
    return {s: prompt_of(task, sample, s) for s in styles if s in supported(task)}


def supported(task: Task) -> tuple[str, ...]:
    """The prompt styles a task has; every task can be read as bare text."""
    return (*task.styles, "reader")


def prompt_of(task: Task, sample: Sample, style: str) -> Prompt:
    """The sample in a style's words. A reader gets the task's name and the bare text."""
    if style == "reader":
        bare = ({"role": "system", "content": task.name}, {"role": "user", "content": sample.input})
        return Prompt(task, sample, style, bare, None)
    form = task.response_format(sample, style) if task.response_format else None
    return Prompt(task, sample, style, tuple(task.prompt(sample, style)), form)


def _enters(experiment: Experiment, entrant: Entrant, task: Task) -> bool:
    """Whether a contestant is asked a task: not where its own answers decide what is right.

    It would agree with itself and win; its answers are asked for as the judge's.
    """
    if (task.judge or "").startswith("agree:"):
        reference = experiment.judges.get(task.judge or "")
        own = entrant.contestant.contestant_id
        if reference is not None and reference.contestant.contestant_id == own:
            return False
    return entrant.tasks is None or task.name in entrant.tasks


def _planned(
    campaign: str, entrant: Entrant, prompt: Prompt, epoch: int, purpose: Purpose
) -> Planned:
    identity = attempt_id(
        campaign,
        entrant.contestant.contestant_id,
        prompt.sample.sample_id,
        prompt.hash,
        prompt.template_version,
        epoch,
    )
    return Planned(entrant, prompt, epoch, identity, purpose=purpose)
