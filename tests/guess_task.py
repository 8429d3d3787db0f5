"""A conversation for tests: guess a number, told higher or lower."""

import re

from collectors.tasks.prompts import Manner, compose
from collectors.tasks.task import Task
from data.records import Sample, Score


class Guess:
    def __init__(self, sample):
        self.target, self.turns, self.last = int(sample.target), 0, None

    def reply(self, text):
        self.turns += 1
        found = re.search(r"\d+", text)
        self.last = int(found.group()) if found else None
        if self.last is None or self.last == self.target or self.turns >= 10:
            return None
        return "higher" if self.last < self.target else "lower"

    def score(self):
        return Score(float(self.last == self.target), str(self.last))


def sample(level, seed):
    target = 1 + (seed * 37 + 11) % 100
    return Sample("guess", level, seed, f"My number {seed} is from 1 to 100.", str(target),
                  "agentic", "1")  # fmt: skip


TASK = Task(
    name="guess",
    title="Guess",
    category="agentic",
    version="1",
    levels={1: "100 numbers"},
    baseline=0.0,
    size=lambda level: 100,
    sample=sample,
    prompt=lambda asked, style: compose(Manner("Guess. Answer: <number>"), asked.input),
    score=lambda asked, text: Score(float(text == asked.target), text or None),
    episode=Guess,
    styles=("plain",),
)
