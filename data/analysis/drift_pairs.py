"""Two nights as pairs: each contestant's answers to the samples that it has on both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from data.analysis import drift_tests as tests
from data.analysis.grid import Array, Grid
from data.analysis.resample import Draws, interval

METRICS = {
    "accuracy": "score", "output_tokens": "output_tokens",
    "duration_s": "duration_s", "cost_usd": "cost_usd",
}  # fmt: skip
"""What is compared: metric to the column of the answers behind it."""
FLOOR = {"output_tokens": 1.0, "duration_s": 0.001, "cost_usd": 1e-9}
"""What nothing on one of two nights counts as in a ratio: a token, a millisecond, 1e-9 dollars."""
Z_LIMIT = 10.0
"""A standardised change is cut here: one night must not decide a sum over many."""


@dataclass(frozen=True)
class Pairs:
    """One metric of M contestants on I samples of both nights, NaN without a pair."""

    grid: Grid
    """The samples of both nights, with weights that sum to 1 over them; no answers."""
    x0: Array
    x1: Array
    difference: Array
    """Of scores, or of logarithms."""
    plain: Array
    """(M,): all scores 0 or 1 and each of one answer."""

    def change(self, drawn: Draws, flips: int, seed: int) -> dict[str, Array]:
        """Arrays by contestant: mean difference with interval and z, and p with its test.

        METHOD 9. mean: level-balanced; low, high: 95 % paired bootstrap; z: mean over the
        bootstrap's standard deviation, cut at 10; both NaN without a level of two clusters. p by
        exact McNemar (mcnemar is True) or by sign flips of clusters; lean: the sign of what was
        tested. No pair: all NaN. No difference at all: mean 0, z 0, p 1.
        """
        mean = _tidy(self.grid.balance(self.difference))
        parts, alone, freedom = _by_cluster(self.grid, self.difference)
        known = ~np.isnan(mean)
        p, lean = tests.sign_flips(parts, flips, seed), np.sign(mean)
        mcnemar = known & alone & self.plain
        counted = np.where(self.grid.weight > 0, self.difference, 0.0)
        down, up = (counted < 0).sum(axis=1), (counted > 0).sum(axis=1)
        for m in np.flatnonzero(mcnemar):
            p[m] = tests.mcnemar_exact(int(down[m]), int(up[m]))
            lean[m] = np.sign(up[m] - down[m])
        resampled = np.full((len(drawn.counts), len(mean)), np.nan)
        if self.difference.size:
            resampled = drawn.means(self.difference)
        low, high = interval(resampled)
        error = _tidy(resampled.std(axis=0, ddof=1))
        with np.errstate(all="ignore"):
            z = np.clip(np.where(mean == 0, 0.0, mean / error), -Z_LIMIT, Z_LIMIT)
        spread = known & (freedom > 0)
        low, high, z = (np.where(spread, x, np.nan) for x in (low, high, z))
        found = {"mean": mean, "low": low, "high": high, "z": z, "lean": lean}
        return {**found, "p": np.where(known, p, np.nan), "mcnemar": mcnemar}


def shared(before: Grid, after: Grid) -> tuple[Grid, Array, Array]:
    """The samples of both nights as a grid without answers, and their places in either night.

    Each level keeps its weight in `before`, divided among the samples that are left of it.
    """
    level = ("category", "task", "level")
    there = after.samples.select("sample_id").with_row_index("there")
    samples = (
        before.samples.with_columns(of_level=pl.col("weight").sum().over(level))
        .with_row_index("here")
        .join(there, on="sample_id", how="inner", maintain_order="left")
        .with_columns(weight=pl.col("of_level") / pl.len().over(level))
        .with_columns(weight=pl.col("weight") / pl.col("weight").sum().replace(0.0, 1.0))
    )
    here, place = (samples[name].to_numpy().astype(np.int64) for name in ("here", "there"))
    kept = samples.select(before.samples.columns)
    return Grid((), kept, 1, pl.DataFrame(), np.zeros(0, dtype=np.int64)), here, place


def pairs(
    metric: str, ids: Sequence[str], both: Grid, nights: Sequence[tuple[Grid, Array]]
) -> Pairs:
    """A metric of these contestants; `nights`: each grid with the places of the shared samples.

    Scores and amounts are means over a night's epochs. Answers without the column have no pair.
    """
    x0, x1 = (_means(grid, ids, at, METRICS[metric]) for grid, at in nights)
    known = ~np.isnan(x0) & ~np.isnan(x1)
    x0, x1 = np.where(known, x0, np.nan), np.where(known, x1, np.nan)
    if metric != "accuracy":
        plain = np.zeros(len(ids), dtype=bool)
        return Pairs(both, x0, x1, tests.log_ratios(x0, x1, FLOOR[metric]), plain)
    partly = (x0 > 0) & (x0 < 1) | (x1 > 0) & (x1 < 1)
    for grid, at in nights:
        epochs = (~np.isnan(grid.column("score"))).sum(axis=2)
        partly |= _pick(grid, ids, at, epochs) > 1
    return Pairs(both, x0, x1, x1 - x0, np.logical_not(partly.any(axis=1)))


def _means(grid: Grid, ids: Sequence[str], at: Array, column: str) -> Array:
    if column not in grid.answers.columns:
        return np.full((len(ids), len(at)), np.nan)
    return _pick(grid, ids, at, grid.mean(column))


def _pick(grid: Grid, ids: Sequence[str], at: Array, values: Array) -> Array:
    place = {name: i for i, name in enumerate(grid.ids)}
    return np.asarray(values[np.array([place[name] for name in ids], dtype=np.int64)][:, at])


def _tidy(values: Array) -> Array:
    """Sums that are 0 but for rounding become 0."""
    return np.where(np.abs(values) < 1e-12, 0.0, values)


def _by_cluster(grid: Grid, difference: Array) -> tuple[Array, Array, Array]:
    """Weighted differences by cluster, (M, C); whether samples stand alone; clusters less levels.

    A contestant's weights sum to 1 over its own pairs, so that its row sums to its mean.
    """
    m, clusters = len(difference), len(np.unique(grid.cluster))
    if not clusters:
        return np.zeros((m, 0)), np.ones(m, dtype=bool), np.zeros(m)
    known = ~np.isnan(difference)
    count = np.add.reduceat(known.astype(float), grid.starts, axis=1)
    weight = grid.level_weight * (count > 0)
    total = weight.sum(axis=1, keepdims=True)
    weight = weight / np.where(total > 0, total, 1.0) / np.maximum(count, 1)
    summed, size = np.zeros((2, clusters, m))
    np.add.at(summed, grid.cluster, (np.where(known, difference, 0) * weight[:, grid.level]).T)
    np.add.at(size, grid.cluster, known.T.astype(float))
    return summed.T, size.max(axis=0) <= 1, (size > 0).sum(axis=0) - (count > 0).sum(axis=1)
