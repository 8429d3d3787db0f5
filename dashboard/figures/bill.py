"""A bill: what each task cost, and what the cheapest that does as well would have."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Span
from dashboard.figures.sheet import Figure
from data.analysis.cheaper import APART, CHEAPER
from data.wording import amount, points, usd_tick

STEPS = {"wide": 8, "medium": 6, "phone": 3}
"""Most ticks of the axis of dollars."""
SAID = {"wide": 60, "medium": 44, "phone": 0}
"""Characters written beside a mark."""

Row = Mapping[str, Any]


def by_task(bill: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Dollars of each task that could be judged: grey as spent, blue as the cheaper one's."""
    rows = judged(bill)
    if not rows:
        return None
    # Who did the task is told apart only where several did.
    tasks = [row["task"] for row in rows]
    bars = [_bar(row, tasks.count(row["task"]) > 1, size) for row in rows]
    most = max(v for r in rows for v in (r["usd"], r["instead_usd_high"]) if v is not None)
    axis = Span("US$ in the log", low=0, ticks=_ticks(most, STEPS[size]), tick=_tick)
    return forest.build(bars, axis, size)


def judged(bill: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows of measured spend, most that could be saved first."""
    found = bill.filter((pl.col("verdict") != APART) & pl.col("usd").is_not_null())
    order = ["saving_usd", "usd", "task", "contestant_id"]
    return found.sort(order, descending=[True, True, False, False], nulls_last=True).to_dicts()


def _bar(row: Row, several: bool, size: Size) -> Bar:
    name = f"{row['task']} · {row['name']}" if several else str(row["task"])
    cheaper = row["verdict"] == CHEAPER
    said = _said(row)
    most = SAID[size]
    return Bar(
        name,
        row["instead_usd"] if cheaper else row["usd"],
        _hover(row),
        low=row["instead_usd_low"],
        high=row["instead_usd_high"],
        colour=BLUE if cheaper else GREY,
        hollow=row["needed"] is not None,
        said=said if len(said) <= most else f"{said[: most - 1].rstrip()}…" if most else "",
        before=row["usd"] if cheaper else None,
    )


def _said(row: Row) -> str:
    if row["verdict"] == CHEAPER:
        return f"{amount(row['usd'])} → {amount(row['instead_usd'])} with {row['alternative_name']}"
    return f"{amount(row['usd'])}: {row['verdict']}"


def _hover(row: Row) -> str:
    instead = gap = ""
    if row["verdict"] == CHEAPER:
        ends = f"{amount(row['instead_usd_low'])} to {amount(row['instead_usd_high'])}"
        instead = f"{amount(row['instead_usd'])} ({ends}) with {row['alternative_name']}"
    if row["difference"] is not None:
        sides = f"{points(row['difference_low'])} to {points(row['difference_high'])}"
        gap = (
            f"{row['alternative_name']}: {points(row['difference'])} points of accuracy ({sides}) "
            f"on {row['samples']:,} samples"
        )
    calls = "" if row["calls"] is None else f" for {row['calls']:,} calls"
    return scatter.lines(
        f"{row['task']} · {row['name']}",
        f"{amount(row['usd'])} spent{calls}",
        instead,
        str(row["verdict"]) + (f": {row['reason']}" if row["reason"] else ""),
        gap,
    )


def _ticks(most: float, count: int) -> tuple[float, ...]:
    """Round dollars from 0, at most so many steps."""
    if most <= 0:
        return (0.0,)
    power = 10.0 ** math.floor(math.log10(most / count))
    step = next(s * power for s in (1, 2, 5, 10) if s * power * count >= most)
    return tuple(float(f"{i * step:.6g}") for i in range(math.floor(most / step) + 1))


def _tick(value: float) -> str:
    return usd_tick(value) if value else "$0"


def describe(bill: pl.DataFrame) -> str:
    """The rows in words."""
    told = [f"{row['task']} ({row['name']}) {_said(row)}" for row in judged(bill)[:10]]
    return f"Dollars by task, as spent and as a cheaper one would cost: {'; '.join(told)}."
