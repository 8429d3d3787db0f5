"""P(frontier): how sure it is that a contestant is beaten by nobody, by paired bootstrap."""

from __future__ import annotations

import numpy as np

from data.analysis.grid import Array, Grid
from data.analysis.pareto import lifted_by, pareto_tokens, tidy
from data.analysis.resample import Draws


def frontier_chances(
    grid: Grid,
    x: str,
    drawn: Draws,
    among: Array | None = None,
    models: Array | None = None,
) -> Array:
    """(M,): share of resamples in which each contestant is on the frontier of score against `x`.

    The same draw for every contestant (paired), and both axes computed from the draw, with the
    level-balanced weights (METHOD 3). With `models` (a code per contestant) `x` counts tokens, and
    ties of different tokenizers go to the cheaper one: see pareto_tokens. A contestant without a
    known `x`, or outside the mask `among`, is never on it and beats nobody.
    """
    out = np.zeros(len(grid.ids), dtype=bool) if among is None else ~among
    if models is not None:
        axes = drawn.means(np.stack([grid.mean(x), grid.score, grid.mean("cost_usd")]))
        axes[..., out] = np.nan
        on = [pareto_tokens(one[0], one[1], one[2], models) for one in axes]
        return np.asarray(np.mean(on, axis=0))
    axes = drawn.means(np.stack([grid.mean(x), grid.score]))
    axes[..., out] = np.nan
    return _share(tidy(axes[:, 0]), tidy(axes[:, 1]))


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
