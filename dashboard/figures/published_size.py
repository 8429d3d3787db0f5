"""Published scores against the size of the models, with the line that size explains."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

import polars as pl

from dashboard.figures import labels
from dashboard.figures.axes import Axis, Scale, capability_range, scale, ticks
from dashboard.figures.frontier_plot import SCREENS, Screen, Size
from dashboard.figures.frontier_text import Row, makeup
from dashboard.figures.labels import Box, Label, Wish
from dashboard.figures.palette import GREY, LINE, RING, faded
from dashboard.figures.published import OTHERS, Figure, origin
from data import wording
from data.analysis.published import SizeFit

THINKING = {True: "#D5715E", False: "#1C7FD6", None: GREY}
"""The ends of the reasoning scale: blue without thinking, orange with it, grey where not told."""
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


FARTHEST, TRIES = 17.0, 8
"""Pixels that a name may stand from its point, and places tried for it."""


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


def build(sized: pl.DataFrame, fit: SizeFit | None, size: Size = "wide") -> Figure:
    """The figure of rows of known size (data.analysis.published.sized)."""
    plot = _plan(sized, size)
    lines = _lines(plot, fit)
    return {
        "data": [*_whiskers(plot), *lines, *_points(plot)],
        "layout": _layout(plot, fit, lines),
    }


def describe(sized: pl.DataFrame, fit: SizeFit | None, title: str) -> str:
    """The chart in words, for its alt text."""
    best = sized.sort("score", "contestant_id", descending=[True, False]).head(5).to_dicts()
    top = ", ".join(f"{r['name']} {r['score']:.1f} with {_size(r)}" for r in best)
    line = "No line is fitted." if fit is None else (
        f"The line rises {fit.total.slope:.1f} points for ten times the parameters."
    )  # fmt: skip
    return (
        f"Measured by others, {title}: score (0 to 100) against total parameters of "
        f"{sized.height} results. Highest: {top or 'none'}. {line}"
    )


def hover(row: Row) -> str:
    """What a point says, escaped."""
    thinks = {True: "with thinking", False: "without thinking"}.get(row["thinking"])
    lines = [f"<b>{html.escape(row['name'])}</b>"]
    if body := makeup(row):
        lines.append(html.escape(body))
    lines += ["", f"Score  <b>{row['score']:.1f}</b>" + (f" {thinks}" if thinks else "")]
    if row.get("residual") is not None:
        above = "above" if row["residual"] >= 0 else "below"
        lines.append(f"{abs(row['residual']):.1f} points {above} the line")
    if not row["fitted"]:
        lines.append("Doubted, so the line leaves it out")
    return "<br>".join([*lines, "", *origin(row)])


def _size(row: Row) -> str:
    return wording.size(row["params_total"])


def _plan(sized: pl.DataFrame, size: Size) -> Plot:
    rows = sized.to_dicts()
    ends = [float(r[c]) for r in rows for c in ("params_total", "params_active") if r[c]]
    scores = [row["score"] for row in rows]
    low, high = capability_range(scores, scores)
    high += 4 if high == 100 and max(scores, default=0) > 94 else 0
    return Plot(rows, SCREENS[size], scale(ends), (low, high))


def _whiskers(plot: Plot) -> list[Figure]:
    """A thin line from active to total parameters, one trace for all."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row in plot.rows:
        if _sparse(row):
            x += [row["params_active"], row["params_total"], None]
            y += [row["score"], row["score"], None]
    return [_line("active to total", x, y, 1, faded(LINE, 0.4))] if x else []


def _sparse(row: Row) -> bool:
    return bool(row["params_active"] and row["params_active"] < row["params_total"])


