"""Tests behind the drift lens: paired, exact where they can be, and safe to ask many times."""

from __future__ import annotations

import numpy as np
from scipy import stats

from data.analysis.grid import Array

ENUMERATED = 12
"""Up to this many clusters that changed, every pattern of signs is tried instead of drawn ones."""
BLOCKS = 256
"""More clusters than this are flipped in so many blocks: the test stays valid and gets fast."""
CHUNK = 4096
"""Patterns of signs that are tried at once: many contestants must not need much memory."""


def mcnemar_exact(b: int, c: int) -> float:
    """Two-sided exact p of b flips one way and c the other: min(1, 2 Bin(min(b, c); b + c, 1/2)).

    METHOD 9; McNemar 1947. No flip at all: 1. One flip: 1; six one-sided flips are the fewest that
    get below .05.
    """
    return min(1.0, 2.0 * float(stats.binom.cdf(min(b, c), b + c, 0.5)))


def benjamini_hochberg(p: Array) -> Array:
    """p to q: the smallest false discovery rate at which each would be called a discovery.

    METHOD 9; Benjamini and Hochberg 1995: q of the k-th smallest of n is the least p_j n / j over
    j >= k, at most 1. NaN (not tested) stays NaN and is not counted. One p: q = p.
    """
    p = np.asarray(p, dtype=float)
    q = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    n = len(order)
    scaled = p[order] * n / np.arange(1, n + 1)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q


def sign_flips(parts: Array, flips: int = 9_999, seed: int = 1) -> Array:
    """(N, G) weighted differences summed by cluster to (N,) two-sided p of their total.

    Paired permutation (METHOD 9, Fisher 1935): if the nights are exchangeable, every cluster's
    difference is as likely to have the other sign. Exact where at most 12 clusters changed, else
    (1 + as extreme) / (1 + flips) with seeded flips: valid, and never below 1 / (1 + flips).
    A cluster without a pair counts as 0, which no flip can change. None that changed: 1.
    """
    parts = np.where(np.isnan(parts), 0.0, parts)
    changed = (parts != 0).sum(axis=1)
    p = np.ones(len(parts))
    for n in np.flatnonzero((changed > 0) & (changed <= ENUMERATED)):
        p[n] = _enumerated(parts[n][parts[n] != 0])
    many = np.flatnonzero(changed > ENUMERATED)
    if len(many):
        blocks = _blocks(parts[many])
        rng = np.random.default_rng(seed)
        heads = rng.integers(0, 2, size=(flips, blocks.shape[1]), dtype=np.int8)
        extreme = _as_extreme(blocks, 2 * heads - 1)
        p[many] = (1 + extreme) / (1 + flips)
    return p


def _enumerated(values: Array) -> float:
    # The other half of the patterns mirrors this one, so one sign stays as it is.
    patterns = np.arange(2 ** (len(values) - 1))[:, None] >> np.arange(len(values)) & 1
    return float(_as_extreme(values[None, :], 1 - 2 * patterns)[0]) / len(patterns)


def _as_extreme(values: Array, signs: Array) -> Array:
    """How many patterns (rows of `signs`) give each row of values as large a total, either way."""
    total = np.abs(values.sum(axis=1))
    tiny = 1e-9 * np.abs(values).sum(axis=1)
    counted = np.zeros(len(values), dtype=np.int64)
    for some in np.array_split(signs, len(signs) // CHUNK + 1):
        counted += (np.abs(some.astype(float) @ values.T) >= total - tiny).sum(axis=0)
    return counted


def _blocks(parts: Array) -> Array:
    """Clusters dealt one by one into at most 256 blocks, so that each has some of every level."""
    short = -parts.shape[1] % BLOCKS if parts.shape[1] > BLOCKS else 0
    padded = np.pad(parts, ((0, 0), (0, short)))
    width = min(padded.shape[1], BLOCKS)
    return np.asarray(padded.reshape(len(parts), -1, width).sum(axis=1))


def log_ratios(before: Array, after: Array, floor: float) -> Array:
    """ln(after / before), one by one (METHOD 9). NaN where either is NaN.

    Nothing on both nights is no change: 0. Nothing on one of them would be infinite: it counts as
    `floor`, the smallest amount that matters, so that starting from nothing is a large change and
    not an unknown one.
    """
    before, after = (np.where(x == 0, floor, x) for x in (before, after))
    return np.asarray(np.log(after) - np.log(before))
