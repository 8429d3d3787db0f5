"""Axes of the capability charts: what lies along x, its range and its ticks."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from data import wording


@dataclass(frozen=True)
class Axis:
    """One thing that is spent, and how it is written."""

    column: str
    title: str
    short: str
    """Heading of a narrow column."""
    zero: str
    """What the gutter left of a log axis is called: spending nothing has no place on it."""
    tick: Callable[[float], str]
    amount: Callable[[float | None], str]
    less: str
    """What a point further left is: 'for less'."""
    best: str
    """What the staircase is."""


COST = Axis(
    "cost_per_1k_usd",
    "Cost per 1,000 tasks, US$ (log scale)",
    "$ / 1k tasks",
    "free",
    wording.usd_tick,
    wording.usd,
    "for less",
    "best for the price",
)
TOKENS = Axis(
    "output_tokens",
    "Output tokens per task (log scale)",
    "tokens / task",
    "none",
    wording.count_tick,
    wording.tokens,
    "with fewer tokens",
    "best for the tokens",
)
TIME = Axis(
    "duration_s",
    "Seconds per task (log scale)",
    "time / task",
    "0 s",
    wording.seconds_tick,
    wording.seconds,
    "in less time",
    "best for the time",
)
AXES = {"Cost": COST, "Tokens": TOKENS, "Time": TIME}

GUTTER = 0.09
"""Share of the axis kept for contestants that spend nothing, when there are any."""


@dataclass(frozen=True)
class Scale:
    """A log range in powers of ten; `zero` is where the gutter's points are drawn, if it exists."""

    low: float
    high: float
    zero: float | None

    def log(self, value: float) -> float:
        """Place of a value on the axis, in powers of ten."""
        if value > 0:
            return math.log10(value)
        return self.low if self.zero is None else self.zero

    def fraction(self, value: float) -> float:
        """Place of a value as a share of the axis, 0 at the left."""
        return (self.log(value) - self.low) / (self.high - self.low)


def scale(values: Sequence[float]) -> Scale:
    """A range with room at both ends, at least one and a half decades wide."""
    logs = [math.log10(v) for v in values if v > 0] or [0.0]
    low, high = min(logs), max(logs)
    pad = max(0.22, 0.07 * (high - low), (1.5 - (high - low)) / 2)
    low, high = low - pad, high + pad
    if all(v > 0 for v in values):
        return Scale(low, high, None)
    width = (high - low) * GUTTER / (1 - GUTTER)
    return Scale(low - width, high, low - width / 2)


def ticks(axis: Axis, scale: Scale, most: int) -> dict[str, Any]:
    """Tick places and texts: decades, thinned or filled so that at most `most` stand."""
    low, high = scale.low, scale.high
    if scale.zero is not None:
        low += 2 * (scale.zero - scale.low)
    decades = range(math.ceil(low), math.floor(high) + 1)
    steps = (1,) if len(decades) > 2 else (1, 2, 5) if len(decades) < 2 else (1, 3)
    marks = [step * 10.0**d for d in range(math.floor(low), math.floor(high) + 1) for step in steps]
    marks = [m for m in marks if low <= math.log10(m) <= high]
    marks = marks[:: math.ceil(len(marks) / most)] if marks else marks
    places = [float(f"{m:.6g}") for m in marks]
    texts = [axis.tick(p) for p in places]
    if scale.zero is not None:
        places, texts = [float(f"{10**scale.zero:.6g}"), *places], [axis.zero, *texts]
    return {"tickvals": places, "ticktext": texts}


def capability_range(lows: Sequence[float], highs: Sequence[float]) -> tuple[float, float]:
    """A range on 0-100 in whole tens that holds every point, and at least 40 wide."""
    low = max(0.0, 10 * math.floor((min(lows, default=0) - 1) / 10))
    high = min(100.0, 10 * math.ceil((max(highs, default=100) + 6) / 10))
    if high - low < 40:
        low = max(0.0, min(low, high - 40))
        high = max(high, low + 40)
    low = 0.0 if low <= 20 else low
    return low, high
