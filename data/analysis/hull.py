"""What money buys at best: the step frontier, and the hull that random mixing reaches.

Dollars stay linear here: mixing two contestants costs the mean of their dollars, so the hull, AIQ
and the hypervolume change under any other scale (METHOD 3). Quality is accuracy or true score.
"""

from __future__ import annotations

import numpy as np

from data.analysis.grid import Array
from data.analysis.pareto import pareto, tidy


def hull(cost: Array, quality: Array) -> Array:
    """(V, 2) vertices (cost, quality) of the concave non-decreasing upper envelope, by cost.

    Upper half of a monotone chain over the Pareto set; collinear points are not vertices. Empty
    without a known point.
    """
    on = np.flatnonzero(pareto(cost, quality))
    points = np.unique(np.column_stack([tidy(cost)[on], tidy(quality)[on]]), axis=0)
    kept: list[Array] = []
    for point in points:
        while len(kept) > 1 and _bends_up(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return np.array(kept).reshape(-1, 2)


def _bends_up(a: Array, b: Array, c: Array) -> bool:
    """Whether b lies on or under the line from a to c."""
    return bool((b[1] - a[1]) * (c[0] - a[0]) <= (c[1] - a[1]) * (b[0] - a[0]))


def hull_at(vertices: Array, cost: Array) -> Array:
    """Quality that a budget buys by mixing two neighbours; NaN below the cheapest vertex."""
    if not len(vertices):
        return np.full(np.shape(cost), np.nan)
    bought = np.interp(cost, vertices[:, 0], vertices[:, 1], left=np.nan)
    # A single vertex would answer even for an unknown budget.
    return np.where(np.isnan(cost), np.nan, bought)


def hull_cost(vertices: Array, quality: Array) -> Array:
    """Cheapest expected cost that buys a quality by mixing; NaN above the best vertex."""
    if not len(vertices):
        return np.full(np.shape(quality), np.nan)
    paid = np.interp(quality, vertices[:, 1], vertices[:, 0], right=np.nan)
    return np.where(np.isnan(quality), np.nan, paid)


def step_cost(cost: Array, quality: Array, wanted: Array) -> Array:
    """Cost of the cheapest contestant with at least each wanted quality; NaN when none has it."""
    known = np.isfinite(cost) & np.isfinite(quality)
    reaches = tidy(quality)[known] >= tidy(np.atleast_1d(wanted))[:, None]
    costs = np.where(reaches, cost[known], np.inf)
    found = costs.min(axis=1, initial=np.inf)
    return np.where(np.isfinite(found), found, np.nan)


def overspend(cost: Array, quality: Array, over: Array | None = None) -> tuple[Array, Array]:
    """(step, mixing): how many times its quality's cheapest price each point costs; 1 or more.

    step = C / min{C_j : Q_j >= Q}; mixing = C / hull^-1(Q). NaN (not infinity) for free points and
    where the cheapest is free: a ratio to nothing says nothing. `over`: which points set the
    frontier (default: all).
    """
    base = np.ones(len(cost), dtype=bool) if over is None else over
    with np.errstate(divide="ignore", invalid="ignore"):
        step = cost / step_cost(cost[base], quality[base], quality)
        mixing = cost / hull_cost(hull(cost[base], quality[base]), tidy(quality))
    free = ~(np.isfinite(cost) & (cost > 0))
    return (_ratio(step, free), _ratio(mixing, free))


def _ratio(values: Array, unknown: Array) -> Array:
    return np.where(unknown | ~np.isfinite(values), np.nan, np.maximum(values, 1.0))


def gap(cost: Array, quality: Array, over: Array | None = None) -> Array:
    """hull(C) - Q: quality that mixing buys beyond each point at its cost; 0 or more."""
    base = np.ones(len(cost), dtype=bool) if over is None else over
    bought = hull_at(hull(cost[base], quality[base]), tidy(cost))
    missing = bought - quality
    # What is left of a subtraction of near-equals is rounding, not a gap.
    missing = np.where(np.abs(missing) <= 1e-11 * np.abs(bought), 0.0, missing)
    return np.where(np.isnan(missing), np.nan, np.maximum(missing, 0.0))


def aiq(vertices: Array, low: float, high: float) -> float:
    """Mean quality over budgets from low to high, RouterBench's AIQ (arXiv 2403.12031).

    Flat after the last vertex, 0 before the first; NaN for an empty range.
    """
    if not high > low:
        return float("nan")
    if not len(vertices):
        return 0.0
    at = np.unique(np.clip(np.concatenate([[low, high], vertices[:, 0]]), low, high))
    # Below the first vertex nothing can be bought: that stretch has no area.
    at = at[at >= min(max(vertices[0, 0], low), high)]
    return float(np.trapezoid(hull_at(vertices, at), at) / (high - low)) if len(at) > 1 else 0.0


def hypervolume(
    cost: Array, quality: Array, cost_ref: float, quality_ref: float = 0.0, log: bool = False
) -> float:
    """Area under the step frontier, from quality_ref up and left of cost_ref (METHOD 3).

    `log`: over log10 of cost; free points then have no place and are left out. The reference must
    be kept from night to night, or the figures can't be compared.
    """
    if log:
        cost = np.where(cost > 0, cost, np.nan)
    on = np.flatnonzero(pareto(cost, quality))
    points = np.unique(np.column_stack([cost[on], quality[on]]), axis=0)
    points = points[points[:, 0] < cost_ref]
    edges = np.append(points[:, 0], cost_ref)
    if log:
        edges = np.log10(edges)
    return float((np.diff(edges) * np.maximum(points[:, 1] - quality_ref, 0.0)).sum())
