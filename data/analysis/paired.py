"""Paired: two contestants on the samples that both answered, and how many samples it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import special

from data.analysis.grid import Array, Grid
from data.analysis.intervals import Z
from data.analysis.means import cluster_sums, firsts, number

POWER_Z = 0.8416212335729143
"""Normal quantile of 80 % power."""


@dataclass(frozen=True)
class Paired:
    """How `a` compares with `b` on their shared samples; None where it is not known."""

    a: str
    b: str
    difference: float | None
    """Level-balanced mean of a - b, in the column's unit (score: 0.05 is five points)."""
    se: float | None
    low: float | None
    high: float | None
    p: float | None
    samples: int
    """Samples that both answered."""
    clusters: int
    discordant: float | None
    """Level-balanced mean of the squared difference: with scores of 0 and 1 the share of samples
    that exactly one of the two solves."""


@dataclass(frozen=True)
class Contrasts:
    """The numbers of Paired for P rows of differences at once; NaN where not known."""

    difference: Array
    se: Array
    low: Array
    high: Array
    p: Array
    samples: Array
    clusters: Array
    discordant: Array


def compare(grid: Grid, a: str, b: str, column: str = "score") -> Paired:
    """Contestant `a` against `b`, over the samples for which both know `column` (METHOD 2.1).

    A sample's value is the mean over its epochs. See `contrasts` for formula and edge cases.
    """
    values = grid.mean(column)[[grid.ids.index(a), grid.ids.index(b)]]
    found = contrasts(
        (values[0] - values[1])[None],
        grid.level,
        grid.cluster,
        grid.level_weight,
        bounded=column == "score",
    )
    difference, se, low, high, p, discordant = (
        number(v[0])
        for v in (found.difference, found.se, found.low, found.high, found.p, found.discordant)
    )
    samples, clusters = int(found.samples[0]), int(found.clusters[0])
    return Paired(a, b, difference, se, low, high, p, samples, clusters, discordant)


def contrasts(
    differences: Array, level: Array, cluster: Array, weight: Array, bounded: bool = True
) -> Contrasts:
    """Level-balanced mean of each row of (P, I) differences (NaN: not shared), with 95 % interval.

    Paired clustered standard error (Miller 2024; METHOD 2.1), as for one accuracy:
    SE^2 = G/(G-1) * sum over clusters of (sum of w_i * (d_i - mean of its level))^2, and a t
    interval with G - L degrees of freedom, at least 1. A level with one cluster takes the
    variance of a cluster of the others; when every level has one they are one level (df = G - 1).
    `level` and `cluster` number each sample's, from 0, levels standing together and clusters never
    across them; `weight` is of each level, and a level that weighs nothing counts nowhere.

    Few deviations prove little: n equal answers give SE = 0, and one more that differs gives an
    interval narrower than "none of n" allows. So while fewer than z^2 = 3.84 clusters carry the
    variance (sum of squared deviations over the largest), scores (`bounded`: differences in
    -1..1) get at least the Wilson bound f = z^2 / (n + z^2) on the share of samples never seen,
    on the effective number of clusters n, each of which might be as far off as a difference can
    be: [d - f(1 + d), d + f(1 - d)]. For d = 0 that is Tango's (1998) score interval, for d = 1
    Wilson's; p is then at least McNemar's score test. n = 1, d = 0: -0.79..0.79. Without bounds
    (tokens, seconds) equal differences have no interval. No shared sample: all NaN.
    """
    if differences.shape[-1] == 0:
        none, zero = np.full(len(differences), np.nan), np.zeros(len(differences), dtype=np.int64)
        return Contrasts(none, none, none, none, none, zero, zero, none)
    part = _levels(differences, level, weight)
    groups, variance, strays, df = _spread(part, level, cluster)
    g = groups.sum(axis=1)
    se = np.sqrt(np.where(g > 1, g / np.maximum(g - 1, 1) * variance, 0.0))
    se = np.where(se > 0, se, np.nan)
    delta, moved = part.delta, (part.each * np.abs(part.d)).sum(axis=1)
    half = special.stdtrit(df, 0.975) * se
    low, high, p = delta - half, delta + half, 2 * special.stdtr(df, -np.abs(delta) / se)
    if bounded:
        effective = _over((part.share**2 / np.maximum(groups, 1)).sum(axis=1))
        few, unseen = ~(strays >= Z**2), Z**2 / (effective + Z**2)
        low = np.where(few, np.fmin(low, delta - unseen * (1 + delta)), low)
        high = np.where(few, np.fmax(high, delta + unseen * (1 - delta)), high)
        low, high = np.clip(low, -1, 1), np.clip(high, -1, 1)
        score_p = 2 * special.ndtr(-np.abs(delta) * np.sqrt(effective * _over(moved)))
        p = np.where(few, np.fmax(p, np.where(moved > 0, score_p, 1.0)), p)
    discordant = (part.each * part.d**2).sum(axis=1)
    delta, se, low, high, p, discordant = (
        np.where(g == 0, np.nan, v) for v in (delta, se, low, high, p, discordant)
    )
    samples = part.n.sum(axis=1).astype(np.int64)
    return Contrasts(delta, se, low, high, p, samples, g.astype(np.int64), discordant)


