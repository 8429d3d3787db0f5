"""Several needles: find two to eight facts in a text of 200 to 30,000 tokens, in a given order.

The texts are those of `needles`.
"""

from __future__ import annotations

import re

from collectors.tasks import answers
from collectors.tasks.draw import Draw, check
from collectors.tasks.needles import KEPT, LADDER, SOURCES, VERSION, named, size, written
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME = "multi-needles"
ITEM = re.compile(r"^\s*\d{1,2}[.)]\s")
"""The number of a list item."""
CODE = re.compile(r"\d{1,3}(?:[,.'\u2019\u00a0\u202f]\d{3})+(?!\d)|\d+")
"""A whole number, its thousands marked or not."""
SPAN = 20_000
"""Characters of an answer, from its start, that are searched for numbers."""


def sample(level: int, seed: int) -> Sample:
    """Asked for in another order than the text's."""
    check(NAME, LADDER, level, seed, size)
    text, keys, codes = written(NAME, level, seed, LADDER[level].needles)
    order = Draw(f"{NAME}/{level}/{VERSION}/{seed}/order").shuffled(range(len(keys)))
    asked = "; ".join(f"the {named(keys[i])}" for i in order)
    target = ", ".join(codes[i] for i in order)
    question = f"{text}\n\nWhat are these {len(keys)} numbers, in this order: {asked}?"
    return Sample(NAME, level, seed, question, target, "context", VERSION)


EXAMPLES = (
    ("The code of the spoon is 51904.\nIt rained all day.\nThe code of the fork is 12083.\n\n"
     "What are these 2 numbers, in this order: the code of the fork; the code of the spoon?",
     "12083, 51904", "fork: 12083\nspoon: 51904"),
    ("The code of the silk ribbon is 30277.\nThe code of the silk glove is 88146.\n"
     "The code of the wool glove is 45511.\n\nWhat are these 2 numbers, in this order: "
     "the code of the silk ribbon; the code of the wool glove?",
     "30277, 45511", "silk ribbon: 30277\nwool glove: 45511"),
)  # fmt: skip
MANNERS = manners(
    "Read the text and find the numbers it is asked for, in the order of the question.",
    "numbers, separated by commas",
    EXAMPLES,
    "Reply with the numbers only, separated by commas.",
)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def numbers(text: str) -> list[str]:
    """The numbers of a text in their order, canonical."""
    found = CODE.findall(text[:SPAN])
    return [answers.canonical(re.sub(r"\D", "", numeral)) for numeral in found]


def score(asked: Sample, text: str) -> Score:
    """1 for the same numbers in the same order and no others."""
    said, marked = answers.region(text)
    rows = answers.lines(said) or [""]
    row = rows[0] if marked else rows[-1]
    target = numbers(asked.target)
    bare = "\n".join(answers.ASIDE.sub(" ", ITEM.sub("", line)) for line in rows)
    tried = [numbers(row), numbers(answers.ASIDE.sub(" ", row)), numbers(bare)]
    found = next((t for t in tried if t == target), next(filter(None, tried), []))
    return Score(float(found == target), ", ".join(found)[:KEPT] or None)


def looked_up(asked: Sample) -> float:
    """Lines told apart from what is asked for, once for every number asked for."""
    return float(LADDER[asked.level].lines * LADDER[asked.level].needles)


TASK = Task(
    name=NAME,
    title="Several needles in a long text",
    category="context",
    version=VERSION,
    levels={n: f"{rung.needles} codes to find: {rung.text}" for n, rung in LADDER.items()},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 2000, "terse": 80, "short": 200, "steps": 300, "think": 400},
    work=looked_up,
    sources=SOURCES,
)
