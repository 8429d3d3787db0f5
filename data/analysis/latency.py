"""Latency: how long half, and nearly all, of the answers take."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.summary import KNOWN_SHARE, ROUNDING

QUANTILES = {"p50": 0.5, "p95": 0.95}
WAITS = {"duration": "duration_s", "ttft": "ttft_s"}


def latency(grid: Grid) -> pl.DataFrame:
    """Weighted quantiles of seconds per answer, one row per contestant, sorted by contestant_id.

    duration_p50_s, duration_p95_s, ttft_p50_s, ttft_p95_s and timed (answers with a duration): the
    smallest seconds within which at least that share of the answers, weighted like capability, had
    ended, or shown their first token. A level's weight is shared by its timed samples, a sample's
    by its timed answers. Null where less than 80 % of the scored answers tell; of one answer all
    are its seconds.
    """
    columns: dict[str, object] = {"contestant_id": pl.Series(grid.ids, dtype=pl.String)}
    scored = (~np.isnan(grid.column("score"))).sum(axis=(1, 2))
    for word, column in WAITS.items():
        timed = (~np.isnan(grid.column(column))).sum(axis=(1, 2))
        enough = timed >= (KNOWN_SHARE - ROUNDING) * scored
        found = _quantiles(grid, grid.column(column), list(QUANTILES.values()))
        for name, values in zip(QUANTILES, found, strict=True):
            shown = np.where(enough, values, np.nan)
            columns[f"{word}_{name}_s"] = pl.Series(shown).fill_nan(None)
    columns["timed"] = (~np.isnan(grid.column("duration_s"))).sum(axis=(1, 2))
    return pl.DataFrame(columns)


def _quantiles(grid: Grid, values: Array, shares: list[float]) -> list[Array]:
    """(M, I, K) values to one (M,) per share; inverse of the weighted distribution function."""
    out = [np.full(len(values), np.nan) for _ in shares]
    if not len(grid.starts):
        return out
    known = ~np.isnan(values)
    timed = known.any(axis=2)
    in_level = np.add.reduceat(timed.astype(float), grid.starts, axis=1)[:, grid.level]
    sample = np.where(timed, grid.level_weight[grid.level] / np.maximum(in_level, 1), 0.0)
    each = sample[:, :, None] / np.maximum(known.sum(axis=2, keepdims=True), 1)
    size = int(np.prod(values.shape[1:]))
    flat = np.where(known, values, np.inf).reshape(len(values), size)
    w = np.where(known, each, 0.0).reshape(len(values), size)
    for m in range(len(values)):
        order = np.argsort(flat[m], kind="stable")
        total = np.cumsum(w[m][order])
        if total[-1] <= 0:
            continue
        for found, share in zip(out, shares, strict=True):
            # A hair's breadth: equal weights must not miss their share by a rounding error.
            at = int(np.searchsorted(total, share * total[-1] * (1 - 1e-12)))
            found[m] = flat[m][order[at]]
    return out
