"""Where one writer's tokens go: a row for each category, and which bring answers."""

from __future__ import annotations

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Span
from dashboard.figures.sheet import Figure
from data.wording import count_tick, percent, tokens

SOLVED = 0.5
"""Of a category of which less is solved most tokens bring no answer."""


def build(by_category: pl.DataFrame, name: str, size: Size = "wide") -> Figure | None:
    """Mean output tokens of a task in each category, most first; None without reported tokens."""
    bars = [
        Bar(
            str(row["category"]).capitalize(),
            float(row["output_tokens"]),
            scatter.lines(
                str(row["category"]).capitalize(),
                f"{tokens(row['output_tokens'])} output tokens a task",
                f"{percent(row['accuracy'])} right, of {row['samples']:,} samples",
            ),
            colour=BLUE if row["accuracy"] >= SOLVED else ORANGE,
            hollow=row["accuracy"] < SOLVED,
            said=f"{tokens(row['output_tokens'])} tokens, {percent(row['accuracy'])} right",
        )
        for row in _rows(by_category, name).to_dicts()
    ]
    axis = Span("Output tokens per task (log scale)", log=True, tick=count_tick)
    return forest.build(bars, axis, size)


def describe(by_category: pl.DataFrame, name: str) -> str:
    """The rows in words."""
    told = [
        f"{row['category']} {tokens(row['output_tokens'])} ({percent(row['accuracy'])} right)"
        for row in _rows(by_category, name).to_dicts()
    ]
    return f"Output tokens per task of {name} by category: {'; '.join(told) or 'not reported'}."


def _rows(by_category: pl.DataFrame, name: str) -> pl.DataFrame:
    rows = by_category.filter(pl.col("name") == name).drop_nulls(["output_tokens", "accuracy"])
    return rows.sort("output_tokens", "category", descending=[True, False])
