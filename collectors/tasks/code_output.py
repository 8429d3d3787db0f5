"""Code output: what a small Python program prints, from a sum to nested loops and recursion."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from collectors.tasks import answers
from collectors.tasks.code_levels import DEALT, DRAWN
from collectors.tasks.code_programs import lines, printed
from collectors.tasks.draw import Draw, check, place
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "code-output", "1"
MOST = 1_000
KEPT = 200
"""Characters of an answer that are kept as such."""
LEVELS: Mapping[int, str] = {
    1: "one of two numbers",
    2: "a sum of two small numbers",
    3: "five assignments",
    4: "two conditions",
    5: "a loop of four to six turns",
    6: "a loop of eight to twelve turns with a condition in it",
    7: "a list that is changed and read in a loop",
    8: "nested loops, a list and a function",
    9: "loops, a list and a function that calls itself: thousands of steps",
}


def size(level: int) -> int:
    return MOST


@lru_cache(maxsize=2048)
def made(level: int, seed: int) -> tuple[str, int, int]:
    """(the program, what it prints, how many steps it takes)."""
    check(NAME, LEVELS, level, seed, size)
    key = f"{NAME}/{level}/{VERSION}"
    if level in DEALT:
        count, make = DEALT[level]
        body = make(place(seed, count, key))
    else:
        body = DRAWN[level](Draw(f"{key}/{seed}"))
    return "\n".join(lines(body)), *printed(body)


def sample(level: int, seed: int) -> Sample:
    program, result, _ = made(level, seed)
    return Sample(NAME, level, seed, program, str(result), "code", VERSION)


EXAMPLES = (
    ("a = 14\nb = 5\nprint(a + b)", "19", "a is 14, b is 5; 14 + 5 = 19"),
    ("x = 9\ny = 13\nprint(y)", "13", "x is 9, y is 13; y is 13"),
    ("m = 8\nn = 27\nprint(m)", "8", "m is 8, n is 27; m is 8"),
)
MANNERS = manners("What does this Python program print?", "number", EXAMPLES)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def score(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found and found[:KEPT])


def steps(asked: Sample) -> float:
    """Assignments, comparisons, operations and look-ups that the program carries out."""
    return float(made(asked.level, asked.seed)[2])


TASK = Task(
    name=NAME,
    title="What a program prints",
    category="code",
    version=VERSION,
    levels=LEVELS,
    baseline=0.02,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 4000, "terse": 16, "short": 96, "steps": 400, "think": 800},
    work=steps,
    sources="Generated.",
)
