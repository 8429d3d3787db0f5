"""Names in the size chart: who gets one, and where none would be taken for a neighbour's."""

from __future__ import annotations

import html

from dashboard.figures import labels
from dashboard.figures.frontier_text import Row
from dashboard.figures.labels import Box, Label, Wish
from dashboard.figures.published import Figure
from dashboard.figures.published_size_plot import Plot, sparse
from data.analysis.published import SizeFit

FARTHEST, TRIES = 17.0, 8
"""Pixels that a name may stand from its point, and places tried for it."""


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
    """Who is named: the highest, the largest, then those farthest from the line."""
    if not plot.rows:
        return []
    top = max(plot.rows, key=lambda r: r["score"])
    ends = [top, plot.rows[-1], plot.rows[0]]
    rest = plot.rows
    if fit is not None:
        rest = sorted(rest, key=lambda r: -abs(r["score"] - fit.total.at(*_about(r))))
    unique = {row["contestant_id"]: row for row in [*ends, *rest]}
    return [
        Wish(
            row["name"],
            plot.across(row["params_total"]),
            plot.up(row["score"]),
            row is top,
        )
        for row in unique.values()
    ]


def _about(row: Row) -> tuple[float, bool | None]:
    return float(row["params_total"]), row["thinking"]


def place(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> list[Label]:
    """Names that fit and that no reader would take for a neighbour's: a cloud is crowded."""
    screen, points = plot.screen, [(w.x, w.y) for w in _wishes(plot, None)]
    found: list[Label] = []
    taken = _obstacles(plot, lines)
    for wish in _wishes(plot, fit):
        tried: list[Box] = []
        while len(tried) < TRIES and len(found) < screen.labels:
            around = [*taken, *tried]
            fits = labels.place([wish], around, screen.width, screen.plot_height, screen.font, 1)
            if not fits:
                break
            box, own = fits[0].box, (wish.x, wish.y)
            others = min((_gap(box, *point) for point in points if point != own), default=1e9)
            if _gap(box, *own) < min(FARTHEST, 0.7 * others):
                found.append(fits[0])
                taken.append(box)
                break
            # A dot in its middle rules this place out and leaves the others.
            x, y = (box.left + box.right) / 2, (box.bottom + box.top) / 2
            tried.append(Box(x - 1, y - 1, x + 1, y + 1))
    return found


def _gap(box: Box, x: float, y: float) -> float:
    """Pixels from a point to the nearest edge of a box."""
    across = max(box.left - x, 0.0, x - box.right)
    up = max(box.bottom - y, 0.0, y - box.top)
    return float((across**2 + up**2) ** 0.5)


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
