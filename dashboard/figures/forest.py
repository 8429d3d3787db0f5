"""Values with their intervals, a row each, on one axis: changes, gaps, ratios, shares."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import text_width
from dashboard.figures.palette import LINE, RING, faded
from dashboard.figures.scatter import Span, _axis, _bars, _place
from dashboard.figures.sheet import Figure, Sheet, layout, rounded, sheet

BLUE, ORANGE, GREY = "#0E8FD0", "#E8590C", "#7A8794"
ROW_PX = {"wide": 30, "medium": 30, "phone": 34}
MANY = 14
"""Rows from which on they are closer, and the axis stands at the top, where it is seen."""
CLOSER_PX = 24
LONGEST = {"wide": 300, "medium": 240, "phone": 128}
"""Pixels of the longest name."""
MOST = 60
"""Rows that are drawn; the table has all."""


@dataclass(frozen=True)
class Bar:
    """One row."""

    name: str
    value: float
    hover: str
    low: float | None = None
    high: float | None = None
    colour: str = BLUE
    hollow: bool = False
    """Not told from the reference: an outline."""
    said: str = ""
    """Written at the right of its mark."""
    symbol: str = "circle"


def build(
    rows: Sequence[Bar],
    axis: Span,
    size: Size = "wide",
    reference: float | None = None,
    margin: float | None = None,
) -> Figure | None:
    """The figure, rows from the top in their order; None without a row that can be drawn.

    A solid rule stands at `reference`, a dotted one at `margin`.
    """
    shown = [r for r in rows if math.isfinite(r.value) and (r.value > 0 or not axis.log)][:MOST]
    if not shown:
        return None
    base = sheet(size)
    names = [_cut(r.name, LONGEST[size], base.font) for r in shown]
    left = round(max(text_width(n, base.font) for n in names)) + 16
    many = len(shown) >= MANY
    height = base.top + base.bottom + (CLOSER_PX if many else ROW_PX[size]) * len(shown) + 14
    room = replace(base, left=left, height=height)
    if many:
        room = replace(room, top=base.bottom, bottom=base.top)
    ends = _range(shown, axis, [v for v in (reference, margin) if v is not None], room)
    places = list(range(len(shown)))[::-1]
    figure: Figure = {
        "data": [_marks(shown, places, ends, axis, base.dot)],
        "layout": layout(
            room,
            _axis(axis, ends, room, base.ticks) | ({"side": "top"} if many else {}),
            {
                "tickmode": "array", "tickvals": places,
                "ticktext": [html.escape(n) for n in names],
                "range": [-0.7, len(shown) - 0.3], "gridcolor": faded(LINE, 0.08),
            },
            _said(shown, places, axis, base.font),
        ),
    }  # fmt: skip
    rules = ((reference, "solid"), (margin, "dot"))
    figure["layout"]["shapes"] = [_rule(at, dash) for at, dash in rules if at is not None]
    return figure


def _cut(name: str, most: float, font: float) -> str:
    """A name that fits beside the plot."""
    if text_width(name, font) <= most:
        return name
    while name and text_width(f"{name}…", font) > most:
        name = name[:-1]
    return f"{name.rstrip()}…"


def _range(
    rows: Sequence[Bar], axis: Span, rules: Sequence[float], room: Sheet
) -> tuple[float, float]:
    """Holds every value and rule; an interval may run out of it where it is absurd."""
    ends = [v for r in rows for v in (r.low, r.high) if v is not None and math.isfinite(v)]
    values = [v for v in [*(r.value for r in rows), *rules, *ends] if v > 0 or not axis.log]
    places = [_place(v, axis) for v in values]
    low = min(places) if axis.low is None else _place(axis.low, axis)
    high = max(places) if axis.high is None else _place(axis.high, axis)
    width = max(high - low, 1e-9 + 0.02 * max(abs(low), abs(high), 1e-6))
    low -= 0.05 * width if axis.low is None else 0
    return low, max([high + 0.05 * width, *_ends_of_words(rows, axis, low, room)])


def _ends_of_words(rows: Sequence[Bar], axis: Span, low: float, room: Sheet) -> Iterator[float]:
    """Where the axis has to end for what is written beside each mark to stay in the plot."""
    for row in rows:
        if row.said:
            taken = text_width(row.said, room.font) + 14
            left = max(0.25, 1 - taken / room.plot_width)
            yield low + (_place(_far(row), axis) - low) / left


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
        "customdata": [[r.name] for r in rows],
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


def _or(end: float | None, value: float) -> float:
    return value if end is None else end


def _said(rows: Sequence[Bar], places: list[int], axis: Span, font: int) -> list[Figure]:
    """Beside the end of its interval, so that it covers nothing."""
    found = []
    for row, place in zip(rows, places, strict=True):
        if row.said:
            found.append(
                {
                    "text": html.escape(row.said),
                    "x": rounded(_place(_far(row), axis)), "y": place,
                    "xanchor": "left", "yanchor": "middle", "xshift": 10, "showarrow": False,
                    "font": {"size": font}, "captureevents": False,
                }
            )  # fmt: skip
    return found


def _far(row: Bar) -> float:
    """The right end of a row's mark."""
    high = row.high
    return row.value if high is None or not math.isfinite(high) else max(row.value, high)


def _rule(at: float, dash: str) -> Figure:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
        "line": {"width": 1.4, "color": faded(LINE, 0.8), "dash": dash}, "layer": "below",
    }  # fmt: skip