def _lines(plot: Plot, fit: SizeFit | None) -> list[Figure]:
    """The fitted line, or one with and one without thinking where the fit tells them apart."""
    fitted = [row["params_total"] for row in plot.rows if row["fitted"]]
    if fit is None or not fitted:
        return []
    ends = [float(min(fitted)), float(max(fitted))]
    if fit.total.thinking is None:
        y = [round(fit.total.at(end), 4) for end in ends]
        return [_line("fitted", ends, y, 2.2, LINE)]
    return [
        _line(
            "fitted, thinking" if thinks else "fitted, not thinking",
            ends,
            [round(fit.total.at(end, thinks), 4) for end in ends],
            2.2,
            faded(THINKING[thinks], 0.75),
        )
        for thinks in (False, True)
    ]


def _line(name: str, x: list[Any], y: list[Any], width: float, colour: str) -> Figure:
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"width": width, "color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _points(plot: Plot) -> list[Figure]:
    """Dense as circles, mixtures of experts as squares, doubted ones hollow."""
    if not plot.rows:
        return []
    told = any(row["thinking"] is not None for row in plot.rows)
    colours = [THINKING[row["thinking"]] if told else OTHERS for row in plot.rows]
    shapes = ["square" if row["mixture"] == "moe" else "circle" for row in plot.rows]
    solid = [row["fitted"] for row in plot.rows]
    marker = {
        "size": [9.5 if s == "square" else 10.5 for s in shapes],
        "opacity": 0.88,
        "color": colours,
        "symbol": [s if f else f"{s}-open" for s, f in zip(shapes, solid, strict=True)],
        "line": {
            "width": [0.8 if f else 2 for f in solid],
            "color": [RING if f else c for c, f in zip(colours, solid, strict=True)],
        },
    }
    return [
        {
            "type": "scatter",
            "name": "results",
            "mode": "markers",
            "x": [row["params_total"] for row in plot.rows],
            "y": [round(row["score"], 4) for row in plot.rows],
            "customdata": [[row["contestant_id"]] for row in plot.rows],
            "hovertext": [hover(row) for row in plot.rows],
            "hovertemplate": "%{hovertext}<extra></extra>",
            "marker": marker,
            "cliponaxis": False,
            "showlegend": False,
        }
    ]


def _obstacles(plot: Plot, lines: list[Figure]) -> list[Box]:
    """Points, whiskers and lines, that no name may cover; a slope is boxed in short pieces."""
    boxes = []
    for row in plot.rows:
        x, y = plot.across(row["params_total"]), plot.up(row["score"])
        boxes.append(Box(x - 6, y - 6, x + 6, y + 6))
        if _sparse(row):
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


def _placed(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> list[Label]:
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


def _annotations(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> list[Figure]:
    screen, low, high = plot.screen, plot.x.low, plot.x.high
    notes = []
    for label in _placed(plot, fit, lines):
        wish, text = label.wish, html.escape(label.wish.text)
        notes.append(
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
    return notes


def _layout(plot: Plot, fit: SizeFit | None, lines: list[Figure]) -> Figure:
    screen, (low, high) = plot.screen, plot.y
    grid = {"showgrid": True, "gridcolor": faded(LINE, 0.15), "zeroline": False}
    return {
        "height": screen.height,
        "margin": {"l": screen.left, "r": 10, "t": 8, "b": screen.bottom, "autoexpand": False},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 16,
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "dragmode": False,
        "xaxis": {
            **grid,
            "type": "log",
            "range": [round(plot.x.low, 4), round(plot.x.high, 4)],
            "tickmode": "array",
            **ticks(PARAMETERS, plot.x, screen.ticks),
            "tickfont": {"size": 13},
            "title": {"text": PARAMETERS.title, "font": {"size": 13}, "standoff": 12},
            "fixedrange": True,
        },
        "yaxis": {
            **grid,
            "range": [low, high],
            "dtick": 20 if high - low > 60 and screen.font < 13 else 10,
            "tick0": 0,
            "ticklabeloverflow": "allow",
            "tickfont": {"size": 13},
            "fixedrange": True,
        },
        "annotations": _annotations(plot, fit, lines),
        "shapes": [],
    }
