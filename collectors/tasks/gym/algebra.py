"""Algebra: linear equations and complex numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from collectors.tasks.gym import score
from collectors.tasks.gym.expressions import lines
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

Config = Mapping[str, Any]
LONGEST = 240
"""Characters of an equation."""


def of_equations(entry: Entry, rung: Rung) -> Asked | None:
    equation, variable = entry["metadata"]["equation"], entry["metadata"]["variable"]
    if len(equation) > LONGEST or variable in "lo":
        return None
    text = equation.replace("*", "")
    lengths = [len(n) for n in re.findall(r"\d+", text)]
    # What stands beside the variable is moved over, then divided by what stands before it.
    work = float(sum(lengths) + (lengths[0] * lengths[-1] if "*" in equation else 0))
    return Asked(f"{text}. What is {variable}?", entry["answer"], work)


def linear(terms: int, low: int, most: int, weights: tuple[float, ...]) -> Config:
    return {
        "min_terms": terms, "max_terms": terms, "min_value": low, "max_value": most,
        "operators": ("+", "-", "*")[: len(weights)], "operators_weights": list(weights),
    }  # fmt: skip


EQUATIONS = gym(
    Family(
        name="equations",
        title="Linear equations",
        generator="algebra.simple_equations:SimpleEquationsDataset:SimpleEquationsConfig",
        ladder={
            1: Rung("a digit added to the unknown", linear(2, 1, 9, (1.0,)), size=500,
                    crowded=True),
            2: Rung("a number up to thirty added or subtracted", linear(2, 1, 30, (0.5, 0.5)),
                    crowded=True),
            3: Rung("one to three numbers up to twelve, some multiplied",
                    linear(2, 2, 12, (0.4, 0.4, 0.2)), crowded=True),
            4: Rung("three numbers up to forty", linear(3, 2, 40, (0.4, 0.4, 0.2)), crowded=True),
            5: Rung("four numbers up to 300", linear(4, 10, 300, (0.35, 0.35, 0.3))),
            6: Rung("five numbers up to 5,000", linear(5, 100, 5000, (0.3, 0.3, 0.4))),
            7: Rung("six numbers of up to five digits", linear(6, 1000, 10**5, (0.3, 0.3, 0.4))),
            8: Rung("six numbers of up to eight digits", linear(6, 10**5, 10**8, (0.2, 0.2, 0.6))),
            9: Rung("seven numbers of up to twelve digits",
                    linear(7, 10**9, 10**12, (0.2, 0.2, 0.6))),
        },
        ask=of_equations,
        request="Solve the equation.",
        form="number",
        score=score.number,
        needs=("sympy",),
        examples=(
            ("x + 10 = 13. What is x?", "3", "x = 13 - 10 = 3"),
            ("7y - 4 = 24. What is y?", "4", "7y = 24 + 4 = 28; y = 28 / 7 = 4"),
            ("a + 3 = 15. What is a?", "12", "a = 15 - 3 = 12"),
        ),
    )
)  # fmt: skip


def of_complex(entry: Entry, rung: Rung) -> Asked | None:
    (a, b), (c, d) = (map(int, entry["metadata"][name]) for name in ("num1", "num2"))
    sign = entry["metadata"]["operation"]
    real, imaginary = entry["metadata"]["result"]
    if 0 in (a, b, c, d, real, imaginary):
        return None
    one, other = (max(len(str(abs(n))) for n in pair) for pair in ((a, b), (c, d)))
    # Four products and two sums; a quotient has its two divisions besides.
    products = {"*": 4.0, "/": 6.0}.get(sign)
    work = products * one * other + 2 * (one + other) if products else 2.0 * max(one, other)
    mark = {"*": "×", "/": "÷"}.get(sign, sign)
    text = f"What is ({numeral(a, b)}) {mark} ({numeral(c, d)})?"
    return Asked(text, numeral(real, imaginary), work)


def numeral(real: int, imaginary: int) -> str:
    size = "" if abs(imaginary) == 1 else abs(imaginary)
    return f"{real} {'-' if imaginary < 0 else '+'} {size}i"


NUMBER = r"(?<![\d.])\d+(?:\.0+)?"
FIRST_REAL = re.compile(rf"([+-]?)\s?({NUMBER})\s?([+-])\s?({NUMBER})?\s?\*?\s?[ij]\b", re.I)
FIRST_IMAGINARY = re.compile(rf"([+-]?)\s?({NUMBER})?\s?\*?\s?[ij]\s?([+-])\s?({NUMBER})", re.I)


def complex_number(asked: Sample, text: str) -> Score:
    """Both parts, in either order: the last such number of the line."""
    wanted = next(pairs(asked.target))
    said = None
    for line in lines(text):
        for found in pairs(line):
            said = said or " ".join(found)
            if found == wanted:
                return score.result(True, " ".join(found))
    return score.result(False, said)


def pairs(line: str) -> Iterator[tuple[str, str]]:
    """(real, imaginary) parts of a line's last complex number, canonical."""
    line = re.sub(r"(?<=\d),(?=\d{3})", "", line)
    for pattern, order in ((FIRST_REAL, (0, 1)), (FIRST_IMAGINARY, (1, 0))):
        last = None
        for last in pattern.finditer(line):  # noqa: B007
            pass
        if last is not None:
            sign, one, other_sign, other = last.groups()
            parts = (signed(sign, one), signed(other_sign, other))
            yield parts[order[0]], parts[order[1]]


