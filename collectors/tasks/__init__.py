"""The tasks, by name. A new one is a file with `TASK` and a line here."""

from __future__ import annotations

from collections import Counter
from functools import cache
from importlib import import_module

from collectors.tasks.task import Task
from data.errors import ExperimentError, did_you_mean

TASKS = (
    ("sums", "collectors.tasks.sums"),
    ("capitals", "collectors.tasks.capitals"),
    ("tickets", "collectors.tasks.tickets"),
    ("language", "collectors.tasks.language"),
    ("invoices", "collectors.tasks.invoices"),
)
"""(name, module that holds `TASK`, or module:NAME); asking for a task imports its module alone."""


def registry(lines: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """The lines as a mapping; a name that stands twice is an error."""
    twice = [name for name, count in Counter(name for name, _ in lines).items() if count > 1]
    if twice:
        raise ValueError(f"task registered twice: {', '.join(twice)}")
    return dict(lines)


MODULES = registry(TASKS)


def names() -> tuple[str, ...]:
    """Every task's name, in the order of the registry."""
    return tuple(MODULES)


@cache
def task(name: str) -> Task:
    """The task of that name."""
    if name not in MODULES:
        raise ExperimentError(f"Unknown task '{name}'.{did_you_mean(name, names())}")
    module, _, attribute = MODULES[name].partition(":")
    found = getattr(import_module(module), attribute or "TASK")
    if not isinstance(found, Task) or found.name != name:
        raise TypeError(f"{MODULES[name]} does not hold the task '{name}'")
    return found
