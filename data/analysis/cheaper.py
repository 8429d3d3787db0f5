"""Cheaper: what does as well as a contestant on one task for less, and how much less that is."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from data.analysis.grid import Array, Grid
from data.analysis.means import cluster_sums
from data.analysis.resample import redrawn
from data.analysis.summary import FULL_COVERAGE, KNOWN_SHARE

CHEAPER, NOTHING = "cheaper does as well", "nothing cheaper does as well"
APART = "not measured"
ALONE = "nobody else was graded on these samples"
ERROR = 0.05
"""What a 95 % interval leaves out."""
SKEWED = 0.02
"""What the interval of a saving leaves out by its own reckoning. With heavy-tailed costs it leaves
out more: with lognormal costs of log-sd 1.5 and 200 samples a nominal 95 % claims a saving that
isn't there in 6 % of bills, where 2.5 % is meant; this one in 3 to 4 %."""
SAME = 1 - 1e-9
"""A cost ratio above this is no saving but a rounding error."""
USUAL_DISCORDANCE = 0.2
"""Share of samples on which two contestants differ, where too few are shared to tell."""


@dataclass(frozen=True)
class Samples:
    """One task's samples that the contestant in use has a score for."""

    ids: tuple[str, ...]
    used: int
    """Place of the contestant in use."""
    score: Array
    """(M, I)"""
    cost: Array
    """(M, I): dollars of a call."""
    level: Array
    """(I,): number of the sample's level, from 0."""
    cluster: Array
    """(I,): number of its cluster, from 0; clusters never span levels."""

    @property
    def cluster_level(self) -> Array:
        """(G, L): 1 where a cluster is of a level."""
        of = np.zeros((int(self.cluster.max()) + 1, int(self.level.max()) + 1))
        of[self.cluster, self.level] = 1.0
        return of

    def by_cluster(self, values: Array) -> Array:
        """(..., I) to (..., G): sums."""
        return cluster_sums(values, self.cluster)


def samples(grid: Grid, score: Array, cost: Array, task: str, who: str) -> Samples | str:
    """The samples of a task for the contestant in use, or why it is not measured."""
    if who not in grid.ids:
        return "what is in use was never graded"
    u = grid.ids.index(who)
    here = (grid.samples["task"] == task).fill_null(False).to_numpy() & ~np.isnan(score[u])
    if not here.any():
        return "no graded samples of this task by what is in use"
    if np.mean(~np.isnan(cost[u, here])) < KNOWN_SHARE:
        return "the cost of what is in use was not measured"
    level, cluster = (
        np.unique(of[here], return_inverse=True)[1] for of in (grid.level, grid.cluster)
    )
    return Samples(grid.ids, u, score[:, here], cost[:, here], level, cluster)


def free(s: Samples) -> bool:
    """Whether no graded call of the one in use cost anything: then no ratio prices the others."""
    return not np.nansum(s.cost[s.used])


def judge(s: Samples, margin: float, strict: bool, resamples: int, seed: int) -> dict[str, Any]:
    """Verdict on one task: the alternative, the share of spend it saves, and the evidence.

    bill.bill says what each is. share_usd, share_low and share_high are of the dollars spent.
    """
    ratio = _ratios(s)
    others = np.arange(len(s.ids)) != s.used
    others &= (~np.isnan(s.score)).any(axis=1)
    if not others.any():
        return {"compared": 0, "verdict": APART, "reason": ALONE}
    cheaper = others & (ratio < SAME)
    error = ERROR / max(1, int(cheaper.sum())) if strict else ERROR
    d = differences(s, error)
    equal = others & (d.low > -margin) & (d.high >= 0) & (d.coverage >= FULL_COVERAGE)
    nothing: dict[str, Any] = {"share_usd": 0.0, "share_low": 0.0, "share_high": 0.0}
    unknown = others & np.isnan(ratio) & (d.high >= 0) & (not free(s))
    found: dict[str, Any] = {"compared": int(cheaper.sum()), "verdict": NOTHING}
    if unknown.any() and np.isnan(ratio[others]).all():
        return {**found, "verdict": APART, "reason": "the cost of the others was not measured"}
    if (equal & cheaper).any():
        chosen = int(np.argmin(np.where(equal, _infinite(ratio), np.inf)))
        share, low, high = _saving(s, equal, chosen, resamples, seed)
        if low > 0:
            claim = {"share_usd": share, "share_low": low, "share_high": high}
            return {**found, **_evidence(s, d, chosen), **claim, "verdict": CHEAPER}
        nothing |= {**_evidence(s, d, chosen), "reason": "its lower cost may be chance"}
    elif unknown.any():
        n = int(unknown.sum())
        nothing["reason"] = f"the cost of {n} other{'s' if n > 1 else ''} was not measured"
    # One that may yet do as well leaves it open, whatever the others showed.
    undecided = cheaper & (d.high >= 0) & ~equal
    if not undecided.any():
        return {**found, "samples": s.score.shape[1], **nothing}
    needed = np.where(undecided, _needed(d, margin, error), np.inf)
    nearest = int(np.lexsort((ratio, needed))[0])
    n = int(needed[nearest])
    found |= {"needed": n, "verdict": f"too few samples: {n:,} more needed"}
    return {**found, **_evidence(s, d, nearest)}


