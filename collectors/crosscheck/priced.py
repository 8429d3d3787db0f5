"""A model of LiteLLM's map as both sides price it, and when two costs agree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from collectors.crosscheck.usages import Question
from data.price import Price
from data.pricing import Basis, cost, lines_of

ABSOLUTE, RELATIVE = 1e-12, 1e-9
"""Two costs agree when they differ by no more than either, in dollars and as a share."""


@dataclass(frozen=True)
class Listed:
    """A model of LiteLLM's map: its raw entry and what Isocost makes of it."""

    key: str
    provider: str
    """As LiteLLM is called with it."""
    kind: str
    entry: Mapping[str, Any]
    price: Price


def agree(ours: float, theirs: float) -> bool:
    gap = abs(ours - theirs)
    return gap <= ABSOLUTE or gap <= RELATIVE * max(abs(ours), abs(theirs))


def ours(price: Price, asked: Question) -> float:
    """Isocost's cost in dollars, cached tokens as the provider charges them."""
    lines = lines_of(price, Basis(cache="reported", mode=asked.mode))
    usd = cost(lines, asked.usage, asked.at).usd
    if usd is None:
        raise ValueError(f"no cost for {asked}")
    return float(usd)
