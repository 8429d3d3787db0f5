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
    """Rows of known size, smallest first, with the screen and scales they are drawn on."""

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
    rows = sized.to_dicts()
    ends = [float(r[c]) for r in rows for c in ("params_total", "params_active") if r[c]]
    scores = [row["score"] for row in rows]
    low, high = capability_range(scores, scores)
    high += 4 if high == 100 and max(scores, default=0) > 94 else 0
    return Plot(rows, SCREENS[size], scale(ends), (low, high))


def sparse(row: Row) -> bool:
    return bool(row["params_active"] and row["params_active"] < row["params_total"])
