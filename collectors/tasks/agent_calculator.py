"""Agent with a calculator: a chain of operations on whole numbers, one request for each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from collectors.tasks.agent_task import agent_task
from collectors.tasks.agents import (
    Plan,
    Request,
    Shown,
    briefing,
    word,
)
from collectors.tasks.draw import Draw, check, digits, place

NAME, VERSION = "agent-calculator", "1"
MOST = 1_000
LARGEST = 10**9
"""Results above it are brought down again, so that numbers stay readable."""
OPERATION = re.compile(r"([-+]?[0-9]{1,40}) *(//|[-+*%]) *([-+]?[0-9]{1,40})")


@dataclass(frozen=True)
class Rung:
    """One level."""

    text: str
    steps: int
    digits: int
    operators: str
    """'+', '-', '*', 'd' for whole division, 'r' for remainder."""
    names: bool = False
    """Whether results are given names and used again."""
    busy: int = 0


LADDER: Mapping[int, Rung] = {
    1: Rung("one addition", 1, 2, "+"),
    2: Rung("two additions and subtractions", 2, 3, "+-"),
    3: Rung("three operations, with products", 3, 3, "+-*"),
    4: Rung("five operations, with division and remainder", 5, 3, "+-*dr"),
    5: Rung("eight operations, results are named and used again", 8, 4, "+-*dr", True),
    6: Rung("twelve operations, every fourth request fails", 12, 4, "+-*dr", True, 4),
    7: Rung("eighteen operations, every third request fails", 18, 5, "+-*dr", True, 3),
    8: Rung("thirty operations, every third request fails", 30, 5, "+-*dr", True, 3),
}
SIGNS = {"+": "+", "-": "-", "*": "*", "d": "//", "r": "%"}
SAID = {
    "+": "Add {n} to it.",
    "-": "Subtract {n} from it.",
    "*": "Multiply it by {n}.",
    "d": "Divide it by {n} and drop the fraction.",
    "r": "Take the remainder of dividing it by {n}.",
}


def size(level: int) -> int:
    return MOST


def calculate(request: Request) -> str:
    """One operation on whole numbers of at most 40 digits; never evaluates text."""
    if word(request, "tool") != "calculate":
        return "Error: unknown tool. The only tool is 'calculate'."
    found = OPERATION.fullmatch(word(request, "expression").replace(",", ""))
    if found is None:
        return (
            "Error: the expression must be one operation (+ - * // %) on two whole numbers of at "
            "most 40 digits, such as '12 + 3'."
        )
    operator, left, right = found[2], int(found[1]), int(found[3])
    if operator in ("//", "%") and right == 0:
        return "Error: division by zero."
    results = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "//": lambda: left // right,
        "%": lambda: left % right,
    }
    return str(results[operator]())


@lru_cache(maxsize=512)
def plan(level: int, seed: int) -> Plan:
    check(NAME, LADDER, level, seed, size)
    rung, draw = LADDER[level], Draw(f"{NAME}/{level}/{VERSION}/{seed}")
    low = 10 ** (rung.digits - 1)
    value = draw.between(low, 10 * low - 1)
    fixed = 0
    if level == 1:
        # Drawn apart, or some of so few pairs of numbers would come twice.
        tens = digits(place(seed, 90 * 90, f"{NAME}/1/{VERSION}"), (90, 90))
        value, fixed = tens[0] + 10, tens[1] + 10
    told, way = [f"Start with {value}."], []
    names: dict[str, int] = {}
    kinds: list[str] = []
    for step in range(rung.steps):
        kinds = kinds or draw.shuffled(rung.operators)
        kind, shown, n = _operation(kinds.pop(), rung, value, names, fixed, draw)
        told.append(SAID[kind].format(n=shown))
        way.append({"tool": "calculate", "expression": f"{value} {SIGNS[kind]} {n}"})
        value = int(calculate(way[-1]))
        if rung.names and step % 3 == 1:
            name = "ABCDEFGHIJ"[len(names)]
            names[name] = value
            told.append(f"Call the result {name}.")
    question = " ".join([*told, "What is the result?"])
    return Plan(question, str(value), tuple(way), lambda: calculate, rung.busy)


def _operation(
    kind: str, rung: Rung, value: int, names: Mapping[str, int], fixed: int, draw: Draw
) -> tuple[str, str, int]:
    """(kind, how its number is said, the number): results stay whole, positive and readable."""
    low = 10 ** (rung.digits - 1)
    n = fixed or draw.between(low, 10 * low - 1)
    if value > LARGEST:
        kind, n = "r", draw.between(10 * low, 100 * low)
    elif kind == "*":
        n = draw.between(12, 99)
    elif kind == "d":
        n = draw.between(3, 19)
    if value < {"-": n, "d": 100 * n, "r": n}.get(kind, 0):
        kind = "+"
    if kind == "+" and names and draw.chance(0.6):
        name = draw.pick(tuple(names))
        return kind, name, names[name]
    return kind, str(n), n


def shown(said: str, expression: str) -> Shown:
    """A demonstration; its first number is larger than any of level 1."""
    request = {"tool": "calculate", "expression": expression}
    question = f"Start with {expression.split()[0]}. {said} What is the result?"
    return Shown(question, request, calculate(request), f"{said[:-1]}: {expression}.")


MANNERS = briefing(
    "Work out the result.",
    {
        '{"tool": "calculate", "expression": "12 * 3"}': "returns the result of one operation on "
        "two whole numbers: + - * // (division without fraction) % (remainder). Now and then it is "
        "busy and has to be asked again."
    },
    [
        shown("Subtract 5 from it.", "125 - 5"),
        shown("Add 9 to it.", "120 + 9"),
        shown("Add 34 to it.", "152 + 34"),
    ],
)

TASK = agent_task(
    NAME,
    VERSION,
    "Agent with a calculator",
    {n: r.text for n, r in LADDER.items()},
    size,
    plan,
    MANNERS,
)
