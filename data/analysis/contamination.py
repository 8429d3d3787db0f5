"""Contamination: does a contestant do worse on samples that nobody can have trained on?"""

from __future__ import annotations

import math
from collections.abc import Mapping

import polars as pl

from data.analysis.intervals import Z
from data.analysis.multiple import holm
from data.analysis.paired import POWER_Z
from data.analysis.weights import level_weights

KEY = ("category", "task", "level")
LEAST = 2
"""Clusters of a level, frozen and fresh, below which its spread is not known."""
SCHEMA = {
    "contestant_id": pl.String, "frozen": pl.Float64, "fresh": pl.Float64,
    "difference": pl.Float64, "difference_low": pl.Float64, "difference_high": pl.Float64,
    "p": pl.Float64, "frozen_samples": pl.Int64, "fresh_samples": pl.Int64,
    "detectable": pl.Float64, "verdict": pl.String,
}  # fmt: skip


def contamination(samples: pl.DataFrame, mix: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Fresh minus frozen, one row per contestant that answered both.

    `samples`: contestant_id, category, task, level, fresh (Boolean), cluster, score (mean over
    epochs), one row per sample; samples of one cluster count as their mean. Over the levels
    that a contestant answered in both kinds, each weighted as in every level-balanced mean:
    frozen, fresh (0..1), difference = fresh - frozen with its 95 % interval (sum of
    w^2 s^2 / n over levels and kinds, normal), p (two-sided, Holm over the contestants), and
    detectable, the smallest fall that so many samples find with 80 % power. verdict: 'worse on
    fresh samples', 'no difference seen', or 'better on fresh samples'.
    """
    of = ["contestant_id", *KEY, "fresh"]
    each = (
        samples.group_by(*of, "cluster")
        .agg(pl.col("score").mean(), m=pl.len())
        .group_by(of)
        .agg(mean=pl.col("score").mean(), var=pl.col("score").var(), n=pl.len(), m=pl.sum("m"))
    )
    both = each.filter(~pl.col("fresh")).join(
        each.filter(pl.col("fresh")), on=["contestant_id", *KEY], suffix="_new"
    )
    both = both.filter((pl.col("n") >= LEAST) & (pl.col("n_new") >= LEAST))
    rows = [
        _row(str(name), frame, mix)
        for (name,), frame in both.group_by("contestant_id", maintain_order=True)
    ]
    found = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("contestant_id")
    return _judged(found)


def _row(name: str, rows: pl.DataFrame, mix: Mapping[str, float] | None) -> dict[str, object]:
    weights = level_weights(rows.select(KEY), mix or {})
    rows = rows.join(weights, on=list(KEY))
    share = rows["weight"] / rows["weight"].sum()
    # A level that is all right or all wrong varies by less than it seems: never by nothing.
    var = _floor(rows["var"], rows["n"]) / rows["n"]
    var_new = _floor(rows["var_new"], rows["n_new"]) / rows["n_new"]
    se = float((share**2 * (var + var_new)).sum()) ** 0.5
    frozen, fresh = float((share * rows["mean"]).sum()), float((share * rows["mean_new"]).sum())
    gap = fresh - frozen
    return {
        "contestant_id": name,
        "frozen": frozen,
        "fresh": fresh,
        "difference": gap,
        "difference_low": gap - Z * se,
        "difference_high": gap + Z * se,
        "p": _two_sided(gap / se),
        "frozen_samples": int(rows["m"].sum()),
        "fresh_samples": int(rows["m_new"].sum()),
        "detectable": (Z + POWER_Z) * se,
        "verdict": None,
    }


def _floor(var: pl.Series, n: pl.Series) -> pl.Series:
    """At least the variance of a share of half an answer in n."""
    half = 0.5 / (n + 1)
    return pl.select(pl.max_horizontal(var, half * (1 - half))).to_series()


def _two_sided(z: float) -> float:
    return math.erfc(abs(z) / math.sqrt(2.0))


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    p = pl.Series("p", holm(rows["p"].to_numpy()) if rows.height else [], dtype=pl.Float64)
    sure = pl.col("p") < 0.05
    return rows.with_columns(p).with_columns(
        verdict=pl.when(sure & (pl.col("difference") < 0))
        .then(pl.lit("worse on fresh samples"))
        .when(sure & (pl.col("difference") > 0))
        .then(pl.lit("better on fresh samples"))
        .otherwise(pl.lit("no difference seen"))
    )


def sentence(rows: pl.DataFrame, names: Mapping[str, str]) -> str:
    """What the rows say, in Markdown."""
    if rows.is_empty():
        return (
            "**No fresh samples** to hold against the frozen ones: write `fresh = 10` in the "
            "experiment's [[task]] tables and collect."
        )
    worse = rows.filter(pl.col("verdict") == "worse on fresh samples").sort("difference")
    n = rows.height
    if worse.is_empty():
        shown = [100 * fall for fall in rows["detectable"].to_list()]
        return (
            f"**None of {n} contestants does worse on fresh samples**; falls of {min(shown):.0f} "
            f"to {max(shown):.0f} points would have shown."
        )
    first = worse.row(0, named=True)
    who = names.get(first["contestant_id"], first["contestant_id"])
    return (
        f"**{worse.height} of {n} contestants do worse on fresh samples** than on the frozen ones, "
        f"{who} by {-100 * first['difference']:.0f} points "
        f"[{-100 * first['difference_high']:.0f}, {-100 * first['difference_low']:.0f}]."
    )
