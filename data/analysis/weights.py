"""Level-balanced weights: equal to each category, in it to each task, in it to each level."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl


def level_weights(levels: pl.DataFrame, mix: Mapping[str, float] | None = None) -> pl.DataFrame:
    """Distinct (category, task, level) rows with their `weight`; the weights sum to 1.

    METHOD section 0: several families share a category's weight, so that many puzzle families
    can't outvote one extraction family. `mix` gives categories or tasks another weight than 1
    relative to their neighbours; one that names none of these rows changes nothing.
    """
    rows = levels.select("category", "task", "level").unique().sort("category", "task", "level")
    weights = {name: float(value) for name, value in (mix or {}).items()}
    rows = rows.with_columns(
        of_category=pl.col("category").replace_strict(weights, default=1.0),
        of_task=pl.col("task").replace_strict(weights, default=1.0),
    )
    category = pl.col("of_category") * pl.col("of_task").max().over("category").gt(0)
    rows = rows.with_columns(of_category=category, in_task=pl.len().over("category", "task"))
    share = pl.col("of_task") / pl.col("in_task")
    rows = rows.with_columns(share=share / share.sum().over("category").replace(0.0, 1.0))
    first = pl.col("category").is_first_distinct()
    total = (pl.col("of_category") * first).sum().replace(0.0, 1.0)
    rows = rows.with_columns(weight=pl.col("of_category") / total * pl.col("share"))
    return rows.select("category", "task", "level", "weight")
