"""The families that reasoning-gym draws: pure, right by other arithmetic, and scored exactly."""

import ast
import decimal
import math
import operator
import os
import re
import subprocess
import sys
import time
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors import tasks
from collectors.tasks.gym import expressions, load, score, sequences, wrap
from data.records import Sample

ROOT = Path(__file__).parents[1]
DRAWN = [name for name in tasks.names() if tasks.task(name).public]
COUNT = 50

DIGESTS = """
import decimal, random, sys
from collectors import tasks
from data.records import digest
decimal.getcontext().prec = int(sys.argv[1])
random.seed(sys.argv[1])
names = [name for name in tasks.names() if tasks.task(name).public]
keys = [(n, level, seed) for n in names for level in tasks.task(n).levels for seed in (0, 3)]
found = {}
for name, level, seed in keys[:: int(sys.argv[2])]:
    task = tasks.task(name)
    sample = task.sample(level, seed)
    found[name, level, seed] = digest(sample.input, sample.target, task.work(sample))
for key in sorted(found):
    print(*key, found[key])
"""


def test_samples_are_the_same_in_another_process_in_another_order():
    """Whatever hashes strings, rounds decimals or seeds `random` there."""

    def printed(hash_seed, precision, order):
        done = subprocess.run(
            [sys.executable, "-c", DIGESTS, precision, order], capture_output=True, text=True,
            check=True, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        return done.stdout.splitlines()

    one, other = printed("1", "28", "1"), printed("2", "7", "-1")
    assert [a for a, b in zip(one, other, strict=True) if a != b] == []
    assert len(one) == 2 * sum(len(tasks.task(name).levels) for name in DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_drawing_leaves_the_precision_of_decimals_alone(name):
    before = decimal.getcontext().prec
    tasks.task(name).sample(1, 7)
    assert decimal.getcontext().prec == before


def test_families_say_that_their_kind_is_public():
    for name in DRAWN:
        task = tasks.task(name)
        assert task.public == "reasoning-gym"
        assert "reasoning-gym 0.1.25" in task.sources
        assert task.missing() is None
        assert 8 <= len(task.levels) <= 10, name


def test_what_a_family_needs_is_named_when_it_is_absent():
    why = load.missing("no_such_package")
    assert why is not None
    assert "no_such_package" in why


def test_seeds_beside_each_other_share_nothing():
    seeds = [wrap.hashed(f"products/3/1/{seed}/0") for seed in range(100)]
    assert len(set(seeds)) == 100
    assert min(abs(a - b) for a in seeds for b in seeds if a != b) > 10**6


def test_a_crowded_level_gives_each_entry_once():
    task = tasks.task("products")
    found = [task.sample(1, seed) for seed in range(task.size(1))]
    assert len({s.input for s in found}) == task.size(1) == 56
    assert not {s.input for s in found} & {"What is 3 × 4?", "What is 6 × 3?"}


def test_a_level_without_entries_says_so():
    family = wrap.Family(
        "none", "None", "arithmetic.gcd:GCDDataset:GCDConfig", {1: wrap.Rung("none", {})},
        lambda entry, rung: None, "", "", score.number,
    )  # fmt: skip
    with pytest.raises(ValueError, match="'none' level 1: none of 4000 entries fits seed 0"):
        wrap.gym(family).sample(1, 0)


# Each family's answer once more, from the text of its samples alone.

OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.USub: operator.neg,
}  # fmt: skip


def walked(node):
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.UnaryOp):
        return OPERATORS[type(node.op)](walked(node.operand))
    return OPERATORS[type(node.op)](walked(node.left), walked(node.right))


def integers(text):
    return [int(n) for n in re.findall(r"\d+", text)]


def brackets(text):
    expression = text.removeprefix("What is ").removesuffix("?").replace("×", "*")
    return str(walked(ast.parse(expression, mode="eval").body))


def decimals(text):
    parts = re.findall(r"([+-]?) ?(\d+(?:\.\d+)?)", text)
    return sum(Fraction(n) * (-1 if sign == "-" else 1) for sign, n in parts)


