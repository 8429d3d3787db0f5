"""One model among all: its contestants, its tasks and levels beside everybody's, as frames."""

from __future__ import annotations

from typing import Any

import polars as pl

from data.analysis.grid import Grid
from data.analysis.paired import Paired, compare
from data.analysis.summary import FULL_COVERAGE

BASELINE = "majority"
"""The catalogue's id of what answers the commonest label: a yardstick, no model among others."""
FEW_TASKS = 14
"""Up to so many tasks a model is shown by task, else by category."""
SHOWN = [
    "name", "contestant_id", "dial", "deployment", "accuracy", "accuracy_low", "accuracy_high",
    "cost_per_1k_usd", "output_tokens", "reasoning_share", "duration_s", "place", "p_frontier",
    "beaten_by_name", "apart_reason", "samples", "attempts", "failed",
]  # fmt: skip
MODELS = {
    "model": pl.String, "name": pl.String, "contestants": pl.Int64, "accuracy": pl.Float64,
    "rank": pl.Int64, "tied": pl.Int64,
}  # fmt: skip


def keyed(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with `key`, what is one model: its entry in the catalogue, else its model string; and
    `dial`, what tells its contestants apart."""
    dial = pl.concat_str(
        "effort",
        pl.when(pl.col("prompt_style") != "plain").then("prompt_style"),
        separator=" ",
        ignore_nulls=True,
    )
    key = pl.coalesce("model_id", "model", "contestant_id")
    return rows.with_columns(key=key, dial=pl.when(dial != "").then(dial))


def told_apart(mine: pl.DataFrame) -> pl.DataFrame:
    """A model's contestants, least tokens first, each with a `dial` of its own where there are
    several: its effort and prompt, its deployment where these don't tell it apart."""
    several = mine.height > 1
    alike = pl.len().over("dial") > 1
    parts = pl.concat_str("dial", "deployment", separator=" ", ignore_nulls=True)
    dial = pl.when(several & (alike | pl.col("dial").is_null())).then(parts).otherwise("dial")
    # What tells one from others is no name where there are none.
    dial = dial if several else pl.col("effort")
    return mine.with_columns(dial=dial).sort("output_tokens", "contestant_id", nulls_last=True)


def full() -> pl.Expr:
    """Whether nearly all samples were answered: a mean over fewer would be of others."""
    return pl.col("coverage").fill_null(1.0) >= FULL_COVERAGE


def yardstick() -> pl.Expr:
    """Whether a contestant answers the commonest label, whatever it is asked."""
    return pl.col("model_id").eq_missing(BASELINE)


def models(rows: pl.DataFrame) -> pl.DataFrame:
    """One row per model of keyed contestants, by name: model, name, contestants, its best accuracy,
    its rank (1 is best) among those that answered nearly all samples, and how many others share it
    (`tied`); both null for the rest, and for the commonest label, which is no model."""
    if rows.is_empty():
        return pl.DataFrame(schema=MODELS)
    plain = pl.col("name").str.split(" · ").list.first()
    found = rows.sort("contestant_id").group_by("key", maintain_order=True).agg(
        name=pl.coalesce(pl.col("model_name").drop_nulls().first(), plain.first()),
        deployments=pl.col("deployment").drop_nulls().unique().sort().str.join(", "),
        contestants=pl.len().cast(pl.Int64),
        accuracy=pl.col("accuracy").max(),
        whole=pl.col("accuracy").filter(full() & ~yardstick()).max().round(9),
    )  # fmt: skip
    twice = pl.len().over("name") > 1
    told = pl.format("{} ({})", "name", pl.coalesce("deployments", "key"))
    found = found.with_columns(name=pl.when(twice).then(told).otherwise("name"))
    still = pl.len().over("name") > 1
    found = found.with_columns(
        name=pl.when(still).then(pl.format("{} {}", "name", "key")).otherwise("name"),
        rank=pl.col("whole").rank("min", descending=True).cast(pl.Int64),
    )
    found = found.with_columns(
        tied=pl.when(pl.col("rank").is_not_null()).then(pl.len().over("rank").cast(pl.Int64) - 1)
    )
    return found.rename({"key": "model"}).select(*MODELS).sort("name", "model")


def chosen(rows: pl.DataFrame, asked: str | None) -> str | None:
    """The key of a model by its catalogue id, its model string or a contestant's id.

    Without being asked: the ablest's. None where nobody is called so.
    """
    if asked is None:
        best = rows.sort(
            full(), "accuracy", "contestant_id", descending=[True, True, False], nulls_last=True
        )
        return None if best.is_empty() else str(best["key"][0])
    for column in ("key", "model_id", "model", "contestant_id", "name"):
        found = rows.filter(pl.col(column) == asked)
        if found.height:
            return str(found["key"][0])
    return None


def parts(by: pl.DataFrame, column: str, mine: list[str]) -> pl.DataFrame:
    """A summary by task or category with what stands beside it: part, name, mine, accuracy, rank.

    rank: of the part's contestants by accuracy, 1 the best, equals sharing one; of: how many have
    one. Others that answered only some of the part are left out, and so is the commonest label.
    """
    own = pl.col("contestant_id").is_in(mine)
    known = by.filter(pl.col("accuracy").is_not_null() & (own | (full() & ~yardstick())))
    rank = pl.col("accuracy").round(9).rank("min", descending=True).over(column).cast(pl.Int64)
    return known.select(
        pl.col(column).alias("part"), "name", "contestant_id",
        pl.col("contestant_id").is_in(mine).alias("mine"),
        "accuracy", "accuracy_low", "accuracy_high", "samples",
        rank.alias("rank"), pl.len().over(column).cast(pl.Int64).alias("of"),
    ).sort("part", "contestant_id")  # fmt: skip


def by_level(rows: pl.DataFrame, mine: list[str]) -> pl.DataFrame:
    """Accuracy and output tokens by level: means over the level's tasks, alike for everybody.

    `rows`: a summary by task and level. Null where a contestant lacks one of the level's tasks: a
    mean over fewer would be of others.
    """
    tasks = rows.filter(pl.col("accuracy").is_not_null()).group_by("level").agg(
        tasks=pl.col("task").n_unique()
    )  # fmt: skip
    held = rows.join(tasks, on="level")

    def whole(column: str) -> pl.Expr:
        complete = pl.col(column).count() == pl.col("tasks").first()
        return pl.when(complete).then(pl.col(column).mean()).alias(column)

    means = held.sort("contestant_id", "level", "task").group_by(
        "contestant_id", "level", maintain_order=True
    ).agg(pl.col("name").first(), whole("accuracy"), whole("output_tokens"))  # fmt: skip
    return means.select(
        "name", "contestant_id", pl.col("contestant_id").is_in(mine).alias("mine"), "level",
        "accuracy", "output_tokens",
    )  # fmt: skip


def effort(mine: pl.DataFrame, grid: Grid) -> tuple[dict[str, Any], dict[str, Any], Paired] | None:
    """(the tersest of a model's contestants, the wordiest, what the second gains).

    None where fewer than two answered nearly all samples, with known tokens: costs and tokens of
    fewer would be of others.
    """
    known = (
        mine.filter(full())
        .drop_nulls(["accuracy", "output_tokens"])
        .filter(pl.col("contestant_id").is_in(list(grid.ids)))
    )
    ends = known.sort("output_tokens", "contestant_id").to_dicts()
    if len(ends) < 2 or ends[0]["output_tokens"] == ends[-1]["output_tokens"]:
        return None
    least, most = ends[0], ends[-1]
    return least, most, compare(grid, most["contestant_id"], least["contestant_id"])
