"""Level-balanced weights: equal to each category, in it to each task, in it to each level."""

from __future__ import annotations

import polars as pl


def level_weights(levels: pl.DataFrame) -> pl.DataFrame:
    """Distinct (category, task, level) rows with their `weight`; the weights sum to 1.

    METHOD section 0: several families share a category's weight, so that many puzzle families
    can't outvote one extraction family.
    """
    rows = levels.select("category", "task", "level").unique().sort("category", "task", "level")
    return rows.with_columns(
        weight=1.0
        / (
            pl.col("category").n_unique()
            * pl.col("task").n_unique().over("category")
            * pl.len().over("category", "task")
        )
    )