def fractions(text):
    found = Fraction(*integers(text))
    return f"{found.numerator}/{found.denominator}"


def factors(text):
    (number,), found, prime = integers(text), [], 2
    while prime * prime <= number:
        while number % prime == 0:
            found.append(prime)
            number //= prime
        prime += 1 if prime == 2 else 2
    return " × ".join(map(str, [*found, number][: len(found) + (number > 1)]))


def primes(text):
    low, high = integers(text)
    composite = {m for n in range(2, math.isqrt(high) + 1) for m in range(n * n, high + 1, n)}
    return str(sum(n > 1 and n not in composite for n in range(low, high + 1)))


def bases(text):
    given, source, target = re.search(r"Write (\w+) of base (\d+).* in base (\d+)", text).groups()
    value, digits = int(given, int(source)), ""
    while value:
        value, digit = divmod(value, int(target))
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def equations(text):
    left, right = text.partition(".")[0].split(" = ")
    slope = constant = 0
    for sign, number, variable in re.findall(r"([+-]?) ?(\d*)([a-z]?)", left):
        size = int(number or bool(variable)) * (-1 if sign == "-" else 1)
        slope, constant = (slope + size, constant) if variable else (slope, constant + size)
    return str(Fraction(int(right) - constant, slope))


def monomials(text):
    """{power: coefficient} of '3x^2 - (4/5)x + 1'."""
    found = {}
    for sign, number, x, power in re.findall(
        r"([+-]?) ?\(?(\d+(?:/\d+)?)?\)?(x?)(?:\^(\d+))?", text
    ):
        if number or x:
            size = Fraction(number or 1) * (-1 if sign == "-" else 1)
            found[int(power or 1) if x else 0] = size
    return found


def derivatives(text):
    found = monomials(text.removeprefix("Differentiate ").rstrip("."))
    return {power - 1: power * size for power, size in found.items() if power}


def integrals(text):
    found = monomials(text.removeprefix("Find an antiderivative of ").rstrip("."))
    return {power + 1: size / (power + 1) for power, size in found.items()}


def parts(text):
    sign, number = re.fullmatch(r"(-?\d+) ([+-] \d*)i", text).groups()
    return int(sign), int(number.replace(" ", "") + ("" if number[-1].isdigit() else "1"))


def complex_numbers(text):
    one, mark, other = re.search(r"\((.*)\) (.) \((.*)\)", text).groups()
    (a, b), (c, d) = parts(one), parts(other)
    if mark in "+-":
        c, d = (c, d) if mark == "+" else (-c, -d)
        return a + c, b + d
    if mark == "×":
        return a * c - b * d, a * d + b * c
    norm = c * c + d * d
    return Fraction(a * c + b * d, norm), Fraction(b * c - a * d, norm)


