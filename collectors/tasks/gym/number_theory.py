"""Whole numbers: divisors, multiples and primes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import reduce
from math import isqrt, lcm, prod
from typing import Any

from collectors.tasks.gym import score
from collectors.tasks.gym.arithmetic import euclid
from collectors.tasks.gym.expressions import lines
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym
from data.records import Sample, Score

Config = Mapping[str, Any]


def listed(numbers: list[int]) -> str:
    return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def several(count: int, least: int, most: int) -> Config:
    return {"min_numbers": count, "max_numbers": count, "min_value": least, "max_value": most}


def of_gcd(entry: Entry, rung: Rung) -> Asked | None:
    """Not where one number is the answer, nor with a divisor so small that it is guessed."""
    numbers = entry["metadata"]["numbers"]
    common, work = euclid(*numbers)
    if common < rung.options["least"] or common in numbers:
        return None
    return Asked(f"What is the greatest common divisor of {listed(numbers)}?", str(common), work)


def pair(text: str, most: int, least: int, size: int = 1000) -> Rung:
    return Rung(text, several(2, 4, most), size=size, crowded=most < 10**4,
                options={"least": least})  # fmt: skip


GCD = gym(
    Family(
        name="gcd",
        title="Greatest common divisors",
        generator="arithmetic.gcd:GCDDataset:GCDConfig",
        ladder={
            1: pair("two numbers up to 40 that share at least a three", 40, 3, 100),
            2: pair("two numbers up to 100 that share at least a four", 100, 4, 500),
            3: pair("two numbers up to 1,000 that share at least a ten", 1000, 10),
            4: pair("two numbers up to 20,000", 20_000, 10),
            5: pair("two numbers of up to seven digits", 10**7, 10),
            6: pair("two numbers of up to twelve digits", 10**12, 10),
            7: pair("two numbers of up to twenty digits", 10**20, 10),
            8: pair("two numbers of up to 32 digits", 10**32, 10),
            9: pair("two numbers of up to fifty digits", 10**50, 10),
        },
        ask=of_gcd,
        request="Find the greatest common divisor.",
        form="number",
        score=score.number,
        baseline=0.16,
        examples=(
            ("What is the greatest common divisor of 10 and 25?", "5", "10 = 2 × 5; 25 = 5 × 5"),
            ("What is the greatest common divisor of 28 and 42?", "14",
             "42 - 28 = 14; 28 = 2 × 14"),
            ("What is the greatest common divisor of 6 and 9?", "3", "6 = 2 × 3; 9 = 3 × 3"),
        ),
    )
)  # fmt: skip


def of_lcm(entry: Entry, rung: Rung) -> Asked | None:
    """Level 1 has the answer as one of the numbers; none is all of them multiplied."""
    numbers = entry["metadata"]["numbers"]
    common = reduce(lcm, numbers)
    multiple = rung.options.get("multiple", False)
    if common == prod(numbers) or (common in numbers) != multiple or numbers[0] == numbers[1]:
        return None
    work, so_far = 0.0, numbers[0]
    for number in numbers[1:]:
        work += euclid(so_far, number)[1] + len(str(so_far)) * len(str(number))
        so_far = lcm(so_far, number)
    return Asked(f"What is the least common multiple of {listed(numbers)}?", str(common), work)


LCM = gym(
    Family(
        name="lcm",
        title="Least common multiples",
        generator="arithmetic.lcm:LCMDataset:LCMConfig",
        ladder={
            1: Rung("two numbers up to 30, one a multiple of the other", several(2, 2, 30),
                    size=80, crowded=True, options={"multiple": True}),
            2: Rung("two numbers up to 30", several(2, 6, 30), size=150, crowded=True),
            3: Rung("two numbers up to 100", several(2, 10, 100), size=500, crowded=True),
            4: Rung("three numbers up to 100", several(3, 10, 100), crowded=True),
            5: Rung("four numbers up to 1,000", several(4, 20, 1000)),
            6: Rung("five numbers up to 20,000", several(5, 100, 20_000)),
            7: Rung("six numbers of up to six digits", several(6, 1000, 10**6)),
            8: Rung("eight numbers of up to eight digits", several(8, 1000, 10**8)),
            9: Rung("twelve numbers of up to ten digits", several(12, 1000, 10**10)),
        },
        ask=of_lcm,
        request="Find the least common multiple.",
        form="number",
        score=score.number,
        baseline=0.03,
        examples=(
            ("What is the least common multiple of 6 and 9?", "18", "9, 18; 18 = 3 × 6"),
            ("What is the least common multiple of 20 and 40?", "40", "40 = 2 × 20"),
            ("What is the least common multiple of 33 and 11?", "33", "33 = 3 × 11"),
        ),
    )
)  # fmt: skip

FACTOR = r"\d+(?:\s{0,2}\^\s{0,2}\(?\d+\)?)?"
FACTORS = re.compile(rf"{FACTOR}(?:\s{{0,3}}(?:[*x,;]|and)\s{{0,3}}{FACTOR})*", re.I)
HIGHEST = 200
"""Highest power of a prime."""


def of_factors(entry: Entry, rung: Rung) -> Asked | None:
    """Composite numbers, at high levels those whose two largest primes are both large."""
    number, factors = entry["metadata"]["number"], entry["metadata"]["factors"]
    if len(factors) < 2 or factors[-2] < rung.options.get("least", 2):
        return None
    tried = max(factors[-2], isqrt(factors[-1])) / 2 + len(factors)
    return Asked(f"Factorise {number}.", " × ".join(map(str, factors)), tried)


def factorised(asked: Sample, text: str) -> Score:
    """The same primes as often, in any order: 2^2 × 3, 2*2*3 or '2, 2, 3'; '= 12' may follow."""
    wanted = next(powers(asked.target.replace("×", "*")))
    said = None
    for line in lines(text):
        clean = re.sub(r"\^\s*\{\s*(\d+)\s*\}", r"^\1", line.replace("**", "^"))
        for side in reversed(clean.split("=")):
            for found in powers(side):
                said = said or side.strip(" .")
                if found == wanted:
                    return score.result(True, said)
    return score.result(False, said)


def powers(side: str) -> Iterator[Counter[str]]:
    """The last product of a text, as prime to power."""
    last = None
    for last in FACTORS.finditer(side):  # noqa: B007
        pass
    if last is None:
        return
    found: Counter[str] = Counter()
    for base, power in re.findall(r"(\d+)(?:\s*\^\s*\(?(\d+)\)?)?", last.group()):
        if len(base) > score.LONGEST or len(power) > 3 or int(power or 1) > HIGHEST:
            return
        found[str(int(base))] += int(power or 1)
    found.pop("1", None)
    yield found


def up_to(text: str, low: int, most: int, least: int = 2, size: int = 1000) -> Rung:
    return Rung(text, {"min_value": low, "max_value": most}, size=size, crowded=most < 10**6,
                options={"least": least})  # fmt: skip


PRIME_FACTORS = gym(
    Family(
        name="prime-factors",
        title="Prime factors",
        generator="arithmetic.prime_factorization:PrimeFactorizationDataset:"
        "PrimeFactorizationConfig",
        ladder={
            1: up_to("numbers up to 60", 4, 60, size=36),
            2: up_to("numbers up to 300 that two and a prime don't make", 51, 300, 3, size=100),
            3: up_to("numbers up to 1,000 with two primes of five or more", 201, 1000, 5, size=200),
            4: up_to("numbers up to 10,000 with two primes above ten", 1001, 10**4, 11),
            5: up_to("numbers up to 100,000 with two primes above forty", 10**4, 10**5, 41),
            6: up_to("seven-digit numbers with two primes above 150", 10**6, 10**7, 151),
            7: up_to("eight-digit numbers with two primes above 600", 10**7, 10**8, 601),
            8: up_to("nine-digit numbers with two primes above 2,000", 10**8, 10**9, 2003),
            9: up_to("ten-digit numbers with two primes above 6,000", 10**9, 10**10, 6007),
        },
        ask=of_factors,
        request="Write the number as a product of primes.",
        form="prime × prime × ...",
        score=factorised,
        terse="Reply with the product only, as in 3 × 17.",
        examples=(
            ("Factorise 45.", "3 × 3 × 5", "45 / 3 = 15; 15 / 3 = 5"),
            ("Factorise 22.", "2 × 11", "22 / 2 = 11"),
            ("Factorise 28.", "2 × 2 × 7", "28 / 2 = 14; 14 / 2 = 7"),
        ),
    )
)


def of_primes(entry: Entry, rung: Rung) -> Asked | None:
    start, end, primes = (entry["metadata"][key] for key in ("start", "end", "primes"))
    span = rung.config["max_n"] - rung.config["min_n"]
    if len(primes) < 2 or end - start < span / 3:
        return None
    # Each odd number is divided by the odd numbers up to its root.
    work = (end - start) / 2 * max(1, isqrt(end) / 2)
    text = f"How many prime numbers are there from {start} to {end}, both included?"
    return Asked(text, str(len(primes)), work)


def between(low: int, high: int, size: int = 1000) -> Rung:
    return Rung(f"primes among numbers from {low:,} to {high:,}", {"min_n": low, "max_n": high},
                size=size, crowded=True)  # fmt: skip


COUNT_PRIMES = gym(
    Family(
        name="count-primes",
        title="Counting primes",
        generator="algorithmic.count_primes:CountPrimesDataset:CountPrimesConfig",
        ladder={
            1: between(1, 20, 80),
            2: between(1, 50, 400),
            3: between(50, 150),
            4: between(100, 400),
            5: between(500, 1100),
            6: between(1000, 2500),
            7: between(3000, 7000),
            8: between(7000, 17_000),
        },
        ask=of_primes,
        request="Count the prime numbers.",
        form="number",
        score=score.number,
        baseline=0.1,
        examples=(
            ("How many prime numbers are there from 8 to 16, both included?", "2", "11 and 13 are"),
            (
                "How many prime numbers are there from 20 to 30, both included?",
                "2",
                "23 and 29 are",
            ),
            (
                "How many prime numbers are there from 2 to 10, both included?",
                "4",
                "2, 3, 5 and 7 are",
            ),
        ),
    )
)
