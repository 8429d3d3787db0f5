"""What a task is: a family of prompts with graded levels and an exact scorer.

A new task is one file with one `Task` and its line in `collectors/tasks/__init__.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from data.records import Message, Sample, Score

STYLES = ("plain", "terse", "short", "steps", "think")
"""How much a writer is asked to write before its answer; a dial that works for any model."""


@dataclass(frozen=True)
class Task:
    """A family of prompts. Every callable is pure: same arguments, same result, on any machine."""

    name: str
    title: str
    category: str
    """Group on the dashboard: math, knowledge, classification, extraction."""
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
    response_format: Callable[[Sample, str], dict[str, Any] | None] | None = None
    """(sample, style) -> OpenAI `response_format`, where a task wants constrained output."""
    sources: str = ""
    """Where its data come from and under which licence."""