def day_of(text):
    day, month, year = re.search(r"(\d+) ([A-Z][a-z]+) (\d{4})", text).groups()
    return date(int(year), MONTHS.index(month) + 1, int(day))


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekdays(text):
    if text.startswith("In a year"):
        length, first = re.search(r"of (\d+) days, 1 January is a (\w+)", text).groups()
        day, month = re.search(r"is (\d+) (\w+)\?", text).groups()
        lengths = (31, 29 if length == "366" else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
        passed = sum(lengths[: MONTHS.index(month)]) + int(day) - 1
        return DAYS[(DAYS.index(first) + passed) % 7]
    start = day_of(text)
    offset = re.search(r"(\d+) days? ?(ago|before|after)?", text)
    days = int(offset.group(1)) if offset else 0
    back = offset is not None and offset.group(2) in ("ago", "before")
    return DAYS[(start - timedelta(days) if back else start + timedelta(days)).weekday()]


def working_days(text):
    one, other = text.split(" to ")
    start, days = day_of(one), (day_of(other) - day_of(one)).days + 1
    weeks, rest = divmod(days, 7)
    return str(5 * weeks + sum((start.weekday() + i) % 7 < 5 for i in range(rest)))


LEGS = {
    0: "snake sea-slug jellyfish flatworm leech leeches",
    2: "chicken human duck",
    4: "dog cat cow horse lion elephant giraffe tiger deer sheep",
    6: "ant butterfly butterflies beetle bee wasp grasshopper cricket cockroach cockroaches "
       "praying-mantis praying-mantises firefly fireflies",
    8: "spider scorpion",
    10: "crab lobster",
    14: "woodlouse woodlice",
}  # fmt: skip
LEGS_OF = {name.replace("-", " "): n for n, names in LEGS.items() for name in names.split()}


def legs(text):
    pairs = re.findall(r"(\d+) ([a-z ]+?)(?:,| and|(?= have)) ?", text)
    return str(
        sum(int(n) * LEGS_OF[name if name in LEGS_OF else name.removesuffix("s")]
            for n, name in pairs)
    )  # fmt: skip


def dice(text):
    told = text.partition(" have " if " have " in text else " has ")[2]
    *sides, target = (n for n in integers(told) if n != 1)
    ways = [1]
    for n in sides:
        ways = [sum(ways[max(0, i - n + 1) : i + 1]) for i in range(len(ways) + n - 1)]
    least = target - len(sides)
    found = Fraction(sum(ways[max(0, least) :]), sum(ways))
    return f"{found.numerator}/{found.denominator}"


def sorted_numbers(text):
    head, numbers = text.split(": ")
    found = sorted(map(Fraction, numbers.split(", ")))
    return found if head.endswith("the largest") else found[::-1]


def filtered(text):
    head, numbers = text.split(": ")
    limit = Fraction(head.split()[-1])
    larger, keep = " larger " in head, head.startswith("Keep")
    return [n for n in map(Fraction, numbers.split(", ")) if ((n > limit) == larger) == keep]


def listed(target):
    return [Fraction(n) for n in target.split(", ")]


ORACLES = {
    "brackets": (brackets, str),
    "products": (lambda text: str(math.prod(integers(text))), str),
    "decimals": (decimals, Fraction),
    "fractions": (fractions, str),
    "gcd": (lambda text: str(math.gcd(*integers(text))), str),
    "lcm": (lambda text: str(math.lcm(*integers(text))), str),
    "prime-factors": (factors, str),
    "count-primes": (primes, str),
    "number-bases": (bases, str),
    "count-bits": (lambda text: str(integers(text)[0].bit_count()), str),
    "equations": (equations, str),
    "derivatives": (derivatives, monomials),
    "integrals": (integrals, lambda target: monomials(target.removesuffix(" + C"))),
    "complex-numbers": (complex_numbers, parts),
    "weekdays": (weekdays, str),
    "working-days": (working_days, str),
    "legs": (legs, str),
    "dice": (dice, str),
    "number-sorting": (sorted_numbers, listed),
    "number-filtering": (filtered, listed),
}


@pytest.mark.parametrize("name", ORACLES)
def test_targets_are_right_by_other_arithmetic(name):
    task, (answer, read) = tasks.task(name), ORACLES[name]
    for level in task.levels:
        for seed in range(min(task.size(level), COUNT // 5 if level > 7 else COUNT)):
            sample = task.sample(level, seed)
            assert answer(sample.input) == read(sample.target), sample.input


def test_sequences_go_on_as_they_began():
    """Levels 1 to 4 by x -> ax + b, solved from the first terms; above, by two terms and halves."""
    task = tasks.task("sequences")
    for level in (1, 2, 3, 4):
        for seed in range(36):
            sample = task.sample(level, seed)
            terms = [int(n) for n in sample.input.removesuffix(", ?").split(", ")]
            a = Fraction(terms[2] - terms[1], terms[1] - terms[0])
            b = terms[1] - a * terms[0]
            assert all(a * x + b == y for x, y in pairwise(terms))
            assert int(sample.target) == a * terms[-1] + b
    for level in (5, 7):
        for seed in range(20):
            sample = task.sample(level, seed)
            terms = [int(n) for n in (*sample.input.split(", ")[:-1], sample.target)]
            assert recurrence(terms), sample.input


def recurrence(terms):
    """Whether x'' = ax' + bx + c from the second term on, by Cramer's rule on three steps."""
    rows = [(q, p, 1, r) for p, q, r in zip(terms, terms[1:], terms[2:], strict=False)]

    def determinant(columns):
        (a, b, c), (d, e, f), (g, h, i) = ([row[n] for n in columns] for row in rows[:3])
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)

    whole = determinant((0, 1, 2))
    if not whole:
        return True
    a, b, c = (
        Fraction(determinant([3 if n == at else n for n in range(3)]), whole) for at in range(3)
    )
    return all(a * q + b * p + c == r for q, p, _, r in rows)


def test_no_shorter_rule_goes_on_otherwise():
    task = tasks.task("sequences")
    for level in task.levels:
        for seed in range(15):
            sample = task.sample(level, seed)
            shown = [int(n) for n in sample.input.removesuffix(", ?").split(", ")]
            assert {n for _, n in sequences.explained(shown)} <= {int(sample.target)}


def test_a_rule_that_is_no_rule_is_not_explained():
    assert list(sequences.explained([2, 9, 4, 31, 7, 60])) == []
    assert (1, 18) in list(sequences.explained([3, 6, 9, 12, 15]))
    assert (2, 36) in list(sequences.explained([1, 4, 9, 16, 25]))
    assert (2, 19) in list(sequences.explained([1, 3, 7, 9, 13, 15]))


def asked(target, text=""):
    return Sample("t", 1, 0, text, target, "math", "1")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Answer: 3/4", 1),
        ("Answer: \\frac{3}{4}", 1),
        ("Answer: $\\dfrac{3}{4}$", 1),
        ("so \\boxed{3/4}", 1),
        ("6/8 = 3/4", 1),
        ("Answer: ¾", 1),
        ("Answer: 3⁄4", 1),
        ("Answer: ３/４", 1),
        ("<think>1/2</think>3/4", 1),
        ("the answer is 1/4, no, 3/4", 1),
        ("Answer: 6/8", 0),
        ("Answer: 0.75", 0),
        ("Answer: -3/4", 0),
        ("Answer: 1 3/4", 0),
        ("Answer: 13/4", 0),
        ("Answer: 3/4/5", 0),
        ("Answer: 3/0", 0),
        ("Answer: 3", 0),
        ("Answer: three quarters", 0),
    ],
)
def test_fractions_are_read(text, value):
    assert score.fraction(asked("3/4"), text).value == value


