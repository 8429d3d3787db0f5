"""The smallest difference between two contestants that a run can detect (METHOD section 2.1)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from collectors.estimate.predictive import Array
from collectors.estimate.tally import CellKey
from collectors.experiment import Experiment, TaskChoice
from data.analysis.intervals import Z
from data.analysis.paired import POWER_Z, samples_needed
from data.analysis.weights import level_weights

ASSUMED_DISCORDANT = 0.5
"""As if each of two contestants solved half of the samples, whatever the other does."""
PRIOR_CLUSTERS = 2.0
"""How many stored clusters that assumption is worth: a few equal answers prove little."""
GOAL = 0.05


@dataclass(frozen=True)
class Detectable:
    """What a run can tell about two contestants that both answer all of it."""

    task: str | None
    """None: all tasks, level-balanced."""
    samples: int
    clusters: int
    """Groups of samples that share a template or passage; they, not samples, stand alone."""
    discordant: float
    """Level-balanced mean of the squared difference between two contestants."""
    pairs: int
    """Pairs of contestants whose stored answers tell that; 0: it is assumed."""
    difference: float
    """True difference in accuracy (0.05: five points) found in four cases of five; 5 %,
    two-sided."""
    samples_per_level: int | None
    """How many would find five points; None: no number does."""
    bank: int
    """Samples that the smallest of the levels holds."""


@dataclass(frozen=True)
class _Level:
    key: CellKey
    category: str
    samples: int
    clusters: int
    effective: float
    """Clusters that the samples are worth: fewer when they are of unequal size."""
    bank: int
    """Samples that the level holds."""


def differences(experiment: Experiment, rows: pl.DataFrame) -> list[Detectable]:
    """For all tasks and then each: what the whole run, stored attempts included, can detect.

    The variance of a level-balanced difference is the sum over levels of w^2 D / n (n clusters, D
    the mean squared difference of a cluster's mean scores), so with n* = 1 / sum(w^2 / n) the
    smallest difference is `data.analysis.paired.detectable` of D and n*. D is the median over the
    pairs of the experiment's contestants of what their stored answers (`rows`) show, each drawn
    towards one half as if by two clusters more: a pair that never differed yet may do so. Without
    stored answers it is one half, and samples of a cluster count as one. Empty with one
    contestant: there is nobody to compare it with.
    """
    if len(experiment.entrants) < 2:
        return []
    levels = [x for choice in experiment.tasks for x in _levels(choice)]
    pairs = _pairs(rows, [e.contestant.contestant_id for e in experiment.entrants])
    scopes: list[tuple[str | None, list[_Level]]] = [(None, levels)] if _several(levels) else []
    scopes += [(t.name, [x for x in levels if x.key[0] == t.name]) for t in experiment.tasks]
    return [_detectable(name, scope, pairs) for name, scope in scopes]


def _several(levels: Sequence[_Level]) -> bool:
    return len({x.key[0] for x in levels}) > 1


def _levels(choice: TaskChoice) -> list[_Level]:
    task = choice.task
    found = []
    for level in choice.levels:
        count = choice.count(level)
        asked = [task.sample(level, seed) for seed in range(count)]
        sizes = Counter(s.cluster or s.sample_id for s in asked).values()
        effective = count**2 / sum(n * n for n in sizes)
        key = (choice.name, level)
        found.append(_Level(key, task.category, count, len(sizes), effective, task.size(level)))
    return found


def _pairs(rows: pl.DataFrame, ids: Sequence[str]) -> dict[CellKey, tuple[Array, Array]]:
    """By cell, for each pair of contestants: clusters that both answered, and the sum over them of
    the squared difference of their mean scores."""
    scored = rows.filter(pl.col("score").is_not_null() & pl.col("contestant_id").is_in(ids))
    means = scored.group_by("contestant_id", "task", "level", "cluster").agg(pl.col("score").mean())
    upper = np.triu_indices(len(ids), 1)
    place = {name: i for i, name in enumerate(ids)}
    found = {}
    for (task, level), of in means.group_by("task", "level"):
        columns = of["cluster"].rank("dense").to_numpy().astype(int) - 1
        scores = np.zeros((len(ids), int(columns.max()) + 1))
        known = np.zeros_like(scores)
        who = [place[name] for name in of["contestant_id"]]
        scores[who, columns], known[who, columns] = of["score"].to_numpy(), 1.0
        squares = scores**2 @ known.T
        apart = squares + squares.T - 2 * scores @ scores.T
        found[(str(task), int(str(level)))] = ((known @ known.T)[upper], apart[upper])
    return found


def _detectable(
    name: str | None,
    levels: Sequence[_Level],
    pairs: Mapping[CellKey, tuple[Array, Array]],
) -> Detectable:
    weight = _weights(levels)
    # Variance of the balanced mean at D = 1, by level; its inverse is how many samples alone do it.
    shares = np.array([weight[x.key] ** 2 / x.effective for x in levels])
    discordant, count = _discordant(levels, shares, pairs)
    needed = samples_needed(discordant, GOAL)
    per_level = sum(weight[x.key] ** 2 * x.samples / x.effective for x in levels)
    return Detectable(
        task=name,
        samples=sum(x.samples for x in levels),
        clusters=sum(x.clusters for x in levels),
        discordant=discordant,
        pairs=count,
        difference=_smallest(discordant, float(shares.sum())),
        samples_per_level=None if needed is None else int(np.ceil(needed * per_level - 1e-9)),
        bank=min(x.bank for x in levels),
    )


def _smallest(discordant: float, variance: float) -> float:
    """`data.analysis.paired.detectable` for n = 1 / variance samples, which need not be whole."""
    z = Z + POWER_Z
    return min(1.0, z * math.sqrt(discordant / (1 / variance + z * z)))


def _weights(levels: Sequence[_Level]) -> dict[CellKey, float]:
    rows = pl.DataFrame(
        [(x.category, *x.key) for x in levels], schema=["category", "task", "level"], orient="row"
    )
    return {(task, level): w for _, task, level, w in level_weights(rows).iter_rows()}


def _discordant(
    levels: Sequence[_Level], shares: Array, pairs: Mapping[CellKey, tuple[Array, Array]]
) -> tuple[float, int]:
    """Median over pairs, and how many pairs it is of."""
    known = [(x, share) for x, share in zip(levels, shares, strict=True) if x.key in pairs]
    if not known:
        return ASSUMED_DISCORDANT, 0
    clusters = np.array([pairs[x.key][0] for x, _ in known])
    apart = np.array([pairs[x.key][1] for x, _ in known])
    of = np.array([share for _, share in known])[:, None] * (clusters > 0)
    seen = clusters.sum(axis=0)
    some = seen > 0
    if not some.any():
        return ASSUMED_DISCORDANT, 0
    means = apart / np.maximum(clusters, 1)
    found = (of * means).sum(axis=0)[some] / of.sum(axis=0)[some]
    drawn = (seen[some] * found + PRIOR_CLUSTERS * ASSUMED_DISCORDANT) / (
        seen[some] + PRIOR_CLUSTERS
    )
    return float(np.median(np.clip(drawn, 0.0, 1.0))), int(some.sum())
