"""Contestants as the statistical unit: which are compared, at whose prices, and how sure that is.

Efforts of one model are not independent witnesses, so intervals draw or average models.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from polars import selectors as cs
from scipy import stats

from data.analysis.means import Array
from data.analysis.price_kinds import prices
from data.analysis.resample import FEWEST, known_interval, redrawn
from data.analysis.summary import FULL_COVERAGE

FLAT = ROUNDING = 1e-12
"""Variance of a standardised column, and spread of any, below which nothing varies."""


class Estimate(NamedTuple):
    """A number with its 95 % interval; None: it can't be told."""

    value: float | None
    low: float | None
    high: float | None


NOTHING = Estimate(None, None, None)


def comparable(
    summary: pl.DataFrame, columns: Mapping[str, type[pl.DataType]] | None = None
) -> pl.DataFrame:
    """The contestants that answered (nearly) all of the view's samples, sorted by contestant_id.

    The others' means are of other samples. A null `model` becomes the contestant_id; adds `prices`
    ('list', 'self-hosted', null: unpriced), which are never mixed unmarked; NaN becomes null, and
    those of `columns` that are missing are added as nulls.
    """
    wanted: dict[str, type[pl.DataType]] = {"model": pl.String, "price_basis": pl.String}
    wanted |= {"coverage": pl.Float64} | dict(columns or {})
    lacking = {c: pl.lit(None, t) for c, t in wanted.items() if c not in summary.columns}
    return (
        summary.with_columns(**lacking)
        .with_columns(cs.float().fill_nan(None))
        .filter(pl.col("coverage").fill_null(1.0) >= FULL_COVERAGE)
        .with_columns(model=pl.coalesce("model", "contestant_id"), prices=prices())
        .sort("contestant_id")
    )


def log10(column: str) -> pl.Expr:
    """log10 of a column; null at 0 and below: what is free has no logarithm."""
    value = pl.col(column).cast(pl.Float64)
    return pl.when(value > 0).then(value.log10())


def drawn(models: Sequence[str], resamples: int, seed: int) -> Array:
    """(1 + B, n): how often each contestant stands in the data itself and in each resample.

    Models are drawn with replacement (cluster bootstrap), and bring all their contestants.
    """
    names, code = np.unique(np.asarray(models, dtype=str), return_inverse=True)
    if len(names) < FEWEST:
        return np.ones((1, len(code)))
    rng = np.random.default_rng(seed)
    return np.vstack([np.ones(len(code)), redrawn(len(names), resamples, rng)[:, code]])


def explained(weights: Array, columns: Sequence[Array], y: Array) -> Array:
    """(B, n) weights to (B,): R2 of y on the columns and a constant, in each resample.

    With one two-valued column this is eta squared. NaN where y or a column has no spread; columns
    that say the same count once.
    """
    values = np.column_stack([*columns, y])
    spread = values.std(axis=0)
    # Values that differ by their rounding have no spread.
    varied = spread > ROUNDING * np.maximum(1, np.abs(values).max(axis=0, initial=0))
    values = (values - values.mean(axis=0)) * np.where(varied, 1 / np.where(varied, spread, 1), 0)
    n, k = values.shape
    size = weights.sum(axis=1)
    means = weights @ values / size[:, None]
    products = (values[:, :, None] * values[:, None, :]).reshape(n, k * k)
    second = (weights @ products / size[:, None]).reshape(-1, k, k)
    covariance = second - means[:, :, None] * means[:, None, :]
    flat = (np.diagonal(covariance, axis1=1, axis2=2) <= FLAT).any(axis=1)
    root, axes = np.linalg.eigh(covariance[:, :-1, :-1])
    along = np.einsum("bji,bj->bi", axes, covariance[:, :-1, -1])
    told = (along**2 / np.where(root > 1e-9, root, np.inf)).sum(axis=1)
    return np.where(flat, np.nan, np.clip(told / np.where(flat, 1.0, covariance[:, -1, -1]), 0, 1))


def estimate(values: Array) -> Estimate:
    """A (1 + B,) statistic of `drawn` weights as a number with its percentile interval.

    Resamples where it is undefined are left out; no interval where that is over a fifth of them.
    Resampling leans upwards for what can't be below 0 (R2 added) and downwards for what can't be
    above 1 (overlap): an interval that would miss its own number is widened to it.
    """
    value = float(values[0])
    if not np.isfinite(value):
        return NOTHING
    ends = known_interval(values[1:])
    if ends is None:
        return Estimate(value, None, None)
    return Estimate(value, min(ends[0], value), max(ends[1], value))


def over_models(values: Sequence[float], models: Sequence[str]) -> tuple[Estimate, int]:
    """Mean over models of each one's mean, with its t interval, and the number of models.

    Every model counts once, whatever its number of contestants. No interval with one model, nor
    where all models are alike; no value without one.
    """
    frame = pl.DataFrame({"model": list(models), "value": list(values)}, strict=False)
    if frame.is_empty():
        return NOTHING, 0
    means = frame.group_by("model").agg(pl.col("value").sort().mean()).sort("model")["value"]
    of_models, n = means.to_numpy().astype(float), len(means)
    value, sd = float(of_models.mean()), float(of_models.std(ddof=1)) if n > 1 else 0.0
    if sd <= 1e-12 * max(1.0, abs(value)):
        return Estimate(value, None, None), n
    half = float(stats.t.ppf(0.975, n - 1)) * sd / n**0.5
    return Estimate(value, value - half, value + half), n


def chance(p: float) -> str:
    """A p value in a sentence: 'p = 0.44', 'p < 0.001'."""
    if p < 0.001:
        return "p < 0.001"
    return f"p = {p:.2f}" if p >= 0.01 else f"p = {p:.3f}"
