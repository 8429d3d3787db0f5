"""Values with their intervals, a row each, on one axis: changes, gaps, ratios, shares."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import replace

from dashboard.figures import forest_ends
from dashboard.figures.forest_ends import BLUE as BLUE
from dashboard.figures.forest_ends import GREY as GREY
from dashboard.figures.forest_ends import MOST
from dashboard.figures.forest_ends import ORANGE as ORANGE
from dashboard.figures.forest_ends import ROWS as ROWS
from dashboard.figures.forest_ends import Bar as Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import cut, text_width
from dashboard.figures.palette import LINE, RING, faded
from dashboard.figures.scatter import (
    Span,
    _axis,
    _bars,
    _marked,
    _with_gutter,
    _zeroed,
)
from dashboard.figures.scatter_parts import place as _place
from dashboard.figures.sheet import Figure, layout, rounded, sheet
from dashboard.figures.traces import line

ROW_PX = {"wide": 30, "medium": 30, "phone": 34}
MANY = 14
"""Rows from which on they are closer, and the axis stands at the top, where it is seen."""
CLOSER_PX = 24
LONGEST = {"wide": 300, "medium": 240, "phone": 128}
"""Pixels of the longest name."""


def build(
    rows: Sequence[Bar],
    axis: Span,
    size: Size = "wide",
    reference: float | None = None,
    margin: float | None = None,
    page: int | None = None,
) -> Figure | None:
    """The figure, rows from the top in their order; None without a row that can be drawn.

    A solid rule stands at `reference`, a dotted one at `margin`. Of a `page`, from 1, there are
    ROWS rows; the axis is the same on every page. Without one the first MOST rows are drawn.
    """
    shown = [
        r
        for r in rows
        if math.isfinite(r.value) and (r.value > 0 or not axis.log or (axis.zero and r.value == 0))
    ]
    if not shown:
        return None
    # The rows of all pages, since they share an axis.
    every = shown if page else shown[:MOST]
    here = forest_ends.on_page(len(every), page)
    shown = every[here]
    base = sheet(size)
    names = [cut(r.name, LONGEST[size], base.font) for r in shown]
    left = round(max(text_width(n, base.font) for n in names)) + 16
    many = len(shown) >= MANY
    height = base.top + base.bottom + (CLOSER_PX if many else ROW_PX[size]) * len(shown) + 14
    room = replace(base, left=left, height=height)
    if many:
        # On a phone the button that saves the picture stands over the title's end.
        spare = 20 if size == "phone" else 0
        room = replace(room, top=base.bottom + spare, bottom=base.top, height=height + spare)
    lines = [v for v in (reference, margin) if v is not None]
    starts = [forest_ends.far(r) for r in every]
    ends = forest_ends.span(every, axis, lines, room, starts)
    starts = [
        forest_ends.clear(r, s, lines, axis, ends, room) for r, s in zip(every, starts, strict=True)
    ]
    ends = forest_ends.span(every, axis, lines, room, starts)
    starts = starts[here]
    if axis.log and any(r.value == 0 for r in every):
        ends, gutter = _with_gutter(ends)
        shown = [replace(r, value=r.value or gutter) for r in shown]
        starts = [s or gutter for s in starts]
        ticks = (gutter, *_marked(axis, ends, base.ticks))
        axis = replace(axis, ticks=ticks, tick=_zeroed(axis, gutter))
    places = list(range(len(shown)))[::-1]
    figure: Figure = {
        "data": [
            *_before(shown, places, base.dot),
            _marks(shown, places, ends, axis, base.dot),
        ],
        "layout": layout(
            room,
            _axis(axis, ends, room, base.ticks) | ({"side": "top"} if many else {}),
            {
                "tickmode": "array", "tickvals": places,
                "ticktext": [html.escape(n) for n in names],
                "range": [-0.7, len(shown) - 0.3], "gridcolor": faded(LINE, 0.08),
            },
            _said(shown, starts, axis, base.font),
        ),
    }  # fmt: skip
    rules = ((reference, "solid"), (margin, "dot"))
    figure["layout"]["shapes"] = [_rule(at, dash) for at, dash in rules if at is not None]
    return figure


def _marks(
    rows: Sequence[Bar], places: list[int], ends: tuple[float, float], axis: Span, dot: float
) -> Figure:
    low, high = (10**e for e in ends) if axis.log else ends
    spans = [(max(low, _or(r.low, r.value)), min(high, _or(r.high, r.value))) for r in rows]
    return {
        "type": "scatter",
        "name": "rows",
        "mode": "markers",
        "x": [rounded(r.value) for r in rows],
        "y": places,
        "hovertext": [r.hover for r in rows],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[html.escape(r.name)] for r in rows],
        "marker": {
            "size": dot,
            "color": [r.colour for r in rows],
            "symbol": [f"{r.symbol}-open" if r.hollow else r.symbol for r in rows],
            "line": {
                "width": [2 if r.hollow else 1 for r in rows],
                "color": [r.colour if r.hollow else RING for r in rows],
            },
        },
        "error_x": _bars([r.value for r in rows], spans),
        "cliponaxis": False,
        "showlegend": False,
    }


def _before(rows: Sequence[Bar], places: list[int], dot: float) -> list[Figure]:
    """The grey marks, and the lines that join them to the values."""
    pairs = [(r, p) for r, p in zip(rows, places, strict=True) if r.before is not None]
    if not pairs:
        return []
    x = [v for r, _ in pairs for v in (rounded(r.before or 0.0), rounded(r.value), None)]
    y = [v for _, p in pairs for v in (p, p, None)]
    marks = line("before", x[::3], y[::3], 0, LINE) | {"mode": "markers"}
    marks["marker"] = {"size": dot, "color": GREY, "line": {"width": 1, "color": RING}}
    marks |= {
        "hoverinfo": "text", "hovertext": [r.hover for r, _ in pairs], "cliponaxis": False,
        "hovertemplate": "%{hovertext}<extra></extra>",
    }  # fmt: skip
    return [line("change", x, y, 3, faded(LINE, 0.35)), marks]


def _or(end: float | None, value: float) -> float:
    return value if end is None else end


def _said(rows: Sequence[Bar], starts: Sequence[float], axis: Span, font: int) -> list[Figure]:
    """Beside the end of its interval, so that it covers nothing."""
    found = []
    places = range(len(rows))[::-1]
    for row, start, place in zip(rows, starts, places, strict=True):
        if row.said:
            found.append(
                {
                    "text": html.escape(row.said),
                    "x": rounded(_place(start, axis)), "y": place,
                    "xanchor": "left", "yanchor": "middle", "xshift": 10, "showarrow": False,
                    "font": {"size": font}, "captureevents": False,
                }
            )  # fmt: skip
    return found


def _rule(at: float, dash: str) -> Figure:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
        "line": {"width": 1.4, "color": faded(LINE, 0.8), "dash": dash}, "layer": "below",
    }  # fmt: skip
