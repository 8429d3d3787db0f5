"""What a blind guess scores at a level: one answer given to every sample, without reading it.

`guess.json` is written by `python -m collectors.bank`, from the samples themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from statistics import fmean

from collectors.tasks.task import Task

FILE = Path(__file__).with_name("guess.json")
SAMPLES, SLOW = 200, 60
"""Samples of a level that the guesses are tried on; fewer where making one takes long."""
TRIED = 5
"""Commonest targets that are tried as the one answer."""


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(FILE.read_text("utf-8"))
    return found


def guess(task: Task, level: int) -> float:
    """Score of the best blind guess at a level, 0..1: the task's own, or what one answer gets."""
    return max(task.baseline, _table().get(task.name, {}).get(str(level), 0.0))


def said(task: Task) -> str:
    """The guesses of a task's levels in words: '25 %', '45 to 10 %', '-' for none."""
    found = [round(100 * guess(task, level)) for level in task.levels]
    low, high = min(found), max(found)
    if not high:
        return "-"
    return f"{high} %" if low == high else f"{low} to {high} %"


def constant(task: Task, level: int) -> float:
    """Mean score of the best of the commonest targets, said to every sample of a level.

    Labels are dealt evenly, so that their guess is the task's own: 0 here.
    """
    if task.labels:
        return 0.0
    count = min(SLOW if task.public else SAMPLES, task.size(level))
    samples = [task.sample(level, seed) for seed in range(count)]
    common = [t for t, n in Counter(s.target for s in samples).most_common(TRIED) if n > 1]
    scores = [fmean(task.score(s, f"Answer: {t}").value for s in samples) for t in common]
    return round(max(scores, default=0.0), 3)


def table(task: Task) -> dict[str, float]:
    """`constant` by level."""
    return {str(level): constant(task, level) for level in task.levels}
