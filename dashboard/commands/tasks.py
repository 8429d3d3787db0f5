"""`isocost tasks list | show`: what the bank holds."""

from __future__ import annotations

import json
from typing import Any

from collectors import tasks
from collectors.plan import prompt_of, supported
from collectors.tasks.guess import guess, said
from collectors.tasks.task import CATEGORIES, Task
from dashboard.commands.models import visible
from dashboard.commands.table import aligned
from data.errors import ExperimentError, did_you_mean

HEADS = ("task", "levels", "samples", "guessing", "category", "what it is")


def show_list(category: str | None, as_json: bool) -> int:
    """Print every family of the bank, or of one category."""
    if category is not None and category not in CATEGORIES:
        raise ExperimentError(
            f"No category '{category}' of tasks.{did_you_mean(category, CATEGORIES)}"
        )
    every = [tasks.task(name) for name in tasks.names()]
    found = [t for t in every if category in (None, t.category)]
    if as_json:
        print(json.dumps([_record(task) for task in found], indent=2))
        return 0
    rows = [
        [
            t.name,
            str(len(t.levels)),
            f"{sum(map(t.size, t.levels)):,}",
            said(t),
            t.category,
            _remark(t),
        ]
        for t in sorted(found, key=lambda t: (CATEGORIES.index(t.category), t.name))
    ]
    print(aligned(rows, HEADS))
    levels = sum(len(t.levels) for t in found)
    print(
        f"\n{len(found)} families, {levels} levels. `isocost tasks show TASK` shows an example of "
        "each level."
    )
    return 0


def _remark(task: Task) -> str:
    notes = [task.title]
    notes += [f"generator public: {task.public}"] if task.public else []
    notes += [why] if (why := task.missing()) else []
    return "; ".join(notes)


def _record(task: Task) -> dict[str, Any]:
    return {
        "name": task.name,
        "title": task.title,
        "category": task.category,
        "version": task.version,
        "baseline": task.baseline,
        "public_generator": task.public or None,
        "missing": task.missing(),
        "labels": list(task.labels) or None,
        "training_examples": len(task.train()) if task.train else None,
        "calls": "several" if task.episode else "one",
        "sources": task.sources,
        "levels": [
            {
                "level": n, "description": text, "samples": task.size(n),
                "baseline": guess(task, n),
            }
            for n, text in task.levels.items()
        ],
    }  # fmt: skip


def show_task(name: str, level: int | None, seed: int, style: str, as_json: bool) -> int:
    """Print a family's levels with the prompt and the right answer of one sample each."""
    task = tasks.task(name)
    if level is not None and level not in task.levels:
        raise ExperimentError(
            f"'{name}' has no level {level}. Its levels: {', '.join(map(str, task.levels))}."
        )
    if style not in supported(task):
        raise ExperimentError(f"--style {style}.{did_you_mean(style, supported(task))}")
    if why := task.missing():
        raise ExperimentError(why)
    wanted = [n for n in task.levels if level in (None, n)]
    for n in wanted:
        if not 0 <= seed < task.size(n):
            raise ExperimentError(
                f"--seed {seed}: level {n} of '{name}' holds seeds 0 to {task.size(n) - 1:,}."
            )
    shown = [_example(task, n, seed, style) for n in wanted]
    if as_json:
        print(json.dumps({**_record(task), "examples": shown}, indent=2, ensure_ascii=False))
        return 0
    blind = "not guessable" if said(task) == "-" else f"a blind guess scores {said(task)}"
    print(f"{task.title} ({task.name}, version {task.version}; {task.category}; {blind})")
    print(f"Source: {task.sources or 'its own.'}")
    for one in shown:
        print(f"\nLevel {one['level']}: {one['description']} ({one['samples']:,} samples)")
        for message in one["messages"]:
            print(f"  [{message['role']}]")
            print("\n".join(f"    {visible_text(x)}" for x in message["content"].splitlines()))
        print(f"  right answer: {visible(one['target'])}")
    return 0


def visible_text(line: str) -> str:
    """A line of any length without control characters."""
    return "".join(c if c.isprintable() or c == "\t" else "\ufffd" for c in line)


def _example(task: Task, level: int, seed: int, style: str) -> dict[str, Any]:
    sample = task.sample(level, seed)
    prompt = prompt_of(task, sample, style)
    return {
        "level": level,
        "description": task.levels[level],
        "samples": task.size(level),
        "seed": sample.seed,
        "messages": list(prompt.messages),
        "target": sample.target,
    }
