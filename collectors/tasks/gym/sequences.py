"""Number sequences: the next number of one that a rule of several operations makes.

A sequence that a shorter rule would go on with otherwise is left out, so that an answer is right or
wrong and no matter of taste.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import pairwise, product
from typing import Any

from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym

Step = tuple[str, int]
"""An operation and its number, 0 where it has none."""
LONGEST = 7
"""Digits of the next number."""
SHORT = 2
"""Operations of the rules that are tried against a sequence."""


def steps(rule: str) -> list[Step]:
    """'add 3 then double' as operations; operations that do nothing are not told of."""
    found = []
    for part in filter(None, rule.split(" then ")):
        number = re.search(r"-?\d+", part)
        found.append((re.sub(r" ?-?\d+", "", part), int(number.group()) if number else 0))
    return found


def applied(rule: Sequence[Step], sequence: Sequence[int]) -> int:
    """The number after the last of a sequence."""
    value = sequence[-1]
    for name, number in rule:
        if name == "add":
            value += number
        elif name == "multiply by":
            value *= number
        elif name == "square":
            value *= value
        elif name == "double":
            value *= 2
        elif name == "halve":
            value //= 2
        elif len(sequence) > 1:
            value += sequence[-2]
    return value


@cache
def short_rules() -> tuple[tuple[Step, ...], ...]:
    """Every rule of at most two operations with numbers from -10 to 10."""
    numbers = [n for n in range(-10, 11) if n]
    single: list[Step] = [("add", n) for n in numbers] + [("multiply by", n) for n in numbers]
    single += [(name, 0) for name in ("square", "double", "halve", "add previous")]
    return tuple(rule for length in range(1, SHORT + 1) for rule in product(single, repeat=length))


def explained(shown: Sequence[int]) -> Iterator[tuple[int, int]]:
    """(operations, next number) of every short rule that makes the shown numbers.

    The first step is not asked about: a rule that adds the number before has none there. Constant
    differences of differences, and theirs, count as rules of two operations; so do differences
    that alternate.
    """
    for rule in short_rules():
        if applied(rule, shown[:2]) == shown[2] and all(
            applied(rule, shown[:n]) == shown[n] for n in range(3, len(shown))
        ):
            yield len(rule), applied(rule, shown)
    gaps = [b - a for a, b in pairwise(shown)]
    if all(a == b for a, b in zip(gaps[1:], gaps[3:], strict=False)):
        yield SHORT, shown[-1] + gaps[-2]
    for order in range(3):
        if len(set(gaps)) == 1:
            yield min(order + 1, SHORT), continued(shown, order)
        gaps = [b - a for a, b in pairwise(gaps)]


def continued(shown: Sequence[int], order: int) -> int:
    """The next number of a sequence whose differences of that order, from 0, are constant."""
    rows = [list(shown)]
    for _ in range(order + 1):
        rows.append([b - a for a, b in pairwise(rows[-1])])
    return sum(row[-1] for row in rows)


def of_sequences(entry: Entry, rung: Rung) -> Asked | None:
    facts = entry["metadata"]
    rule, (*shown, following) = steps(facts["rule"]), facts["sequence"]
    names = {name for name, _ in rule}
    if len(rule) != rung.options["operations"] or not names <= set(rung.options["kinds"]):
        return None
    if rung.options.get("needed") not in (None, *names):
        return None
    rising = rule[0][0] == "add" and rule[0][1] > 0
    if rung.options.get("rising") and not (rising and shown[0] >= 0):
        return None
    if rule[0][1] not in rung.options.get("added", (rule[0][1],)):
        return None
    # Repeating numbers give the rule away, and large ones can't be told from one another.
    if len({*shown, following}) <= len(shown) or len(str(abs(following))) > LONGEST:
        return None
    if any(n != following or length < len(rule) for length, n in explained(shown)):
        return None
    text = f"{', '.join(map(str, shown))}, ?"
    return Asked(text, str(following), effort(rule, shown))


HIDDEN = {"add previous": 3, "halve": 5, "square": 5}
"""How many tries more an operation takes that differences and ratios don't show."""


def effort(rule: Sequence[Step], shown: Sequence[int]) -> float:
    """Signs and digits shown, times the tries that the rule's operations take."""
    tries = len(rule) ** 2 + sum(HIDDEN.get(name, 0) for name, _ in rule)
    return float(tries * sum(len(str(n)) for n in shown))


def made(text: str, operations: int, kinds: str, **options: Any) -> Rung:
    """More than three operations may square a number past all bounds before it is left out."""
    config: Mapping[str, Any] = {
        "min_terms": 6, "max_terms": 6, "max_complexity": max(1, operations - 1),
    }  # fmt: skip
    size = options.pop("size", 300)
    options = {"operations": operations, "kinds": kinds.split(", "), **options}
    return Rung(text, config, size=size, crowded=True, options=options)


SEQUENCES = gym(
    Family(
        name="sequences",
        title="Number sequences",
        generator="cognition.number_sequences:NumberSequenceDataset:NumberSequenceConfig",
        ladder={
            1: made("1, 2, 5 or 10 is added each time", 1, "add", rising=True, size=36,
                    added=(1, 2, 5, 10)),
            2: made("a number up to ten is added or subtracted", 1, "add", size=150),
            3: made("a number is multiplied by", 1, "multiply by, double", size=36),
            4: made("two operations: numbers added and multiplied by", 2,
                    "add, multiply by, double"),
            5: made("two operations, one adds the number before the last", 2,
                    "add, multiply by, double, add previous", needed="add previous"),
            6: made("two operations, one halves and leaves the remainder", 2,
                    "add, multiply by, double, add previous, halve", needed="halve", size=60),
            7: made("three operations, one adds the number before the last", 3,
                    "add, multiply by, double, add previous", needed="add previous", size=200),
            8: made("three operations, one halves and leaves the remainder", 3,
                    "add, multiply by, double, add previous, halve, square", needed="halve",
                    size=200),
        },
        ask=of_sequences,
        request="Find the next number of the sequence.",
        form="number",
        score=score.number,
        examples=(
            ("60, 48, 36, 24, 12, 0, ?", "-12", "0 - 12 = -12"),
            ("30, 40, 50, 60, 70, 80, ?", "90", "80 + 10 = 90"),
            ("20, 21, 22, 23, 24, 25, ?", "26", "25 + 1 = 26"),
        ),
    )
)  # fmt: skip
