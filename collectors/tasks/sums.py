"""Sums: add numbers, from two counts of things to twenty long numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise
from math import prod

from collectors.tasks import answers
from collectors.tasks.draw import check, digits, place
from collectors.tasks.prompts import Manner, answered, choice, compose
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "sums", "1"
MOST = 10_000
"""Samples offered of a level that has more combinations."""

THINGS = (
    "apples", "books", "boxes", "coins", "cups", "eggs", "keys", "lamps", "pears", "pens",
    "plates", "shirts", "shoes", "stones", "tickets", "trees",
)  # fmt: skip

LADDER: Mapping[int, tuple[int, int, int]] = {
    1: (2, 1, 9),
    2: (3, 1, 10),
    3: (4, 1, 9),
    4: (5, 1, 9),
    5: (6, 1, 9),
    6: (8, 10, 99),
    7: (12, 100, 999),
    8: (20, 10_000, 99_999),
}
"""Level -> (how many numbers, lowest, highest). Level 1 counts things, or it had 81 samples."""


def described(count: int, low: int, high: int) -> str:
    return f"{count} numbers from {low:,} to {high:,}"


def bases(level: int) -> list[int]:
    """How many choices each part of a sample has: its numbers and, at level 1, its thing."""
    count, low, high = LADDER[level]
    return [high - low + 1] * count + [len(THINGS)] * (level == 1)


def size(level: int) -> int:
    return min(prod(bases(level)), MOST)


def sample(level: int, seed: int) -> Sample:
    """Drawn without replacement: no two seeds of a level are the same text."""
    check(NAME, LADDER, level, seed, size)
    count, low, _ = LADDER[level]
    index = place(seed, prod(bases(level)), f"{NAME}/{level}/{VERSION}")
    chosen = digits(index, bases(level))
    terms = [low + digit for digit in chosen[:count]]
    thing = THINGS[chosen[count]] if level == 1 else ""
    cluster = f"{NAME}/{level}/{terms[0]}+{terms[1]}" if level == 1 else None
    text, total = plus(terms, thing), str(sum(terms))
    return Sample(NAME, level, seed, text, total, "math", VERSION, cluster)


def plus(terms: Sequence[int], thing: str = "") -> str:
    """'3 + 4', or '3 pens + 4 pens'."""
    return " + ".join(f"{term} {thing}".strip() for term in terms)


def chain(terms: Sequence[int]) -> str:
    """'4 + 7 = 11; 11 + 2 = 13'."""
    totals = pairwise(accumulate(terms))
    return "; ".join(f"{a} + {n} = {b}" for (a, b), n in zip(totals, terms[1:], strict=True))


@dataclass(frozen=True)
class Working:
    """A style's working, and on which sums it is shown."""

    instruction: str
    written: Callable[[Sequence[int]], str]
    demos: int


def whole(terms: Sequence[int]) -> str:
    return f"{plus(terms)} = {sum(terms)}"


def listed(terms: Sequence[int]) -> str:
    """The numbers once more, then the chain: copying them first keeps a small model on track."""
    return f"Numbers: {', '.join(map(str, terms))}\n{chain(terms)}"


PLAIN = "Add the numbers. End with a line 'Answer: <number>'."
WORKINGS: Mapping[str, Working] = {
    "terse": Working("Add the numbers. Reply with the total only.", lambda _: "", 2),
    "short": Working("Add the numbers.", whole, 2),
    "steps": Working("Add the numbers.", chain, 2),
    "think": Working("Add the numbers.", listed, 3),
}
SHOWN = ((4, 11, 2, 8, 5, 3, 9, 6), (12, 3, 9, 1, 7, 4, 6, 2), (5, 11, 6, 9, 2, 1, 7, 3))
"""Demonstrations, cut to the sample's length: a small model copies the length it is shown.

Each holds a number that no sample of its length does, so no demonstration gives an answer away."""


@cache
def manner(style: str, count: int) -> Manner:
    if style == "plain":
        return Manner(PLAIN)
    working = choice(WORKINGS, style)
    shown = [terms[:count] for terms in SHOWN[: working.demos]]
    thing = "chairs" if count == 2 else ""
    return Manner(working.instruction, tuple((plus(t, thing), reply(working, t)) for t in shown))


def reply(working: Working, terms: Sequence[int]) -> str:
    return answered(working.written(terms), str(sum(terms)))


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(manner(style, LADDER[asked.level][0]), asked.input)


def additions(asked: Sample) -> float:
    """Single digits to add: numbers after the first, times their digits."""
    count, low, high = LADDER[asked.level]
    return float((count - 1) * len(str((low + high) // 2)))


def score(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found)


TASK = Task(
    name=NAME,
    title="Sums",
    category="math",
    version=VERSION,
    levels={n: described(*rung) for n, rung in LADDER.items()},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 2000, "terse": 16, "short": 64, "steps": 128, "think": 192},
    work=additions,
    sources="Generated.",
)
