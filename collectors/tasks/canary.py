"""Canary: texts to be repeated word for word. No experiment names it; nightly runs ask it.

Whoever can read can answer it, so a night on which it is answered otherwise than before tells of
the road there and back (prompt, transport, usage, grader), and not of capability.
"""

from __future__ import annotations

from collectors.tasks.task import STYLES, Task
from data.analysis.probes import ECHO
from data.errors import ExperimentError
from data.records import Message, Sample, Score

VERSION = "1"
TEXTS = (
    "The blue kettle holds 250 ml; the other one, 3 litres.",
    "Order 40-17-B: two pears, one lamp (ünïcode ✓).",
)
ASK = "Repeat exactly the following line, and write nothing else:"
MOST = 500
"""Characters of an answer that are kept as such."""


def size(level: int) -> int:
    return len(TEXTS)


def sample(level: int, seed: int) -> Sample:
    if level != 1 or not 0 <= seed < len(TEXTS):
        raise ExperimentError(f"'{ECHO}' has no sample {seed} of level {level}.")
    return Sample(ECHO, level, seed, TEXTS[seed], TEXTS[seed], "canary", VERSION)


def prompt(asked: Sample, style: str) -> list[Message]:
    """The same words in every style."""
    return [{"role": "user", "content": f"{ASK}\n\n{asked.input}"}]


def score(asked: Sample, text: str) -> Score:
    """1 where the line stands in the answer; white space and what is around it don't count."""
    flat = " ".join(text.split())
    return Score(float(asked.target in flat), flat[:MOST])


TASK = Task(
    name=ECHO,
    title="Canary",
    category="canary",
    version=VERSION,
    levels={1: "a line to repeat"},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    styles=STYLES,
    sources="Own sentences.",
)
