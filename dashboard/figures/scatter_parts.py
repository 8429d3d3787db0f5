"""What charts of points are made of: marks, axes, lines and texts, in the axes' own units."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dashboard.figures.palette import LINE, faded

DECADE, FIFTH = 1.0, 0.2
"""The least width of an axis: in powers of ten, and as a share of the values on it."""


@dataclass(frozen=True)
class Point:
    """One mark. `x` and `y` are in the axes' units."""

    key: str
    """What tells it from others: a contestant's id, a model's."""
    name: str
    """Written beside it where there is room; '': never."""
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
    zero: str = ""
    """What a gutter before a log axis is called, in which points at 0 stand; '': they have none."""


@dataclass(frozen=True)
class Note:
    """A text that stands whatever; names of points give way to it."""

    text: str
    x: float
    y: float
    anchor: str = "left"
    above: float = 0.0
    """Pixels that its middle stands above the place."""
    beside: float = 0.0
    """Pixels that it stands to the right of the place."""
    bold: bool = False


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
    shade: float = 0.0
    """Opacity of what lies under it."""
    steps: bool = False
    """Made of level and upright pieces; names keep off them."""


def lines(head: str, *rest: str) -> str:
    """A hover text: a name in bold and what is said of it, each escaped."""
    return "<br>".join(
        [f"<b>{html.escape(head)}</b>", *(html.escape(text) for text in rest if text)]
    )


def place(value: float, span: Span) -> float:
    """Where a value stands on an axis: on a log one, its power of ten."""
    return math.log10(value) if span.log else value


def widened(low: float, high: float, span: Span) -> tuple[float, float]:
    """Ends of an axis, in its own places, that leave room to read one point, or points that are
    nearly one: a decade of a log axis, a fifth of the values of another. Given ends stay."""
    least = DECADE if span.log else FIFTH * max(abs(low), abs(high), 1e-6)
    short = max(0.0, least - (high - low))
    below = 0.0 if span.low is not None else short if span.high is not None else short / 2
    above = 0.0 if span.high is not None else short - below
    return low - below, high + above
