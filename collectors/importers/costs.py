"""Which attempts and scores of an import have a cost, from where, and on which days it is asked."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from collectors.importers.found import Kind
from data.store.imports import Staged


def parts(folder: Path, kind: Kind) -> pl.LazyFrame:
    """The staged rows of one kind."""
    return pl.scan_parquet(sorted(folder.glob(f"{kind}-*.parquet")))


def days(folder: Path) -> pl.DataFrame:
    """key, day, told (whether the file says a cost) of the attempts, each once."""
    day = pl.col("started_at").dt.date().alias("day")
    told = pl.col("billed_usd").is_not_null().alias("told")
    return (
        parts(folder, "attempts")
        .select("key", day, told)
        .unique()
        .sort("key", "day", "told")
        .collect()
    )


def score_days(folder: Path) -> pl.DataFrame:
    """key, day of the aggregates, each once; those without a date are left out."""
    day = pl.col("measured_at").dt.date().alias("day")
    scores = parts(folder, "aggregates").select("key", day)
    return scores.drop_nulls("day").unique().sort("key", "day").collect()


def sources(folder: Path, staged: Staged) -> dict[str, int]:
    """Rows by the source of their cost; the reasons are those of data.pricing.cost."""
    counted: dict[str, int] = {}

    def count(rows: pl.DataFrame) -> None:
        for name, n in rows.group_by("cost").len().iter_rows():
            counted[name] = counted.get(name, 0) + n

    if staged.attempts:
        rows = parts(folder, "attempts").select(
            "key", pl.col("started_at").dt.date().alias("day"),
            pl.col("billed_usd").is_not_null().alias("told"),
            pl.any_horizontal(pl.col("input_tokens", "output_tokens").is_null()).alias("bare"),
        ).group_by("key", "day", "told", "bare").len().collect()  # fmt: skip
        missing = {name: price.missing for name, price in staged.prices.items()}
        rows = rows.join(staged.price_of, on=["key", "day", "told"], how="left").with_columns(
            missing=pl.col("price_id").replace_strict(missing, default="", return_dtype=pl.String)
        )
        what = (
            pl.when("told").then(pl.lit("told"))
            .when(pl.col("missing") != "").then("missing")
            .when("bare").then(pl.lit("usage_missing")).otherwise(pl.lit("computed"))
        )  # fmt: skip
        for name, n in rows.group_by(what.alias("cost")).agg(pl.col("len").sum()).iter_rows():
            counted[name] = counted.get(name, 0) + n
    if staged.aggregates:
        scores = parts(folder, "aggregates").select(
            "key", pl.col("measured_at").dt.date().alias("day"), "cost_usd",
            pl.any_horizontal(pl.col("input_tokens", "output_tokens").is_null()).alias("bare"),
        ).collect().join(staged.aggregate_costs, on=["key", "day"], how="left")  # fmt: skip
        count(
            scores.select(
                pl.when(pl.col("cost_usd").is_not_null()).then(pl.lit("told"))
                .when("bare").then(pl.lit("usage_missing"))
                .when(pl.col("input_usd").is_not_null()).then(pl.lit("computed"))
                .otherwise(pl.col("cost_reason").fill_null("no_price_on_date")).alias("cost")
            )
        )  # fmt: skip
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
