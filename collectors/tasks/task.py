"""What a task is: a family of prompts with graded levels and an exact scorer.

A new task is one file with one `Task` and its line in `collectors/tasks/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from data.records import Message, Sample, Score

CATEGORIES = (
    "math",
    "logic",
    "knowledge",
    "classification",
    "extraction",
    "grounding",
    "instructions",
    "context",
    "code",
    "agentic",
    "own",
)
"""Groups of tasks on the dashboard."""
VERDICTS = ("correct", "wrong")
"""What a judge, and who judges it, may say."""
STYLES = ("plain", "terse", "short", "steps", "think")
"""How much a writer is asked to write before its answer; a dial that works for any model."""


@dataclass(frozen=True)
class Labelled:
    """An answer that a person judged: what a judge is held against."""

    input: str
    target: str
    answer: str
    label: str
    """'correct' or 'wrong'."""


class Episode(Protocol):
    """A simulated environment for one attempt, told everything the model writes."""

    def reply(self, text: str) -> str | None:
        """What the model is told next; None: it is done, or has had its turns. Never raises."""

    def score(self) -> Score:
        """What the conversation was worth. Never raises."""


@dataclass(frozen=True)
class Task:
    """A family of prompts. Every callable is pure: same arguments, same result, on any machine."""

    name: str
    title: str
    category: str
    """One of CATEGORIES."""
    version: str
    """Bank version: changes when any prompt or target changes."""
    levels: Mapping[int, str]
    """Level, from 1, to what makes it that hard."""
    baseline: float
    """Score of the best blind guess, in [0, 1]."""
    size: Callable[[int], int]
    """Samples that a level holds; seeds run from 0 to size(level) - 1."""
    sample: Callable[[int, int], Sample]
    """(level, seed) -> sample."""
    prompt: Callable[[Sample, str], list[Message]]
    """(sample, style) -> chat messages, ending with the user's question."""
    score: Callable[[Sample, str], Score]
    """(sample, a model's whole text) -> score. Never raises, whatever the text."""
    styles: tuple[str, ...] = STYLES
    max_tokens: Mapping[str, int] = field(default_factory=dict)
    """Output limit by style for small local models."""
    labels: tuple[str, ...] = ()
    """The closed set of answers, when there is one: what readers choose from."""
    train: Callable[[], list[tuple[str, str]]] | None = None
    """Training split as (input, label), disjoint from every sample, for readers' heads."""
    shifted: tuple[int, ...] = ()
    """Levels whose samples come from elsewhere than the training split: a shifted test split."""
    response_format: Callable[[Sample, str], dict[str, Any] | None] | None = None
    """(sample, style) -> OpenAI `response_format`, where a task wants constrained output."""
    form: str = "Answer: <"
    """What every plain prompt holds, because it states the form of the answer."""
    work: Callable[[Sample], float] | None = None
    """How many elementary steps a solver must get right: the mean rises from level to level."""
    solve: Callable[[Sample], str] | None = None
    """A simple program's answer, for tasks whose difficulty is no count of steps: it is right less
    often from level to level."""
    public: str = ""
    """The publicly known generator behind it: models may have been trained on its kind."""
    slow_score: bool = False
    """Scoring takes more than some milliseconds: it is done in a thread."""
    missing: Callable[[], str | None] = lambda: None
    """Why it can't be run or scored here, with what to do; None: it can."""
    episode: Callable[[Sample], Episode] | None = None
    """For conversations: what answers the model between its messages, and scores them all."""
    judge: str | None = None
    """Who scores it: 'judge:MODEL', or 'agree:CONTESTANT' whose answers are the targets."""
    validation: tuple[Labelled, ...] = ()
    """Answers that people judged, for its judge."""
    rubric: str = ""
    """What a judge is told to look for."""
    sources: str = ""
    """Where its data come from and under which licence."""
