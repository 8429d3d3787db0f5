"""Drift: what changed between two nights of the same contestants on the same samples."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis import drift_tests as tests
from data.analysis.cost_split import cost_split
from data.analysis.drift_pairs import METRICS, pairs, shared
from data.analysis.drift_words import POINTS, RATIO, Q
from data.analysis.drift_words import sentence as sentence
from data.analysis.grid import Grid
from data.analysis.means import numbers
from data.analysis.resample import Draws, draws

ANOTHER_HOUR = "the runs began at different hours (UTC)"
NO_PAIR = "no sample that counts is known on both nights"
SCHEMA: dict[str, type[pl.DataType]] = {
    "contestant_id": pl.String, "metric": pl.String, "samples": pl.Int64,
    "before": pl.Float64, "after": pl.Float64, "change": pl.Float64,
    "change_low": pl.Float64, "change_high": pl.Float64, "z": pl.Float64, "test": pl.String,
    "p": pl.Float64, "q": pl.Float64, "direction": pl.String, "effect_reached": pl.Boolean,
    "confirmed": pl.Boolean, "alarm": pl.String, "suppressed_by": pl.String,
    "price_usd": pl.Float64, "behaviour_usd": pl.Float64, "reason": pl.String,
}  # fmt: skip


def drift(
    before: Grid,
    after: Grid,
    *,
    same_hour: bool = False,
    previous: pl.DataFrame | None = None,
    canary: pl.DataFrame | None = None,
    quantities: pl.DataFrame | None = None,
    prices: pl.DataFrame | None = None,
    resamples: int = 400,
    flips: int | None = None,
    seed: int = 1,
) -> pl.DataFrame:
    """One row per contestant of both nights and metric, sorted by them (METHOD 9).

    Only samples that the contestant has on both nights count, with the weights of `before` made to
    sum to 1 over them. Columns: samples (pairs); before, after (level-balanced means: 0..1, tokens,
    seconds, dollars per answer); change (accuracy: points; else a ratio, exp of the mean ln(after /
    before)) with its 95 % paired bootstrap interval change_low, change_high; z (change over its
    standard error, within -10..10); test, p, q (Benjamini-Hochberg over all rows with a p);
    direction ('up', 'down', null: no change); effect_reached (from 5 points, or a ratio outside
    0.8..1.25); confirmed; alarm; suppressed_by; price_usd and behaviour_usd (cost rows only: see
    `cost_split`); reason (why a row is not compared: then change, p and q are null).

    Accuracy is tested by exact McNemar where all scores are 0 or 1, answered once, and each sample
    stands alone; by sign flips of the clusters otherwise, of which McNemar is a case. The ratios
    are tested by sign flips too: a bootstrap of B draws can't tell a p below 1 / B, and among many
    contestants only smaller ones survive. `flips`: at least 9,999 and enough for a lone alarm.
    Durations are compared only when both runs began in the same hour (UTC): `same_hour`.

    confirmed: whether `previous`, last night's frame against the SAME `before`, had a watch or
    alarm of that row in the same direction; null without `previous`, and where there is nothing to
    confirm. alarm: 'watch' with q < .05,
    the effect and (McNemar) flips that lean the same way; 'alarm' when it is confirmed too; else
    'none'. A failed canary (`canary`: the frame of
    data.analysis.canary) makes every alarm 'none' and says so in suppressed_by: a night measured
    by a moved harness neither alarms nor confirms.

    One pair, or one cluster in each level: no interval and no z. No pair: a reason and no p.
    Where no answer changed, resampling can't tell how sure that is: the interval is the value.
    """
    ids = sorted(set(before.ids) & set(after.ids))
    both, *places = shared(before, after)
    nights = list(zip((before, after), places, strict=True))
    drawn = draws(both, resamples, seed)
    # The smallest p of so many flips survives Benjamini-Hochberg even when it is the only one.
    flips = flips or max(9_999, int(2 * len(ids) * len(METRICS) / Q))
    frames = []
    for metric in METRICS:
        compared = metric != "duration_s" or same_hour
        frames.append(_metric(metric, ids, both, nights, drawn if compared else None, flips, seed))
    frame = pl.concat(frames).with_columns(pl.col(pl.Float64).fill_nan(None))
    p = numbers(frame["p"])
    q = pl.Series(tests.benjamini_hochberg(p), dtype=pl.Float64).fill_nan(None)
    frame = _alarms(frame.with_columns(q=q), previous, canary)
    split = cost_split(quantities, prices)
    frame = frame.join(split, on=["contestant_id", "metric"], how="left", maintain_order="left")
    return frame.sort("contestant_id", "metric").select(SCHEMA.keys())


def _metric(
    metric: str,
    ids: list[str],
    both: Grid,
    nights: list[tuple[Grid, np.ndarray]],
    drawn: Draws | None,
    flips: int,
    seed: int,
) -> pl.DataFrame:
    """The rows of one metric; without `drawn` it is listed but not compared."""
    data = pairs(metric, ids, both, nights)
    samples = (~np.isnan(data.x0)).sum(axis=1)
    before, after = both.balance(data.x0), both.balance(data.x1)
    found = dict.fromkeys(("mean", "low", "high", "z", "p", "lean"), np.full(len(ids), np.nan))
    test: list[str | None] = [None] * len(ids)
    reason = [NO_PAIR if x else ANOTHER_HOUR if drawn is None else None for x in np.isnan(before)]
    if drawn is not None:
        found = data.change(drawn, flips, seed)
        names = np.where(found.pop("mcnemar"), "McNemar", "sign flips").tolist()
        test = [n if k else None for n, k in zip(names, ~np.isnan(found["mean"]), strict=True)]
    for name in ("mean", "low", "high"):
        found[name] = 100 * found[name] if metric == "accuracy" else np.exp(found[name])
    columns = {"mean": "change", "low": "change_low", "high": "change_high"}
    found = {columns.get(name, name): values for name, values in found.items()}
    found |= {"before": before, "after": after}
    return pl.DataFrame(
        [
            pl.Series("contestant_id", ids, dtype=pl.String),
            pl.Series("metric", [metric] * len(ids), dtype=pl.String),
            pl.Series("samples", samples, dtype=pl.Int64),
            *(pl.Series(name, found[name], dtype=pl.Float64) for name in sorted(found)),
            pl.Series("test", test, dtype=pl.String),
            pl.Series("reason", reason, dtype=pl.String),
        ]
    )


def _alarms(
    frame: pl.DataFrame, previous: pl.DataFrame | None, canary: pl.DataFrame | None
) -> pl.DataFrame:
    accuracy, change = pl.col("metric") == "accuracy", pl.col("change")
    moved = pl.when(accuracy).then(change).otherwise(change - 1)
    outside = (change < RATIO[0] - 1e-9) | (change > RATIO[1] + 1e-9)
    frame = frame.with_columns(
        direction=pl.when(moved > 0).then(pl.lit("up")).when(moved < 0).then(pl.lit("down")),
        effect_reached=pl.when(accuracy).then(change.abs() >= POINTS - 1e-9).otherwise(outside),
        found=(pl.col("q") < Q) & (moved.sign() == pl.col("lean")),
    )
    keys = ["contestant_id", "metric", "direction"]
    last = pl.DataFrame(schema={**dict.fromkeys(keys, pl.String), "confirmed": pl.Boolean})
    if previous is not None:
        last = previous.filter(pl.col("alarm") != "none")
        last = last.select(*keys, confirmed=pl.lit(True)).unique(keys)
    frame = frame.join(last, on=keys, how="left", maintain_order="left")
    failed = _failed(canary)
    found = pl.col("found") & pl.col("effect_reached") & pl.lit(failed is None)
    alarm = pl.when(pl.col("confirmed").fill_null(False)).then(pl.lit("alarm"))
    judged = found & pl.lit(previous is not None)
    return frame.with_columns(
        confirmed=pl.when(judged).then(pl.col("confirmed").fill_null(False)),
        alarm=pl.when(found).then(alarm.otherwise(pl.lit("watch"))).otherwise(pl.lit("none")),
        suppressed_by=pl.lit(failed, dtype=pl.String),
    )


def _failed(canary: pl.DataFrame | None) -> str | None:
    """Names of the canaries whose failure suppresses the night's alarms."""
    if canary is None:
        return None
    failed = canary.filter(~pl.col("passed") & pl.col("suppresses"))
    names = failed.sort("canary", "contestant_id").select("canary", "contestant_id").iter_rows()
    return "; ".join(f"{kind} {name}" for kind, name in names) or None
