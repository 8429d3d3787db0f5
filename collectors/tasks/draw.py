"""Seeded choices that never change: a seed is a place in a fixed shuffle, found without shuffling.

Only `random.Random.random` and BLAKE2 are used: both give the same values in every Python.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterable, Sequence
from math import prod
from typing import TypeVar

T = TypeVar("T")
ROUNDS = 6


def check(
    task: str, levels: Iterable[int], level: int, seed: int, size: Callable[[int], int]
) -> None:
    """A ValueError for a sample that is not there."""
    if level not in levels:
        raise ValueError(f"task '{task}' has no level {level}")
    if not 0 <= seed < size(level):
        raise ValueError(f"seed {seed} is outside range({size(level)}) of '{task}' level {level}")


def place(index: int, size: int, key: str) -> int:
    """Where a fixed shuffle of range(size) puts `index`: distinct for distinct indexes, O(1).

    A Feistel network over the next power of four, walked until it lands inside (Black and
    Rogaway, "Ciphers with arbitrary finite domains", 2002).
    """
    if not 0 <= index < size:
        raise ValueError(f"index {index} is outside range({size})")
    half = max(1, ((size - 1).bit_length() + 1) // 2)
    while True:
        index = _feistel(index, half, key)
        if index < size:
            return index


def _feistel(value: int, half: int, key: str) -> int:
    mask = (1 << half) - 1
    left, right = value >> half, value & mask
    for turn in range(ROUNDS):
        mixed = hashlib.blake2b(f"{key}/{turn}/{right}".encode(), digest_size=64).digest()
        left, right = right, left ^ (int.from_bytes(mixed, "big") & mask)
    return left << half | right


def digits(number: int, bases: Sequence[int]) -> list[int]:
    """`number` written with one digit per base, the first base turning slowest."""
    if not 0 <= number < prod(bases):
        raise ValueError(f"{number} has no place among {prod(bases)} combinations")
    found = []
    for base in reversed(bases):
        number, digit = divmod(number, base)
        found.append(digit)
    return found[::-1]


def deal(seed: int, groups: int, each: int, key: str) -> tuple[int, int]:
    """(group, place in the group): every run of `groups` seeds visits each group once."""
    turn, position = divmod(seed, groups)
    group = place(position, groups, f"{key}/deal/{turn}")
    return group, place(turn, each, f"{key}/group/{group}")


class Draw:
    """Choices for one sample, from a key such as 'tickets/2/17/1'."""

    def __init__(self, key: str) -> None:
        self._rng = random.Random(key)

    def below(self, size: int) -> int:
        """A whole number from 0 to size - 1."""
        return int(self._rng.random() * size)

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + self.below(high - low + 1)

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""
        return options[self.below(len(options))]

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self._rng.random() < probability

    def shuffled(self, options: Sequence[T]) -> list[T]:
        """The options in another order."""
        keyed = sorted((self._rng.random(), i) for i in range(len(options)))
        return [options[i] for _, i in keyed]
