"""Results of models of known size as matrices, and their labs resampled: under the size lenses."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.grid import Array
from data.analysis.regress import design as with_ones
from data.analysis.resample import FEWEST, known_interval, redrawn

DECADES = 300
"""Sizes, and factors of size, beyond this power of ten are no finite numbers."""
TEXT = ("lab", "model", "mixture", "evaluator")
SIZES = ("params_total", "params_active")


def usable(rows: pl.DataFrame, size: str) -> pl.DataFrame:
    """Rows with a score and a size above 0, in an order that does not depend on theirs.

    A column that the frame lacks is added as null.
    """
    absent = [c for c in (*TEXT, *SIZES, "thinking") if c not in rows.columns]
    rows = rows.with_columns(*(pl.lit(None).alias(c) for c in absent)).with_columns(
        pl.col("score", *SIZES).cast(pl.Float64),
        pl.col(*TEXT).cast(pl.String),
        pl.col("thinking").cast(pl.Boolean),
    )
    rows = rows.filter(pl.col("score").is_finite() & pl.col(size).is_finite() & (pl.col(size) > 0))
    return rows.sort(size, "score", *SIZES, "thinking", *TEXT, maintain_order=True)


def sparse() -> pl.Expr:
    """Mixtures of experts: by name, or because less is active than there is."""
    said = (pl.col("mixture") == "moe").fill_null(False)
    return said | (pl.col("params_active") < pl.col("params_total")).fill_null(False)


def models(rows: pl.DataFrame) -> int:
    """How many models these are; a row that names none is one of its own."""
    return rows["model"].drop_nulls().n_unique() + rows["model"].null_count()


def clusters(rows: pl.DataFrame) -> Array:
    """The lab of each row as a text; without one its model, without that itself."""
    row = pl.format("row {}", pl.int_range(pl.len()))
    model = pl.format("model {}", "model")
    return rows.select(pl.coalesce(pl.format("lab {}", "lab"), model, row)).to_series().to_numpy()


def design(rows: pl.DataFrame, size: str) -> Array:
    """(n, 2 or 3): a constant, log10 of the size, and thinking where it is a term."""
    return with_ones(np.log10(rows[size].to_numpy()), thinking(rows))


def thinking(rows: pl.DataFrame) -> Array:
    """(n, 1) of 0 and 1, or (n, 0) when not all rows tell or all tell the same."""
    thinks = rows["thinking"]
    if thinks.null_count() or thinks.n_unique() != 2:
        return np.zeros((rows.height, 0))
    return thinks.cast(pl.Float64).to_numpy()[:, None]


def power(decades: float | None) -> float | None:
    """10 to the power of it; None where that is no finite number."""
    return None if decades is None or not abs(decades) < DECADES else float(10.0**decades)


def partial_moments(
    values: Array, others: Array, cluster: Array, resamples: int, seed: int
) -> Array:
    """(1 + B, k, k): cross products of n x k values freed of a constant and of n x j `others`.

    The first is of the rows as given, the others of resampled clusters (drawn with replacement).
    Regressions on one sample and on thousands of resamples come from these without another look
    at the rows. A value that the others tell completely has only zeros.
    """
    z = np.column_stack([np.ones(len(values)), others - others.mean(axis=0)])
    every = np.column_stack([z, values - values.mean(axis=0)])
    codes, inverse = np.unique(cluster, return_inverse=True)
    sums = np.zeros((len(codes), every.shape[1], every.shape[1]))
    np.add.at(sums, inverse, every[:, :, None] * every[:, None, :])
    k, j = len(codes), z.shape[1]
    drawn = redrawn(k, resamples, np.random.default_rng(seed))
    found = np.tensordot(np.vstack([np.ones(k), drawn]), sums, axes=1)
    cross, raw = found[:, :j, j:], found[:, j:, j:]
    told = np.linalg.pinv(found[:, :j, :j], rcond=1e-10, hermitian=True) @ cross
    freed = raw - np.swapaxes(cross, 1, 2) @ told
    # What the others tell completely is left with rounding errors, which are no variation.
    own = np.einsum("bii->bi", freed) > 1e-9 * np.einsum("bii->bi", raw)
    return np.asarray(freed * own[:, :, None] * own[:, None, :])


def slopes(moments: Array) -> tuple[Array, Array]:
    """(B, 3, 3) moments of two regressors and a score to the two slopes; NaN where they are one."""
    aa, bb, ab = moments[:, 0, 0], moments[:, 1, 1], moments[:, 0, 1]
    ay, by = moments[:, 0, 2], moments[:, 1, 2]
    whole = aa * bb - ab**2
    whole = np.where(whole > 1e-9 * aa * bb, whole, np.nan)
    return (bb * ay - ab * by) / whole, (aa * by - ab * ay) / whole


def lab_interval(draws: Array, labs: int, level: float) -> tuple[float, float] | None:
    """Percentile interval of what resampled labs gave; None with fewer than 5 labs."""
    return None if labs < FEWEST else known_interval(draws, level)
