"""Summary: one row per contestant over the view's levels, the ground under every other lens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from data.analysis.intervals import accuracy_intervals
from data.analysis.weights import level_weights

FULL_COVERAGE = 0.95
"""Share of the view's samples a contestant must have to be compared with the others."""
KNOWN_SHARE = 0.8
"""Below this share of attempts with a known cost or token count, the mean is not shown."""
FACTS = [
    "name", "model", "model_id", "model_name", "deployment", "kind", "effort", "prompt_style",
    "lab", "country", "weights", "licence", "architecture", "mixture", "params_total",
    "params_active", "size_tier", "released",
]  # fmt: skip
MEANS = {
    "cost_usd": ("cost_mean", "priced"),
    "input_tokens": ("input_mean", "input_known"),
    "cache_read_tokens": ("cache_read_mean", "cache_read_known"),
    "cache_write_tokens": ("cache_write_mean", "cache_write_known"),
    "output_tokens": ("output_mean", "output_known"),
    "reasoning_tokens": ("reasoning_mean", "reasoning_known"),
    "duration_s": ("duration_mean", "duration_known"),
    "ttft_s": ("ttft_mean", "ttft_known"),
    "cpu_s": ("cpu_mean", "cpu_known"),
}
"""Means by sample of the rollup, each with the number of answers that it is known of."""
ROUNDING = 1e-9
"""Shares that are exactly a limit must not miss it by a rounding error."""
COUNTS = ("samples", "attempts", "failed", "refused", "truncated")
SHOWN = [
    "accuracy", "accuracy_low", "accuracy_high", "cost_per_1k_usd", "input_tokens",
    "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
    "reasoning_share", "duration_s", "ttft_s", "cpu_s", "spent_usd", *COUNTS, "unpriced",
    "asked", "coverage", "baseline",
]  # fmt: skip


def summarise(
    rollup: pl.DataFrame, by: Sequence[str] = (), mix: Mapping[str, float] | None = None
) -> pl.DataFrame:
    """Rollup rows (one per contestant x task x level) to one row a contestant.

    `by` splits further: ('category',), ('task',), ('level',) or ('task', 'level'). Adds accuracy
    with its 95 % interval (accuracy_low, accuracy_high; level-balanced, clustered: Miller 2024),
    cost_per_1k_usd, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
    reasoning_tokens, duration_s, ttft_s, cpu_s (means per task with the same weights, over the
    answers that were scored), spent_usd (everything paid for, failed attempts included),
    reasoning_share, samples, attempts, failed, refused, truncated, unpriced, asked (samples that
    anybody was), coverage (0..1: samples over asked of each level, level-balanced), baseline (the
    best blind guess), tokens_by_level (where nothing splits; null where not known). Weights are
    equal to categories, tasks and levels unless `mix` says otherwise (see level_weights). Null is
    "not known", never 0. Rows come sorted by contestant_id, then `by`.
    """
    keys = ["contestant_id", *by]
    facts = [c for c in FACTS if c in rollup.columns]
    shown = [*keys, *facts, "price_basis", "price_source", "price_from", "usd_per_cpu_hour"]
    if rollup.is_empty():
        return pl.DataFrame(schema=_schema(rollup, shown, by))
    frame = _weighed(rollup, by, mix).sort(*keys, "task", "level")
    scored = frame.filter(pl.col("samples") > 0)
    rows = frame.group_by(keys, maintain_order=True).agg(
        pl.col(facts).first(),
        *(pl.col(c).sum().cast(pl.Int64) for c in COUNTS),
        _spent().alias("spent_usd"),
        baseline=_mean("baseline", pl.lit(1)),
        reasoning_share=_share("reasoning_tokens", "reasoned_output_tokens"),
        unpriced=(pl.col("scored") - pl.col("priced")).sum().cast(pl.Int64),
        asked=pl.col("view_asked").first(),
        coverage=_covered().clip(0.0, 1.0),
    )
    of_scored = scored.group_by(keys, maintain_order=True).agg(
        *(
            _mean(mean, pl.col(known), pl.col("scored")).alias(c)
            for c, (mean, known) in MEANS.items()
        ),
        *(
            pl.col(c).drop_nulls().first()
            for c in ("price_basis", "price_source", "price_from", "usd_per_cpu_hour")
            if c in rollup.columns
        ),
    )
    rows = rows.join(of_scored, on=keys, how="left", nulls_equal=True, maintain_order="left")
    rows = rows.with_columns(
        *_accuracy(rows.select(keys), scored, keys),
        *(pl.lit(None).alias(c) for c in shown if c not in rows.columns),
        price_basis=pl.col("price_basis").fill_null("none"),
        cost_per_1k_usd=pl.col("cost_usd") * 1000,
    )
    if not by:
        rows = rows.join(_by_level(scored, rollup), on=keys, how="left", maintain_order="left")
        rows = rows.with_columns(pl.col("tokens_by_level").fill_null([]))
    schema = _schema(rollup, shown, by)
    return rows.select([pl.col(c).cast(kind) for c, kind in schema.items()])


