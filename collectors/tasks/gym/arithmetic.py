"""Arithmetic: brackets, products, decimals and fractions."""

from __future__ import annotations

import re

from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym

NUMERALS = re.compile(r"\d+")
EASY = re.compile(r"\d\.\d \+ [1-9]|[1-9] \+ \d\.\d")
LONGEST = 60
"""Characters of a result."""


def of_brackets(entry: Entry, rung: Rung) -> Asked | None:
    """'What is 3 - (4 + -2)?', without the blanks inside of brackets."""
    spaced, target = entry["metadata"]["expression"], entry["answer"]
    text = spaced.replace("( ", "(").replace(" )", ")").replace("*", "×")
    signs = rung.options.get("signs", "")
    if len(target) > LONGEST or any(sign not in text for sign in signs):
        return None
    if rung.options.get("natural") and (target.startswith("-") or re.search(r"\b(?:0|10)\b", text)):
        return None
    return Asked(f"What is {text}?", target, operations(text))


def operations(text: str) -> float:
    """Digits read, brackets opened, and five for every multiplication."""
    digits = sum(map(len, NUMERALS.findall(text)))
    return float(digits + text.count("(") + 5 * text.count("×"))


def terms(
    count: int, digits: int, operators: str = "+-", brackets: bool = True
) -> dict[str, object]:
    return {
        "min_terms": count, "max_terms": count, "min_digits": digits, "max_digits": digits,
        "operators": tuple(operators), "allow_parentheses": brackets,
    }  # fmt: skip


BRACKETS = gym(
    Family(
        name="brackets",
        title="Sums and differences with brackets",
        generator="arithmetic.basic_arithmetic:BasicArithmeticDataset:BasicArithmeticDatasetConfig",
        ladder={
            1: Rung("one sum or difference of digits", terms(2, 1, brackets=False), size=100,
                    crowded=True, options={"natural": True}),
            2: Rung("three digits added or subtracted", terms(3, 1, brackets=False), crowded=True),
            3: Rung("four digits, signs and brackets", terms(4, 1), options={"signs": "("}),
            4: Rung("four two-digit numbers with brackets", terms(4, 2), options={"signs": "("}),
            5: Rung("six two-digit numbers, some multiplied", terms(6, 2, "+-*"),
                    options={"signs": "(×"}),
            6: Rung("ten two-digit numbers, some multiplied", terms(10, 2, "+-*"),
                    options={"signs": "(×"}),
            7: Rung("eighteen three-digit numbers, some multiplied", terms(18, 3, "+-*"),
                    options={"signs": "(×"}),
            8: Rung("32 four-digit numbers, some multiplied", terms(32, 4, "+-*"),
                    options={"signs": "(×"}),
            9: Rung("64 five-digit numbers, some multiplied", terms(64, 5, "+-*"),
                    options={"signs": "(×"}),
        },
        ask=of_brackets,
        request="Work out the value of the expression.",
        form="number",
        score=score.number,
        examples=(
            ("What is 5 + 9 - 6 + 1?", "9", "5 + 9 = 14; 14 - 6 = 8; 8 + 1 = 9"),
            ("What is 12 - (3 + 4)?", "5", "3 + 4 = 7; 12 - 7 = 5"),
            ("What is 10 - 6?", "4", "10 - 6 = 4"),
        ),
    )
)  # fmt: skip


def of_products(entry: Entry, rung: Rung) -> Asked | None:
    factors = [abs(int(n)) for n in NUMERALS.findall(entry["metadata"]["expression"])]
    digits = sorted(len(str(n)) for n in factors)
    if digits != sorted(rung.options["digits"]) or min(factors) < 2 or 10 in factors:
        return None
    one, other = factors
    work = float(digits[0] * digits[1])
    return Asked(f"What is {one} × {other}?", str(one * other), work)


def factors(one: int, other: int, text: str, size: int = 1000, crowded: bool = False) -> Rung:
    """Signs are drawn, so that the shorter numbers come up, and left out."""
    config = {"min_terms": 2, "max_terms": 2, "min_digits": other, "max_digits": other,
              "allow_negation": one < other}  # fmt: skip
    return Rung(text, config, size=size, crowded=crowded, options={"digits": (one, other)})


PRODUCTS = gym(
    Family(
        name="products",
        title="Products",
        generator="arithmetic.products:ProductsDataset:ProductsConfig",
        ladder={
            1: factors(1, 1, "two digits", 56, crowded=True),
            2: factors(1, 2, "a digit times a two-digit number", 600, crowded=True),
            3: factors(2, 2, "two two-digit numbers", crowded=True),
            4: factors(2, 3, "a two-digit and a three-digit number", crowded=True),
            5: factors(3, 3, "two three-digit numbers"),
            6: factors(5, 5, "two five-digit numbers"),
            7: factors(8, 8, "two eight-digit numbers"),
            8: factors(12, 12, "two twelve-digit numbers"),
            9: factors(18, 18, "two eighteen-digit numbers"),
            10: factors(30, 30, "two numbers of thirty digits"),
        },
        ask=of_products,
        request="Multiply the numbers.",
        form="number",
        score=score.number,
        examples=(
            ("What is 3 × 4?", "12", "3 × 4 = 12"),
            ("What is 14 × 12?", "168", "14 × 10 = 140; 14 × 2 = 28; 140 + 28 = 168"),
            ("What is 6 × 3?", "18", "6 × 3 = 18"),
        ),
    )
)


