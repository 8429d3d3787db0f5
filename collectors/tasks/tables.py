"""Tables as text: read cells, add up what meets conditions, look prices up in a second table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from collectors.tasks import answers
from collectors.tasks.draw import Draw, check, deal
from collectors.tasks.prompts import choice, compose, manners
from collectors.tasks.table_forms import FORMS
from collectors.tasks.task import Task
from data.records import Message, Sample, Score

NAME, VERSION = "tables", "1"
SIZE = 2000
"""Tables of each level."""
KEPT = 200
"""Characters of an answer that are kept as such."""
TOWNS = ("Leeds", "Cork", "Bremen", "Graz", "Lyon", "Bilbao", "Turin", "Utrecht")
GOODS = ("lamp", "chair", "kettle", "clock", "basket", "ladder", "mirror", "carpet")
STATES = ("open", "sent", "back")
NOTES = ("call first", "side door", "fragile, keep upright", "leave with the neighbour", "no hurry")
NONE = "-"
"""A cell that holds nothing; it counts as 0."""


@dataclass(frozen=True)
class Order:
    """One row."""

    number: int
    town: str
    good: str
    units: int | None
    state: str
    note: str


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    rows: int
    question: str
    """A name in QUESTIONS."""
    columns: tuple[str, ...] = ("number", "town", "note", "good", "units", "state")
    forms: tuple[str, ...] = tuple(FORMS)
    """How tables are written: names in FORMS."""
    gaps: float = 0.0
    """Share of rows without a number of units."""


FEW = ("number", "town", "good", "units")
LADDER: Mapping[int, Rung] = {
    1: Rung("a cell of three rows", 3, "cell", ("good", "units"), ("csv",)),
    2: Rung("a cell of eight rows, four ways to write a table", 8, "cell", FEW),
    3: Rung("two cells of eight rows added", 8, "two", FEW),
    4: Rung("a sum over one town, 16 rows", 16, "town", FEW),
    5: Rung("a sum over one town and one state, 16 rows, wrapped lines", 16, "state"),
    6: Rung("a town, all states but one, a least number of units, 30 rows", 30, "least"),
    7: Rung("units times prices of a second table, 40 rows", 40, "worth"),
    8: Rung("units times prices of a second table, 140 rows, empty cells", 140, "worth", gaps=0.1),
}
K = TypeVar("K")


@dataclass(frozen=True)
class Asked:
    """A question about the rows."""

    text: str
    answer: int
    looked_at: int
    """Cells compared with the conditions, then read, and numbers added or multiplied."""


Prices = Mapping[str, int]


def of_cell(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    row = draw.pick(rows)
    text = f"How many units does order {row.number} have?"
    if "number" not in LADDER[level].columns:
        text = f"How many units of {row.good} are there?"
    return Asked(text, units(row), len(rows) + 1)


def of_two(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    one, other = draw.shuffled(rows)[:2]
    text = f"How many units do the orders {one.number} and {other.number} have together?"
    return Asked(text, units(one) + units(other), 2 * len(rows) + 3)


def of_town(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    town, found = best(rows, lambda row: row.town)
    return Asked(
        f"How many units were ordered from {town} in all?",
        sum(map(units, found)),
        len(rows) + 2 * len(found),
    )


def of_state(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    (town, state), found = best(rows, lambda row: (row.town, row.state))
    return Asked(
        f"How many units were ordered from {town} in orders whose state is '{state}'?",
        sum(map(units, found)),
        2 * len(rows) + 2 * len(found),
    )


def of_least(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    town, of = best(rows, lambda row: row.town)
    state, least = draw.pick(STATES), draw.between(5, 20)
    found = [row for row in of if row.state != state and units(row) >= least]
    return Asked(
        f"How many units were ordered from {town} in orders that have at least {least} units and "
        f"whose state is not '{state}'?",
        sum(map(units, found)),
        3 * len(rows) + 2 * len(found),
    )


def of_worth(rows: Sequence[Order], prices: Prices, level: int, draw: Draw) -> Asked:
    town, of = best(rows, lambda row: row.town)
    state = draw.pick(STATES)
    found = [row for row in of if row.state != state]
    table = "\n".join(f"{good},{price}" for good, price in prices.items())
    gaps = f" A cell '{NONE}' counts as 0." if LADDER[level].gaps else ""
    return Asked(
        f"good,price\n{table}\n\nWhat are the orders from {town} whose state is not '{state}' "
        f"worth in all, at these prices?{gaps}",
        sum(units(row) * prices[row.good] for row in found),
        3 * len(rows) + 4 * len(found),
    )


QUESTIONS: Mapping[str, Callable[[Sequence[Order], Prices, int, Draw], Asked]] = {
    "cell": of_cell,
    "two": of_two,
    "town": of_town,
    "state": of_state,
    "least": of_least,
    "worth": of_worth,
}


def units(row: Order) -> int:
    return row.units or 0


def best(rows: Sequence[Order], key: Callable[[Order], K]) -> tuple[K, list[Order]]:
    """The value that most rows have, and its rows; the first of several."""
    groups: dict[K, list[Order]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return max(groups.items(), key=lambda group: len(group[1]))


def size(level: int) -> int:
    return SIZE if level in LADDER else 0


@lru_cache(64)
def drawn(level: int, seed: int) -> tuple[str, Asked, str]:
    """(the table as text, the question, how the table is written)."""
    rung, key = LADDER[level], f"{NAME}/{level}/{VERSION}"
    group, _ = deal(seed, len(rung.forms), SIZE, key)
    draw = Draw(f"{key}/{seed}")
    numbers = draw.shuffled(range(100, 999))[: rung.rows]
    goods = draw.shuffled(GOODS) if rung.rows <= len(GOODS) else GOODS
    rows = [
        Order(
            number,
            draw.pick(TOWNS),
            goods[i] if rung.rows <= len(GOODS) else draw.pick(GOODS),
            None if draw.chance(rung.gaps) else draw.between(2, 60),
            draw.pick(STATES),
            draw.pick(NOTES),
        )
        for i, number in enumerate(numbers)
    ]
    prices = {good: draw.between(3, 40) for good in draw.shuffled(GOODS)}
    asked = QUESTIONS[rung.question](rows, prices, level, draw)
    cells = [tuple(cell(row, column) for column in rung.columns) for row in rows]
    return FORMS[rung.forms[group]](rung.columns, cells), asked, rung.forms[group]


def cell(row: Order, column: str) -> str:
    value = getattr(row, column)
    return NONE if value is None else str(value)


def sample(level: int, seed: int) -> Sample:
    check(NAME, LADDER, level, seed, size)
    table, asked, form = drawn(level, seed)
    text = f"{table}\n\n{asked.text}"
    cluster = f"{NAME}/{level}/{form}" if len(LADDER[level].forms) > 1 else None
    return Sample(NAME, level, seed, text, str(asked.answer), "extraction", VERSION, cluster)


EXAMPLES = (
    ("good,units\nspoon,70\nfork,84\n\nHow many units of fork are there?", "84",
     "The row of fork: fork,84."),
    ("number,town,good,units\n41,Porto,spoon,71\n52,Ghent,fork,65\n\n"
     "How many units does order 41 have?", "71", "The row of 41: 41,Porto,spoon,71."),
)  # fmt: skip
MANNERS = manners("Read the table and answer the question about it.", "number", EXAMPLES)


def prompt(asked: Sample, style: str) -> list[Message]:
    return compose(choice(MANNERS, style), asked.input)


def score(asked: Sample, text: str) -> Score:
    found = answers.number(text)
    return Score(float(found == asked.target), found and found[:KEPT])


def looked_at(asked: Sample) -> float:
    """Cells compared and read, and numbers added or multiplied."""
    return float(drawn(asked.level, asked.seed)[1].looked_at)


TASK = Task(
    name=NAME,
    title="Tables as text",
    category="extraction",
    version=VERSION,
    levels={n: rung.text for n, rung in LADDER.items()},
    # One number between 2 and 60, at the lowest levels.
    baseline=0.01,
    size=size,
    sample=sample,
    prompt=prompt,
    score=score,
    max_tokens={"plain": 2000, "terse": 16, "short": 64, "steps": 128, "think": 200},
    work=looked_at,
    sources="Generated.",
)
