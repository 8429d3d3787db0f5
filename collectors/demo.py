"""The demo's experiment: every bundled contestant on a task of each kind, sized in minutes."""

from __future__ import annotations

import os

from collectors import tasks
from collectors.experiment import Experiment, parse
from data.errors import ExperimentError

CAMPAIGN = "demo"

PER_MINUTE = {"sums": 5.0, "capitals": 3.0, "tickets": 2.0, "language": 2.5, "invoices": 1.0}
"""Samples per level and minute on two cores: more of what is cheap to ask, so that a run of three
minutes says something about each task."""

TEXT = """\
name = "demo"

[[contestant]]
model = "local/smollm2-135m"
prompt_style = ["terse", "short", "steps", "think"]

[[contestant]]
model = "local/static-head"

[[contestant]]
model = "local/minilm-head"

[[contestant]]
model = "local/words-head"

[[contestant]]
model = "local/majority"

[[contestant]]
model = "local/langid"

[[contestant]]
model = "local/rules"

[[task]]
name = "sums"
levels = [1, 2, 3, 4]
samples = {sums}

[[task]]
name = "capitals"
levels = [1, 2, 3, 4]
samples = {capitals}

[[task]]
name = "tickets"
levels = [1, 3, 4]
samples = {tickets}

[[task]]
name = "language"
levels = [1, 2, 4]
samples = {language}

[[task]]
name = "invoices"
levels = [1, 2]
samples = {invoices}
"""


def experiment(minutes: float) -> Experiment:
    """The demo's experiment for a collection of about `minutes` on two cores."""
    if not 0 < minutes <= 60:
        raise ExperimentError(f"--minutes {minutes:g}: write a number above 0 and up to 60.")
    return parse(TEXT.format(**{name: _samples(name, minutes) for name in PER_MINUTE}), "demo")


def _samples(name: str, minutes: float) -> int:
    """Samples per level, at least two and at most what the task's smallest level holds."""
    task = tasks.task(name)
    most = min(task.size(level) for level in task.levels)
    return min(most, max(2, round(minutes * PER_MINUTE[name])))


def replicas() -> int:
    """Server processes per writer: one a core, two at most, so that the machine stays usable."""
    return max(1, min(2, os.cpu_count() or 1))
