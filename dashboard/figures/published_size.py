"""Published scores against the size of the models, with the line that size explains."""

from __future__ import annotations

import html

import polars as pl

from dashboard.figures.axes import ticks
from dashboard.figures.frontier_plot import Size
from dashboard.figures.frontier_text import Row, makeup
from dashboard.figures.palette import GREY, LINE, RING, faded
from dashboard.figures.published import OTHERS, Figure, origin
from dashboard.figures.published_size_labels import notes
from dashboard.figures.published_size_plot import PARAMETERS, Plot, drawn, plan, sparse
from dashboard.figures.traces import line
from data import wording
from data.analysis.published import SizeFit

THINKING = {True: "#D5715E", False: "#1C7FD6", None: GREY}
"""The ends of the reasoning scale: blue without thinking, orange with it, grey where not told."""


def build(sized: pl.DataFrame, fit: SizeFit | None, size: Size = "wide") -> Figure:
    """The figure of rows of known size (data.analysis.published.sized)."""
    plot = plan(sized, size)
    lines = _lines(plot, fit)
    return {
        "data": [*_whiskers(plot), *lines, *_points(plot)],
        "layout": _layout(plot, fit, lines),
    }


def describe(sized: pl.DataFrame, fit: SizeFit | None, title: str) -> str:
    """The chart in words, for its alt text."""
    sure = sized.filter("fitted")
    best = sure.sort("score", "contestant_id", descending=[True, False]).head(5).to_dicts()
    top = ", ".join(f"{r['name']} {r['score']:.1f} with {_size(r)}" for r in best)
    line = "No line is fitted." if fit is None else (
        f"The line rises {fit.total.slope:.1f} points for ten times the parameters."
    )  # fmt: skip
    return (
        f"Measured by others, {title}: score (0 to 100) against total parameters of "
        f"{drawn(sized).height} results. Highest: {top or 'none'}. {line}"
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


def _whiskers(plot: Plot) -> list[Figure]:
    """A thin line from active to total parameters, one trace for all."""
    x: list[float | None] = []
    y: list[float | None] = []
    for row in plot.rows:
        if sparse(row):
            x += [row["params_active"], row["params_total"], None]
            y += [row["score"], row["score"], None]
    return [line("active to total", x, y, 1, faded(LINE, 0.4))] if x else []


def _lines(plot: Plot, fit: SizeFit | None) -> list[Figure]:
    """The fitted line, or one with and one without thinking where the fit tells them apart."""
    fitted = [row["params_total"] for row in plot.rows if row["fitted"]]
    if fit is None or not fitted:
        return []
    ends = [float(min(fitted)), float(max(fitted))]
    if fit.total.thinking is None:
        y = [round(fit.total.at(end), 4) for end in ends]
        return [line("fitted", ends, y, 2.2, LINE)]
    return [
        line(
            "fitted, thinking" if thinks else "fitted, not thinking",
            ends,
            [round(fit.total.at(end, thinks), 4) for end in ends],
            2.2,
            faded(THINKING[thinks], 0.75),
        )
        for thinks in (False, True)
    ]


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
        "annotations": notes(plot, fit, lines),
        "shapes": [],
    }
