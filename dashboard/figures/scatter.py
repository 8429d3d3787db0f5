"""Labelled points on two axes: the chart that most lenses draw.

Like every figure here it is a plain dict that depends on its points alone, not on their order.
"""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboard.figures import labels
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import Box, Dot, Wish
from dashboard.figures.palette import LINE, RING, faded
from dashboard.figures.sheet import Figure, Sheet, layout, rounded, sheet, titled
from dashboard.figures.traces import line

MARGIN = 0.06
"""Share of an axis left free at each end."""


@dataclass(frozen=True)
class Point:
    """One mark. `x` and `y` are in the axes' units."""

    key: str
    """What tells it from others: a contestant's id, a model's."""
    name: str
    x: float
    y: float
    hover: str
    """Lines of HTML; names in it are escaped by who writes it (see `lines`)."""
    colour: str = "#0E8FD0"
    symbol: str = "circle"
    faint: bool = False
    weight: float = 0.0
    """Who is named first when there is no room for all: the heaviest."""
    x_range: tuple[float, float] | None = None
    y_range: tuple[float, float] | None = None
    """Ends of an interval."""


@dataclass(frozen=True)
class Span:
    """An axis: its title, its ends and its ticks; a log axis has no place for 0 or less."""

    title: str
    log: bool = False
    low: float | None = None
    high: float | None = None
    """Ends that hold whatever the points; null: as the points need it."""
    tick: Callable[[float], str] | None = None
    """How a tick is written; null: as Plotly does."""
    ticks: tuple[float, ...] = ()


@dataclass(frozen=True)
class Curve:
    """A line drawn under the points: a fit, an iso-curve, a diagonal."""

    x: Sequence[float | None]
    y: Sequence[float | None]
    name: str = "curve"
    label: str = ""
    """Written at its last point."""
    width: float = 1.0
    dash: str = "solid"
    colour: str = field(default=faded(LINE, 0.55))


def build(
    points: Sequence[Point], x: Span, y: Span, size: Size = "wide", curves: Sequence[Curve] = ()
) -> Figure | None:
    """The figure; None without a point that the axes have a place for."""
    shown = sorted((p for p in points if _fits(p, x, y)), key=lambda p: (p.x, p.y, p.key))
    if not shown:
        return None
    room = sheet(size)
    across, up = _ends(shown, x, "x"), _ends(shown, y, "y")
    notes = [*_names(shown, across, up, x, y, room), *_curve_names(curves, room)]
    drawn = [
        line(c.name, list(c.x), list(c.y), c.width, c.colour)
        | {"line": {"width": c.width, "color": c.colour, "dash": c.dash}}
        for c in curves
    ]
    axes = (_axis(x, across, room, room.ticks), _axis(y, up, room, 8))
    return {"data": [*drawn, _marks(shown, room)], "layout": layout(room, *axes, notes)}


def lines(head: str, *rest: str) -> str:
    """A hover text: a name in bold and what is said of it, each escaped."""
    return "<br>".join(
        [f"<b>{html.escape(head)}</b>", *(html.escape(text) for text in rest if text)]
    )


def _fits(point: Point, x: Span, y: Span) -> bool:
    pairs = ((point.x, x), (point.y, y))
    return all(math.isfinite(v) and (v > 0 or not span.log) for v, span in pairs)


def _place(value: float, span: Span) -> float:
    return math.log10(value) if span.log else value


def _ends(points: Sequence[Point], span: Span, axis: str) -> tuple[float, float]:
    """The axis's range in its own places (powers of ten where it is one of them)."""
    values = [getattr(p, axis) for p in points]
    for ends in (getattr(p, f"{axis}_range") for p in points):
        values += [v for v in ends or () if math.isfinite(v) and (v > 0 or not span.log)]
    places = [_place(v, span) for v in values]
    low = min(places) if span.low is None else _place(span.low, span)
    high = max(places) if span.high is None else _place(span.high, span)
    width = max(high - low, 0.5 if span.log else 1e-9 + 0.02 * max(abs(low), abs(high)))
    low -= MARGIN * width if span.low is None else 0
    high += MARGIN * width if span.high is None else 0
    return low, high


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
    steps = (1, 2, 5) if high - low < 2 else (1,)
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


def _names(
    points: Sequence[Point],
    across: tuple[float, float],
    up: tuple[float, float],
    x: Span,
    y: Span,
    room: Sheet,
) -> list[Figure]:
    """The names that fit, heaviest first."""

    def left(value: float) -> float:
        place = across[0] if x.log and value <= 0 else _place(value, x)
        return (place - across[0]) / (across[1] - across[0]) * room.plot_width

    def above(value: float) -> float:
        place = up[0] if y.log and value <= 0 else _place(value, y)
        return (place - up[0]) / (up[1] - up[0]) * room.plot_height

    def pixel(p: Point) -> tuple[float, float]:
        return left(p.x), above(p.y)

    radius = room.dot / 2
    dots = [Dot(*pixel(p), radius) for p in points]
    taken = [Box(d.x - radius - 1, d.y - radius - 1, d.x + radius + 1, d.y + radius + 1)
             for d in dots]  # fmt: skip
    for d, p in zip(dots, points, strict=True):
        if p.y_range:
            taken.append(Box(d.x - 1, above(p.y_range[0]), d.x + 1, above(p.y_range[1])))
        if p.x_range:
            taken.append(Box(left(p.x_range[0]), d.y - 1, left(p.x_range[1]), d.y + 1))
    ordered = sorted(points, key=lambda p: (p.faint, -p.weight, p.key))
    wishes = [Wish(p.name, *pixel(p), radius=radius) for p in ordered]
    places = {id(w): p for w, p in zip(wishes, ordered, strict=True)}
    found = labels.place(
        wishes, taken, room.plot_width, room.plot_height, room.font, room.labels, dots
    )
    return [
        {
            "text": html.escape(label.wish.text),
            "x": rounded(_place(places[id(label.wish)].x, x)),
            "y": rounded(_place(places[id(label.wish)].y, y)),
            "xanchor": label.anchor,
            "yanchor": "middle",
            "xshift": label.shift_x,
            "yshift": label.shift_y,
            "showarrow": False,
            "font": {"size": room.font},
            "captureevents": False,
        }
        for label in found
    ]


def _curve_names(curves: Sequence[Curve], room: Sheet) -> list[Figure]:
    found = []
    for curve in curves:
        ends = [(a, b) for a, b in zip(curve.x, curve.y, strict=True) if None not in (a, b)]
        if curve.label and ends:
            x, y = ends[-1]
            found.append(
                {
                    "text": html.escape(curve.label), "x": x, "y": y, "xanchor": "right",
                    "yanchor": "bottom", "showarrow": False, "opacity": 0.75,
                    "font": {"size": room.font - 1}, "captureevents": False,
                }
            )  # fmt: skip
    return found
