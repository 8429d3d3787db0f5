"""Summary: one row per contestant over the view's levels, the ground under every other lens."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy import stats

from data.analysis.weights import level_weights

FULL_COVERAGE = 0.95
"""Share of the view's samples a contestant must have to be compared with the others."""
KNOWN_SHARE = 0.8
"""Below this share of attempts with a known cost or token count, the mean is not shown."""
FACTS = [
    "name",
    "model",
    "model_id",
    "model_name",
    "deployment",
    "kind",
    "effort",
    "prompt_style",
    "lab",
    "country",
    "weights",
    "licence",
    "architecture",
    "params_total",
    "params_active",
]


def summarise(rollup: pl.DataFrame) -> pl.DataFrame:
    """Rollup rows (campaign's levels, one per contestant x task x level) to one row a contestant.

    Adds accuracy with its 95 % interval (accuracy_low, accuracy_high; level-balanced, clustered:
    Miller 2024), cost_per_1k_usd, input_tokens, output_tokens, duration_s, cpu_s (means per task
    with the same weights), reasoning_share, samples, attempts, failed, refused, truncated,
    unpriced, coverage (0..1 of the view's samples, level-balanced), baseline,
    tokens_by_level. Null is "not known", never 0. Rows come sorted by contestant_id.
    """
    if rollup.is_empty():
        return pl.DataFrame(schema=_schema(rollup))
    weights = level_weights(rollup)
    frame = rollup.join(weights, on=["category", "task", "level"], nulls_equal=True)
    most = frame.group_by("task", "level").agg(most=pl.col("samples").max())
    frame = frame.join(most, on=["task", "level"]).sort("contestant_id", "task", "level")
    facts = [c for c in FACTS if c in frame.columns]
    shared = _shared_levels(rollup)
    rows = [
        _row(group, facts, shared)
        for group in frame.partition_by("contestant_id", maintain_order=True)
    ]
    return pl.DataFrame(rows, schema=_schema(rollup), orient="row")


def accuracy_interval(
    weight: np.ndarray, mean: np.ndarray, ss: np.ndarray, samples: np.ndarray, clusters: np.ndarray
) -> tuple[float, float, float]:
    """Level-balanced accuracy with its 95 % t interval from per-level statistics.

    SE^2 = G/(G-1) * sum over levels of (w/n)^2 * cluster_ss, df = G - L, at least 1. With a
    level of one cluster its own deviation says nothing: such levels take the pooled variance of
    the others. When every score is the same the t interval has no width, which n scores can't
    prove: Wilson on the effective number of samples is used instead. No level: (nan, 0, 1).
    """
    if len(weight) == 0:
        return (float("nan"), 0.0, 1.0)
    total = float(weight.sum())
    w = weight / total
    accuracy = float(np.clip((w * mean).sum(), 0.0, 1.0))
    n_effective = 1.0 / float((w**2 / samples).sum())
    lonely = clusters < 2
    informed = ~lonely & (ss > 0)
    if not informed.any():
        return (accuracy, *wilson(accuracy * n_effective, n_effective))
    variance = ss / np.maximum(samples, 1) ** 2
    if lonely.any():
        # Per-cluster variance of a mean, pooled over the levels that have one to give.
        pooled = float((ss[~lonely].sum()) / clusters[~lonely].sum())
        variance = np.where(lonely, pooled / np.maximum(clusters, 1), variance)
    g, levels = float(clusters.sum()), len(w)
    se = float(np.sqrt(g / (g - 1) * (w**2 * variance).sum()))
    t = float(stats.t.ppf(0.975, max(g - levels, 1)))
    return (accuracy, max(0.0, accuracy - t * se), min(1.0, accuracy + t * se))


