"""The frontier chart: capability against what it costs, from a placed frame to a plain figure.

The figure is a dict whose JSON depends on nothing but the rows: not on their order, not on the
theme, not on what is selected. Streamlit identifies a chart by that JSON, and any change would
throw away the reader's selection.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import polars as pl

from dashboard.figures.axes import Axis, ticks
from dashboard.figures.frontier_labels import notes
from dashboard.figures.frontier_plot import BEATEN_DOT, Plot, Size, bar, drawn, plan
from dashboard.figures.frontier_text import Row, alt, doubtful, hover
from dashboard.figures.palette import LINE, OWN_RING, RING, faded, share_colour
from dashboard.figures.traces import line
from data.analysis.price_kinds import OWN, kind

Figure = dict[str, Any]
GRID = faded(LINE, 0.15)


def build(placed: pl.DataFrame, axis: Axis, size: Size = "wide") -> Figure:
    """The figure as a dict of `data` and `layout`."""
    plot = plan(placed, axis, size)
    return {
        "data": [_models(plot), *_staircase(plot), _beaten(plot), _frontier(plot)],
        "layout": _layout(plot),
    }


def describe(placed: pl.DataFrame, axis: Axis) -> str:
    """The chart in words, for its alt text."""
    return alt(drawn(placed, axis), axis)


def points(figure: Figure) -> list[str]:
    """Ids of the contestants that have a point."""
    return [entry[0] for trace in figure["data"] for entry in trace.get("customdata", [])]


def locate(figure: Figure, contestant_id: str) -> tuple[int, int] | None:
    """Number of the trace, and of the point in it, that shows a contestant; None if not drawn."""
    for number, trace in enumerate(figure["data"]):
        ids = [entry[0] for entry in trace.get("customdata", [])]
        if contestant_id in ids:
            return number, ids.index(contestant_id)
    return None


def _round(value: float) -> float:
    return round(value, 4)


def _models(plot: Plot) -> Figure:
    """Thin lines joining one model's contestants by rising cost."""
    groups: dict[str, list[Row]] = {}
    for row in plot.rows:
        groups.setdefault(f"{row['model']} {row['deployment']}", []).append(row)
    x: list[float | None] = []
    y: list[float | None] = []
    for model in sorted(groups):
        if len(groups[model]) > 1:
            x += [*(plot.x_value(row) for row in groups[model]), None]
            y += [*(_round(100 * row["accuracy"]) for row in groups[model]), None]
    return line("models", x, y, 1, faded(LINE, 0.32))


def _staircase(plot: Plot) -> list[Figure]:
    """The best for the price: a step up at each frontier point, filled below."""
    best = plot.of("frontier")
    if not best:
        return []
    x = [plot.x_value(best[0]), *(plot.x_value(row) for row in best)]
    # Token counts that tie can stand a little out of order: the line never steps down.
    tops = accumulate((row["accuracy"] for row in best), max)
    y = [plot.y[0], *(_round(100 * top) for top in tops)]
    stairs = line("staircase", [*x, float(f"{10**plot.x.high:.6g}")], [*y, y[-1]], 2.2, LINE)
    stairs["line"]["shape"] = "hv"
    return [stairs | {"fill": "tozeroy", "fillcolor": faded(LINE, 0.07)}]


