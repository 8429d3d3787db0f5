"""The demo's experiment: every bundled contestant on every bundled task, sized in minutes."""

from __future__ import annotations

import os

from collectors.experiment import Experiment, parse
from data.errors import ExperimentError

CAMPAIGN = "demo"

SAMPLES_PER_MINUTE = 2.0
"""Samples per level and minute on two cores; see docs/decisions for how it was measured."""

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
model = "local/langid"

[[contestant]]
model = "local/rules"

[[task]]
name = "sums"
levels = [1, 2, 3, 4]
samples = {samples}

[[task]]
name = "capitals"
samples = {samples}

[[task]]
name = "tickets"
samples = {samples}

[[task]]
name = "language"
samples = {samples}

[[task]]
name = "invoices"
samples = {samples}
"""


def experiment(minutes: float) -> Experiment:
    """The demo's experiment for a collection of about `minutes` on two cores."""
    if not 0 < minutes <= 60:
        raise ExperimentError(f"--minutes {minutes:g}: write a number above 0 and up to 60.")
    return parse(TEXT.format(samples=max(2, round(minutes * SAMPLES_PER_MINUTE))), "demo")


def replicas() -> int:
    """Server processes per writer: one a core, two at most, so that the machine stays usable."""
    return max(1, min(2, os.cpu_count() or 1))
