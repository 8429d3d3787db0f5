"""What a puzzle is, and words and numbers that arguments are drawn from.

`$name` in a puzzle stands for a parameter that is drawn anew for every sample.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from collectors.tasks.draw import Draw

Params = dict[str, Any]
LETTERS = "abcdefghijklmnopqrstuvwxyz"
NOUNS = (
    "river", "stone", "apple", "tree", "cloud", "door", "lamp", "bread", "a", "of", "sand", "level",
    "moon", "tea", "window", "noon", "see", "banana", "queue", "sky", "kayak", "it", "egg",
    "letter",
)  # fmt: skip


@dataclass(frozen=True)
class Puzzle:
    """One kind of function to write."""

    signature: str
    spec: str
    """What it returns, edge cases included."""
    source: str
    """Its body, without the line `def`."""
    params: Callable[[Draw], Params]
    args: Callable[[Draw, Params], list[Any]]
    """The arguments of one test."""

    @property
    def name(self) -> str:
        return self.signature.partition("(")[0]


def none(draw: Draw) -> Params:
    return {}


def ints(draw: Draw, low: int, high: int, fewest: int = 0, most: int = 9) -> list[int]:
    return [draw.between(low, high) for _ in range(draw.between(fewest, most))]


def text(draw: Draw, letters: str, fewest: int = 0, most: int = 12) -> str:
    return "".join(draw.pick(letters) for _ in range(draw.between(fewest, most)))


def sentence(draw: Draw, fewest: int = 0, most: int = 8) -> str:
    return " ".join(draw.pick(NOUNS) for _ in range(draw.between(fewest, most)))


def spans(draw: Draw, most: int, longest: int) -> list[list[int]]:
    starts = [draw.between(0, 30) for _ in range(draw.between(0, most))]
    return [[start, start + draw.between(1, longest)] for start in starts]
