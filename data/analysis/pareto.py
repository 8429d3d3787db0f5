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


def token_order(tokens: Array, usd: Array, band: float = TIE_BAND) -> Array:
    """Places of token counts, fewest first from 0, where near counts are ties that dollars decide.

    Within one of `token_groups` the cheaper comes first, unknown dollars last, then fewer tokens;
    equals share a place. A total order: ties judged pair by pair could beat each other in a circle
    and leave nobody on the frontier. NaN for unknown tokens.
    """
    counts, group = tidy(tokens), token_groups(tokens, band)
    known = np.flatnonzero(np.isfinite(counts))
    dollars = np.where(np.isfinite(usd), tidy(usd), np.inf)
    keys = np.column_stack([group, dollars, counts])[known]
    places = np.full(len(counts), np.nan)
    places[known] = np.unique(keys, axis=0, return_inverse=True)[1].ravel()
    return places


def token_groups(tokens: Array, band: float = TIE_BAND) -> Array:
    """Number, from 1, of the group of near token counts that each is in; NaN for unknown tokens.

    The fewest tokens open a group, all up to `band` above are in it, the next opens another.
    """
    counts = tidy(tokens)
    group = np.full(len(counts), np.nan)
    known = np.flatnonzero(~np.isnan(counts))
    opened, found = -np.inf, 0
    for i in known[np.argsort(counts[known], kind="stable")]:
        if counts[i] > max(opened * (1 + band), opened):
            opened, found = counts[i], found + 1
        group[i] = found
    return group


def tidy(values: Array) -> Array:
    """Values to twelve significant digits: equal means must not differ by a rounding error."""
    with np.errstate(all="ignore"):
        digits = 11 - np.floor(np.log10(np.abs(values)))
        scale = 10.0 ** np.where(np.isfinite(digits), digits, 0.0)
        rounded = np.round(values * scale) / scale
    return np.asarray(np.where(np.isfinite(rounded), rounded, values))