@dataclass(frozen=True)
class Differences:
    """(M,) accuracy of each contestant minus that of the one in use, on the samples both have."""

    mean: Array
    low: Array
    high: Array
    variance: Array
    """Of the mean, clustered; infinite with one cluster."""
    effective: Array
    """Clusters of equal weight that would weigh as these do."""
    samples: Array
    missing: Array
    """Samples of the one in use that the other has no score for."""
    coverage: Array
    """Share of those samples that it has, level-balanced."""


def differences(s: Samples, error: float = ERROR) -> Differences:
    """Paired, level-balanced, clustered (METHOD 2.1), with a guard against too perfect agreement.

    SE^2 = G/(G-1) * sum over clusters of (sum of w * (difference - mean of its level))^2
    + 2/(n+2)^2, interval = mean -+ t(1 - error/2; G - L) * SE, cut to -1..1. A level of one cluster
    deviates from the overall mean, and all of these count as one in L. The second term imagines two
    more samples, one in favour of each (Bonett and Price 2012), n being the effective number of
    clusters: without it a few samples on which both agree would prove equality. One cluster: -1..1;
    no shared sample: NaN.
    """
    both = ~np.isnan(s.score)
    diff = np.where(both, s.score - s.score[s.used], 0.0)
    of = np.eye(int(s.level.max()) + 1)[s.level]
    count, available = both.astype(float) @ of, of.sum(axis=0)
    levels = (count > 0).sum(axis=1)
    with np.errstate(all="ignore"):
        weight = both / (levels[:, None] * np.maximum(count, 1)[:, s.level])
        mean = np.where(levels > 0, (weight * diff).sum(axis=1), np.nan)
        clusters = s.by_cluster(both.astype(float)) > 0
        each = clusters.astype(float) @ s.cluster_level
        lonely = each < 2
        centre = np.where(lonely, mean[:, None], (diff @ of) / np.maximum(count, 1))
        away = s.by_cluster(np.where(both, weight * (diff - centre[:, s.level]), 0.0))
        g = clusters.sum(axis=1)
        variance = np.where(g > 1, g / (g - 1) * (away**2).sum(axis=1), np.inf)
        effective = 1 / (s.by_cluster(np.where(both, weight, 0.0)) ** 2).sum(axis=1)
        freedom = np.maximum(g - (each > 1).sum(axis=1) - (each == 1).any(axis=1), 1)
        half = stats.t.ppf(1 - error / 2, freedom) * np.sqrt(variance + 2 / (effective + 2) ** 2)
    low, high = np.clip(mean - half, -1.0, 1.0), np.clip(mean + half, -1.0, 1.0)
    n = both.sum(axis=1)
    coverage = (count / available).mean(axis=1)
    return Differences(mean, low, high, variance, effective, n, both.shape[1] - n, coverage)


