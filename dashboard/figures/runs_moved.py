"""What moved between two nights: a contestant's change a row, with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Span
from dashboard.figures.sheet import Figure
from data.analysis.drift_words import RATIOS, Q
from data.wording import percent, seconds, tokens, usd

SAID: Mapping[str, Any] = {"output_tokens": tokens, "duration_s": seconds, "cost_usd": usd}
MARKS = (
    0.01,
    0.02,
    0.05,
    0.1,
    0.2,
    0.5,
    0.67,
    0.8,
    1.0,
    1.25,
    1.5,
    2.0,
    5.0,
    10.0,
    20.0,
    50.0,
    100.0,
)


def build(changes: pl.DataFrame, metric: str, size: Size = "wide") -> Figure | None:
    """A row for each contestant's change of one metric, the surest on top; strong where it is
    beyond chance and large, grey where it is neither."""
    rows = changes.filter((pl.col("metric") == metric) & pl.col("q").is_not_null()).sort(
        _sure().cast(pl.Int8), "q", "name", "contestant_id", descending=[True, False, False, False]
    )
    bars = [_bar(row) for row in rows.with_columns(sure=_sure()).to_dicts()]
    points = metric == "accuracy"
    ends = [v for b in bars for v in (b.value, b.low, b.high) if v is not None and v > 0]
    ends += [-v for b in bars for v in (b.value, b.low, b.high) if v is not None and v < 0]
    if points:
        reach = min(100.0, max([6.0, *ends]))
        axis = Span(
            "Change in accuracy, points", low=-reach, high=reach, tick=lambda v: f"{v:+.0f}"
        )
        return forest.build(bars, axis, size, reference=0.0)
    reach = min(1000.0, max([1.4, *(max(v, 1 / v) for v in ends)]))
    marks = tuple(m for m in MARKS if 1 / reach <= m <= reach)
    axis = Span(
        f"{RATIOS[metric].capitalize()}, × before (log)", log=True, low=1 / reach, high=reach,
        ticks=_few(marks, 9 if size != "phone" else 5), tick=lambda v: f"×{v:g}",
    )  # fmt: skip
    return forest.build(bars, axis, size, reference=1.0)


def _few(marks: tuple[float, ...], most: int) -> tuple[float, ...]:
    """Marks around 1, alike on both sides, at most so many."""
    middle = marks.index(1.0)
    step = math.ceil(len(marks) / most)
    return tuple(m for i, m in enumerate(marks) if (i - middle) % step == 0)


def _sure() -> pl.Expr:
    return (pl.col("q") < Q) & pl.col("effect_reached").fill_null(False)


def _bar(row: dict[str, Any]) -> Bar:
    points = row["metric"] == "accuracy"
    low, high = row["change_low"], row["change_high"]
    form = "{:+.1f} points" if points else "×{:.2f}"
    said = form.format(row["change"]).replace("-", "−")
    ends = "" if low is None else (
        f" ({form.format(low).split(' ')[0]} to {form.format(high).split(' ')[0]})"
    ).replace("-", "−")  # fmt: skip
    shown = SAID.get(row["metric"], lambda v: percent(v))
    colour = (BLUE if row["direction"] == "up" else ORANGE) if row["sure"] else GREY
    word = {"alarm": "holds for a second night", "watch": "to be confirmed"}.get(row["alarm"], "")
    return Bar(
        row["name"],
        row["change"],
        scatter.lines(
            row["name"],
            f"{said}{ends}",
            f"{shown(row['before'])} before, {shown(row['after'])} after",
            f"{row['samples']:,} shared samples; q {row['q']:.2g} ({row['test']})",
            word,
        ),
        low=low,
        high=high,
        colour=colour,
        hollow=not row["sure"],
        said=said.removesuffix(" points") if row["sure"] else "",
    )


def describe(changes: pl.DataFrame, metric: str) -> str:
    """The forest in words."""
    of = changes.filter((pl.col("metric") == metric) & pl.col("q").is_not_null())
    sure = of.filter(_sure()).sort("q", "name").head(8)
    form = "{:+.1f} points" if metric == "accuracy" else "×{:.2f}"
    told = [f"{r['name']} {form.format(r['change'])}" for r in sure.to_dicts()]
    what = "accuracy" if metric == "accuracy" else RATIOS[metric]
    return (
        f"Change of {what} since an earlier night, {of.height} contestants with 95% intervals. "
        f"Beyond chance and large: {'; '.join(told) or 'none'}."
    )