@dataclass(frozen=True)
class _Levels:
    """Differences with what their levels say: (P, I) per sample, (P, L) per level, (P,) overall."""

    known: Array
    d: Array
    each: Array
    """Weight of each sample; 0 where it is not shared."""
    deviation: Array
    """Weighted deviation from the level's mean, free of rounding errors."""
    n: Array
    share: Array
    means: Array
    delta: Array


def _levels(differences: Array, level: Array, weight: Array) -> _Levels:
    at = level - level[0]
    starts = firsts(level)
    known = ~np.isnan(differences) & (weight > 0)[at]
    d = np.where(known, differences, 0.0)
    n = np.add.reduceat(known.astype(float), starts, axis=1)
    share = weight * (n > 0)
    share = share * _over(share.sum(axis=1))[:, None]
    means = np.add.reduceat(d, starts, axis=1) / np.maximum(n, 1)
    each = (share / np.maximum(n, 1))[:, at] * known
    deviation = each * _clean(np.where(known, d - means[:, at], 0.0), np.abs(d).max(axis=1))
    delta = (share * means).sum(axis=1)
    return _Levels(known, d, each, deviation, n, share, means, delta)


def _spread(part: _Levels, level: Array, cluster: Array) -> tuple[Array, Array, Array, Array]:
    """Clusters of each level, sum of squared cluster deviations, how many carry it, and df."""
    # Clusters are numbered in the order of their levels.
    of_level = firsts(level[np.unique(cluster, return_index=True)[1]])
    sums = cluster_sums(part.deviation, cluster)
    seen = cluster_sums(part.known.astype(float), cluster) > 0
    groups = np.add.reduceat(seen.astype(float), of_level, axis=1)
    squares = np.add.reduceat(sums**2, of_level, axis=1)
    lonely, several = groups == 1, groups > 1
    # Variance of a cluster's mean, pooled over the levels that have one to give.
    scale = np.where(several, groups * _over(part.share), 0.0)
    pooled = (squares * scale**2).sum(axis=1) * _over((groups * several).sum(axis=1))
    variance = np.where(lonely, part.share**2 * pooled[:, None], squares).sum(axis=1)
    strays = _carriers(sums)
    df = groups.sum(axis=1) - (groups > 0).sum(axis=1)
    alone = lonely.any(axis=1) & ~several.any(axis=1)
    if alone.any():
        apart = _clean(part.means - part.delta[:, None], np.abs(part.means).max(axis=1))
        apart = np.where(lonely, part.share * apart, 0.0)
        variance = np.where(alone, (apart**2).sum(axis=1), variance)
        strays = np.where(alone, _carriers(apart), strays)
        df = np.where(alone, groups.sum(axis=1) - 1, df)
    return groups, variance, strays, np.maximum(df, 1.0)


def _carriers(deviation: Array) -> Array:
    """How many of the largest deviation would make the sum of squares; 0 when there is none."""
    squares = deviation**2
    return np.asarray(squares.sum(axis=1) * _over(squares.max(axis=1)))


def _clean(values: Array, size: Array) -> Array:
    """Values without those that are mere rounding errors of numbers of this size."""
    return np.where(np.abs(values) > 1e-12 * np.maximum(1.0, size)[:, None], values, 0.0)


def _over(values: Array) -> Array:
    """1 / values, and 0 for 0."""
    return np.where(values > 0, 1 / np.where(values > 0, values, 1.0), 0.0)


def detectable(discordant: float, n: int) -> float | None:
    """Smallest true difference that n shared samples detect in four cases of five.

    delta = z sqrt(D / (n + z^2)) with z = 1.96 + 0.84: the inverse of `samples_needed` (METHOD
    2.1). None without samples, and without discordant ones: they are what a difference is seen by.
    """
    if n <= 0 or discordant <= 0:
        return None
    z = Z + POWER_Z
    return min(1.0, z * math.sqrt(discordant / (n + z * z)))


def samples_needed(discordant: float, delta: float) -> int | None:
    """Shared samples that detect a true difference `delta` in four cases of five.

    n = (1.96 + 0.84)^2 (D - delta^2) / delta^2, rounded up (METHOD 2.1: paired, 5 % two-sided,
    80 % power), at least 2. Epochs and clusters are not in it: n counts samples that stand alone.
    None when no number does: delta = 0, or delta^2 > D, which no such pair can have.
    """
    if delta == 0 or discordant < delta * delta:
        return None
    z = Z + POWER_Z
    return max(2, math.ceil(z * z * (discordant - delta * delta) / (delta * delta) - 1e-9))


def standard_error(between: float, within: float, n: int, epochs: float) -> float | None:
    """Standard error of a mean over n samples, each asked in so many epochs (METHOD 2.1).

    sqrt((between^2 + within^2 / epochs) / n) for the standard deviations between samples and
    within one; infinite epochs leave what only more samples can lower. None when n or epochs is 0.
    """
    if n <= 0 or epochs <= 0:
        return None
    return math.sqrt((between**2 + within**2 / epochs) / n)
