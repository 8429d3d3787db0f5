"""Polynomials: their derivatives and their antiderivatives."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from collectors.tasks.gym.expressions import (
    Polynomial,
    derivative,
    equal,
    equal_but_constant,
    polynomial,
)
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym


def terms(entry: Entry, rung: Rung) -> tuple[Polynomial, Polynomial] | None:
    """(a polynomial, its derivative) as they were drawn."""
    if rung.options["whole"] and "/" in entry["answer"]:
        return None
    whole = polynomial(entry["answer"].removesuffix(" + C"))
    drawn = polynomial(entry["metadata"]["integrand"])
    if not whole or not drawn or derivative(whole) != drawn or len(whole) < rung.options["least"]:
        return None
    return whole, drawn


def multiplied(found: Polynomial) -> float:
    """Digits of coefficients times digits of powers."""
    return float(
        sum(
            (len(str(c.numerator)) + len(str(c.denominator)) - 1) * len(str(degree)) + 1
            for degree, c in found.items()
        )
    )


def written(found: Polynomial) -> str:
    """'3x^2 - (1/2)x + 4', highest power first."""
    text = ""
    for degree in sorted(found, reverse=True):
        c = found[degree]
        x = {0: "", 1: "x"}.get(degree, f"x^{degree}")
        number = "" if abs(c) == 1 and x else coefficient(abs(c), x)
        text += f" {'-' if c < 0 else '+'} {number}{x}"
    return f"-{text[3:]}" if text[1] == "-" else text[3:]


def coefficient(value: Fraction, x: str) -> str:
    return f"({value})" if value.denominator > 1 and x else str(value)


def of_derivatives(entry: Entry, rung: Rung) -> Asked | None:
    found = terms(entry, rung)
    if found is None:
        return None
    whole, drawn = found
    return Asked(f"Differentiate {written(whole)}.", written(drawn), multiplied(whole))


def of_integrals(entry: Entry, rung: Rung) -> Asked | None:
    found = terms(entry, rung)
    if found is None:
        return None
    whole, drawn = found
    text = f"Find an antiderivative of {written(drawn)}."
    return Asked(text, f"{written(whole)} + C", multiplied(whole))


def sums(
    text: str, count: int, degree: int, most: int, low: int = 1, whole: bool = False,
    least: int = 0, square: bool = False, **rest: Any,
) -> Rung:  # fmt: skip
    """Level 1 has positive multiples of x squared alone."""
    config = {
        "min_terms": count, "max_terms": count, "min_degree": 2 if square else 1,
        "max_degree": degree, "min_bounds": low, "max_bounds": most, "symbols": ("x",),
        "operators": ("+",) if square else ("+", "-"),
    }  # fmt: skip
    return Rung(text, config, options={"whole": whole, "least": least or count}, **rest)


# Drawing takes SymPy some milliseconds a term: high levels have larger numbers, not many terms.
POLYNOMIALS = {
    1: sums(
        "one term with x squared, or with x",
        1,
        2,
        45,
        whole=True,
        square=True,
        size=40,
        crowded=True,
    ),
    2: sums("two terms up to the third power", 2, 3, 9, whole=True, size=300, crowded=True),
    3: sums("two or three terms up to the fifth power, fractions", 3, 5, 20, least=2),
    4: sums("three or four terms up to the ninth power, fractions", 4, 9, 40, 2, least=3),
    5: sums("four or five terms, fractions of three digits", 5, 14, 999, 100, least=4),
    6: sums("five or six terms, fractions of five digits", 6, 40, 10**5, 10**4, least=5),
    7: sums("seven or eight terms, fractions of eight digits", 8, 90, 10**8, 10**7, least=7),
    8: sums("nine or ten terms, fractions of 15 digits", 10, 200, 10**15, 10**14, least=9),
    9: sums(
        "eleven or twelve terms, fractions of thirty digits", 12, 300, 10**30, 10**29, least=11
    ),
}
GENERATOR = "algebra.simple_integration:SimpleIntegrationDataset:SimpleIntegrationConfig"

DERIVATIVES = gym(
    Family(
        name="derivatives",
        title="Derivatives of polynomials",
        generator=GENERATOR,
        ladder=POLYNOMIALS,
        ask=of_derivatives,
        request="Differentiate with respect to x.",
        form="polynomial in x",
        score=equal,
        needs=("sympy",),
        terse="Reply with the derivative only, as in 6x^2 + 1.",
        examples=(
            ("Differentiate 2x^4 - 6x.", "8x^3 - 6", "2 × 4 = 8; 6 × 1 = 6"),
            ("Differentiate 50x^2.", "100x", "50 × 2 = 100"),
            ("Differentiate 60x^2.", "120x", "60 × 2 = 120"),
        ),
    )
)
INTEGRALS = gym(
    Family(
        name="integrals",
        title="Antiderivatives of polynomials",
        generator=GENERATOR,
        ladder=POLYNOMIALS,
        ask=of_integrals,
        request="Integrate with respect to x.",
        form="polynomial in x + C",
        score=equal_but_constant,
        needs=("sympy",),
        terse="Reply with the antiderivative only, as in 2x^3 + x + C.",
        examples=(
            ("Find an antiderivative of 8x^3 - 10.", "2x^4 - 10x + C", "8 / 4 = 2; 10 / 1 = 10"),
            ("Find an antiderivative of 100x.", "50x^2 + C", "100 / 2 = 50"),
            ("Find an antiderivative of 120x.", "60x^2 + C", "120 / 2 = 60"),
        ),
    )
)
