"""Judges: how often a model that scores others says what people said of the same answers."""

from __future__ import annotations

import polars as pl

from data.analysis.intervals import wilson_many

ENOUGH = 50
"""Labels of people from which a judge counts as held against them."""
SCHEMA = {
    "task": pl.String, "judge": pl.String, "answers": pl.Int64, "labels": pl.Int64,
    "agreement": pl.Float64, "agreement_low": pl.Float64, "agreement_high": pl.Float64,
    "kappa": pl.Float64, "too_kind": pl.Float64, "too_harsh": pl.Float64, "verdict": pl.String,
}  # fmt: skip


def judges(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per task and judge, from rows of task, judge, answers, said, label.

    answers: how many it scored in the campaign; labels: how many people's labels it was held
    against; agreement: the share (0..1) of them where it said the same, with its Wilson 95 %
    interval; kappa: Cohen's (1960), agreement beyond what their rates alone would give, null where
    both always say one thing; too_kind and too_harsh: shares of all labels where it said 'correct'
    and people 'wrong', and the other way round. verdict: 'validated' from 50 labels, else
    'not validated'.
    """
    right, kind = pl.col("said") == pl.col("label"), pl.col("said") == "correct"
    fair = pl.col("label") == "correct"
    counted = rows.group_by("task", "judge", "answers").agg(
        labels=pl.col("label").count().cast(pl.Int64),
        agreement=right.mean(),
        said=kind.mean(),
        meant=fair.mean(),
        too_kind=(kind & ~fair).mean(),
        too_harsh=(~kind & fair).mean(),
    )
    chance = pl.col("said") * pl.col("meant") + (1 - pl.col("said")) * (1 - pl.col("meant"))
    low, high = wilson_many(
        (counted["agreement"].fill_null(0.0) * counted["labels"]).to_numpy(),
        counted["labels"].to_numpy().astype(float),
    )
    known = pl.col("labels") > 0
    return (
        counted.with_columns(
            agreement_low=pl.when(known).then(pl.Series(low, dtype=pl.Float64)),
            agreement_high=pl.when(known).then(pl.Series(high, dtype=pl.Float64)),
            kappa=pl.when(chance < 1).then((pl.col("agreement") - chance) / (1 - chance)),
            verdict=pl.when(pl.col("labels") >= ENOUGH)
            .then(pl.lit("validated"))
            .otherwise(pl.lit("not validated")),
        )
        .select(SCHEMA.keys())
        .cast(pl.Schema(SCHEMA))
        .sort("task", "judge")
    )


def sentence(rows: pl.DataFrame) -> str:
    """What the rows say, in Markdown."""
    if rows.is_empty():
        return "**No task here is scored by a judge**: every score is a program's."
    loose = rows.filter(pl.col("verdict") == "not validated")
    if loose.height:
        first = loose.row(0, named=True)
        return (
            f"**{loose.height} of {rows.height} judges are not validated**: {first['judge']} on "
            f"{first['task']} was held against {first['labels']} labels of people; {ENOUGH} are "
            "needed."
        )
    worst = rows.sort("agreement").row(0, named=True)
    return (
        f"**All {rows.height} judges were held against people**; the least, {worst['judge']} on "
        f"{worst['task']}, says the same of {100 * worst['agreement']:.0f} % "
        f"({100 * worst['agreement_low']:.0f}-{100 * worst['agreement_high']:.0f}) of "
        f"{worst['labels']} answers."
    )
