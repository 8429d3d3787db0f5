"""Names in the size chart: who gets one, and where none would be taken for a neighbour's."""

from __future__ import annotations

import html

from dashboard.figures import labels
from dashboard.figures.frontier_text import Row
from dashboard.figures.labels import Box, Dot, Label, Wish
from dashboard.figures.published import Figure
from dashboard.figures.published_size_plot import Plot, sparse
from data.analysis.published import SizeFit

FARTHEST = 12.0
"""Pixels that a name may stand from its point's edge."""
DOT = 5.0
"""Radius of a point, in pixels."""


def _obstacles(plot: Plot, lines: list[Figure]) -> list[Box]:
    """Points, whiskers and lines, that no name may cover; a slope is boxed in short pieces."""
    boxes = []
    for row in plot.rows:
        x, y = plot.across(row["params_total"]), plot.up(row["score"])
        boxes.append(Box(x - 6, y - 6, x + 6, y + 6))
        if sparse(row):
            boxes.append(Box(plot.across(row["params_active"]), y - 1, x, y + 1))
    for line in lines:
        (x0, x1), (y0, y1) = map(plot.across, line["x"]), map(plot.up, line["y"])
        pieces = 60
        step = ((x1 - x0) / pieces, (y1 - y0) / pieces)
        for i in range(pieces):
            x, y = x0 + i * step[0], y0 + i * step[1]
            low, high = sorted((y, y + step[1]))
            boxes.append(Box(x, low - 1.5, x + step[0], high + 1.5))
    return boxes


def _wishes(plot: Plot, fit: SizeFit | None) -> list[Wish]:
    """Who is named: the highest in bold, the largest and smallest, then those far from the line.

    A doubted entry comes last and is never the highest.
    """
    if not plot.rows:
        return []
    sure = [row for row in plot.rows if row["fitted"]]
    top = max(sure, key=lambda r: r["score"], default=None)
    ends = [top, sure[-1], sure[0]] if top else []
    rest = sure
    if fit is not None:
        rest = sorted(rest, key=lambda r: -abs(r["score"] - fit.total.at(*_about(r))))
    unique = {row["contestant_id"]: row for row in [*ends, *rest, *plot.rows]}
    return [
        Wish(row["name"], *_dot(plot, row)[:2], row is top, radius=DOT) for row in unique.values()
    ]


def _dot(plot: Plot, row: Row) -> Dot:
    return Dot(plot.across(row["params_total"]), plot.up(row["score"]), DOT)


def _about(row: Row) -> tuple[float, bool | None]:
    return float(row["params_total"]), row["thinking"]


def place(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> list[Label]:
    """Names that fit and that no reader would take for a neighbour's: a cloud is crowded."""
    screen = plot.screen
    return labels.place(
        _wishes(plot, fit),
        _obstacles(plot, lines),
        screen.width,
        screen.plot_height,
        screen.font,
        screen.labels,
        [_dot(plot, row) for row in plot.rows],
        FARTHEST,
    )


def notes(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> list[Figure]:
    screen, low, high = plot.screen, plot.x.low, plot.x.high
    found = []
    for label in place(plot, fit, lines):
        wish, text = label.wish, html.escape(label.wish.text)
        found.append(
            {
                "text": f"<b>{text}</b>" if wish.bold else text,
                "x": round(low + (high - low) * wish.x / screen.width, 4),
                "y": round(plot.y[0] + (plot.y[1] - plot.y[0]) * wish.y / screen.plot_height, 4),
                "xanchor": label.anchor,
                "yanchor": "middle",
                "xshift": label.shift_x,
                "yshift": label.shift_y,
                "showarrow": False,
                "font": {"size": screen.font},
                "captureevents": False,
            }
        )
    return found
