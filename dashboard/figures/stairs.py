"""Staircases: the best that money buys, a step up at each contestant."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.figures.palette import LINE, faded
from dashboard.figures.scatter import Curve


def stairs(best: Iterable[tuple[float, float]], high: float, faint: bool = False) -> Curve:
    """From (cost, accuracy 0..1) by rising cost, on to the end of the axis; shaded, or faint."""
    x: list[float | None] = []
    y: list[float | None] = []
    top = 0.0
    for cost, accuracy in best:
        x += [cost, cost]
        y += [top, round(100 * accuracy, 2)]
        top = round(100 * accuracy, 2)
    if x:
        x, y = [*x, high], [*y, top]
    if faint:
        return Curve(x, y, "earlier", width=1.0, colour=faded(LINE, 0.22), steps=True)
    return Curve(x, y, "staircase", width=2.2, colour=LINE, shade=0.07, steps=True)