def test_mixed_and_whole_fractions_are_read():
    assert score.fraction(asked("7/4"), "Answer: 1 3/4").value == 1
    assert score.fraction(asked("2/1"), "Answer: 2").value == 1
    assert score.fraction(asked("1234/5679"), "Answer: 1,234/5,679").value == 1
    assert score.fraction(asked("3/4"), f"Answer: {'3' * 5000}/{'4' * 5000}").value == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Answer: 1, 2.5, -3", 1),
        ("Answer: [1, 2.5, -3]", 1),
        ("Answer: ['1', '2.50', '-3']", 1),
        ("Answer: 1 2.5 \u22123", 1),
        ("Answer: 1; 2.5; -3.", 1),
        ("Answer: 1, 2.5 and -3", 1),
        ("Answer: 1, 2.5, -3 (three numbers of 5)", 1),
        ("In order they are:\n1, 2.5, -3", 1),
        ("Answer: 1, 2.5,\n-3", 1),
        ("Answer:\n\n1\n2.5\n-3\n\nThese are all.", 1),
        ("Answer: 1, 2.5\n\nThe last is -3.", 0),
        ("<think>-3, 1</think>\n1, 2.5, -3", 1),
        ("Answer: 1, 2.5", 0),
        ("Answer: 1, 2.5, -3, 4", 0),
        ("Answer: 2.5, 1, -3", 0),
        ("Answer: 1, 2.5, 3", 0),
        ("Answer: one", 0),
        ("Answer: 1, 25, -3", 0),
    ],
)
def test_lists_of_numbers_are_read(text, value):
    assert score.numbers(asked("1, 2.5, -3"), text).value == value