def wilson(k: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    """Wilson 95 % interval of k successes in n; (0, 1) when n = 0."""
    if n <= 0:
        return (0.0, 1.0)
    p, d = k / n, 1 + z * z / n
    centre = (p + z * z / (2 * n)) / d
    half = z * float(np.sqrt(max(p * (1 - p), 0.0) / n + z * z / (4 * n * n))) / d
    return (max(0.0, centre - half), min(1.0, centre + half))


def _shared_levels(rollup: pl.DataFrame) -> list[int]:
    """Levels that every task has: a mean over fewer tasks would be of other tasks."""
    tasks = rollup["task"].n_unique()
    counts = rollup.group_by("level").agg(tasks=pl.col("task").n_unique())
    return sorted(counts.filter(pl.col("tasks") == tasks)["level"].to_list())


def _row(group: pl.DataFrame, facts: list[str], shared: list[int]) -> dict[str, object]:
    scored = group.filter(pl.col("samples") > 0)
    accuracy, low, high = accuracy_interval(
        *(scored[c].to_numpy().astype(float) for c in ("weight", "score_mean", "cluster_ss")),
        *(scored[c].to_numpy().astype(float) for c in ("samples", "clusters")),
    )
    cost = _mean(scored, "cost_usd", "priced")
    reasoned = float(group["reasoned_output_tokens"].sum() or 0)
    covered = (group["weight"] * group["samples"] / group["most"].clip(1)).sum()
    first = {c: group[c][0] for c in facts}
    return {
        "contestant_id": group["contestant_id"][0],
        **first,
        "price_basis": _first(scored["price_basis"]) or "none",
        "price_source": _first(scored["price_source"]),
        "price_from": _first(scored["price_from"]) if "price_from" in scored.columns else None,
        "usd_per_cpu_hour": _first(scored["usd_per_cpu_hour"]),
        "accuracy": None if scored.is_empty() else accuracy,
        "accuracy_low": None if scored.is_empty() else low,
        "accuracy_high": None if scored.is_empty() else high,
        "cost_per_1k_usd": None if cost is None else cost * 1000,
        "input_tokens": _mean(scored, "input_tokens", "input_known"),
        "output_tokens": _mean(scored, "output_tokens", "output_known"),
        "reasoning_share": float(group["reasoning_tokens"].sum()) / reasoned if reasoned else None,
        "duration_s": _mean(scored, "duration_s", "duration_known"),
        "cpu_s": _mean(scored, "cpu_s", "cpu_known"),
        "samples": int(group["samples"].sum()),
        **{c: int(group[c].sum()) for c in ("attempts", "failed", "refused", "truncated")},
        "unpriced": int((group["scored"] - group["priced"]).sum()),
        "coverage": float(min(covered, 1.0)),
        "baseline": _mean(group.with_columns(one=pl.lit(1)), "baseline", "one"),
        "tokens_by_level": _by_level(scored, shared),
    }


def _mean(group: pl.DataFrame, total: str, known: str) -> float | None:
    """Weighted mean over levels of total / known; None when too little of it is known."""
    if group.is_empty() or total not in group.columns:
        return None
    rows = group.filter((pl.col(known) > 0) & pl.col(total).is_not_null())
    known_share = float(rows["weight"].sum()) / float(group["weight"].sum())
    if rows.is_empty() or known_share < KNOWN_SHARE:
        return None
    if known != "one" and float(rows[known].sum()) < KNOWN_SHARE * float(group["scored"].sum()):
        return None
    weight = rows["weight"] / rows["weight"].sum()
    return float((weight * rows[total] / rows[known]).sum())


def _by_level(group: pl.DataFrame, shared: list[int]) -> list[float]:
    """Mean output tokens at each level that all the view's tasks have, easiest first."""
    known = group.filter((pl.col("output_known") > 0) & pl.col("level").is_in(shared))
    rows = known.group_by("level", maintain_order=True)
    means = rows.agg(tokens=(pl.col("output_tokens") / pl.col("output_known")).mean())
    return [float(v) for v in means.sort("level")["tokens"]]


def _first(column: pl.Series) -> object:
    known = column.drop_nulls()
    return known[0] if len(known) else None


def _schema(rollup: pl.DataFrame) -> dict[str, pl.DataType]:
    text, real, whole = pl.String(), pl.Float64(), pl.Int64()
    schema: dict[str, pl.DataType] = {"contestant_id": text}
    schema.update({c: rollup.schema[c] for c in FACTS if c in rollup.columns})
    schema.update(price_basis=text, price_source=text, price_from=text, usd_per_cpu_hour=real)
    for name in ("accuracy", "accuracy_low", "accuracy_high", "cost_per_1k_usd", "input_tokens"):
        schema[name] = real
    for name in ("output_tokens", "reasoning_share", "duration_s", "cpu_s"):
        schema[name] = real
    for name in ("samples", "attempts", "failed", "refused", "truncated", "unpriced"):
        schema[name] = whole
    schema.update(coverage=real, baseline=real, tokens_by_level=pl.List(real))
    return schema
