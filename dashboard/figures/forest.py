"""Values with their intervals, a row each, on one axis: changes, gaps, ratios, shares."""

from __future__ import annotations

import html
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import text_width
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
from dashboard.figures.sheet import Figure, Sheet, layout, rounded, sheet
from dashboard.figures.traces import line

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
    before: float | None = None
    """What the value is held against: a grey mark, joined to it."""


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
    shown = [
        r
        for r in rows
        if math.isfinite(r.value) and (r.value > 0 or not axis.log or (axis.zero and r.value == 0))
    ][:MOST]
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
    lines = [v for v in (reference, margin) if v is not None]
    starts = [_far(r) for r in shown]
    ends = _range(shown, axis, lines, room, starts)
    starts = [_clear(r, s, lines, axis, ends, room) for r, s in zip(shown, starts, strict=True)]
    ends = _range(shown, axis, lines, room, starts)
    if axis.log and any(r.value == 0 for r in shown):
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


def _cut(name: str, most: float, font: float) -> str:
    """A name that fits beside the plot: sizes and efforts stand at its end, so the middle goes."""
    if text_width(name, font) <= most:
        return name
    head, tail = name[: len(name) // 2], name[len(name) // 2 :]
    while head and text_width(f"{head}…{tail}", font) > most:
        head, tail = (head[:-1], tail) if len(head) > len(tail) else (head, tail[1:])
    return f"{head.rstrip()}…{tail.lstrip()}"


def _range(
    rows: Sequence[Bar], axis: Span, rules: Sequence[float], room: Sheet, starts: Sequence[float]
) -> tuple[float, float]:
    """Holds every value and rule; an interval may run out of it where it is absurd."""
    ends = [v for r in rows for v in (r.low, r.high) if v is not None and math.isfinite(v)]
    ends += [r.before for r in rows if r.before is not None]
    values = [v for v in [*(r.value for r in rows), *rules, *ends] if v > 0 or not axis.log]
    places = [_place(v, axis) for v in values] or [0.0]
    low = min(places) if axis.low is None else _place(axis.low, axis)
    high = max(places) if axis.high is None else _place(axis.high, axis)
    width = max(high - low, 1e-9 + 0.02 * max(abs(low), abs(high), 1e-6))
    low -= 0.05 * width if axis.low is None else 0
    return low, max([high + 0.05 * width, *_ends_of_words(rows, starts, axis, low, room)])


def _ends_of_words(
    rows: Sequence[Bar], starts: Sequence[float], axis: Span, low: float, room: Sheet
) -> Iterator[float]:
    """Where the axis has to end for what is written beside each mark to stay in the plot."""
    for row, start in zip(rows, starts, strict=True):
        if row.said and (start > 0 or not axis.log):
            taken = text_width(row.said, room.font) + 14
            left = max(0.25, 1 - taken / room.plot_width)
            yield low + (_place(start, axis) - low) / left


def _clear(
    row: Bar,
    start: float,
    rules: Sequence[float],
    axis: Span,
    ends: tuple[float, float],
    room: Sheet,
) -> float:
    """Where a row's words begin: beyond a rule that would run through them."""
    if not row.said or (start <= 0 and axis.log):
        return start
    per_px = (ends[1] - ends[0]) / room.plot_width
    for rule in sorted(rules):
        at = _place(start, axis)
        if (
            at - 4 * per_px
            < _place(rule, axis)
            < at + (text_width(row.said, room.font) + 10) * per_px
        ):
            start = max(start, rule)
    return start


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


def _far(row: Bar) -> float:
    """The right end of a row's mark."""
    ends = (row.value, row.high, row.before)
    return max(v for v in ends if v is not None and math.isfinite(v))


def _rule(at: float, dash: str) -> Figure:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1,
        "line": {"width": 1.4, "color": faded(LINE, 0.8), "dash": dash}, "layer": "below",
    }  # fmt: skip
