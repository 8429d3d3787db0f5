"""Pareto sets: who is beaten by nobody, on two axes, on three, and on tokens of many tokenizers."""

from __future__ import annotations

import numpy as np

from data.analysis.grid import Array

TIE_BAND = 0.25
"""Token counts of different tokenizers within this share of each other are one figure (METHOD 4.1);
the dollars then decide."""


def pareto(cost: Array, quality: Array) -> Array:
    """Mask of the points that no other beats: cost as low, quality as high, one of them better.

    Exact duplicates of a kept point are kept; NaN rows never. Kung, Luccio and Preparata 1975:
    sort by cost, keep strict running maxima, O(n log n).
    """
    keep = np.zeros(len(cost), dtype=bool)
    known = np.flatnonzero(np.isfinite(cost) & np.isfinite(quality))
    cost, quality = tidy(cost), tidy(quality)
    order = known[np.lexsort((-quality[known], cost[known]))]
    if not len(order):
        return keep
    setter = order[lifted_by(quality[order])]
    keep[order] = (quality[order] == quality[setter]) & (cost[order] == cost[setter])
    return np.asarray(keep)


def lifted_by(quality: Array) -> Array:
    """(..., n) qualities by rising cost to (..., n): place of the one that last lifted the maximum.

    A point is on the frontier when it is that one or ties it.
    """
    best = np.maximum.accumulate(quality, axis=-1)
    lifts = np.ones(quality.shape, dtype=bool)
    lifts[..., 1:] = best[..., 1:] > best[..., :-1]
    places = np.where(lifts, np.arange(quality.shape[-1]), 0)
    return np.asarray(np.maximum.accumulate(places, axis=-1))


def pareto_many(costs: Array, quality: Array) -> Array:
    """Mask of the points that no other beats on several costs (n, d) and quality (n,); O(n^2).

    NaN in any of them: never kept, never beats.
    """
    known = np.isfinite(costs).all(axis=1) & np.isfinite(quality)
    values = np.column_stack([tidy(costs), -tidy(quality)])
    keep = known.copy()
    for i in np.flatnonzero(known):
        as_good = (values[known] <= values[i]).all(axis=1)
        keep[i] = not (as_good & (values[known] < values[i]).any(axis=1)).any()
    return np.asarray(keep)


def pareto_tokens(
    tokens: Array, quality: Array, usd: Array, same: Array | None = None, band: float = TIE_BAND
) -> Array:
    """Mask of points on the frontier of quality against tokens, where near counts are ties.

    j beats i when it is at least as good with clearly fewer tokens (i spends more than 1 + band
    times as many), or with about as many and at most i's dollars, one of quality and dollars
    strictly better. Points of the same code in `same` (one tokenizer) are compared exactly. Unknown
    dollars decide nothing; unknown tokens or quality are never on it.
    """
    known = np.isfinite(tokens) & np.isfinite(quality)
    t, q, d = tidy(tokens), tidy(quality), tidy(usd)
    as_good, better = q[:, None] >= q[None, :], q[:, None] > q[None, :]
    one = np.zeros((len(t), len(t)), dtype=bool) if same is None else same[:, None] == same[None, :]
    clearly = ~one & (t[None, :] > (1 + band) * t[:, None])
    near = ~one & (t[None, :] <= (1 + band) * t[:, None]) & (t[:, None] <= (1 + band) * t[None, :])
    by_usd = near & (d[:, None] <= d[None, :]) & (better | (d[:, None] < d[None, :]))
    exact = one & (t[:, None] <= t[None, :]) & (better | (t[:, None] < t[None, :]))
    beats = as_good & (clearly | by_usd | exact) & known[:, None]
    return np.asarray(known & ~beats.any(axis=0))


def tidy(values: Array) -> Array:
    """Values to twelve significant digits: equal means must not differ by a rounding error."""
    with np.errstate(all="ignore"):
        digits = 11 - np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** np.where(np.isfinite(digits), digits, 0.0)
        rounded = np.round(values * scale) / scale
    return np.asarray(np.where(np.isfinite(rounded), rounded, values))
