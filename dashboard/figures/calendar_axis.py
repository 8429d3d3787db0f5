"""An axis of days for charts of points: places in years, ticks at whole years, months or days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dashboard.figures.scatter import Span

STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
"""Months between ticks."""
MONTH = 31
MARGIN = 0.03
"""Share of the axis left free before the first day."""


def place(day: date) -> float:
    """A day as a year and its part: 2026.5 is the middle of 2026."""
    start, end = date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return round(day.year + (day - start).days / (end - start).days, 5)


def span(first: date, last: date, spare: float, most: int) -> Span:
    """The axis from one day to another; `spare` is the share of it left free at the right."""
    # A single day still needs some width.
    width = max(place(last) - place(first), 0.02)
    whole = width / (1 - spare - MARGIN)
    low = place(first) - MARGIN * whole
    marks = _marks(first, last, max(2, round(most * (1 - spare))))
    names = {place(day): said for day, said in marks}
    return Span("", low=low, high=low + whole, ticks=tuple(names), tick=lambda value: names[value])


def _marks(first: date, last: date, most: int) -> list[tuple[date, str]]:
    """Days with a tick and how it is written."""
    if (last - first).days <= 2 * MONTH:
        step = max(1, -(-((last - first).days + 1) // most))
        days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, step)]
        return [(day, f"{day.day} {day:%b %Y}" if i == 0 else f"{day.day} {day:%b}")
                for i, day in enumerate(days)]  # fmt: skip
    for step in STEPS:
        found = list(_months(first, last, step))
        if len(found) <= most:
            break
    return [(day, f"{day.year}" if step >= STEPS[4] else f"{day:%b %Y}") for day in found]


def _months(first: date, last: date, step: int) -> Iterator[date]:
    """First days of months between two days, `step` months from each other."""
    month = first.year * 12 + first.month - 1 + (first.day > 1)
    month += -month % step
    while (day := date(month // 12, month % 12 + 1, 1)) <= last:
        yield day
        month += step
