"""Latency: how long half, and nearly all, of the answers take."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid

QUANTILES = {"p50": 0.5, "p95": 0.95}
WAITS = {"duration": "duration_s", "ttft": "ttft_s"}


def latency(grid: Grid) -> pl.DataFrame:
    """Weighted quantiles of seconds per answer, one row per contestant, sorted by contestant_id.

    duration_p50_s, duration_p95_s, ttft_p50_s, ttft_p95_s and timed (answers with a duration): the
    smallest seconds within which at least that share of the answers, weighted like capability (a
    sample's weight shared by its answers), had ended, or shown their first token. Null where none
    was timed; of one answer all are its seconds.
    """
    columns: dict[str, object] = {"contestant_id": pl.Series(grid.ids, dtype=pl.String)}
    for word, column in WAITS.items():
        found = _quantiles(grid.column(column), grid.weight, list(QUANTILES.values()))
        for name, values in zip(QUANTILES, found, strict=True):
            columns[f"{word}_{name}_s"] = pl.Series(values).fill_nan(None)
    columns["timed"] = (~np.isnan(grid.column("duration_s"))).sum(axis=(1, 2))
    return pl.DataFrame(columns)


def _quantiles(values: Array, weight: Array, shares: list[float]) -> list[Array]:
    """(M, I, K) values to one (M,) per share; inverse of the weighted distribution function."""
    known = ~np.isnan(values)
    each = weight[None, :, None] / np.maximum(known.sum(axis=2, keepdims=True), 1)
    size = int(np.prod(values.shape[1:]))
    flat = np.where(known, values, np.inf).reshape(len(values), size)
    w = np.where(known, each, 0.0).reshape(len(values), size)
    out = [np.full(len(values), np.nan) for _ in shares]
    for m in range(len(values)):
        order = np.argsort(flat[m], kind="stable")
        total = np.cumsum(w[m][order])
        if not len(total) or total[-1] <= 0:
            continue
        for found, share in zip(out, shares, strict=True):
            # A hair's breadth: equal weights must not miss their share by a rounding error.
            at = int(np.searchsorted(total, share * total[-1] * (1 - 1e-12)))
            found[m] = flat[m][order[at]]
    return out