def _needed(d: Differences, margin: float, error: float) -> Array:
    """(M,): more samples to show, four times in five, what the data so far suggest.

    METHOD 2.1: n = (z + 0.84)^2 * variance / effect^2, z = 1.96 for a 95 % interval.
    The clustered part of the variance falls with n, the imagined samples' with n^2; the difference
    to show is the margin, less what the contestant seems to be worse (half the margin at least).
    """
    z = stats.norm.ppf(1 - error / 2) + 0.84
    effect = (np.clip(margin + np.minimum(d.mean, 0.0), margin / 2, margin) / z) ** 2
    with np.errstate(all="ignore"):
        spread = np.where(np.isfinite(d.variance), d.variance * d.samples, USUAL_DISCORDANCE)
        share = d.effective / d.samples
        total = (spread + np.sqrt(spread**2 + 8 * effect / share**2)) / (2 * effect)
    return np.asarray(np.maximum(np.maximum(np.ceil(total) - d.samples, d.missing), 1.0))


def _evidence(s: Samples, d: Differences, who: int) -> dict[str, Any]:
    return {
        "alternative_id": s.ids[who],
        "difference": float(d.mean[who]),
        "difference_low": float(d.low[who]),
        "difference_high": float(d.high[who]),
        "samples": int(d.samples[who]),
    }


def _ratios(s: Samples, part: Array | None = None) -> Array:
    """(M,): level-balanced cost over that of the one in use, on the samples where both are known.

    part: (I,) samples to look at. NaN where fewer than 80 % of the shared ones have both costs,
    there is none, or the one in use is free.
    """
    both = ~np.isnan(s.score) & (True if part is None else part)
    known = both & ~np.isnan(s.cost) & ~np.isnan(s.cost[s.used])
    of = np.eye(int(s.level.max()) + 1)[s.level]
    n = known.astype(float) @ of
    sums = (np.where(known, cost, 0.0) @ of for cost in (s.cost, s.cost[s.used]))
    mine, base = ((total / np.maximum(n, 1)).sum(axis=1) for total in sums)
    enough = (known.sum(axis=1) >= KNOWN_SHARE * both.sum(axis=1)) & (base > 0)
    return np.where(enough, mine / np.where(enough, base, 1.0), np.nan)


@dataclass(frozen=True)
class Fold:
    """A contestant's ratio of costs on part of the samples: row 0 as measured, then resampled."""

    ratio: Array
    """(1 + B,)"""
    variance: Array
    """(1 + B,): of the ratio, by the delta method; infinite with one cluster."""
    freedom: int
    """Clusters less levels, of which those with one cluster count as one."""


def _fold(s: Samples, who: int, counts: Array, part: Array) -> Fold:
    """_ratios of one contestant in resamples; counts: (1 + B, G) draws of each cluster, 1s first.

    Variance of A / B, sums over levels of mean costs: G/(G-1) / B^2 * sum over clusters of (sum of
    (a - R * b), less its level's mean, over the level's samples)^2. A level of one cluster deviates
    from all levels' mean, which is 0. A draw that misses all known samples of a level takes the
    level's own mean.
    """
    mine, base = s.cost[who], s.cost[s.used]
    known = part & ~np.isnan(s.score[who]) & ~np.isnan(mine) & ~np.isnan(base)
    stack = np.where(known, np.stack([np.ones_like(base), mine, base]), 0.0)
    n, a, b = s.by_cluster(stack)
    of = s.cluster_level
    of = of[:, (n @ of) > 0]
    has = (n > 0).astype(float) @ of
    # Distances from the level's means, so that sums of squares lose no digits.
    own = np.stack([a, b]) @ of / (n @ of)
    a, b = np.stack([a, b]) - n * (own @ of.T)
    drawn_n, drawn_a, drawn_b = (counts @ (x[:, None] * of) for x in (n, a, b))
    size = np.maximum(drawn_n, 1)
    off_a, off_b = drawn_a / size, drawn_b / size
    mean_a, mean_b = own[0] + off_a, own[1] + off_b
    with np.errstate(all="ignore"):
        bottom = mean_b.sum(axis=1, keepdims=True)
        r = mean_a.sum(axis=1, keepdims=True) / bottom
        off = off_a - r * off_b
        aa, bb, nn, ab, an, bn = (
            counts @ ((x * y)[:, None] * of)
            for x, y in ((a, a), (b, b), (n, n), (a, b), (a, n), (b, n))
        )
        away = aa + r**2 * bb + off**2 * nn - 2 * (r * ab + off * an - r * off * bn)
        away = np.where(has > 1, np.maximum(away, 0.0) / size**2, (mean_a - r * mean_b) ** 2)
        g = has.sum()
        spread = away.sum(axis=1) / bottom[:, 0] ** 2
        variance = g / (g - 1) * spread if g > 1 else np.full(len(counts), np.inf)
    freedom = g - (has > 1).sum() - (has == 1).any()
    return Fold(r[:, 0], variance, int(freedom))


