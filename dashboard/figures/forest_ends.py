"""Rows of a forest: what a row is, which are on a page, and where their axis ends."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboard.figures.labels import text_width
from dashboard.figures.scatter_parts import Span, widened
from dashboard.figures.scatter_parts import place as _place
from dashboard.figures.sheet import Sheet

BLUE, ORANGE, GREY = "#0E8FD0", "#E8590C", "#7A8794"
MOST, ROWS = 60, 20
"""Rows that are drawn at most, and on one page of several; the table has all."""


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


def on_page(rows: int, page: int | None) -> slice:
    """Which rows a page holds; all without one, and the last where there is none so far."""
    if page is None:
        return slice(None)
    start = (min(max(page, 1), math.ceil(rows / ROWS)) - 1) * ROWS
    return slice(start, start + ROWS)


def span(
    rows: Sequence[Bar], axis: Span, rules: Sequence[float], room: Sheet, starts: Sequence[float]
) -> tuple[float, float]:
    """The axis's ends: it holds every value and rule; an absurd interval may run out of it."""
    ends = [v for r in rows for v in (r.low, r.high) if v is not None and math.isfinite(v)]
    ends += [r.before for r in rows if r.before is not None]
    values = [v for v in [*(r.value for r in rows), *rules, *ends] if v > 0 or not axis.log]
    places = [_place(v, axis) for v in values] or [0.0]
    low = min(places) if axis.low is None else _place(axis.low, axis)
    high = max(places) if axis.high is None else _place(axis.high, axis)
    low, high = widened(low, high, axis)
    width = high - low
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


def clear(
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


def far(row: Bar) -> float:
    """The right end of a row's mark."""
    ends = (row.value, row.high, row.before)
    return max(v for v in ends if v is not None and math.isfinite(v))
