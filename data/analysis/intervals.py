"""Intervals of accuracy: t with clustered standard errors, and Wilson for single proportions."""

from __future__ import annotations

import numpy as np
from scipy import special

from data.analysis.grid import Array

Z = 1.959963984540054
ROUNDING = 1e-12


def wilson(k: float, n: float, z: float = Z) -> tuple[float, float]:
    """Wilson 95 % interval of k successes in n; (0, 1) when n = 0. Brown, Cai, DasGupta 2001."""
    low, high = wilson_many(np.array([k], dtype=float), np.array([n], dtype=float), z)
    return (float(low[0]), float(high[0]))


def wilson_many(k: Array, n: Array, z: float = Z) -> tuple[Array, Array]:
    """Wilson intervals of k successes in n, elementwise; (0, 1) where n = 0."""
    some = n > 0
    m = np.where(some, n, 1.0)
    p, d = k / m, 1 + z * z / m
    centre = (p + z * z / (2 * m)) / d
    half = z * np.sqrt(np.maximum(p * (1 - p), 0.0) / m + z * z / (4 * m * m)) / d
    low, high = _within(centre - half, centre + half)
    return np.where(some, low, 0.0), np.where(some, high, 1.0)


def _within(low: Array, high: Array) -> tuple[Array, Array]:
    """Ends in [0, 1]; what lies beside 0 or 1 by a rounding error is 0 or 1, in every export."""
    return (
        np.where(low < ROUNDING, 0.0, np.minimum(low, 1.0)),
        np.where(high > 1 - ROUNDING, 1.0, np.maximum(high, 0.0)),
    )


def accuracy_interval(
    weight: Array, mean: Array, ss: Array, samples: Array, clusters: Array
) -> tuple[float, float, float]:
    """Level-balanced accuracy with its 95 % interval, of one contestant's levels."""
    group = np.zeros(len(weight), dtype=np.int64)
    found = accuracy_intervals(group, 1, weight, mean, ss, samples, clusters)
    return (float(found[0][0]), float(found[1][0]), float(found[2][0]))


def accuracy_intervals(
    group: Array, groups: int, weight: Array, mean: Array, ss: Array, samples: Array,
    clusters: Array,
) -> tuple[Array, Array, Array]:  # fmt: skip
    """Level-balanced accuracy with 95 % t intervals, per group of levels (Miller 2024, 2411.00640).

    Rows are levels: `group` (0..groups-1), weight, mean score, ss (the sum over clusters of the
    squared sum of deviations), samples, clusters. SE^2 = G/(G-1) * sum of (w/n)^2 * ss,
    df = G - L, at least 1. With a level of one cluster its own deviation says nothing: such levels
    take the others' variance of a cluster's mean. Where no level has scores that differ the t
    interval has no width, which n scores can't prove: Wilson on the effective number of samples
    stands instead. A group without a level of weight: (nan, 0, 1).
    """

    def total(values: Array) -> Array:
        return np.bincount(group, weights=values, minlength=groups)

    whole = total(weight)
    some = whole > 0
    w = weight / np.where(some, whole, 1.0)[group]
    n = np.maximum(samples, 1)
    accuracy = np.where(some, np.clip(total(w * mean), 0.0, 1.0), np.nan)
    lonely = clusters < 2
    informed = total((~lonely & (ss > 0)).astype(float)) > 0
    # Variance of one cluster's mean, pooled over the levels that have clusters to compare.
    of_cluster = total(np.where(lonely, 0.0, ss * clusters**2 / n**2))
    pooled = of_cluster / np.maximum(total(np.where(lonely, 0.0, clusters)), 1)
    variance = np.where(lonely, pooled[group] / np.maximum(clusters, 1), ss / n**2)
    g, levels = total(clusters), total(np.ones(len(group)))
    se = np.sqrt(g / np.maximum(g - 1, 1) * total(w**2 * variance))
    half = special.stdtrit(np.maximum(g - levels, 1), 0.975) * se
    effective = 1.0 / np.where(some, total(w**2 / n), 1.0)
    low, high = wilson_many(np.nan_to_num(accuracy) * effective, np.where(some, effective, 0.0))
    ends = _within(accuracy - half, accuracy + half)
    low, high = np.where(informed, ends[0], low), np.where(informed, ends[1], high)
    return accuracy, np.where(some, low, 0.0), np.where(some, high, 1.0)
