"""Drift: what changed between two nights of the same contestants on the same samples."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from data.analysis import drift_tests as tests
from data.analysis.drift_pairs import METRICS, pairs, shared
from data.analysis.grid import Grid
from data.analysis.resample import Draws, draws
from data.wording import seconds, tokens, usd

Q = 0.05
"""False discovery rate of a night's watches."""
POINTS = 5.0
RATIO = (0.8, 1.25)
"""A change is worth an alarm from 5 points of accuracy, or outside these ratios."""
FEWEST = 6
"""With fewer pairs not even flips that all go one way have p < .05."""
ANOTHER_HOUR = "the runs began at different hours (UTC)"
NO_PAIR = "no sample that counts is known on both nights"
SCHEMA: dict[str, type[pl.DataType]] = {
    "contestant_id": pl.String, "metric": pl.String, "samples": pl.Int64,
    "before": pl.Float64, "after": pl.Float64, "change": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "z": pl.Float64, "test": pl.String,
    "p": pl.Float64, "q": pl.Float64, "direction": pl.String, "effect_reached": pl.Boolean,
    "alarm": pl.String, "suppressed_by": pl.String,
    "price_usd": pl.Float64, "behaviour_usd": pl.Float64, "reason": pl.String,
}  # fmt: skip
SPLIT = {n: SCHEMA[n] for n in ("contestant_id", "metric", "price_usd", "behaviour_usd")}


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

    Only samples that the contestant has on both nights count, with the weights of `before` made
    to sum to 1 over them. Columns: samples (pairs); before, after (level-balanced means: 0..1,
    tokens, seconds, dollars per answer); change (accuracy: points; else a ratio, exp of the mean
    ln(after / before)) with its 95 % paired bootstrap interval low, high; z (change over its
    standard error, within -10..10); test, p, q (Benjamini-Hochberg over all rows with a p);
    direction ('up', 'down', null: no change); effect_reached (from 5 points, or a ratio outside
    0.8..1.25); alarm; suppressed_by; price_usd and behaviour_usd (cost rows only: see
    `cost_split`); reason (why a row is not compared: then change, p and q are null).

    Accuracy is tested by exact McNemar where all scores are 0 or 1, answered once, and each sample
    stands alone; by sign flips of the clusters otherwise, of which McNemar is a case. The ratios
    are tested by sign flips too: a bootstrap of B draws can't tell a p below 1 / B, and among many
    contestants only smaller ones survive. `flips`: at least 9,999 and enough for a lone alarm.
    Durations are compared only when both runs began in the same hour (UTC): `same_hour`.

    alarm: 'watch' on the first night with q < .05, the effect and (McNemar) flips that lean the
    same way; 'alarm' when `previous`, last night's frame against the SAME `before`, had a watch or
    alarm of that row in the same direction; else 'none'. A failed canary (`canary`: the frame of
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
    p = frame["p"].fill_null(np.nan).to_numpy()
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
    found["change"] = found.pop("mean")
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
    return frame.with_columns(
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


def cost_split(quantities: pl.DataFrame | None, prices: pl.DataFrame | None) -> pl.DataFrame:
    """Cost changes as contestant_id, metric ('cost_usd'), price_usd, behaviour_usd (METHOD 9).

    `quantities`: contestant_id, price_class (input, output, cache_read, ...), before, after: mean
    tokens (or seconds, requests) per answer over the samples of both nights. `prices`: the same
    keys, and before, after in dollars per unit of that quantity. Both parts are dollars per answer
    and add up to the change of the classes' cost. A class with an unknown price or quantity leaves
    its contestant out, unless none of it was used. No test: a price list is not a sample.
    """
    if quantities is None or prices is None:
        return pl.DataFrame(schema=SPLIT)
    keys = ["contestant_id", "price_class"]
    both = quantities.select(*keys, q0="before", q1="after").join(
        prices.select(*keys, p0="before", p1="after"), on=keys, how="full", coalesce=True
    )
    rows = []
    for (name,), group in both.sort(keys).group_by("contestant_id", maintain_order=True):
        values = (group[c].cast(pl.Float64).fill_null(np.nan) for c in ("p0", "p1", "q0", "q1"))
        price, behaviour, total = tests.price_and_behaviour(*(v.to_numpy() for v in values))
        if not np.isnan(total):
            rows.append((name, "cost_usd", price, behaviour))
    return pl.DataFrame(rows, schema=SPLIT, orient="row")


def cusum(history: pl.DataFrame) -> pl.DataFrame:
    """Slow drift: contestant_id, metric, night, z, up, down, signal; sorted by those three.

    METHOD 9; Page 1954. `history`: drift frames of many nights with a column `night` (a date or
    anything that sorts); of them it takes z. up = max(0, up + z - .5), down likewise with -z;
    signal: 'up' or 'down' while that sum is 5 or more, else null. An unknown z leaves the sums as
    they were. Nights should share a reference of several nights: the error of a lone first night
    stands in every later z and adds up to a signal of its own.
    """
    keys = ["contestant_id", "metric"]
    frame = history.select(*keys, "night", "z").sort(*keys, "night")
    ups, downs = np.zeros((2, frame.height))
    at = 0
    for size in frame.group_by(keys, maintain_order=True).len()["len"]:
        z = frame["z"][at : at + size].cast(pl.Float64).fill_null(np.nan).to_numpy()
        ups[at : at + size], downs[at : at + size] = tests.cusum(z)
        at += size
    up, down = pl.col("up") >= tests.SIGNAL - 1e-9, pl.col("down") >= tests.SIGNAL - 1e-9
    return frame.with_columns(up=pl.Series(ups), down=pl.Series(downs)).with_columns(
        signal=pl.when(up & (pl.col("up") >= pl.col("down"))).then(pl.lit("up"))
        .when(down).then(pl.lit("down"))
    )  # fmt: skip


def sentence(frame: pl.DataFrame, names: Mapping[str, str] | None = None) -> str:
    """One Markdown sentence on a drift frame; `names` are contestant_id to what people read."""
    compared = frame.filter(pl.col("q").is_not_null())
    if compared.is_empty():
        return (
            "No contestant answered the same samples on two nights: collect the same experiment "
            "**once more** to see what changes."
        )
    failed = compared["suppressed_by"][0]
    if failed is not None:
        return (
            f"A canary failed ({failed}): the harness itself moved, so **no change** of this night "
            "counts until that is explained."
        )
    contestants = compared["contestant_id"].n_unique()
    alarms = compared.filter(pl.col("alarm") == "alarm")
    watches = compared.filter(pl.col("alarm") == "watch")
    who = alarms["contestant_id"].n_unique()
    waiting = f"{watches.height} {_plural(watches.height, 'change')} of tonight"
    if who:
        first = alarms.sort("q", "contestant_id", "metric").row(0, named=True)
        rest = f"; {waiting} must hold another night" if watches.height else ""
        found = f"**{who} of {contestants}** {_plural(contestants, 'contestant')}"
        which = "first of all" if alarms.height > 1 else "namely"
        return f"{found} changed for a second night, {which} {_said(first, names)}{rest}."
    if watches.height:
        first = watches.sort("q", "contestant_id", "metric").row(0, named=True)
        return (
            f"**{waiting}** must hold another night to count, "
            f"{'first of all' if watches.height > 1 else 'namely'} {_said(first, names)}."
        )
    most = int(str(compared["samples"].max()))
    if most < FEWEST:
        return (
            f"**{most}** shared {_plural(most, 'sample')} can't show a change: collect at "
            f"least {FEWEST}."
        )
    return (
        f"**None of {contestants}** {_plural(contestants, 'contestant')} changed by 5 points, or "
        f"by a quarter in tokens, time or cost, beyond chance over {most:,} shared "
        "samples."
    )


def _plural(n: object, noun: str) -> str:
    return noun if n == 1 else f"{noun}s"


def _said(row: Mapping[str, object], names: Mapping[str, str] | None) -> str:
    """'X, whose accuracy fell by 12.0 points'."""
    name = (names or {}).get(str(row["contestant_id"]), str(row["contestant_id"]))
    moved = "rose" if row["direction"] == "up" else "fell"
    if row["metric"] == "accuracy":
        return f"{name}, whose accuracy {moved} by {abs(float(str(row['change']))):.1f} points"
    words = {"output_tokens": "output tokens", "duration_s": "time", "cost_usd": "cost"}
    shown = {"output_tokens": tokens, "duration_s": seconds, "cost_usd": usd}[str(row["metric"])]
    a, b = (shown(float(str(row[k]))) for k in ("before", "after"))
    return f"{name}, whose {words[str(row['metric'])]} per answer {moved} from {a} to {b}"