def of_decimals(entry: Entry, rung: Rung) -> Asked | None:
    text = entry["metadata"]["expression"]
    if rung.options.get("easy") and not EASY.fullmatch(text):
        return None
    work = float(sum(map(len, NUMERALS.findall(text))))
    return Asked(f"What is {text}?", entry["answer"], work)


def places(count: int, digits: int, least: int, most: int) -> dict[str, object]:
    return {
        "min_terms": count, "max_terms": count, "min_digits": digits, "max_digits": digits,
        "min_decimal_places": least, "max_decimal_places": most,
    }  # fmt: skip


DECIMALS = gym(
    Family(
        name="decimals",
        title="Sums and differences of decimals",
        generator="arithmetic.decimal_chain_sum:DecimalChainSumDataset:DecimalChainSumConfig",
        ladder={
            1: Rung("a digit and a number with one decimal added", places(2, 1, 0, 1),
                    crowded=True, options={"easy": True}),
            2: Rung("two numbers with one or two decimals", places(2, 1, 1, 2), crowded=True),
            3: Rung("two numbers below a hundred with two decimals", places(2, 2, 2, 2)),
            4: Rung("three numbers below a hundred, one to three decimals", places(3, 2, 1, 3)),
            5: Rung("five numbers below 1,000, one to four decimals", places(5, 3, 1, 4)),
            6: Rung("eight numbers below 10,000, one to five decimals", places(8, 4, 1, 5)),
            7: Rung("fourteen numbers of five digits, one to six decimals", places(14, 5, 1, 6)),
            8: Rung("25 numbers of six digits, one to eight decimals", places(25, 6, 1, 8)),
            9: Rung("50 numbers of eight digits, one to ten decimals", places(50, 8, 1, 10)),
        },
        ask=of_decimals,
        request="Add and subtract the decimal numbers.",
        form="number",
        score=score.number,
        examples=(
            ("What is 7.25 - 1.5?", "5.75", "7.25 - 1.50 = 5.75"),
            ("What is 12.5 + 3?", "15.5", "12.5 + 3 = 15.5"),
            ("What is 10 + 4.1?", "14.1", "10 + 4.1 = 14.1"),
        ),
    )
)  # fmt: skip


def of_fractions(entry: Entry, rung: Rung) -> Asked | None:
    top, bottom = entry["metadata"]["numerator"], entry["metadata"]["denominator"]
    common, steps = euclid(top, bottom)
    if common < 2 or common == bottom:
        return None
    text = f"Simplify the fraction {top}/{bottom}."
    return Asked(text, f"{top // common}/{bottom // common}", steps + 2.0 * len(str(bottom)))


def euclid(one: int, other: int) -> tuple[int, float]:
    """(greatest common divisor, digits divided to find it)."""
    steps = 0.0
    one, other = max(one, other), min(one, other)
    while other:
        steps += len(str(one))
        one, other = other, one % other
    return one, steps


def parts(least: int, most: int, factor: int, largest: int) -> dict[str, object]:
    return {"min_value": least, "max_value": most, "min_factor": factor, "max_factor": largest,
            "styles": ("plain",)}  # fmt: skip


def tens(value: int, factor: int) -> dict[str, object]:
    """From that power of ten to the next."""
    return parts(10**value, 10 ** (value + 1), 10**factor, 10 ** (factor + 1))


FRACTIONS = gym(
    Family(
        name="fractions",
        title="Fractions in lowest terms",
        generator="arithmetic.fraction_simplification:FractionSimplificationDataset:"
        "FractionSimplificationConfig",
        ladder={
            1: Rung("digits times two or three", parts(1, 9, 2, 3), size=48, crowded=True),
            2: Rung("numbers up to 12 times up to nine", parts(1, 12, 2, 9), size=300,
                    crowded=True),
            3: Rung("numbers up to 30 times 6 to 20", parts(3, 30, 6, 20), crowded=True),
            4: Rung("two-digit numbers times 11 to 99", parts(11, 99, 11, 99), crowded=True),
            5: Rung("three-digit numbers times 101 to 999", parts(101, 999, 101, 999)),
            6: Rung("numbers of five digits times ones of four", tens(4, 3)),
            7: Rung("numbers of eight digits times ones of seven", tens(7, 6)),
            8: Rung("numbers of twelve digits times ones of ten", tens(11, 9)),
            9: Rung("numbers of twenty digits times ones of 18", tens(19, 17)),
        },
        ask=of_fractions,
        request="Write the fraction in lowest terms.",
        form="numerator/denominator",
        score=score.fraction,
        examples=(
            ("Simplify the fraction 10/15.", "2/3", "Both can be divided by 5: 2/3."),
            ("Simplify the fraction 11/44.", "1/4", "Both can be divided by 11: 1/4."),
            ("Simplify the fraction 10/25.", "2/5", "Both can be divided by 5: 2/5."),
        ),
    )
)  # fmt: skip
