"""Lists of numbers: put in order, and thinned out by a limit."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import log2
from typing import Any

from collectors.tasks.answers import canonical
from collectors.tasks.gym import score
from collectors.tasks.gym.wrap import Asked, Entry, Family, Rung, gym


def plain(entry: Entry) -> list[str]:
    """The numbers as they are shown: 12, not 12.0 or 1.2e1."""
    return [canonical(f"{Decimal(n):f}") for n in entry["metadata"]["original_numbers"]]


def of_sorting(entry: Entry, rung: Rung) -> Asked | None:
    numbers = plain(entry)
    if len(set(numbers)) < len(numbers):
        return None
    down = entry["metadata"]["direction"] == "descending"
    wanted = sorted(numbers, key=Decimal, reverse=down)
    if wanted == numbers and len(numbers) > 2:
        return None
    order = "from the largest to the smallest" if down else "from the smallest to the largest"
    text = f"Sort {order}: {', '.join(numbers)}"
    return Asked(text, ", ".join(wanted), len(numbers) * log2(len(numbers)))


def of_filtering(entry: Entry, rung: Rung) -> Asked | None:
    """Neither all nor none, and no number that stands twice or on the limit."""
    facts = entry["metadata"]
    numbers, limit = (
        [canonical(n) for n in facts["original_numbers"]],
        canonical(facts["filter_value"]),
    )
    keep, _, larger = facts["operation"].partition("_")
    if len({*numbers, limit}) <= len(numbers):
        return None
    above = [n for n in numbers if Decimal(n) > Decimal(limit)]
    below = [n for n in numbers if Decimal(n) < Decimal(limit)]
    wanted = above if (keep == "keep") == (larger == "larger") else below
    if not above or not below:
        return None
    verb = "Keep" if keep == "keep" else "Leave out"
    text = f"{verb} the numbers {larger} than {limit}: {', '.join(numbers)}"
    return Asked(text, ", ".join(wanted), float(sum(len(n.strip("-")) for n in numbers)))


def listed(count: int, low: int, high: int, decimals: int = 0, least: int = 0) -> Mapping[str, Any]:
    return {"min_numbers": count, "max_numbers": count, "min_value": low, "max_value": high,
            "min_decimals": least, "max_decimals": decimals}  # fmt: skip


LONG = {"plain": 8000, "terse": 1000, "short": 1100, "steps": 1200, "think": 1600}
"""Output limits: the answers are lists."""

SORTING = gym(
    Family(
        name="number-sorting",
        title="Sorting numbers",
        generator="algorithmic.number_sorting:NumberSortingDataset:NumberSortingConfig",
        ladder={
            1: Rung("two whole numbers up to 99", listed(2, 1, 99), crowded=True),
            2: Rung("three whole numbers up to 99", listed(3, 1, 99), crowded=True),
            3: Rung("six whole numbers up to 999", listed(6, 1, 999)),
            4: Rung("nine whole numbers from -999 to 999", listed(9, -999, 999)),
            5: Rung("14 numbers with up to one decimal", listed(14, -99, 99, 1)),
            6: Rung("24 numbers with up to two decimals", listed(24, -99, 99, 2)),
            7: Rung("40 numbers with up to three decimals", listed(40, -99, 99, 3)),
            8: Rung("80 numbers with up to four decimals", listed(80, -99, 99, 4, 1)),
            9: Rung("160 numbers with three to five decimals", listed(160, -9, 9, 5, 3)),
            10: Rung("350 numbers with three to six decimals", listed(350, -9, 9, 6, 3)),
        },
        ask=of_sorting,
        request="Put the numbers in order.",
        form="number, number, ...",
        score=score.numbers,
        terse="Reply with the numbers in order only, separated by commas.",
        needs=("numpy",),
        max_tokens=LONG,
        examples=(
            ("Sort from the smallest to the largest: 310, 4, 25", "4, 25, 310", "4 < 25 < 310"),
            ("Sort from the largest to the smallest: 7, 420", "420, 7", "420 > 7"),
            ("Sort from the smallest to the largest: 160, 15", "15, 160", "15 < 160"),
        ),
    )
)  # fmt: skip

FILTERING = gym(
    Family(
        name="number-filtering",
        title="Numbers above or below a limit",
        generator="algorithmic.number_filtering:NumberFilteringDataset:NumberFilteringConfig",
        ladder={
            1: Rung("two whole numbers up to 20", listed(2, 1, 20), crowded=True),
            2: Rung("four whole numbers up to 99", listed(4, 1, 99)),
            3: Rung("eight whole numbers from -99 to 99", listed(8, -99, 99)),
            4: Rung("twelve numbers with up to one decimal", listed(12, -99, 99, 1)),
            5: Rung("20 numbers with up to two decimals", listed(20, -99, 99, 2)),
            6: Rung("40 numbers with up to three decimals", listed(40, -99, 99, 3)),
            7: Rung("80 numbers with two to five decimals", listed(80, -9, 9, 5, 2)),
            8: Rung("160 numbers with three to six decimals", listed(160, -9, 9, 6, 3)),
            9: Rung("320 numbers with three to nine decimals", listed(320, -1, 1, 9, 3)),
        },
        ask=of_filtering,
        request="Write down the numbers that remain, in the order given.",
        form="number, number, ...",
        score=score.numbers,
        terse="Reply with the numbers that remain only, separated by commas.",
        max_tokens=LONG,
        examples=(
            ("Leave out the numbers larger than 30: 7, 42, 23", "7, 23", "42 is larger than 30"),
            ("Keep the numbers larger than 25: 4, 31", "31", "31 is larger than 25"),
            ("Keep the numbers smaller than 22: 60, 15", "15", "15 is smaller than 22"),
        ),
    )
)  # fmt: skip
