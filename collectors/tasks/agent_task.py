"""The task that a family of conversations with tools is: everything follows from its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from collectors.tasks.agents import LIMITS, Conversation, Plan, score_number
from collectors.tasks.prompts import Manner, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample


def agent_task(
    name: str,
    version: str,
    title: str,
    levels: Mapping[int, str],
    size: Callable[[int], int],
    plan: Callable[[int, int], Plan],
    manners: Mapping[str, Manner],
) -> Task:
    """`plan` makes a level's seed, and refuses those that aren't there; `manners` by style."""

    def sample(level: int, seed: int) -> Sample:
        made = plan(level, seed)
        return Sample(name, level, seed, made.text, made.target, "agentic", version)

    def prompt(asked: Sample, style: str) -> list[Message]:
        return compose(choice(manners, style), asked.input)

    def requests(asked: Sample) -> float:
        """Requests that have to be made."""
        return float(len(plan(asked.level, asked.seed).way))

    def episode(asked: Sample) -> Conversation:
        return Conversation(plan(asked.level, asked.seed), lambda text: score_number(asked, text))

    return Task(
        name=name,
        title=title,
        category="agentic",
        version=version,
        levels=levels,
        baseline=0.0,
        size=size,
        sample=sample,
        prompt=prompt,
        score=score_number,
        max_tokens=LIMITS,
        work=requests,
        episode=episode,
        sources="Generated.",
    )
