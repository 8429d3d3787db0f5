"""Polynomials as models write them, read exactly and without `eval`.

What is too long, too deep, too large or not understood is None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from collectors.tasks import answers
from collectors.tasks.gym.score import LATEX_FRACTION, LONGEST, plain, result
from data.records import Sample, Score

LONGEST_TEXT = 4_000
"""Characters of an expression."""
HIGHEST, HIGHEST_OF_SUM = 400, 6
"""Highest power of x, and of anything else."""
DEEPEST = 20
"""Brackets inside of brackets."""
TERMS = 400
"""Pairs of terms of a product; one that has more is not worked out."""
LARGEST = 10**80
"""Largest numerator and denominator of a coefficient."""

SUPERSCRIPT = str.maketrans("\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079\u207b",
                            "0123456789-")  # fmt: skip
RAISED = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079\u207b]+")
TIMES = re.compile(r"\\cdot|\\times|[\u00d7\u00b7\u22c5\u2217]")
NOISE = re.compile(r"\\left|\\right|\\[,;:! ()\[\]]|\\displaystyle|[$`]")
TOKEN = re.compile(r"\s*(\d+(?:\.\d+)?|\*\*|[-+*/^()]|[a-zA-Z])")
FIRST_C, LAST_C = re.compile(r"^\s*[Cc]\s*\+"), re.compile(r"[+-]\s*[Cc]\s*$")

Polynomial = dict[int, Fraction]
"""Power to coefficient, without those that are 0."""


def lines(text: str) -> Iterator[str]:
    """The answering line as it may be meant, with '*' as it was written."""
    said, marked = answers.written(text)
    rows = answers.lines(unraised(said))
    if not rows:
        return
    line = unboxed(rows[0] if marked else rows[-1]).strip("*` ")
    first = re.split(r"[.!?](?:\s|$)", line, maxsplit=1)[0]
    for part in dict.fromkeys(
        (line, answers.ASIDE.sub(" ", line) if " (" in line else line, first)
    ):
        yield plain(part)


def unboxed(line: str) -> str:
    """What stands in the last box of a line, else the line."""
    start = line.rfind("\\boxed{")
    if start < 0:
        return line
    inside, depth = line[start + len("\\boxed{") :], 1
    for at, character in enumerate(inside):
        depth += (character == "{") - (character == "}")
        if not depth:
            return inside[:at]
    return inside


def unraised(text: str) -> str:
    """'x\u00b2' as 'x^2', before anything makes it 'x2'; marks for times as '*'."""
    text = RAISED.sub(lambda m: f"^{m.group().translate(SUPERSCRIPT)}", text)
    return NOISE.sub(" ", TIMES.sub("*", text))


def bare(line: str) -> str:
    """What stands after the last '=' or 'is', without LaTeX's fractions and closing marks."""
    line = re.split(r",?\s{1,3}where\b", line, maxsplit=1)[0]
    line = re.split(r"=|\bis\b:?|\u2248", line)[-1]
    line = LATEX_FRACTION.sub(r"(\1)/(\2)", line)
    line = re.sub(r"\^ ?\{ ?(-?\d+) ?\}", r"^\1", line)
    return line.strip().rstrip(".,;:!").strip("* ")


@dataclass
class Reading:
    """Where a reader stands in its tokens."""

    tokens: Sequence[str]
    variable: str
    at: int = 0
    depth: int = 0

    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""


def polynomial(text: str, variable: str = "x") -> Polynomial | None:
    """A polynomial in one variable with rational coefficients; None: the text is none."""
    if len(text) > LONGEST_TEXT:
        return None
    tokens: list[str] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None or len(found.group(1)) > LONGEST:
            return None
        tokens.append(found.group(1).replace("**", "^"))
        at = found.end()
    reading = Reading(tokens, variable)
    try:
        value = total(reading)
    except (ValueError, ZeroDivisionError):
        return None
    return value if tokens and reading.at == len(tokens) else None


