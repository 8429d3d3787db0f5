"""What the size chart draws, before it is drawn: rows, screen, scales and pixels."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.figures.axes import Axis, Scale, capability_range, scale
from dashboard.figures.frontier_plot import SCREENS, Screen, Size
from dashboard.figures.frontier_text import Row
from data import wording

PARAMETERS = Axis(
    "params_total",
    "Total parameters (log scale)",
    "parameters",
    "",
    lambda value: wording.size(round(value)),
    lambda value: wording.size(None if value is None else round(value)),
    "with fewer parameters",
    "fitted line",
)


@dataclass(frozen=True)
class Plot:
    """Rows that are drawn, smallest first, with the screen and scales they are drawn on."""

    rows: list[Row]
    screen: Screen
    x: Scale
    y: tuple[float, float]

    def across(self, params: float) -> float:
        return self.x.fraction(params) * self.screen.width

    def up(self, score: float) -> float:
        low, high = self.y
        return (score - low) / (high - low) * self.screen.plot_height


def plan(sized: pl.DataFrame, size: Size) -> Plot:
    x, y = _ranges(sized)
    return Plot(drawn(sized).to_dicts(), SCREENS[size], x, y)


def drawn(sized: pl.DataFrame) -> pl.DataFrame:
    """The rows that have a place: all but doubted ones that lie outside the others' ranges."""
    x, (low, high) = _ranges(sized)
    inside = [
        bool(row["fitted"]) or (low <= row["score"] <= high and _within(x, row))
        for row in sized.iter_rows(named=True)
    ]
    return sized.filter(pl.Series(inside, dtype=pl.Boolean))


def sparse(row: Row) -> bool:
    return bool(row["params_active"] and row["params_active"] < row["params_total"])


def _ranges(sized: pl.DataFrame) -> tuple[Scale, tuple[float, float]]:
    """Of the rows that nobody doubts: a doubted one stretches no axis, unless all are."""
    sure = sized.filter("fitted")
    rows = (sized if sure.is_empty() else sure).to_dicts()
    scores = [row["score"] for row in rows]
    low, high = capability_range(scores, scores)
    high += 4 if high == 100 and max(scores, default=0) > 94 else 0
    return scale([end for row in rows for end in _ends(row)]), (low, high)


def _ends(row: Row) -> list[float]:
    return [float(row[c]) for c in ("params_total", "params_active") if row[c]]


def _within(x: Scale, row: Row) -> bool:
    return all(0 <= x.fraction(end) <= 1 for end in _ends(row))