def test_thousands_in_lists_may_be_grouped():
    assert score.numbers(asked("1234, 5"), "Answer: 1,234, 5").value == 1
    assert score.numbers(asked("1, 234, 5"), "Answer: 1,234,5").value == 1
    assert score.numbers(asked("4, 5"), "the answer is 4, no, 5").value == 0
    assert score.numbers(asked("5"), "the answer is 4, no, 5").value == 1


FACTORISED = tasks.task("prime-factors").score


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Answer: 2 × 2 × 3", 1),
        ("Answer: 2*2*3", 1),
        ("Answer: 3 x 2 x 2", 1),
        ("Answer: 2^2 × 3", 1),
        ("Answer: 2**2 * 3", 1),
        ("Answer: 2² · 3", 1),
        ("Answer: $2^{2} \\cdot 3$", 1),
        ("**Answer:** **2 × 2 × 3**", 1),
        ("12 = 2 × 2 × 3", 1),
        ("Answer: 2 × 2 × 3 = 12", 1),
        ("Answer: 2, 2, 3", 1),
        ("2 × 6 = 2 × 2 × 3", 1),
        ("Answer: 2 × 3", 0),
        ("Answer: 2 × 6", 0),
        ("Answer: 12", 0),
        ("Answer: 2 × 2 × 3 × 5", 0),
        ("Answer: 223", 0),
        ("Answer: 4 × 3", 0),
        ("Answer: 2^999999999 × 3", 0),
        ("Answer: ", 0),
    ],
)
def test_products_of_primes_are_read(text, value):
    assert FACTORISED(asked("2 × 2 × 3"), text).value == value


CONVERTED = tasks.task("number-bases").score


@pytest.mark.parametrize(
    ("target", "text", "value"),
    [
        ("1010", "Answer: 1010", 1),
        ("1010", "Answer: 0b1010", 1),
        ("1010", "Answer: 00001010", 1),
        ("1010", "Answer: 1010₂", 1),
        ("1010", "Answer: 1010_2", 1),
        ("1010", "Answer: $1010_{2}$", 1),
        ("1010", "Answer: 1010 (base 2)", 1),
        ("1010", "Answer: 10 = 1010", 1),
        ("11110000", "Answer: 1111 0000", 1),
        ("1f", "Answer: 0x1F", 1),
        ("1f", "31 in base 16 is 1f.", 1),
        ("26474", "Answer: 26,474", 1),
        ("1010", "Answer: 1011", 0),
        ("1010", "Answer: 10102", 0),
        ("1f", "Answer: f1", 0),
        ("5", "the answer is 4, no, 5", 1),
        ("4", "the answer is 4, no, 5", 0),
    ],
)
def test_numerals_of_other_bases_are_read(target, text, value):
    assert CONVERTED(asked(target), text).value == value


@pytest.mark.parametrize(
    ("target", "text", "value"),
    [
        ("6x^2 - 3", "Answer: 6x^2 - 3", 1),
        ("6x^2 - 3", "Answer: -3 + 6*x**2", 1),
        ("6x^2 - 3", "f'(x) = 6x² − 3", 1),
        ("6x^2 - 3", "Answer: $6x^{2} - 3$.", 1),
        ("6x^2 - 3", "\\boxed{6x^{2}-3}", 1),
        ("6x^2 - 3", "Answer: 3(2x^2 - 1)", 1),
        ("6x^2 - 3", "Answer: 6·x·x - 3", 1),
        ("(3/4)x", "Answer: \\frac{3}{4}x", 1),
        ("(3/4)x", "Answer: 3x/4", 1),
        ("(3/4)x", "Answer: 0.75x", 1),
        ("6x^2 - 3", "Answer: 6x^2 + 3", 0),
        ("6x^2 - 3", "Answer: 6x - 3", 0),
        ("6x^2 - 3", "Answer: 6x^2", 0),
        ("6x^2 - 3", "Answer: 6y^2 - 3", 0),
        ("6x^2 - 3", "Answer: 6x^2 - 3 + C", 0),
        ("12", "Answer: 3 4", 0),
        ("6x", "Answer: 6x/0", 0),
        ("6x", "Answer: (6x", 0),
        ("6x", "Answer: 6x)", 0),
    ],
)
def test_polynomials_are_read(target, text, value):
    assert expressions.equal(asked(target), text).value == value


