"""What the frontier chart draws, before it is drawn: rows, screen, scales and pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

from dashboard.figures.axes import Axis, Scale, capability_range, scale
from dashboard.figures.frontier_text import Row


@dataclass(frozen=True)
class Screen:
    """Room for the chart, in pixels; the width is the least the plot may have there."""

    width: int
    height: int
    labels: int
    font: int
    ticks: int
    dot: float
    left: int = 40
    bottom: int = 44

    @property
    def plot_height(self) -> int:
        return self.height - self.bottom - 8


SCREENS = {
    "wide": Screen(748, 472, 13, 13, 9, 13),
    "medium": Screen(425, 472, 9, 13, 7, 13),
    "phone": Screen(300, 416, 6, 12, 6, 12, left=30),
}
BEATEN_DOT = 8.5
"""Diameter of a beaten point, in pixels; a frontier point's is the screen's."""
Size = Literal["wide", "medium", "phone"]


@dataclass(frozen=True)
class Plot:
    """Everything that is drawn, sorted, with its scales."""

    rows: list[Row]
    axis: Axis
    screen: Screen
    x: Scale
    y: tuple[float, float]

    def of(self, place: str) -> list[Row]:
        return [row for row in self.rows if row["place"] == place]

    def pixel(self, row: Row) -> tuple[float, float]:
        """Centre of a row's point, from the plot's lower left corner."""
        across = self.x.fraction(row[self.axis.column])
        return across * self.screen.width, self.height_of(row["accuracy"])

    def height_of(self, accuracy: float) -> float:
        """Pixels above the plot's lower edge."""
        low, high = self.y
        return (100 * accuracy - low) / (high - low) * self.screen.plot_height

    def x_value(self, row: Row) -> float:
        value = float(row[self.axis.column])
        return value if value > 0 else float(f"{10 ** self.x.log(value):.6g}")


def drawn(placed: pl.DataFrame, axis: Axis) -> list[Row]:
    """Rows that have a place in the chart, cheapest first, ties by capability and id."""
    rows = placed.filter(
        (pl.col("place").is_in(["frontier", "beaten"]) | (pl.col("apart_code") == "guessing"))
        & pl.col(axis.column).is_not_null()
        & pl.col("accuracy").is_not_null()
    ).to_dicts()
    return sorted(rows, key=lambda r: (r[axis.column], r["accuracy"], r["contestant_id"]))


def plan(placed: pl.DataFrame, axis: Axis, size: Size = "wide") -> Plot:
    """The plot of a placed frame, whatever the order of its rows."""
    rows = drawn(placed, axis)
    bars = [bar(row) for row in rows if row["place"] == "frontier"]
    low, high = capability_range(
        [100 * b[0] for b in bars] + [100 * row["accuracy"] for row in rows],
        [100 * b[1] for b in bars] + [100 * row["accuracy"] for row in rows],
    )
    # Room above 100 for the upper half of a point and for a name.
    high += 6 if high == 100 and max((b[1] for b in bars), default=0) > 0.88 else 0
    return Plot(
        rows, axis, SCREENS[size], scale([float(r[axis.column]) for r in rows]), (low, high)
    )


def bar(row: Row) -> tuple[float, float]:
    """The 95 % interval within 0 and 1; the point itself where there is none."""
    value = row["accuracy"]
    low, high = row.get("accuracy_low"), row.get("accuracy_high")
    return (
        value if low is None else min(value, max(0.0, low)),
        value if high is None else max(value, min(1.0, high)),
    )
