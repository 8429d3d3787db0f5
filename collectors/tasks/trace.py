"""Trace: boxes whose contents change line by line; how many are in one of them at the end.

Every line is an elementary step for whoever follows all of it; with the level there are more boxes,
more lines and more ways in which one box's contents depend on another's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.tasks import answers
from collectors.tasks.draw import Draw, check
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "trace", "1"
MOST = 1_000
KEPT = 200
"""Characters of an answer that are kept as such."""
COLOURS = (
    "red", "blue", "green", "white", "black", "brown", "grey", "pink", "gold", "silver", "orange",
    "purple", "yellow", "amber", "ivory", "copper", "violet", "olive", "coral", "bronze", "cream",
    "scarlet", "crimson", "teal",
)  # fmt: skip


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    boxes: int
    lines: int
    """Changes after every box was filled once."""
    moves: tuple[str, ...]
    """What may happen, each as likely."""


LADDER: Mapping[int, Rung] = {
    1: Rung("two boxes, nothing changes", 2, 0, ()),
    2: Rung("two boxes, one is filled anew", 2, 1, ("set",)),
    3: Rung("two boxes, two additions", 2, 2, ("add",)),
    4: Rung("three boxes, four additions and removals", 3, 4, ("add", "take")),
    5: Rung("four boxes, seven changes, some from box to box", 4, 7, ("add", "take", "move")),
    6: Rung("six boxes, fourteen changes, some exchanged", 6, 14,
            ("add", "take", "move", "swap")),
    7: Rung("eight boxes, thirty changes, some doubled", 8, 30,
            ("add", "take", "move", "swap", "copy")),
    8: Rung("twelve boxes, ninety changes, some on conditions", 12, 90,
            ("add", "take", "move", "swap", "copy", "if")),
    9: Rung("twenty boxes, 400 changes, some on conditions", 20, 400,
            ("add", "take", "move", "swap", "copy", "if")),
}  # fmt: skip


def size(level: int) -> int:
    return MOST


def change(move: str, boxes: dict[str, int], draw: Draw) -> str:
    """One line, carried out on `boxes`."""
    one, two, three = draw.shuffled(tuple(boxes))[:3] if len(boxes) > 2 else (*boxes, "")
    n = draw.between(2, 99)
    if move == "take" and boxes[one] <= n:
        move = "add"
    if move == "set":
        n = draw.between(100, 999)
        boxes[one] = n
        return f"The {one} box is emptied and {n} coins are put into it."
    if move == "add":
        boxes[one] += n
        return f"{n} coins are put into the {one} box."
    if move == "take":
        boxes[one] -= n
        return f"{n} coins are taken out of the {one} box."
    if move == "move":
        n = min(n, boxes[one])
        boxes[one] -= n
        boxes[two] += n
        return f"{n} coins are moved from the {one} box to the {two} box."
    if move == "swap":
        boxes[one], boxes[two] = boxes[two], boxes[one]
        return f"The {one} box and the {two} box exchange their contents."
    if move == "copy":
        boxes[one] = boxes[two]
        return f"The {one} box is made to hold as many coins as the {two} box."
    boxes[three] += n if boxes[one] > boxes[two] else 0
    return (
        f"If the {one} box holds more coins than the {two} box, {n} coins are put into the "
        f"{three} box."
    )


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    rung, draw = LADDER[level], Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    boxes = {colour: draw.between(100, 999) for colour in draw.shuffled(COLOURS)[: rung.boxes]}
    told = [f"The {colour} box holds {count} coins." for colour, count in boxes.items()]
    told += [change(draw.pick(rung.moves), boxes, draw) for _ in range(rung.lines)]
    asked = draw.pick(tuple(boxes))
    text = "\n".join(told) + f"\n\nHow many coins does the {asked} box hold at the end?"
    return Sample(NAME, level, seed, text, str(boxes[asked]), "context", VERSION)


EXAMPLES = (
    ("The tin box holds 410 coins.\nThe oak box holds 120 coins.\n"
     "30 coins are put into the oak box.\n\n"
     "How many coins does the oak box hold at the end?", "150", "oak 120\noak 120 + 30 = 150"),
    ("The tin box holds 310 coins.\nThe oak box holds 152 coins.\n"
     "The tin box is emptied and 205 coins are put into it.\n\n"
     "How many coins does the tin box hold at the end?", "205", "tin 310\ntin 205"),
    ("The tin box holds 700 coins.\nThe oak box holds 515 coins.\n\n"
     "How many coins does the tin box hold at the end?", "700", "tin 700"),
)  # fmt: skip
MANNERS = manners("Follow the coins and answer the question.", "number", EXAMPLES)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def score(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found and found[:KEPT])


def steps(asked: Sample) -> float:
    """Lines carried out: the boxes' fillings and their changes."""
    return float(LADDER[asked.level].boxes + LADDER[asked.level].lines)


TASK = Task(
    name=NAME,
    title="Following boxes' contents",
    category="context",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 4000, "terse": 24, "short": 96, "steps": 400, "think": 800},
    work=steps,
    sources="Generated.",
)
