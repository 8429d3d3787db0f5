"""Paired bootstrap over samples: one draw for every contestant and every number of a view.

Clusters are drawn with replacement within each level (METHOD 2.1), and if asked the tasks of a
category too: then an interval says what other tasks of the same kind might have shown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from data.analysis.grid import Array, Grid

FEWEST = 5
"""Models, or labs, that resampling them takes; fewer can't be drawn in enough different ways."""


@dataclass(frozen=True)
class Draws:
    """How often each cluster, and each task, was drawn in each of B resamples."""

    grid: Grid
    counts: Array
    """(B, C): draws of each cluster; within a level they sum to the level's clusters."""
    level_weight: Array
    """(B, L): weight of each level in each resample; a level's task may not have been drawn."""
    tasks: Array
    """(B, L): how often the task of each level was drawn among its category's tasks."""

    def with_tasks(self) -> Draws:
        """The same draw of clusters, with the tasks of each category drawn too."""
        return replace(self, level_weight=self.level_weight * self.tasks)

    def means(self, values: Array) -> Array:
        """(..., I) values to (B, ...): level-balanced mean of each resample over known values.

        A draw that misses all of a level's known values takes the level's own mean.
        """
        return self.weighed(values, self.level_weight)[0]

    def weighed(self, values: Array, *weights: Array) -> list[Array]:
        """`means` by each of some (B, L) weights of levels; the levels' own are made only once."""
        flat = values.reshape(-1, values.shape[-1])
        known = ~np.isnan(flat)
        total = self._clusters(np.where(known, flat, 0.0))
        count = self._clusters(known.astype(float))
        shape = (len(self.counts), len(flat))
        found = [(np.zeros(shape), np.zeros(shape)) for _ in weights]
        for level, (a, b) in enumerate(self._spans()):
            drawn = self.counts[:, a:b].astype(float)
            n = drawn @ count[a:b]
            overall = total[a:b].sum(axis=0) / np.maximum(count[a:b].sum(axis=0), 1)
            means = np.where(n > 0, (drawn @ total[a:b]) / np.maximum(n, 1), overall)
            some = count[a:b].sum(axis=0) > 0
            for of, (out, share) in zip(weights, found, strict=True):
                weight = of[:, level, None] * some
                out += weight * means
                share += weight
        return [
            np.where(share > 0, out / np.where(share > 0, share, 1.0), np.nan).reshape(
                (len(self.counts), *values.shape[:-1])
            )
            for out, share in found
        ]

    def _clusters(self, values: Array) -> Array:
        """(N, I) to (C, N): sums by cluster."""
        out = np.zeros((self.counts.shape[1], len(values)))
        np.add.at(out, self.grid.cluster, values.T)
        return out

    def _spans(self) -> list[tuple[int, int]]:
        first = _first_clusters(self.grid)
        return list(pairwise(first.tolist()))


def draws(grid: Grid, resamples: int = 400, seed: int = 1, families: bool = False) -> Draws:
    """Draw clusters within levels, and with `families` tasks within categories; deterministic."""
    rng = np.random.default_rng(seed)
    first = _first_clusters(grid)
    counts = np.empty((resamples, int(first[-1])), dtype=np.float32)
    row = np.arange(resamples)[:, None]
    for a, b in pairwise(first.tolist()):
        n = b - a
        picked = rng.integers(0, n, (resamples, n), dtype=np.int32) + row * n
        counts[:, a:b] = np.bincount(picked.ravel(), minlength=resamples * n).reshape(-1, n)
    weight = np.tile(grid.level_weight, (resamples, 1))
    drawn = Draws(grid, counts, weight, _drawn_tasks(grid, resamples, rng))
    return drawn.with_tasks() if families else drawn


def _drawn_tasks(grid: Grid, resamples: int, rng: np.random.Generator) -> Array:
    """(B, L): how often the task of each level was drawn among its category's tasks."""
    task = grid.task[grid.starts]
    category = grid.samples["category"].fill_null("").rle_id().to_numpy()[grid.starts]
    out = np.zeros((resamples, len(task)))
    for one in np.unique(category):
        levels = category == one
        tasks = np.unique(task[levels])
        drawn = redrawn(len(tasks), resamples, rng)
        out[:, levels] = drawn[:, np.searchsorted(tasks, task[levels])]
    return out


def redrawn(n: int, resamples: int, rng: np.random.Generator) -> Array:
    """(B, n): how often each of n things is drawn, n at a time, with replacement."""
    return rng.multinomial(n, np.full(n, 1 / n), size=resamples)


def _first_clusters(grid: Grid) -> Array:
    """(L + 1,): number of each level's first cluster, and of all clusters."""
    starts = grid.cluster[grid.starts] if len(grid.starts) else np.zeros(0, dtype=np.int64)
    # Clusters are numbered in the order of their levels, so a level's first is its smallest.
    smallest = np.minimum.reduceat(grid.cluster, grid.starts) if len(starts) else starts
    return np.append(smallest, len(np.unique(grid.cluster)))


def interval(values: Array, level: float = 0.95) -> tuple[Array, Array]:
    """(B, ...) resampled values to their percentile interval, ends as (...); NaN stays NaN."""
    tail = 100 * (1 - level) / 2
    with np.errstate(all="ignore"):
        low, high = np.percentile(values, [tail, 100 - tail], axis=0)
    return low, high


def known_interval(values: Array, level: float = 0.95) -> tuple[float, float] | None:
    """(B,) resampled numbers to `interval` of the known; None where over a fifth are not known."""
    known = values[np.isfinite(values)]
    if not len(known) or len(known) < 0.8 * len(values):
        return None
    low, high = interval(known, level)
    return float(low), float(high)
