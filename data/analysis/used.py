"""Used: what runs for each task today, what it spent here and what it spends in a month."""

from __future__ import annotations

from typing import Any

import polars as pl

SCHEMA: dict[str, Any] = {
    "task": pl.String, "contestant_id": pl.String, "name": pl.String, "calls": pl.Int64,
    "usd": pl.Float64, "calls_per_month": pl.Float64, "usd_per_month": pl.Float64,
}  # fmt: skip


def spent(by_task: pl.DataFrame, in_use: pl.DataFrame) -> pl.DataFrame:
    """What those in use spent on their tasks in a campaign, as a spend log.

    `by_task`: a summary by task. Every attempt counts, failed ones included; dollars are null
    where some answer's are not known.
    """
    rows = by_task.join(in_use.select("task", "contestant_id"), on=["task", "contestant_id"])
    return rows.select("task", "model", "contestant_id", calls="attempts", usd="spent_usd").sort(
        "task", "contestant_id"
    )


def used(bill: pl.DataFrame, in_use: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    """What is in use for each task, with its calls and dollars of the bill, and those of a month.

    `in_use` has calls_per_month where that was told; usd_per_month = calls a month x dollars per
    call of the bill, null where either is not known. No interval: it is arithmetic on a log.
    """
    if "calls_per_month" not in in_use.columns:
        in_use = in_use.with_columns(calls_per_month=pl.lit(None, pl.Float64))
    sums = (
        bill.filter(pl.col("contestant_id").is_not_null())
        .group_by("task", "contestant_id")
        .agg(*(pl.when(pl.col(c).count() > 0).then(pl.col(c).sum()) for c in ("calls", "usd")))
    )
    rows = in_use.unique(["task", "contestant_id"]).join(
        sums, on=["task", "contestant_id"], how="left"
    )
    each = pl.when(pl.col("calls") > 0).then(pl.col("usd") / pl.col("calls"))
    rows = rows.with_columns(
        name=pl.col("contestant_id").replace(names),
        usd_per_month=pl.col("calls_per_month") * each,
    )
    return rows.select([pl.col(c).cast(kind) for c, kind in SCHEMA.items()]).sort(
        "usd", "task", "contestant_id", descending=[True, False, False], nulls_last=True
    )
