"""Routers and cascades: accuracy against dollars, and what mixing at random would buy."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from dashboard.figures.workload import HEIGHT
from data.wording import percent, points, usd, usd_tick

SYMBOLS = {"single": "circle", "threshold": "triangle-up", "cascade": "square", "oracle": "diamond"}
STEPS = 24
"""Points between two corners of the mixing line, which is bent on a log axis."""

Row = Mapping[str, Any]


def build(routes: pl.DataFrame, mixing: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Accuracy by dollars: blue is surely above the line of mixing at random."""
    if (routes["kind"] != "single").sum() == 0:
        return None
    marks = [_point(row) for row in routes.to_dicts()]
    free = "free" if any(p.x == 0 for p in marks) else ""
    x = Span("US$ per 1,000 tasks (log scale)", log=True, tick=usd_tick, zero=free)
    low = max(0.0, 10 * math.floor(min(p.y for p in marks) / 10 - 0.5))
    y = Span("", low=low, high=104, tick="{:g}%".format, ticks=tuple(range(int(low), 101, 10)))
    return scatter.build(marks, x, y, size, _line(mixing), height=HEIGHT[size])


def _point(row: Row) -> Point:
    kind, stages = row["kind"], list(row["stages"])
    sure = (row["above_hull_sure"] or 0.0) > 0
    bound = kind == "oracle"
    return Point(
        key=html.escape(f"{row['kind']} {row['route']} {' > '.join(stages)}"),
        name=_name(row) if kind != "threshold" or sure else "",
        x=row["cost_per_1k_usd"],
        y=round(100 * row["accuracy"], 4),
        hover=_hover(row),
        colour=ORANGE if bound else BLUE if sure and kind != "single" else GREY,
        symbol=SYMBOLS[kind],
        faint=kind not in ("single", "oracle") and not sure,
        weight=(3 if bound else 2 if sure else 1) + row["accuracy"],
    )


def _name(row: Row) -> str:
    stages = list(row["stages"])
    if row["kind"] == "single":
        return str(stages[0])
    if row["kind"] == "oracle":
        return "in hindsight" if row["luck"] else "knowing beforehand"
    if row["kind"] == "threshold":
        return f"{stages[1]} above level {row['cut']}"
    twice = " twice" if str(row["route"]).startswith("Ask twice") else ""
    return f"{stages[0]}{twice} → {stages[1]}"


def _hover(row: Row) -> str:
    above = ""
    if row["above_hull"] is not None and row["kind"] != "single":
        above = f"{100 * row['above_hull']:+.1f} points against mixing at random"
        if row["above_hull_low"] is not None:
            above += f" ({100 * row['above_hull_low']:+.1f} to {100 * row['above_hull_high']:+.1f})"
    ends = ""
    if row["accuracy_low"] is not None:
        ends = f" ({points(row['accuracy_low'])} to {points(row['accuracy_high'])})"
    return scatter.lines(
        _name(row),
        row["route"] if row["kind"] == "cascade" else "",
        f"{percent(row['accuracy'])} right{ends}",
        f"{usd(row['cost_per_1k_usd'])} per 1,000 tasks",
        above,
        f"if {row['assumes']}" if row["assumes"] and row["kind"] != "oracle" else "",
    )


def _line(mixing: pl.DataFrame) -> list[Curve]:
    corners = mixing.drop_nulls().sort("cost_per_1k_usd").rows()
    if len(corners) < 2:
        return []
    x: list[float | None] = [corners[0][0]]
    y: list[float | None] = [round(100 * corners[0][1], 4)]
    for (a, low), (b, high) in pairwise(corners):
        start = a if a > 0 else b / 1000
        for i in range(1, STEPS + 1):
            at = start * (b / start) ** (i / STEPS)
            x.append(float(f"{at:.6g}"))
            y.append(round(100 * (low + (high - low) * (at - a) / (b - a)), 4))
    return [Curve(x, y, "mixing", "mixing at random", 1.6)]


def describe(routes: pl.DataFrame) -> str:
    """The plane in words."""
    made = routes.filter(pl.col("kind").is_in(["threshold", "cascade"]))
    best = made.filter(pl.col("above_hull").is_not_null()).sort(
        "above_hull", "route", pl.col("stages").list.join(" "), descending=[True, False, False]
    )
    told = [f"{_name(r)} {100 * r['above_hull']:+.1f} points" for r in best.head(6).to_dicts()]
    return (
        "Accuracy against US$ per 1,000 tasks of routers and cascades, and of mixing two "
        f"contestants at random. Against mixing: {'; '.join(told) or 'not known'}."
    )
