"""What the calls of a HAL run used, by task: its raw_logging_results in both of their forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from collectors.importers.files import json_items, json_pairs
from collectors.importers.job import Job, refuse
from collectors.importers.words import get, text, whole

MOST_TASKS = 200_000


@dataclass
class Spent:
    """Tokens of one task, summed over its calls."""

    models: set[str] = field(default_factory=set)
    calls: int = 0
    counted: int = 0
    """Calls that said what they used."""
    input: int = 0
    read: int = 0
    written: int = 0
    output: int = 0
    reasoning: int = 0

    @property
    def known(self) -> bool:
        """Whether the sums are the task's: every call is counted, by one model."""
        return bool(self.counted) and self.counted == self.calls and len(self.models) <= 1

    def add(self, usage: Any) -> None:
        """A call's usage, as OpenAI, Anthropic or Bedrock spell it."""
        self.calls += 1
        if not isinstance(usage, dict):
            return
        details = get(usage, "prompt_tokens_details", "cached_tokens")
        read = whole(details) or _first(usage, "cache_read_input_tokens", "cacheReadInputTokens")
        made = _first(usage, "cache_creation_input_tokens", "cacheWriteInputTokens")
        given = _first(usage, "prompt_tokens", "inputTokens", "input_tokens")
        output = _first(usage, "completion_tokens", "output_tokens", "outputTokens")
        if given is None or output is None:
            return
        apart = "prompt_tokens" not in usage and "input_tokens" in usage
        self.counted += 1
        # Anthropic counts cached tokens beside its input, the others inside of it.
        self.input += given + ((read or 0) + (made or 0) if apart else 0)
        self.read += read or 0
        self.written += made or 0
        self.output += output
        thought = get(usage, "completion_tokens_details", "reasoning_tokens")
        self.reasoning += whole(thought) or 0

    def row(self, job: Job) -> dict[str, Any]:
        """The columns of an attempt that follow from it."""
        if len(self.models) > 1:
            job.tally.change("tokens of several models in one task: left unknown")
        elif self.counted < self.calls:
            job.tally.change("a task with calls that tell no tokens: left unknown")
        if not self.known:
            return {"calls": self.calls or None}
        return {
            "calls": self.calls,
            "input_tokens": self.input,
            "cache_read_tokens": self.read or None,
            "cache_write_tokens": self.written or None,
            "output_tokens": self.output,
            "reasoning_tokens": self.reasoning or None,
        }


def _first(usage: Mapping[str, Any], *names: str) -> int | None:
    return next((n for n in (whole(usage.get(name)) for name in names) if n is not None), None)


def calls(path: Path, job: Job) -> dict[str, Spent]:
    """What each task used; empty when the file holds no calls."""
    found: dict[str, Spent] = {}
    for task, model, usages in _tasks(path, job):
        if task not in found and len(found) >= MOST_TASKS:
            raise refuse(path, f"more than {MOST_TASKS:,} tasks", "Check its task ids.")
        spent = found.setdefault(task, Spent())
        if model:
            spent.models.add(model)
        for usage in usages:
            spent.add(usage)
    return found


def _tasks(path: Path, job: Job) -> Iterator[tuple[str, str | None, list[Any]]]:
    """(task, model, usage of each call)."""
    # Newer files: an object by task, whose calls are told apart from their messages.
    for task, entry in json_pairs(path, "raw_logging_results", job):
        made = get(entry, "call_metadata")
        usages = [get(one, "usage") for one in made] if isinstance(made, list) else []
        yield task, text(get(entry, "model")), usages
    # Older files: a list of calls. Those without a usage of their own only sum up others.
    for entry in json_items(path, "raw_logging_results.item", Job()):
        named, usage = text(get(entry, "weave_task_id")), get(entry, "output", "usage")
        if named is not None and usage:
            model = get(entry, "inputs", "model") or get(entry, "output", "model")
            yield named, text(model), [usage]
