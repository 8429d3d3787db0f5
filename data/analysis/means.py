"""Means of what is known: over epochs, over the samples of a level, over levels."""

from __future__ import annotations

import numpy as np
import polars as pl

Array = np.ndarray


def firsts(codes: Array) -> Array:
    """Codes whose equals stand together to the place of each one's first."""
    return np.flatnonzero(np.diff(codes, prepend=-1))


def numbers(column: pl.Series) -> Array:
    """A column as floats; NaN where it is null."""
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def mean(values: Array, axis: int = -1) -> Array:
    """Mean of the known values along an axis; NaN without one, and no warning."""
    known = ~np.isnan(values)
    count = known.sum(axis=axis)
    total = np.where(known, values, 0.0).sum(axis=axis)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def over_epochs(values: Array, where: Array) -> Array:
    """(M, I, K) to (M, I): mean of the values in `where`; NaN without one."""
    total, count = np.zeros(values.shape[:2]), np.zeros(values.shape[:2])
    for k in range(values.shape[2]):
        total += np.where(where[:, :, k], values[:, :, k], 0.0)
        count += where[:, :, k]
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def level_means(values: Array, starts: Array) -> Array:
    """(..., I) to (..., L): mean of each level's known values; NaN where none is known."""
    known = ~np.isnan(values)
    total = np.add.reduceat(np.where(known, values, 0.0), starts, axis=-1)
    count = np.add.reduceat(known.astype(float), starts, axis=-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def balance_levels(values: Array, weight: Array) -> Array:
    """(..., L) level means to (...): weighted over the levels that are known."""
    known = ~np.isnan(values)
    total = np.where(known, values, 0.0) @ weight
    share = known.astype(float) @ weight
    return np.where(share > 0, total / np.where(share > 0, share, 1.0), np.nan)


def balance_rows(values: Array, weight: Array) -> Array:
    """`balance_levels`, with each row summed for itself.

    A matrix product may round a row by how many others stand beside it; here no contestant's
    number depends on who else was asked.
    """
    known = ~np.isnan(values) & (weight > 0)
    total = (np.where(known, values, 0.0) * weight).sum(axis=-1)
    share = (known * weight).sum(axis=-1)
    return np.where(share > 0, total / np.where(share > 0, share, 1.0), np.nan)


def cluster_sums(values: Array, cluster: Array) -> Array:
    """(..., I) to (..., G): sums of each cluster's values, in the order of their numbers."""
    order = np.argsort(cluster, kind="stable")
    return np.asarray(np.add.reduceat(values[..., order], firsts(cluster[order]), axis=-1))


def ratio(top: Array, bottom: Array, at_zero: float = np.nan) -> Array:
    """top / bottom, and `at_zero` where bottom is 0 and top known."""
    safe = top / np.where(bottom > 0, bottom, 1.0)
    return np.where(bottom > 0, safe, np.where(np.isnan(top) | np.isnan(bottom), np.nan, at_zero))


def number(value: float | Array) -> float | None:
    """One number as Python's; NaN, not known, is None."""
    return None if np.isnan(value) else float(value)
