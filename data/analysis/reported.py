"""Reported: which attempts tell what they spent, and which were cut off before their end."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import ratio


def share_of(part: Array, whole: Array) -> Array:
    """(M,) attempts of `part` over those of `whole`, both (M, I, K) flags; NaN without any."""
    return ratio(part.sum(axis=(1, 2)).astype(float), whole.sum(axis=(1, 2)).astype(float))


def truncated_share(grid: Grid, scored: Array) -> Array:
    """(M,) share of the `scored` attempts that hit their output limit, of the level with most.

    NaN without any.
    """
    if not len(grid.starts):
        return np.full(len(grid.ids), np.nan)
    cut, every = (
        np.add.reduceat(flags.sum(axis=2).astype(float), grid.starts, axis=1)
        for flags in (_truncated(grid) & scored, scored)
    )
    worst = np.max(cut / np.maximum(every, 1), axis=1)
    return np.where(every.any(axis=1), worst, np.nan)


def _truncated(grid: Grid) -> Array:
    """(M, I, K) whether an answer hit its output limit."""
    flags = np.zeros(int(np.prod(grid.shape)), dtype=bool)
    if "status" in grid.answers.columns:
        status = grid.answers["status"].cast(pl.String)
        flags[grid.where] = (status == "truncated").fill_null(False).to_numpy()
    return flags.reshape(grid.shape)