def total(reading: Reading) -> Polynomial:
    value: Polynomial = {}
    sign = 1
    while reading.next() in ("+", "-"):
        sign = -sign if reading.next() == "-" else sign
        reading.at += 1
    value = plus(value, product(reading), sign)
    while reading.next() in ("+", "-"):
        sign = 1
        while reading.next() in ("+", "-"):
            sign = -sign if reading.next() == "-" else sign
            reading.at += 1
        value = plus(value, product(reading), sign)
    return value


def product(reading: Reading) -> Polynomial:
    value = power(reading)
    while (mark := reading.next()) and mark not in "+-)^":
        if mark[0].isdigit() and reading.tokens[reading.at - 1][0].isdigit():
            raise ValueError("two numbers without a sign between them")
        reading.at += mark in "*/"
        other = power(reading)
        if mark == "/":
            if set(other) != {0}:
                raise ValueError("division by what is no number")
            other = {0: 1 / other[0]}
        value = times(value, other)
    return value


def power(reading: Reading) -> Polynomial:
    value = atom(reading)
    if reading.next() != "^":
        return value
    reading.at += 1
    bracket = reading.next() == "("
    reading.at += bracket
    exponent = reading.next()
    if not exponent.isdigit() or int(exponent) > HIGHEST:
        raise ValueError("no power")
    reading.at += 1
    if bracket:
        close(reading)
    if value == {1: 1}:
        return {int(exponent): Fraction(1)}
    if int(exponent) > HIGHEST_OF_SUM:
        raise ValueError("too large")
    raised: Polynomial = {0: Fraction(1)}
    for _ in range(int(exponent)):
        raised = times(raised, value)
    return raised


def atom(reading: Reading) -> Polynomial:
    mark = reading.next()
    reading.at += 1
    if mark == "-":
        return plus({}, power(reading), -1)
    if mark == "(":
        reading.depth += 1
        if reading.depth > DEEPEST:
            raise ValueError("too deep")
        value = total(reading)
        close(reading)
        reading.depth -= 1
        return value
    if mark.lower() == reading.variable:
        return {1: Fraction(1)}
    if mark[:1].isdigit():
        value_of = Fraction(mark)
        return {0: value_of} if value_of else {}
    raise ValueError("not understood")


def close(reading: Reading) -> None:
    if reading.next() != ")":
        raise ValueError("an open bracket")
    reading.at += 1


def plus(one: Polynomial, other: Polynomial, sign: int) -> Polynomial:
    found = dict(one)
    for degree, coefficient in other.items():
        found[degree] = found.get(degree, Fraction(0)) + sign * coefficient
    return {degree: coefficient for degree, coefficient in found.items() if coefficient}


def times(one: Polynomial, other: Polynomial) -> Polynomial:
    if len(one) * len(other) > TERMS:
        raise ValueError("too many terms")
    found: Polynomial = {}
    for a, x in one.items():
        found = plus(found, {a + b: x * y for b, y in other.items()}, 1)
    if any(
        degree > HIGHEST or max(abs(c.numerator), c.denominator) > LARGEST
        for degree, c in found.items()
    ):
        raise ValueError("too large")
    return found


def derivative(of: Polynomial) -> Polynomial:
    return {degree - 1: degree * c for degree, c in of.items() if degree}


def equal(asked: Sample, text: str) -> Score:
    """The same polynomial in x, in whatever order and form its terms are."""
    wanted, said = polynomial(asked.target), None
    for line in lines(text):
        found = polynomial(bare(line))
        said = said or (bare(line) if found is not None else None)
        if found is not None and found == wanted:
            return result(True, bare(line))
    return result(False, said)


def equal_but_constant(asked: Sample, text: str) -> Score:
    """The same polynomial but for the constant: an antiderivative with or without '+ C'."""
    wanted, said = antiderivative(asked.target), None
    for line in lines(text):
        found = antiderivative(bare(line))
        said = said or (bare(line) if found is not None else None)
        if found is not None and found == wanted:
            return result(True, bare(line))
    return result(False, said)


def antiderivative(text: str) -> Polynomial | None:
    """A polynomial without its constant, be it C or a number."""
    found = polynomial(LAST_C.sub("", FIRST_C.sub("", text)))
    return found and {degree: c for degree, c in found.items() if degree}