def signed(sign: str, numeral: str | None) -> str:
    value = (numeral or "1").split(".")[0].lstrip("0") or "0"
    return f"-{value}" if sign == "-" and value != "0" else value


def gaussian(text: str, low: int, most: int, *operations: str, crowded: bool = False) -> Rung:
    weights = [1 / len(operations)] * len(operations)
    return Rung(text, {"min_real": low, "max_real": most, "min_imag": low, "max_imag": most,
                       "operations": operations, "operations_weights": weights},
                crowded=crowded)  # fmt: skip


COMPLEX = gym(
    Family(
        name="complex-numbers",
        title="Complex numbers",
        generator="algebra.complex_arithmetic:ComplexArithmeticDataset:ComplexArithmeticConfig",
        ladder={
            1: gaussian("sums of numbers with parts from 1 to 9", 1, 9, "+", crowded=True),
            2: gaussian("sums and differences, parts up to 40", -40, 40, "+", "-"),
            3: gaussian("sums and differences, parts up to 999", -999, 999, "+", "-"),
            4: gaussian("products, parts up to 9", -9, 9, "*", crowded=True),
            5: gaussian("products and quotients, parts up to 60", -60, 60, "*", "/"),
            6: gaussian("products and quotients, parts up to 999", -999, 999, "*", "/"),
            7: gaussian("products and quotients, parts up to 20,000", -20_000, 20_000, "*", "/"),
            8: gaussian("products and quotients, parts of up to six digits", -(10**6), 10**6,
                        "*", "/"),
            9: gaussian("products and quotients, parts of up to eight digits", -(4 * 10**7),
                        4 * 10**7, "*", "/"),
        },
        ask=of_complex,
        request="Calculate with the complex numbers.",
        form="a + bi",
        score=complex_number,
        terse="Reply with the result only, as in 3 - 2i.",
        examples=(
            ("What is (3 + 10i) + (4 + 5i)?", "7 + 15i", "3 + 4 = 7; 10 + 5 = 15"),
            ("What is (1 + 2i) × (10 - 3i)?", "16 + 17i", "10 + 6 = 16; -3 + 20 = 17"),
            ("What is (6 + 11i) + (2 + 4i)?", "8 + 15i", "6 + 2 = 8; 11 + 4 = 15"),
        ),
    )
)  # fmt: skip
