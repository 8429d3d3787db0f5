"""Instructions: write a text that keeps rules a program can check; sense is not asked for.

Rules are read off an example answer made first, so they can always be kept together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from collectors.tasks import answers
from collectors.tasks import instructions_rules as rules
from collectors.tasks.draw import Draw, check, place
from collectors.tasks.instructions_rules import Rule
from collectors.tasks.instructions_words import WORDS
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "instructions", "1"
MOST = 1_000
"""Samples offered of a level."""
KEPT = 500
"""Characters of an answer that are kept as such."""
FENCE = re.compile(r"^[ \t]*```\w*[ \t]*$", re.M)
LETTERS = "aeiorstnldc"
"""Letters that may be forbidden: rare ones would be no rule."""


@dataclass(frozen=True)
class Rung:
    """What a level asks for."""

    text: str
    lines: int
    words: tuple[int, int]
    """Fewest and most words of a line."""
    rules: tuple[str, ...]
    forbidden: int = 0
    """Letters that may not be used."""
    shortest: int = 1
    """Letters that each word has at least."""


EDGES = ("first", "last")
LADDER: Mapping[int, Rung] = {
    1: Rung("2 rules: two words, the first of them given", 1, (2, 2), ("first",)),
    2: Rung("3 rules: number of words, first and last word", 1, (4, 6), EDGES),
    3: Rung("4 rules: a letter is forbidden, too", 1, (6, 9), EDGES, 1),
    4: Rung("two lines, a word to be used several times", 2, (4, 6), (*EDGES, "repeat"), 1),
    5: Rung(
        "three lines with given initials, in capitals, no word twice",
        3, (4, 6), ("initials", "capitals", "distinct"), 2,
    ),
    6: Rung(
        "four lines of different lengths, in alphabetical order, no short words",
        4, (4, 7), ("initials", "distinct", "alphabetical"), 2, 4,
    ),
    7: Rung(
        "six lines in alphabetical order with given first and last letters",
        6, (4, 7), ("initials", "finals", "distinct", "alphabetical"), 2, 4,
    ),
    8: Rung(
        "eight lines in alphabetical order, first and last letters and letter counts given",
        8, (5, 8), ("initials", "finals", "distinct", "alphabetical", "letters"), 2, 4,
    ),
}  # fmt: skip
FIRSTS = tuple(w for w in WORDS if 3 <= len(w) <= 6)


def size(level: int) -> int:
    return len(FIRSTS) if level == 1 else MOST


@lru_cache(maxsize=512)
def plan(level: int, seed: int) -> tuple[tuple[str, ...], tuple[Rule, ...]]:
    """(the lines of the example answer, the rules it keeps)."""
    check(NAME, LADDER, level, seed, size)
    rung, key = LADDER[level], f"{NAME}/{level}/{VERSION}"
    draw = Draw(f"{key}/{seed}")
    banned, pool = _pool(rung, draw)
    counts = [draw.between(*rung.words) for _ in range(rung.lines)]
    if "distinct" in rung.rules:
        rows = _distinct_rows(rung, counts, pool, draw)
    else:
        rows = [[draw.pick(pool) for _ in range(count)] for count in counts]
    if "first" in rung.rules:
        _edges(rows, rung, pool, place(seed, size(level), key))
    if "repeat" in rung.rules:
        _repeat(rows, draw)
    lines = tuple(" ".join(row) for row in rows)
    if "capitals" in rung.rules:
        lines = tuple(line.upper() for line in lines)
    return lines, tuple(_rules(rung, lines, banned))


def _pool(rung: Rung, draw: Draw) -> tuple[str, tuple[str, ...]]:
    """(forbidden letters, the words without them)."""
    banned = "".join(sorted(draw.shuffled(LETTERS)[: rung.forbidden]))
    return banned, fitting(banned, rung.shortest)


@cache
def fitting(banned: str, shortest: int) -> tuple[str, ...]:
    """The words that are long enough and have none of these letters."""
    return tuple(w for w in WORDS if len(w) >= shortest and not set(w) & set(banned))


def _edges(rows: list[list[str]], rung: Rung, pool: Sequence[str], index: int) -> None:
    """Set the first word, and the last where it is asked for: no two samples agree in both."""
    known = set(pool)
    fit = [w for w in FIRSTS if w in known]
    turn, which = divmod(index, len(fit))
    rows[0][0] = fit[which]
    if "last" in rung.rules:
        rows[-1][-1] = fit[(which * 7 + turn * 11 + 1) % len(fit)]


def _repeat(rows: list[list[str]], draw: Draw) -> None:
    """Use the second word again in the middle of every line."""
    again = rows[0][1]
    for row in rows:
        row[2] = again
    if draw.chance(0.5):
        rows[-1][1] = again


def _distinct_rows(
    rung: Rung, counts: Sequence[int], pool: Sequence[str], draw: Draw
) -> list[list[str]]:
    """Rows of words that are used once, the first of each taken early in the alphabet."""
    left, rows = sorted(pool), []
    for count in counts:
        first = draw.pick(left[: max(1, len(left) // 2)])
        later = [w for w in left if w > first] if "alphabetical" in rung.rules else left
        others = [w for w in draw.shuffled(later) if w != first][: count - 1]
        row = [first, *(sorted(others) if "alphabetical" in rung.rules else others)]
        rows.append(row)
        left = [w for w in left if w not in row]
    return rows


def _rules(rung: Rung, lines: Sequence[str], banned: str) -> list[Rule]:
    """What is true of the example answer, as far as the level asks for it."""
    rows = [rules.words(line) for line in lines]
    total = sum(map(len, rows))
    # Letters are named as they have to be written.
    written = str.upper if "capitals" in rung.rules else str
    makers: Mapping[str, Callable[[], list[Rule]]] = {
        "first": lambda: [rules.first(rows[0][0])],
        "last": lambda: [rules.last(rows[-1][-1])],
        "repeat": lambda: [rules.times(rows[0][2], sum(row.count(rows[0][2]) for row in rows))],
        "initials": lambda: [rules.initials([written(row[0][0]) for row in rows])],
        "finals": lambda: [rules.finals([written(row[-1][-1]) for row in rows])],
        "capitals": lambda: [rules.capitals(total)],
        "distinct": lambda: [rules.distinct(total)],
        "alphabetical": lambda: [rules.alphabetical(total)],
        "letters": lambda: rules.letter_counts(lines),
    }
    found = rules.lengths(rows)
    for name in rung.rules:
        found += makers[name]()
    found += [rules.forbidden(written(letter), total) for letter in banned]
    if rung.shortest > 1:
        found.append(rules.long(rung.shortest, total))
    return found


def sample(level: int, seed: int) -> Sample:
    lines, told = plan(level, seed)
    asked = "\n".join(f"- {rule.text}" for rule in told)
    return Sample(NAME, level, seed, asked, "\n".join(lines), "instructions", VERSION)


EXAMPLES = (
    ("- Write exactly 4 words on one line.\n- The first word is 'seven'.\n"
     "- The last word is 'birds'.", "seven green river birds",
     "Words: seven (1) green (2) river (3) birds (4)."),
    ("- Write exactly 2 words on one line.\n- The first word is 'lights'.",
     "lights stone", "Words: lights (1) stone (2)."),
    ("- Write exactly 2 words on one line.\n- The first word is 'boxes'.",
     "boxes river", "Words: boxes (1) river (2)."),
)  # fmt: skip
MANNERS = manners(
    "Write a text that keeps all of these rules. It need not make sense. Capital and small letters "
    "count as equal. Everything after the last 'Answer:' is the text: write nothing after it.",
    "the text",
    EXAMPLES,
    "Reply with the text only.",
)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def score(asked: Sample, text: str) -> Score:
    """1 when every rule is kept; the note tells how many are."""
    said, _ = answers.region(FENCE.sub("", unicodedata.normalize("NFKC", text)))
    lines = answers.lines(said.strip().strip("\"'\u201c\u201d"))
    if not rules.words(" ".join(lines)):
        return Score(0.0, None)
    _, told = plan(asked.level, asked.seed)
    kept = sum(rule.keeps(lines) for rule in told)
    note = f"{kept} of {len(told)} rules kept"
    return Score(float(kept == len(told)), "\n".join(lines)[:KEPT], note)


def checks(asked: Sample) -> float:
    """Places where a rule has to be thought of: the words or lines of each, summed over rules."""
    _, told = plan(asked.level, asked.seed)
    return float(sum(rule.steps for rule in told))


TASK = Task(
    name=NAME,
    title="Instructions that a program can check",
    category="instructions",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    baseline=0.0,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 2000, "terse": 200, "short": 400, "steps": 600, "think": 1000},
    work=checks,
    sources="Generated from a list of common words.",
)
