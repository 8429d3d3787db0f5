"""Labelled points on two axes: the chart that most lenses draw.

Like every figure here it is a plain dict that depends on its points alone, not on their order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import LINE, RING, faded
from dashboard.figures.scatter_names import curve_notes, names, written
from dashboard.figures.scatter_parts import Curve as Curve
from dashboard.figures.scatter_parts import Note as Note
from dashboard.figures.scatter_parts import Point as Point
from dashboard.figures.scatter_parts import Span as Span
from dashboard.figures.scatter_parts import lines as lines
from dashboard.figures.scatter_parts import place, widened
from dashboard.figures.sheet import Figure, Sheet, layout, rounded, sheet, titled
from dashboard.figures.traces import line

MARGIN = 0.06
"""Share of an axis left free at each end."""
GUTTER = 0.09
"""Share of a log axis that is kept for points at 0, where they have a place."""


def build(
    points: Sequence[Point],
    x: Span,
    y: Span,
    size: Size = "wide",
    curves: Sequence[Curve] = (),
    notes: Sequence[Note] = (),
    height: int | None = None,
) -> Figure | None:
    """The figure; None without a point that the axes have a place for."""
    shown = sorted((p for p in points if _fits(p, x, y)), key=lambda p: (p.x, p.y, p.key))
    if not shown:
        return None
    room = sheet(size)
    room = replace(room, height=height) if height else room
    across, up = _ends(shown, x, "x"), _ends(shown, y, "y")
    if x.zero and x.log:
        across, gutter = _with_gutter(across)
        shown = [replace(p, x=p.x or gutter) for p in shown]
        curves = [replace(c, x=[gutter if v == 0 else v for v in c.x]) for c in curves]
        notes = [replace(n, x=n.x or gutter) for n in notes]
        x = replace(x, ticks=(gutter, *_marked(x, across, room.ticks)), tick=_zeroed(x, gutter))
    fixed = [*notes, *curve_notes(curves)]
    texts = names(shown, across, up, x, y, room, fixed, curves)
    texts += [written(n, x, y, room) for n in fixed]
    drawn = [_curve(c) for c in curves]
    axes = (_axis(x, across, room, room.ticks), _axis(y, up, room, 8))
    return {"data": [*drawn, _marks(shown, room)], "layout": layout(room, *axes, texts)}


def _fits(point: Point, x: Span, y: Span) -> bool:
    pairs = ((point.x, x), (point.y, y))
    return all(
        math.isfinite(v) and (v > 0 or not span.log or (v == 0 and bool(span.zero)))
        for v, span in pairs
    )


def _ends(points: Sequence[Point], span: Span, axis: str) -> tuple[float, float]:
    """The axis's range in its own places (powers of ten where it is one of them)."""
    values = [v for v in (getattr(p, axis) for p in points) if v > 0 or not span.log]
    for ends in (getattr(p, f"{axis}_range") for p in points):
        values += [v for v in ends or () if math.isfinite(v) and (v > 0 or not span.log)]
    places = [place(v, span) for v in values] or [0.0]
    low = min(places) if span.low is None else place(span.low, span)
    high = max(places) if span.high is None else place(span.high, span)
    low, high = widened(low, high, span)
    width = high - low
    low -= MARGIN * width if span.low is None else 0
    high += MARGIN * width if span.high is None else 0
    return low, high


def _with_gutter(ends: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """The axis with room for what is at 0, and the value at which that is drawn."""
    width = (ends[1] - ends[0]) * GUTTER / (1 - GUTTER)
    return (ends[0] - width, ends[1]), rounded(10 ** (ends[0] - width / 2))


def _marked(span: Span, ends: tuple[float, float], most: int) -> list[float]:
    """Ticks right of the gutter."""
    start = ends[0] + GUTTER * (ends[1] - ends[0])
    return [m for m in span.ticks or _decades(start, ends[1], most - 1) if math.log10(m) > start]


def _zeroed(span: Span, gutter: float) -> Callable[[float], str]:
    """How ticks are written where one of them is the gutter's."""
    said = span.tick or "{:g}".format
    return lambda value: span.zero if value == gutter else said(value)


def _curve(c: Curve) -> Figure:
    drawn = line(c.name, list(c.x), list(c.y), c.width, c.colour)
    drawn["line"]["dash"] = c.dash
    if c.shade:
        drawn |= {"fill": "tozeroy", "fillcolor": faded(LINE, c.shade)}
    return drawn


def _axis(span: Span, ends: tuple[float, float], room: Sheet, most: int) -> Figure:
    found: dict[str, Any] = {
        "range": [rounded(ends[0]), rounded(ends[1])],
        "title": titled(span.title),
        "type": "log" if span.log else "linear",
    }
    marks = list(span.ticks)
    if span.log and not marks:
        marks = _decades(*ends, most)
    if marks:
        found |= {"tickmode": "array", "tickvals": [rounded(m) for m in marks]}
        if span.tick:
            found["ticktext"] = [span.tick(m) for m in marks]
    return found


def _decades(low: float, high: float, most: int) -> list[float]:
    """Powers of ten, with 2 and 5 between them where there are few; thinned to `most`."""
    steps = (1, 2, 3, 5, 7) if high - low < 0.7 else (1, 2, 5) if high - low < 2 else (1,)
    marks = [s * 10.0**d for d in range(math.floor(low), math.ceil(high) + 1) for s in steps]
    marks = [m for m in marks if low <= math.log10(m) <= high]
    return marks[:: max(1, math.ceil(len(marks) / most))]


def _marks(points: Sequence[Point], room: Sheet) -> Figure:
    found: Figure = {
        "type": "scatter",
        "name": "points",
        "mode": "markers",
        "x": [rounded(p.x) for p in points],
        "y": [rounded(p.y) for p in points],
        "customdata": [[p.key] for p in points],
        "hovertext": [p.hover for p in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": [room.dot * (0.75 if p.faint else 1) for p in points],
            "color": [p.colour for p in points],
            "symbol": [p.symbol for p in points],
            "opacity": [0.5 if p.faint else 1 for p in points],
            "line": {"width": [0 if p.faint else 1 for p in points], "color": RING},
        },
        "cliponaxis": False,
        "showlegend": False,
    }
    for axis in ("x", "y"):
        ends = [getattr(p, f"{axis}_range") for p in points]
        if any(ends):
            found[f"error_{axis}"] = _bars([getattr(p, axis) for p in points], ends)
    return found


def _bars(values: Sequence[float], ends: Sequence[tuple[float, float] | None]) -> Figure:
    pairs = [(v, *(e or (v, v))) for v, e in zip(values, ends, strict=True)]
    return {
        "type": "data",
        "symmetric": False,
        "array": [rounded(max(0.0, high - v)) for v, _, high in pairs],
        "arrayminus": [rounded(max(0.0, v - low)) for v, low, _ in pairs],
        "width": 0,
        "thickness": 1.1,
        "color": faded(LINE, 0.7),
    }
