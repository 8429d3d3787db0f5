"""Routing: which contestant to send a task to, and whether that beats sending it at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import polars as pl
from scipy import stats

from data.analysis.cascade import Verifier
from data.analysis.grid import Array, Grid
from data.analysis.intervals import Z, wilson_many
from data.analysis.resample import Draws, draws, interval
from data.analysis.router import (
    TWICE,
    Predictor,
    Route,
    agreed,
    checked,
    counted,
    known,
    means,
    oracle,
    oracle_crossfit,
    single,
    threshold,
)
from data.analysis.summary import KNOWN_SHARE
from data.wording import percent, points, usd

AT_BEST = "never agree"
"""How the route is named that nothing promises: wrong answers that never agree."""
ROUNDING = 1e-9
SCHEMA: dict[str, Any] = {
    "route": pl.String, "kind": pl.String, "stages": pl.List(pl.String), "cut": pl.Int64,
    "cost_per_1k_usd": pl.Float64, "accuracy": pl.Float64, "accuracy_low": pl.Float64,
    "accuracy_high": pl.Float64,
    "samples": pl.Int64, "luck": pl.Boolean, "assumes": pl.String, "above_hull": pl.Float64,
    "above_hull_low": pl.Float64, "above_hull_high": pl.Float64, "above_hull_sure": pl.Float64,
}  # fmt: skip


def routes(
    grid: Grid,
    pairs: Sequence[tuple[str, str]],
    hull: Array | None = None,
    verifier: Verifier | None = None,
    predictor: Predictor | None = None,
    resample: Draws | None = None,
) -> pl.DataFrame:
    """Every route over these (small, big) pairs of contestants, all on the same samples.

    The samples are those that every contestant of the pairs answered with a known cost; a pair with
    one that lacks more than 20 % of them is left out. Per route: kind (single, oracle, threshold: a
    row for each cut between levels, cascade: with the stated verifier, and with the agreement of
    two runs at best and at worst; with a stated one no more right than its better stage), stages
    (contestant_id), cost_per_1k_usd and accuracy (0..1), level-balanced, with the percentile
    interval accuracy_low..accuracy_high of a paired bootstrap (Wilson's on the effective number of
    clusters where all resamples agree), samples, luck (chosen on the answers it is scored on),
    assumes, and above_hull: its accuracy over what random mixing of two contestants buys for the
    same dollars (METHOD 7: a route is worth building only above that), of the contestants of this
    table, or `hull`: (V, 2) vertices of dollars per 1,000 tasks and accuracy, by cost, flat after
    the last one; null below the first. Its interval above_hull_low..above_hull_high draws route and
    mix together; with a hull given it is moved there. above_hull_sure is its low end corrected for
    looking at many routes (Bonferroni over the thresholds and cascades of the table that could be
    named): above_hull less z(0.025 / routes) standard deviations of the resamples, whose own tails
    are too thin for that.

    A route that needs several epochs is over those of the samples that have them, and left out
    when they are less than 80 %. Sorted by cost, then name.
    """
    pairs = [p for p in dict.fromkeys(pairs) if p[0] != p[1]]
    able = _able(grid, sorted({i for p in pairs for i in p}))
    pairs = [p for p in pairs if set(p) <= able]
    ids = sorted({i for p in pairs for i in p})
    if not ids:
        return pl.DataFrame(schema=SCHEMA)
    built = _built(grid, ids, pairs, verifier or Verifier(), predictor)
    missing = np.isnan(np.stack([known(r) for r in built[: len(ids)]])).any(axis=(0, 1))
    missing |= grid.weight <= 0
    built = [replace(r, score=np.where(missing, np.nan, r.score)) for r in built]
    enough = max(1.0, KNOWN_SHARE * float((~missing).sum()))
    built = [r for r in built if (~np.isnan(known(r)[0])).sum() >= enough]
    if not built:
        return pl.DataFrame(schema=SCHEMA)
    return _table(grid, built, len(ids), hull, resample or draws(grid))


def _table(
    grid: Grid, built: Sequence[Route], alone: int, hull: Array | None, resample: Draws
) -> pl.DataFrame:
    """The routes as a frame; the first `alone` of them are the contestants themselves."""
    values = np.stack([known(r) for r in built], axis=1)
    (cost, accuracy), drawn = grid.balance(values), resample.means(values)
    costs = drawn[:, 0]
    accuracy, right = counted(grid, resample, built, accuracy, drawn[:, 1])
    gain = accuracy - mixing(cost, cost[:alone], accuracy[:alone])
    gains = right - mixing(costs, costs[:, :alone], right[:, :alone])
    above = gain if hull is None else accuracy - _over(1000 * cost, hull)
    low, high = interval(right)
    same = high - low < ROUNDING
    low, high = np.where(same, wilson(grid, values[1], accuracy), [low, high])
    # Where no answer differs resampling knows no doubt; what it is of the route alone stands in.
    ends = np.where(same, np.stack([low, high]) - accuracy, np.stack(interval(gains)) - gain)
    tried = max(1, sum(_nameable(r.kind, r.name) for r in built))
    z = float(stats.norm.isf(0.025 / tried))
    with np.errstate(all="ignore"):
        deviation = np.where(same, -ends[0] / Z, gains.std(axis=0, ddof=min(1, len(gains) - 1)))
    frame = pl.DataFrame(
        {
            "route": [r.name for r in built], "kind": [r.kind for r in built],
            "stages": [list(r.stages) for r in built], "cut": [r.cut for r in built],
            "cost_per_1k_usd": 1000 * cost, "accuracy": accuracy, "accuracy_low": low,
            "accuracy_high": high,
            "samples": (~np.isnan(values[1])).sum(axis=1), "luck": [r.luck for r in built],
            "assumes": [r.assumes for r in built], "above_hull": above,
            "above_hull_low": above + ends[0], "above_hull_high": above + ends[1],
            "above_hull_sure": above - z * deviation,
        },
        schema=SCHEMA,
    ).with_columns(pl.col("^above_.*$").fill_nan(None))  # fmt: skip
    return frame.sort("cost_per_1k_usd", "route", pl.col("stages").list.join(" "))


def mixing(cost: Array, costs: Array, quality: Array) -> Array:
    """Best quality that random mixes of at most two contestants buy for each cost.

    (..., R) costs and (..., M) contestants' costs and qualities to (..., R): the hull of METHOD 3,
    for many resamples at once. NaN where the cost is below that of every contestant.
    """
    best = np.full(cost.shape, -np.inf)
    count = costs.shape[-1]
    for i, j in product(range(count), range(count)):
        c, q = costs[..., i, None], quality[..., i, None]
        span = costs[..., j, None] - c
        share = np.where(span > 0, (cost - c) / np.where(span > 0, span, 1.0), 0.0)
        # A contestant's own cost may come out a rounding error beside itself.
        share = np.where(share <= 1 + ROUNDING, np.clip(share, 0.0, 1.0), 0.0)
        value = q + share * (quality[..., j, None] - q)
        best = np.where(cost >= c * (1 - ROUNDING), np.maximum(best, value), best)
    return np.where(np.isfinite(best), best, np.nan)


def sentence(frame: pl.DataFrame, names: Mapping[str, str] | None = None) -> str:
    """What the frame of `routes` says, in one Markdown sentence; `names` by contestant_id.

    Names the route furthest above the hull, of those that surely are where there are such; asking
    twice counts as it is at worst. What only the luckiest of many routes shows may be chance.
    """
    if frame.is_empty():
        return (
            "No two contestants with known costs answered the same samples here: routing needs "
            "a cheap and a capable one on the same tasks."
        )
    bound = _bound(frame)
    made = frame.filter(
        pl.Series([_nameable(*r) for r in frame.select("kind", "route").iter_rows()])
        & pl.col("above_hull").is_not_null()
    ).sort(pl.col("above_hull_sure") > 0, "above_hull", descending=True, nulls_last=True,
           maintain_order=True)  # fmt: skip
    if made.is_empty():
        return f"No route here can be compared with mixing contestants at random{bound}."
    top = made.row(0, named=True)
    if top["above_hull"] <= ROUNDING:
        return (
            f"**No route** here beats mixing two contestants at random for the same money{bound}."
        )
    doubt = _doubt(top, made.height)
    spent = usd(top["cost_per_1k_usd"]) + (" per 1,000 tasks" if top["cost_per_1k_usd"] else "")
    return (
        f"Best against random mixing is {_how(top, names or {})}, for {spent}: "
        f"**{points(top['above_hull'])} points** more for the same money{doubt}, if "
        f"{top['assumes']}{bound}."
    )


def _doubt(route: Mapping[str, Any], tried: int) -> str:
    """What the interval leaves open, as such and for the best of many routes."""
    if (route["above_hull_sure"] or 0.0) > 0:
        return ""
    if (route["above_hull_low"] or 0.0) > 0:
        n = route["samples"]
        return f", which may be chance, being the best of {tried} routes on {n:,} samples"
    return f", which {route['samples']:,} samples can't tell from 0: collect more"


def _nameable(kind: str, name: str) -> bool:
    """Whether a headline could name this route."""
    return kind in ("threshold", "cascade") and not name.endswith(AT_BEST)


def _how(route: Mapping[str, Any], names: Mapping[str, str]) -> str:
    small, big = (names.get(i, i) for i in route["stages"])
    if route["kind"] == "threshold":
        return f"{big} above level {route['cut']} and {small} for the rest"
    if route["route"].startswith(TWICE):
        return f"{small} twice and {big} when the two answers differ"
    return f"{small} first and {big} when a check rejects its answer"


def _bound(frame: pl.DataFrame) -> str:
    """What the oracle reaches: cross-fitted is too little, in hindsight too much."""
    oracles = frame.filter(pl.col("kind") == "oracle").sort("luck", maintain_order=True)
    if oracles.is_empty():
        return ""
    fair, lucky = oracles.row(0, named=True), oracles.row(-1, named=True)
    solves = f"; knowing beforehand whom to ask would solve {percent(fair['accuracy'])}"
    if fair["luck"]:
        return solves + " in hindsight, part of it luck that only more epochs tell"
    top = max(fair["accuracy"], lucky["accuracy"])
    return solves if percent(top) == percent(fair["accuracy"]) else f"{solves} to {percent(top)}"


def _built(
    grid: Grid,
    ids: Sequence[str],
    pairs: Sequence[tuple[str, str]],
    verifier: Verifier,
    predictor: Predictor | None,
) -> list[Route]:
    cuts = sorted(set(grid.samples["level"].to_list()))[:-1]
    made: list[Route | None] = [single(grid, i) for i in ids]
    made += [oracle(grid, ids), oracle_crossfit(grid, ids)]
    for small, big in pairs:
        made += [threshold(grid, small, big, cut, predictor) for cut in cuts]
        made.append(checked(grid, (small, big), verifier))
        made += [agreed(grid, small, big, q) for q in (0.0, 1.0)]
    return [r for r in made if r is not None]


def _over(cost: Array, hull: Array) -> Array:
    """Quality of the hull's vertices at each cost: flat after the last, NaN before the first."""
    if not len(hull):
        return np.full(cost.shape, np.nan)
    cost = np.where(np.isclose(cost, hull[0, 0], rtol=1e-9, atol=0), hull[0, 0], cost)
    return np.asarray(np.interp(cost, hull[:, 0], hull[:, 1], left=np.nan))


def wilson(grid: Grid, values: Array, accuracy: Array) -> Array:
    """(2, R) Wilson ends on the effective number of clusters that each route is measured on."""
    weight = np.zeros((len(values), int(grid.cluster.max()) + 1))
    np.add.at(weight.T, grid.cluster, np.where(np.isnan(values), 0.0, grid.weight).T)
    n = weight.sum(axis=1) ** 2 / (weight**2).sum(axis=1)
    return np.stack(wilson_many(accuracy * n, n))


def _able(grid: Grid, ids: Sequence[str]) -> set[str]:
    """Those that answered most samples with a known cost: others would leave few to share."""
    there = [i for i in ids if i in grid.ids]
    if not there:
        return set()
    score, cost = (means(grid, c, there) for c in ("score", "cost_usd"))
    share = grid.balance((~np.isnan(score) & ~np.isnan(cost)).astype(float))
    return {i for i, s in zip(there, share, strict=True) if s >= KNOWN_SHARE}
