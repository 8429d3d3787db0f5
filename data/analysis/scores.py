"""Imported scores without attempts: what they cost, and who is beaten as far as is known."""

from __future__ import annotations

import numpy as np
import polars as pl

from data.analysis.intervals import wilson_many
from data.analysis.pareto import pareto
from data.pricing.cost import REASONS

SCHEMA = {
    "task": pl.String, "metric": pl.String, "name": pl.String, "contestant_id": pl.String,
    "run_score": pl.Float64, "run_score_low": pl.Float64, "run_score_high": pl.Float64,
    "n": pl.Int64,
    "cost_per_question_usd": pl.Float64, "cost_source": pl.String, "output_tokens": pl.Float64,
    "duration_s": pl.Float64, "place": pl.String, "beaten_by": pl.String,
    "overlaps": pl.Boolean, "origin": pl.String, "measured": pl.Date,
}  # fmt: skip
COLLECTION = {
    "task": pl.String, "metric": pl.String, "scores": pl.Int64, "frontier": pl.Int64,
    "beaten": pl.Int64, "overlapping": pl.Int64, "cost_unknown": pl.Int64, "n_unknown": pl.Int64,
}  # fmt: skip
TOLD = {"told": "told by the file", "computed": "computed from tokens and that day's list price"}
ORIGINS = {"measured": "measured by its user", "reported": "reported by the maker"}
NO_N = "unknown: the number of questions is not told"


def scores(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per score, from rows of the table `aggregates` with the contestants' `name`.

    run_score with its Wilson 95 % interval over n questions (null without n);
    cost_per_question_usd and output_tokens of one question: the run's over n; cost_source: where
    the cost is from, or why it is unknown; place within its task and metric: 'frontier' where no
    score as high costs less, 'beaten', or 'apart' without a cost; beaten_by: the highest score that
    costs no more; overlaps: whether the two intervals do, so that these questions alone don't tell
    the two apart (null without both). Runs of one name carry their day. Cheapest first.
    """
    found = _named(rows).with_columns(
        run_score="value",
        cost_per_question_usd=_each("cost_usd"),
        cost_source=_cost_source(),
        output_tokens=_each("output_tokens"),
        origin=pl.col("origin").replace_strict(ORIGINS, default=pl.col("origin")),
        measured=pl.col("measured_at").dt.date(),
    )
    some = found["n"].fill_null(0).to_numpy().astype(float)
    low, high = wilson_many(found["value"].to_numpy() * some, some)
    known = pl.col("n") > 0
    found = found.with_columns(
        run_score_low=pl.when(known).then(pl.Series(low, dtype=pl.Float64)),
        run_score_high=pl.when(known).then(pl.Series(high, dtype=pl.Float64)),
    )
    placed = [_placed(part) for _, part in found.group_by("task", "metric", maintain_order=True)]
    if not placed:
        return pl.DataFrame(schema=SCHEMA)
    return pl.concat(placed).select(SCHEMA.keys()).cast(pl.Schema(SCHEMA))


def collections(found: pl.DataFrame) -> pl.DataFrame:
    """One row per task and metric of `scores`: how many are where, and what is unknown."""
    place = pl.col("place")
    counted = found.group_by("task", "metric", maintain_order=True).agg(
        scores=pl.len(),
        frontier=(place == "frontier").sum(),
        beaten=(place == "beaten").sum(),
        overlapping=pl.col("overlaps").fill_null(False).sum(),
        cost_unknown=(place == "apart").sum(),
        n_unknown=pl.col("n").is_null().sum(),
    )
    return counted.select(COLLECTION.keys()).cast(pl.Schema(COLLECTION))


def sentence(counted: pl.DataFrame, campaign: str) -> str:
    """What the task and metric with most known costs say, in Markdown."""
    if counted.is_empty():
        return (
            f"**No imported scores in campaign {campaign}**: isocost import aider FILE brings "
            "some, and docs/importing.md has the other formats."
        )
    priced = pl.col("frontier") + pl.col("beaten")
    first = counted.sort(priced, descending=True, maintain_order=True).row(0, named=True)
    of = f"{_number(first['scores'], 'score')} on {first['task']} ({first['metric']})"
    more = f" (the tables have {counted.height - 1} more)" if counted.height > 1 else ""
    if not first["frontier"]:
        return f"**No cost is known** of the {of}, so nothing is cheapest{more}."
    parts = [
        f"Of the {of}, **{first['frontier']}** stand on the frontier as they are: none as high "
        "costs less"
    ]
    if first["beaten"]:
        parts.append(
            f"**{first['overlapping']}** of the {first['beaten']} beaten overlap the one that "
            "beats them, so these questions don't tell them apart"
        )
    if first["cost_unknown"]:
        parts.append(f"**{first['cost_unknown']}** have no known cost and are listed apart")
    return "; ".join(parts) + f"{more}."


def _number(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _named(rows: pl.DataFrame) -> pl.DataFrame:
    """Names that no other score of the task and metric has, as far as days tell them apart."""
    name = pl.coalesce("name", "model", "contestant_id")
    dated = pl.format("{} ({})", name, pl.col("measured_at").dt.date())
    twice = pl.len().over("task", "metric", name) > 1
    return rows.with_columns(
        name=pl.when(twice & pl.col("measured_at").is_not_null()).then(dated).otherwise(name)
    )


def _each(column: str) -> pl.Expr:
    return pl.when(pl.col("n") > 0).then(pl.col(column) / pl.col("n"))


def _cost_source() -> pl.Expr:
    """Where a cost is from, or why it is not known."""
    why = pl.col("cost_reason").replace_strict(REASONS, default=pl.col("cost_reason"))
    return (
        pl.when(pl.col("cost_usd").is_null())
        .then(pl.format("unknown: {}", why.fill_null("not told")))
        .when(pl.col("n").fill_null(0) == 0)
        .then(pl.lit(NO_N))
        .otherwise(pl.col("cost_source").replace_strict(TOLD, default=pl.col("cost_source")))
    )


def _placed(part: pl.DataFrame) -> pl.DataFrame:
    """Scores of one task and metric with their place, cheapest first, those without a cost last."""
    part = part.sort("cost_per_question_usd", "name", "aggregate_id", nulls_last=True)
    cost = part["cost_per_question_usd"].to_numpy()
    score = part["run_score"].to_numpy()
    on = pareto(cost, score)
    place = np.where(on, "frontier", np.where(np.isfinite(cost), "beaten", "apart"))
    names, low = part["name"].to_list(), part["run_score_low"].to_list()
    high = part["run_score_high"].to_list()
    beaten_by: list[str | None] = [None] * part.height
    overlaps: list[bool | None] = [None] * part.height
    for i in np.flatnonzero(place == "beaten"):
        by = int(np.flatnonzero(on & (cost <= cost[i]))[-1])
        beaten_by[i] = names[by]
        if high[i] is not None and low[by] is not None:
            overlaps[i] = bool(high[i] >= low[by])
    return part.with_columns(
        place=pl.Series(place, dtype=pl.String),
        beaten_by=pl.Series(beaten_by, dtype=pl.String),
        overlaps=pl.Series(overlaps, dtype=pl.Boolean),
    )
