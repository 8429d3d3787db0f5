"""Least squares with what a lens asks of it: shares explained, spread, and tests of nested fits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from data.analysis.means import Array

EXACT = 1e-12
"""Shares of variance closer than this are the same share."""


@dataclass(frozen=True)
class Fit:
    """A least-squares fit of y on the columns of a design that has a column of ones."""

    coefficients: Array
    r2: float
    """Share of y's variance about its mean that the design explains, 0..1."""
    residual_sd: float
    """In y's unit, on `df` degrees of freedom."""
    df: int
    covariance: Array
    """Of the coefficients."""


@dataclass(frozen=True)
class FTest:
    """What the larger of two nested fits adds."""

    f: float | None
    """None where the larger fit leaves nothing over."""
    p: float


def design(*columns: Array) -> Array:
    """(n, 1 + columns): the columns after one of ones."""
    return np.column_stack([np.ones(len(columns[0])), *columns])


def ols(design: Array, y: Array) -> Fit | None:
    """Ordinary least squares; R2 = 1 - RSS / TSS about the mean, covariance s2 (X'X)^-1.

    None where there is no one answer: as many columns as rows, columns that say the same, a y
    without spread, or an unknown value. n = 1 is always None.
    """
    n, p = design.shape
    if n <= p or not (np.isfinite(design).all() and np.isfinite(y).all()):
        return None
    scale = np.abs(design).max(axis=0)
    spread = float(((y - y.mean()) ** 2).sum())
    if not scale.all() or spread <= n * (1e-12 * np.abs(y).max()) ** 2:
        return None
    q, s, v = np.linalg.svd(design / scale, full_matrices=False)
    if s[-1] <= 1e-10 * s[0]:
        return None
    root = v.T / s / scale[:, None]
    found = root @ (q.T @ y)
    rest = float(((y - design @ found) ** 2).sum())
    variance = rest / (n - p)
    r2 = min(1.0, max(0.0, 1 - rest / spread))
    return Fit(found, r2, variance**0.5, n - p, variance * root @ root.T)


def partial_r2(r2: float, alone: float | None) -> float:
    """Share of what the others leave open (their R2 `alone`; None: there are none) that one adds.

    (R2 - alone) / (1 - alone), 0..1; 0 where they leave nothing open.
    """
    left = 1 - (alone or 0.0)
    return 0.0 if left < 1e-9 else min(1.0, max(0.0, (r2 - (alone or 0.0)) / left))


def fieller(a: float, b: float, c: float) -> tuple[float, float] | None:
    """Ends of Fieller's (1954) interval { u : a u^2 - 2 b u - c <= 0 }; None where it has none.

    a <= 0: the denominator of the ratio may be 0 (g >= 1).
    """
    if a <= 0:
        return None
    root = float(np.sqrt(max(0.0, b * b + a * c)))
    return (b - root) / a, (b + root) / a


def f_test(small: Fit, large: Fit) -> FTest:
    """F = (added R2 / added columns) / ((1 - R2 of large) / its df), p from the F distribution.

    Nothing added: F 0 and p 1. A large fit without residuals that adds something: F None, p 0.
    """
    added, columns, left = large.r2 - small.r2, small.df - large.df, 1 - large.r2
    if added <= EXACT:
        return FTest(0.0, 1.0)
    if left <= EXACT:
        return FTest(None, 0.0)
    f = (added / columns) / (left / large.df)
    return FTest(f, float(stats.f.sf(f, columns, large.df)))
