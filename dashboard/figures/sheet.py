"""What the lenses' charts share: the room on a screen, and a layout without what nobody reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import LINE, faded

Figure = dict[str, Any]
GRID = faded(LINE, 0.15)


@dataclass(frozen=True)
class Sheet:
    """Room for a chart, in pixels; the width is the least that it may have there."""

    width: int
    height: int
    labels: int
    font: int
    ticks: int
    dot: float
    left: int
    right: int = 12
    top: int = 10
    bottom: int = 52

    @property
    def plot_width(self) -> int:
        return self.width - self.left - self.right

    @property
    def plot_height(self) -> int:
        return self.height - self.top - self.bottom


SHEETS = {
    "wide": Sheet(1090, 500, 22, 13, 9, 11, 48),
    "medium": Sheet(780, 480, 14, 13, 7, 11, 48),
    "phone": Sheet(350, 430, 6, 12, 5, 10, 38, 8),
}


def sheet(size: Size) -> Sheet:
    """The room on a screen of that size."""
    return SHEETS[size]


def layout(room: Sheet, x: Figure, y: Figure, annotations: list[Figure] | None = None) -> Figure:
    """A Plotly layout: `x` and `y` are what is particular of the axes."""
    usual = {
        "gridcolor": GRID, "zeroline": False, "fixedrange": True, "tickfont": {"size": 13},
        "tickangle": 0,
    }  # fmt: skip
    return {
        "height": room.height,
        "margin": {
            "l": room.left, "r": room.right, "t": room.top, "b": room.bottom, "autoexpand": False,
        },
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 16,
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        # False: on a phone a finger on the chart scrolls the page.
        "dragmode": False,
        "xaxis": {**usual, **x},
        "yaxis": {**usual, **y},
        "annotations": annotations or [],
        "shapes": [],
    }  # fmt: skip


def titled(text: str) -> Figure:
    """An axis title."""
    return {"text": text, "font": {"size": 13}, "standoff": 8}


def rounded(value: float) -> float:
    """Six significant digits: the same JSON on every machine."""
    return float(f"{value:.6g}")
