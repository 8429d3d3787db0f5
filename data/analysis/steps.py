"""What tokens are followed along: levels, or tasks where nothing has a second level."""

from __future__ import annotations

import polars as pl

MOST_NAMES = 6
"""Tasks whose names stand at the axis."""


def steps(levels: pl.DataFrame) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Rows of task, level, output_tokens with tasks in place of levels where all have but one.

    Imported results seldom grade their samples. Then `level` is the task's place from 1, the one
    whose contestants' mean output is lowest first, and the second value names the tasks in that
    order; it is empty where levels stay levels.
    """
    if "task" not in levels.columns:
        return levels, ()
    graded = levels.group_by("task").agg(pl.col("level").n_unique())["level"]
    if not len(graded) or graded.max() != 1 or len(graded) < 2:
        return levels, ()
    order = (
        levels.group_by("task")
        .agg(pl.col("output_tokens").mean())
        .sort("output_tokens", "task", nulls_last=True)["task"]
        .to_list()
    )
    place = {task: i for i, task in enumerate(order, 1)}
    return levels.with_columns(
        level=pl.col("task").replace_strict(place, return_dtype=pl.Int64)
    ), tuple(order)


def axis(tasks: tuple[str, ...]) -> str:
    """What the axis of steps is called."""
    if not tasks:
        return "Level: harder →"
    if len(tasks) > MOST_NAMES:
        return f"{len(tasks)} tasks, those that take few tokens first →"
    return "Task: " + ", ".join(f"{i} {task}" for i, task in enumerate(tasks, 1))
