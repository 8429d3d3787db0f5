"""Needles: find one fact in a text of 200 to 30,000 tokens.

With the level the text grows and more of its other facts look like the one that is asked for. Every
ten neighbouring seeds of a level put it once into each tenth of the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.tasks import answers
from collectors.tasks.draw import Draw, check, place
from collectors.tasks.needles_texts import ADJECTIVES, CHATTER, OTHERS, PEOPLE, PLACES, THINGS
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "needles", "1"
TENTHS = 10
KEPT = 200
"""Characters of an answer that are kept as such."""

Key = tuple[str, str, str, str]
"""(what is told, adjective, thing, place)."""


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    lines: int
    parts: int
    """Words that name a thing: 1 thing, 2 adjective and thing, 3 adjective, thing and place."""
    facts: float
    """Share of lines that tell a code."""
    near: int
    """Facts about things whose name differs from the needle's in one word."""
    others: bool
    """Whether the same things have other numbers, too."""
    needles: int
    """How many `multi-needles` asks for."""


LADDER: Mapping[int, Rung] = {
    1: Rung("200 tokens, a story with no other codes", 10, 1, 0.0, 0, False, 2),
    2: Rung("350 tokens, a few codes", 20, 1, 0.2, 0, False, 2),
    3: Rung("700 tokens, codes in every other line", 48, 2, 0.5, 0, False, 3),
    4: Rung("1,600 tokens, codes only", 140, 2, 1.0, 4, False, 3),
    5: Rung("3,400 tokens, names that differ in one of two words", 280, 2, 1.0, 40, False, 4),
    6: Rung("6,800 tokens, names that differ in one of three words", 460, 3, 1.0, 60, False, 5),
    7: Rung("14,000 tokens, other numbers of the same things, too", 900, 3, 1.0, 60, True, 6),
    8: Rung("30,000 tokens, twice as many names that nearly agree", 2000, 3, 1.0, 110, True, 8),
}
SIZES: Mapping[int, int] = {1: 1000, 2: 1000, 3: 1000, 4: 1000, 5: 500, 6: 400, 7: 200, 8: 200}


def size(level: int) -> int:
    """Fewer of the long ones: each is a document of its own."""
    return SIZES[level]


def named(key: Key) -> str:
    """'code of the red door in the hall'."""
    told, adjective, thing, where = key
    place_words = f" in the {where}" if where else ""
    return f"{told} of the {f'{adjective} ' if adjective else ''}{thing}{place_words}"


def drawn(rung: Rung, draw: Draw) -> Key:
    """A thing's name of as many parts as the level has."""
    adjective = draw.pick(ADJECTIVES) if rung.parts > 1 else ""
    where = draw.pick(PLACES) if rung.parts > 2 else ""
    return "code", adjective, draw.pick(THINGS), where


def neighbour(key: Key, rung: Rung, draw: Draw) -> Key:
    """A name that differs in one part."""
    told, adjective, thing, where = key
    part = draw.below(rung.parts + rung.others)
    if part == 0:
        return told, adjective, draw.pick(THINGS), where
    if part == 1:
        return told, draw.pick(ADJECTIVES), thing, where
    if part == 2 and rung.parts == 3:
        return told, adjective, thing, draw.pick(PLACES)
    return draw.pick(OTHERS), adjective, thing, where


def spots(name: str, level: int, seed: int, count: int) -> list[int]:
    """The lines of the needles, first to last: each of `count` equal parts of the text has one."""
    lines = LADDER[level].lines
    turn, index = divmod(seed, TENTHS)
    tenth = place(index, TENTHS, f"{name}/{level}/{VERSION}/depth/{turn}")
    return [int((i + (tenth + 0.5) / TENTHS) * lines / count) for i in range(count)]


def written(name: str, level: int, seed: int, count: int) -> tuple[str, list[Key], list[str]]:
    """(the text, what the needles are about, their codes), needles in the order of the text."""
    rung = LADDER[level]
    draw = Draw(f"{name}/{level}/{VERSION}/{seed}")
    wanted: list[Key] = []
    while len(wanted) < count:
        key = drawn(rung, draw)
        if key not in wanted:
            wanted.append(key)
    seen, near = set(wanted), [key for key in wanted for _ in range(rung.near // count)]
    codes: list[str] = []
    at = dict(zip(spots(name, level, seed, count), wanted, strict=True))
    lines = []
    close = set(draw.shuffled(range(rung.lines))[: len(near)])
    for i in range(rung.lines):
        if i in at:
            codes.append(code(draw))
            lines.append(f"The {named(at[i])} is {codes[-1]}.")
            continue
        key = neighbour(near.pop(), rung, draw) if i in close and near else other(rung, draw)
        if key in seen or not (i in close or draw.chance(rung.facts)):
            lines.append(chatter(draw))
            continue
        seen.add(key)
        lines.append(f"The {named(key)} is {code(draw)}.")
    return "\n".join(lines), wanted, codes


def other(rung: Rung, draw: Draw) -> Key:
    """Something else that is told."""
    key = drawn(rung, draw)
    return (draw.pick(OTHERS), *key[1:]) if rung.others and draw.chance(0.4) else key


def code(draw: Draw) -> str:
    return str(draw.between(10_000, 99_999))


def chatter(draw: Draw) -> str:
    return draw.pick(CHATTER).format(
        person=draw.pick(PEOPLE), thing=draw.pick(THINGS), place=draw.pick(PLACES)
    )


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    text, (key,), (found,) = written(NAME, level, seed, 1)
    asked = f"{text}\n\nWhat is the {named(key)}?"
    return Sample(NAME, level, seed, asked, found, "context", VERSION)


EXAMPLES = (
    ("The guard slept in the mill.\nThe code of the spoon is 51904.\nIt rained all day.\n\n"
     "What is the code of the spoon?", "51904", "The text says: The code of the spoon is 51904."),
    ("The code of the silk ribbon is 30277.\nThe code of the silk glove is 88146.\n\n"
     "What is the code of the silk ribbon?", "30277",
     "The text says: The code of the silk ribbon is 30277."),
)  # fmt: skip
MANNERS = manners("Read the text and answer the question about it.", "number", EXAMPLES)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def score(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found and found[:KEPT])


def lines(asked: Sample) -> float:
    """Lines that are told apart from what is asked for."""
    return float(LADDER[asked.level].lines)


LIMITS = {"plain": 1000, "terse": 32, "short": 64, "steps": 96, "think": 200}
SOURCES = "Generated from own sentences."

TASK = Task(
    name=NAME,
    title="A needle in a long text",
    category="context",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens=LIMITS,
    work=lines,
    sources=SOURCES,
)
