"""P(frontier): how sure it is that a contestant is beaten by nobody, by paired bootstrap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data.analysis.grid import Array, Grid
from data.analysis.pareto import lifted_by, tidy, token_order
from data.analysis.resample import Draws

TOKENS = "output_tokens"


def frontier_chances(
    grid: Grid, x: str, drawn: Sequence[Draws], among: Array | None = None
) -> list[Array]:
    """(M,) for each draw: share of resamples in which each contestant is on the frontier.

    Of score against `x`, the same draw for every contestant (paired), and both axes computed from
    the draw, with the level-balanced weights (METHOD 3). Against output tokens, near counts are
    ties that dollars decide: see token_order. A contestant without a known `x`, or outside the mask
    `among`, is never on it and beats nobody. The draws are of the same clusters, and differ in
    their levels' weights.
    """
    out = np.zeros(len(grid.ids), dtype=bool) if among is None else ~among
    columns = [x, "score"] + (["cost_usd"] if x == TOKENS else [])
    values = np.stack([grid.mean(column) for column in columns])
    found = drawn[0].weighed(values, *(one.level_weight for one in drawn))
    return [_chances(axes, x, out) for axes in found]


def _chances(axes: Array, x: str, out: Array) -> Array:
    """(B, 2 or 3, M) to (M,)."""
    axes[..., out] = np.nan
    cost, quality = axes[:, 0], axes[:, 1]
    if x == TOKENS:
        cost = np.array([token_order(one[0], one[2]) for one in axes]).reshape(cost.shape)
    return _share(tidy(cost), tidy(quality))


def _share(cost: Array, quality: Array) -> Array:
    """(B, M) each to (M,): share of the B Pareto sets that hold each point; see pareto()."""
    known = np.isfinite(cost) & np.isfinite(quality)
    cost, quality = np.where(known, cost, np.inf), np.where(known, quality, -np.inf)
    on = np.zeros_like(known)
    # Sorted by cost, ties by quality: what comes later and is no better is beaten or a duplicate.
    order = np.lexsort((-quality, cost), axis=-1)
    c, q = np.take_along_axis(cost, order, 1), np.take_along_axis(quality, order, 1)
    setter = lifted_by(q)
    kept = (q == np.take_along_axis(q, setter, 1)) & (c == np.take_along_axis(c, setter, 1))
    np.put_along_axis(on, order, kept, axis=1)
    return np.asarray((on & known).mean(axis=0))