def _saving(
    s: Samples, equal: Array, chosen: int, resamples: int, seed: int
) -> tuple[float, float, float]:
    """Share of spend saved (at most 1), cross-fitted, with its interval; see bill.bill.

    A half that finds nobody cheaper saves nothing. One without a known price neither chooses nor
    prices; where that leaves none, all samples do both.
    """
    rng = np.random.default_rng(seed)
    level = s.cluster_level.argmax(axis=1)
    half = np.empty(len(level), dtype=np.int64)
    half[np.lexsort((rng.random(len(level)), level))] = np.arange(len(level)) % 2
    parts = [half[s.cluster] == h for h in (0, 1)]
    priced = [np.where(equal, _ratios(s, part), np.nan) for part in parts]
    drawn = _draw(level * 2 + half, resamples, rng)
    counts = np.concatenate([np.ones((1, len(level))), drawn])
    folds: list[Fold] = []
    for here, there, part in ((priced[0], priced[1], parts[1]), (priced[1], priced[0], parts[0])):
        usable = np.where(np.isnan(there), np.inf, _infinite(here))
        best = int(np.argmin(usable))
        if usable[best] < SAME:
            folds.append(_fold(s, best, counts, part))
        elif np.isfinite(usable[best]):
            folds.append(Fold(np.ones(len(counts)), np.zeros(len(counts)), 0))
    if not folds:
        folds = [_fold(s, chosen, counts, parts[0] | parts[1])]
    ratio, low, high = _bootstrap_t(folds)
    return 1 - ratio, 1 - high, min(1 - low, 1.0)


def _bootstrap_t(folds: list[Fold]) -> tuple[float, float, float]:
    """Mean ratio of the folds, which share no cluster, with its interval on the log scale.

    ln R -+ c * SE, SE by the delta method; each c is the quantile of (ln R* - ln R) / SE* over the
    resamples (bootstrap-t: Efron and Tibshirani 1993, ch. 12), at least Student's. A few dear
    calls make a mean and its SE rise together; the percentile interval overlooks the calls so dear
    that no sample holds one. This one does so less: SKEWED says how much is left.
    """
    with np.errstate(all="ignore"):
        ratio = np.mean([fold.ratio for fold in folds], axis=0)
        variance = np.sum([fold.variance for fold in folds], axis=0) / len(folds) ** 2
        log, se = np.log(ratio), np.sqrt(variance) / ratio
        point = float(ratio[0])
        if point == 0 or se[0] <= 1 - SAME:
            return point, point, point
        gone = log[1:] - log[0]
        t = np.where(gone == 0, 0.0, np.where(np.isinf(gone), gone, gone / se[1:]))
    # By rank, not interpolated: a resample in which one of them is free lies infinitely far.
    t = np.sort(np.where(np.isnan(t), np.inf, t))
    ends = [t[max(math.ceil(q * len(t)) - 1, 0)] for q in (SKEWED / 2, 1 - SKEWED / 2)]
    least = stats.t.ppf(1 - SKEWED / 2, max(1, sum(fold.freedom for fold in folds)))
    with np.errstate(over="ignore"):
        high = float(np.exp(log[0] + max(-ends[0], least) * se[0]))
        return point, float(np.exp(log[0] - max(ends[1], least) * se[0])), high


def _infinite(values: Array) -> Array:
    return np.where(np.isnan(values), np.inf, values)


def _draw(stratum: Array, resamples: int, rng: np.random.Generator) -> Array:
    """(B, G): draws of each cluster, with replacement within its stratum."""
    out = np.zeros((resamples, len(stratum)))
    for one in np.unique(stratum):
        here = np.flatnonzero(stratum == one)
        out[:, here] = redrawn(len(here), resamples, rng)
    return out