def _points(plot: Plot, name: str, rows: list[Row], marker: Figure) -> Figure:
    return {
        "type": "scatter",
        "name": name,
        "mode": "markers",
        "x": [plot.x_value(row) for row in rows],
        "y": [_round(100 * row["accuracy"]) for row in rows],
        "customdata": [[row["contestant_id"]] for row in rows],
        "hovertext": [hover(row, plot.axis) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": marker,
        # The page marks the chosen point with a style rule (theme.highlight), which also follows
        # the list beside the chart and a reloaded address; Plotly's own dimming would fight it.
        "selected": {"marker": {"opacity": marker["opacity"]}},
        "unselected": {"marker": {"opacity": marker["opacity"]}},
        "cliponaxis": False,
        "showlegend": False,
    }


def _symbol(row: Row, hollow: bool) -> str:
    shape = "diamond" if row.get("weights") == "closed" else "circle"
    return f"{shape}-open{'-dot' * self_hosted(row)}" if hollow else shape


def self_hosted(row: Row) -> bool:
    """Whether its dollars are a machine's time and not a list price: its outline is thick."""
    return kind(row) == OWN


def _beaten(plot: Plot) -> Figure:
    """Small and faint; an outline only for those no better than guessing."""
    rows = [row for row in plot.rows if row["place"] != "frontier"]
    guessing = [row["place"] == "apart" for row in rows]
    colours = [share_colour(row.get("reasoning_share")) for row in rows]
    own = [self_hosted(row) for row in rows]
    marker = {
        "size": BEATEN_DOT,
        "opacity": 0.6,
        "color": colours,
        "symbol": [_symbol(r, g) for r, g in zip(rows, guessing, strict=True)],
        "line": {
            "width": [1.6 if g or o else 0 for g, o in zip(guessing, own, strict=True)],
            "color": [c if g else OWN_RING for c, g in zip(colours, guessing, strict=True)],
        },
    }
    return _points(plot, "beaten", rows, marker)


def _frontier(plot: Plot) -> Figure:
    rows = plot.of("frontier")
    colours = [share_colour(row.get("reasoning_share")) for row in rows]
    hollow = [doubtful(row) for row in rows]
    own = [self_hosted(row) for row in rows]
    marker = {
        "size": plot.screen.dot,
        "opacity": 1,
        "color": colours,
        "symbol": [_symbol(r, h) for r, h in zip(rows, hollow, strict=True)],
        "line": {
            "width": [2.2 if h or o else 1 for h, o in zip(hollow, own, strict=True)],
            "color": [
                c if h else OWN_RING if o else RING
                for c, h, o in zip(colours, hollow, own, strict=True)
            ],
        },
    }
    bars = {
        "type": "data",
        "symmetric": False,
        "array": [_round(100 * (bar(row)[1] - row["accuracy"])) for row in rows],
        "arrayminus": [_round(100 * (row["accuracy"] - bar(row)[0])) for row in rows],
        "width": 0,
        "thickness": 1.1,
        "color": LINE,
    }
    return _points(plot, "frontier", rows, marker) | {"error_y": bars}


def _layout(plot: Plot) -> Figure:
    screen, (low, high) = plot.screen, plot.y
    step = 20 if high - low > 60 and screen.font < 13 else 10
    layout = {
        "height": screen.height,
        "margin": {"l": screen.left, "r": 10, "t": 8, "b": screen.bottom, "autoexpand": False},
        "showlegend": False,
        "hovermode": "closest",
        "hoverdistance": 16,
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        # False: on a phone a finger on the chart scrolls the page.
        "dragmode": False,
        "xaxis": {
            "type": "log",
            "showgrid": True,
            "gridcolor": GRID,
            "range": [_round(plot.x.low), _round(plot.x.high)],
            "tickmode": "array",
            **ticks(plot.axis, plot.x, screen.ticks),
            "tickfont": {"size": 13},
            "title": {"text": plot.axis.title, "font": {"size": 13}, "standoff": 6},
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "showgrid": True,
            "gridcolor": GRID,
            "range": [low, high],
            "dtick": step,
            "tick0": 0,
            "tickfont": {"size": 13},
            "zeroline": False,
            "fixedrange": True,
        },
        "annotations": notes(plot),
        "shapes": [],
    }
    if plot.x.zero is not None:
        edge = 10 ** (2 * plot.x.zero - plot.x.low)
        layout["shapes"] = [_gutter(float(f"{edge:.6g}"))]
    return layout


def _gutter(edge: float) -> Figure:
    """The strip for those that spend nothing, which a log axis has no place for."""
    where = {"xref": "x", "yref": "paper", "x0": 1e-30, "x1": edge, "y0": 0, "y1": 1}
    fill = {"fillcolor": faded(LINE, 0.1), "line": {"width": 0}, "layer": "below"}
    return {"type": "rect", **where, **fill}