def _weighed(
    rollup: pl.DataFrame, by: Sequence[str], mix: Mapping[str, float] | None
) -> pl.DataFrame:
    """Rows with their level's weight, and that of all levels of their part of the view."""
    weights = level_weights(rollup, mix)
    whole = pl.col("weight").sum()
    weights = weights.with_columns(view_weight=whole.over(by) if by else whole)
    levels = ["category", "task", "level"]
    asked = rollup.group_by(levels).agg(view_asked=pl.col("asked").max())
    weights = weights.join(asked, on=levels, how="left", nulls_equal=True)
    every = pl.col("view_asked").sum()
    weights = weights.with_columns(view_asked=every.over(by) if by else every)
    return rollup.join(weights, on=["category", "task", "level"], how="left", nulls_equal=True)


def _accuracy(groups: pl.DataFrame, scored: pl.DataFrame, keys: list[str]) -> list[pl.Series]:
    """accuracy, accuracy_low and accuracy_high of each group; null where nothing was scored."""
    numbered = groups.with_row_index("group")
    group = scored.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")
    columns = ("weight", "score_mean", "cluster_ss", "samples", "clusters")
    found = accuracy_intervals(
        group["group"].to_numpy().astype(np.int64),
        groups.height,
        *(scored[c].cast(pl.Float64).to_numpy() for c in columns),
    )
    known = np.isfinite(found[0])
    names = ("accuracy", "accuracy_low", "accuracy_high")
    return [
        pl.Series(name, np.where(known, values, np.nan)).fill_nan(None)
        for name, values in zip(names, found, strict=True)
    ]


def _mean(mean: str, known: pl.Expr, scored: pl.Expr | None = None) -> pl.Expr:
    """Weighted mean over levels of their means; null when too little of it is known."""
    has = (known > 0) & pl.col(mean).is_not_null()
    weight = pl.col("weight").filter(has)
    enough = weight.sum() >= (KNOWN_SHARE - ROUNDING) * pl.col("weight").sum()
    if scored is not None:
        enough &= known.filter(has).sum() >= (KNOWN_SHARE - ROUNDING) * scored.sum()
    value = (pl.col("weight") * pl.col(mean)).filter(has).sum() / weight.sum()
    return pl.when(enough & (weight.sum() > 0)).then(value)


def _spent() -> pl.Expr:
    """Everything paid for; null where that of some answer, or of all, is not known."""
    unknown = (pl.col("scored") - pl.col("priced")).sum() > 0
    return pl.when(~unknown & (pl.col("cost_usd").count() > 0)).then(pl.col("cost_usd").sum())


def _share(part: str, whole: str) -> pl.Expr:
    total = pl.col(whole).sum()
    return pl.when(total > 0).then(pl.col(part).sum() / total)


def _covered() -> pl.Expr:
    """Level-balanced share of the samples of the group's part of the view."""
    share = (pl.col("weight") * pl.col("samples") / pl.col("asked").clip(1)).sum()
    return pl.when(pl.col("view_weight").first() > 0).then(share / pl.col("view_weight").first())


def _by_level(scored: pl.DataFrame, rollup: pl.DataFrame) -> pl.DataFrame:
    """Mean output tokens at each level that all the view's tasks have, easiest first.

    Null where they are not known of every task of the level: a mean over fewer would be of others.
    """
    tasks = rollup["task"].n_unique()
    levels = rollup.group_by("level").agg(tasks=pl.col("task").n_unique())
    shared = levels.filter(pl.col("tasks") == tasks).select("level").sort("level")
    known = scored.filter(pl.col("output_mean").is_not_null())
    means = known.group_by("contestant_id", "level").agg(
        tokens=pl.when(pl.len() == tasks).then(pl.col("output_mean").mean())
    )
    every = scored.select("contestant_id").unique().join(shared, how="cross")
    means = every.join(means, on=["contestant_id", "level"], how="left")
    means = means.sort("contestant_id", "level")
    return means.group_by("contestant_id", maintain_order=True).agg(tokens_by_level="tokens")


def _schema(rollup: pl.DataFrame, shown: list[str], by: Sequence[str]) -> dict[str, pl.DataType]:
    text, real, whole = pl.String(), pl.Float64(), pl.Int64()
    schema: dict[str, pl.DataType] = {c: rollup.schema.get(c, text) for c in shown}
    schema["usd_per_cpu_hour"] = real
    schema.update(dict.fromkeys(SHOWN, real))
    schema.update(dict.fromkeys((*COUNTS, "unpriced", "asked"), whole))
    return schema if by else {**schema, "tokens_by_level": pl.List(real)}