def test_a_constant_of_integration_may_be_left_out():
    for text in ("3x^2 + C", "3x^2", "∫ 6x dx = 3x^2 + c", "C + 3x²", "3x^2 + 7", "3x^2 + C, where "
                 "C is a constant"):  # fmt: skip
        assert expressions.equal_but_constant(asked("3x^2 + C"), f"Answer: {text}").value == 1
    for text in ("3x^2 + Cx", "3x", "C", "6x"):
        assert expressions.equal_but_constant(asked("3x^2 + C"), f"Answer: {text}").value == 0


COMPLEX = tasks.task("complex-numbers").score


@pytest.mark.parametrize(
    ("target", "text", "value"),
    [
        ("3 - 2i", "Answer: 3 - 2i", 1),
        ("3 - 2i", "Answer: 3-2j", 1),
        ("3 - 2i", "Answer: -2i + 3", 1),
        ("3 - 2i", "Answer: (3 − 2i)", 1),
        ("3 - 2i", "Answer: 3.0 - 2.0*i", 1),
        ("3 - 2i", "(1 + 2i) + (2 - 4i) = 3 - 2i", 1),
        ("1234 + 5i", "Answer: 1,234 + 5i", 1),
        ("3 + i", "Answer: 3 + 1i", 1),
        ("3 - 2i", "Answer: 3 + 2i", 0),
        ("3 - 2i", "Answer: -3 - 2i", 0),
        ("3 - 2i", "Answer: 13 - 2i", 0),
        ("3 - 2i", "Answer: 3.5 - 2i", 0),
        ("3 - 2i", "Answer: 3", 0),
    ],
)
def test_complex_numbers_are_read(target, text, value):
    assert COMPLEX(asked(target), text).value == value


def test_whole_numbers_are_compared_as_numbers():
    for text in ("1,234", "1234.0", "１２３４", "1\u202f234", "**1234**"):
        assert score.number(asked("1234"), f"Answer: {text}").value == 1, text
    for text in ("1235", "-1234", "1.234e3", "12345", "234", "1234.5", "0x4d2"):
        assert score.number(asked("1234"), f"Answer: {text}").value == 0, text


HARD = (
    "1", "1,", "1 ", " ", "(", "[1", "1/", "1/1 ", "x^", "1+", "-", "2*", "^2", "2^{2", "i+",
    "1 + 1i ", "is ", "=", "\\boxed{", "\\frac{1}{", "1.1", "1\n", "1:", "1 and ", "Monday ", "1_ ",
    "2   ^   ", "2 x ", "(1+x)^6", "where  ",
)  # fmt: skip
KINDS = (
    "fractions", "prime-factors", "number-bases", "derivatives", "integrals", "complex-numbers",
    "weekdays", "number-sorting",
)  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_long_texts_are_scored_quickly(name):
    task = tasks.task(name)
    sample = task.sample(1, 0)
    for piece in HARD:
        text = piece * (60_000 // len(piece))
        began = time.process_time()
        assert task.score(sample, f"Answer: {text}").value == 0
        assert time.process_time() - began < 2, piece


@given(text=st.text(alphabet="0123456789xXcC+-*/^()= .,{}\\²", max_size=60))
def test_any_expression_is_read_or_refused(text):
    found = expressions.polynomial(text)
    assert found is None or all(isinstance(c, Fraction) and c for c in found.values())


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(-99, 99)), min_size=1, max_size=5),
    st.integers(-9, 9),
)
def test_polynomials_have_the_values_of_their_text(terms, x):
    text = " + ".join(f"({size})*x^{power}" for power, size in terms)
    found = expressions.polynomial(text)
    assert sum(c * x**n for n, c in found.items()) == sum(size * x**power for power, size in terms)
