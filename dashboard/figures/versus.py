"""Two contestants by task: the difference in capability on the samples that both answered."""

from __future__ import annotations

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Span
from dashboard.figures.sheet import Figure
from data.wording import percent


def build(tasks: pl.DataFrame, a: str, b: str, size: Size = "wide") -> Figure | None:
    """A row for each task of `data.analysis.versus.by_task`; hollow: too close to call."""
    rows = [_bar(row, a, b) for row in tasks.drop_nulls("difference").to_dicts()]
    short = size == "phone"
    title = "Points more →" if short else "← points fewer · capability, points more →"
    return forest.build(rows, Span(title, tick="{:+.0f}".format), size, reference=0)


def _bar(row: dict[str, object], a: str, b: str) -> Bar:
    def points(name: str) -> float | None:
        value = row[name]
        return None if value is None else 100 * float(value)  # type: ignore[arg-type]

    gap, low, high = points("difference") or 0.0, points("low"), points("high")
    called = low is not None and high is not None and not low <= 0 <= high
    span = "" if low is None or high is None else f" [{low:+.1f}, {high:+.1f}]"
    return Bar(
        str(row["task"]),
        gap,
        scatter.lines(
            str(row["task"]),
            f"{a}: {percent(row['a'])}",  # type: ignore[arg-type]
            f"{b}: {percent(row['b'])}",  # type: ignore[arg-type]
            f"Difference {gap:+.1f} points{span}",
            f"{row['samples']} samples of both",
        ),
        low,
        high,
        colour=GREY if not called else BLUE if gap > 0 else ORANGE,
        hollow=not called,
    )


def describe(tasks: pl.DataFrame, a: str, b: str) -> str:
    """The chart in words."""
    told = [
        f"{r['task']} {100 * r['difference']:+.1f}"
        for r in tasks.drop_nulls("difference").head(12).to_dicts()
    ]
    return f"Capability of {a} minus that of {b} by task, in points: {'; '.join(told) or 'none'}."
