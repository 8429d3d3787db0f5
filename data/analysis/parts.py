"""Parts: the samples of one task or one level, cut out of a Grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import polars as pl

from data.analysis.grid import Array, Grid
from data.analysis.means import balance_levels, firsts, level_means
from data.analysis.summary import KNOWN_SHARE


@dataclass(frozen=True)
class Part:
    """The samples of one task or level: contestants x samples, NaN where not known."""

    samples: pl.DataFrame
    score: Array
    cost: Array
    duration: Array
    rung: Array
    """Number of each sample's level, from 0."""
    cluster: Array


def tasks(grid: Grid) -> Iterator[Part]:
    """The samples of each task, in the grid's order."""
    score, cost, duration = (grid.mean(c) for c in ("score", "cost_usd", "duration_s"))
    starts = firsts(grid.task)
    for start, end in pairwise([*starts.tolist(), len(grid.task)]):
        on = slice(start, end)
        part = Part(
            grid.samples[on], score[:, on], cost[:, on], duration[:, on], grid.level[on],
            grid.cluster[on],
        )  # fmt: skip
        yield replace(part, rung=part.rung - part.rung[0])


def levels(part: Part) -> Iterator[Part]:
    """The samples of each of a task's levels, lowest first."""
    starts = firsts(part.rung)
    for start, end in pairwise([*starts.tolist(), len(part.rung)]):
        on = slice(start, end)
        yield Part(
            part.samples[on], part.score[:, on], part.cost[:, on], part.duration[:, on],
            part.rung[on] * 0, part.cluster[on],
        )  # fmt: skip


def balanced(part: Part, values: Array) -> Array:
    """Level-balanced means, the levels weighing the same; NaN where nothing is known."""
    starts = firsts(part.rung)
    return balance_levels(level_means(values, starts), np.ones(len(starts)))


def best(accuracy: Array, cost: Array, among: Array) -> int:
    """Place of the most accurate of `among` (one place or more); of equals the cheapest, then the
    first. An unknown cost comes after all others.
    """
    dear = np.where(np.isnan(cost), np.inf, cost)[among]
    return int(among[np.lexsort((among, dear, -np.round(accuracy[among], 12)))[0]])


def answered_mean(part: Part, values: Array) -> Array:
    """Means over the answered samples of whoever knows the value for enough of them, else NaN."""
    answered = ~np.isnan(part.score)
    known = (~np.isnan(values) & answered).sum(axis=-1)
    enough = known >= KNOWN_SHARE * np.maximum(answered.sum(axis=-1), 1)
    return np.where(enough, balanced(part, np.where(answered, values, np.nan)), np.nan)


def shared_means(
    part: Part, values: Array, one: int, other: int
) -> tuple[float | None, float | None]:
    """Means of two contestants over the samples that both answered and know the value for.

    None for both when that is less than 80 % of the samples that both answered.
    """
    shared = ~np.isnan(part.score[[one, other]]).any(axis=0)
    known = shared & ~np.isnan(values[[one, other]]).any(axis=0)
    if not known.any() or known.sum() < KNOWN_SHARE * shared.sum():
        return (None, None)
    first, second = balanced(part, np.where(known, values[[one, other]], np.nan))
    return (float(first), float(second))
