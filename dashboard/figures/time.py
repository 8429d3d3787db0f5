"""The frontier moving: who stood on it on a day, with the staircases of earlier days behind."""

from __future__ import annotations

import math
from datetime import date
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Note, Point, Span
from dashboard.figures.sheet import Figure
from dashboard.figures.stairs import stairs
from data.wording import points as capability
from data.wording import usd, usd_tick

Row = dict[str, Any]
EARLIER = 24
"""Earlier staircases that are drawn, the newest."""
EDGES = (0.2, 1.7)
"""Ends of the cost axis as factors of the cheapest and dearest: names need room at the left."""
LEAST = 1.5
"""Powers of ten that the cost axis holds at least."""
HEIGHT = {"wide": 430, "medium": 430, "phone": 370}
TITLES = {"phone": "US$ per 1,000 tasks (log)"}


def days(points: pl.DataFrame) -> list[str]:
    """The days on which what is sold changes, in order, as the address has them."""
    if points.is_empty():
        return []
    changes = pl.concat([points["since"], points["until"].drop_nulls()]).unique().sort()
    # The last end of a price that nothing follows leaves nothing to see.
    return [day.isoformat() for day in changes.to_list() if _sold(points, day).height]


def frontier(
    points: pl.DataFrame, frontiers: pl.DataFrame, day: str | None = None, size: Size = "wide"
) -> Figure | None:
    """The frontier as it stood on a day, by default the last; later contestants are absent."""
    known = days(points)
    if not known:
        return None
    when = date.fromisoformat(day if day in known else known[-1])
    costs = points["cost_per_1k_usd"]
    paid = costs.filter(costs > 0)
    low, high = (_end(paid.min(), EDGES[0], 0.1), _end(paid.max(), EDGES[1], 10.0))
    # One price still has a readable range around it.
    spare = 10 ** max(0.0, (LEAST - math.log10(high / low)) / 2)
    low, high = low / spare, high * spare
    x = Span(
        TITLES.get(size, "Cost per 1,000 tasks, US$ (log scale)"),
        log=True, low=low, high=high, tick=usd_tick, zero="free" if (costs == 0).any() else "",
    )  # fmt: skip
    y = Span("", low=0, high=104, ticks=(0, 20, 40, 60, 80, 100))
    moments = frontiers.filter(pl.col("date") <= when)["date"].unique().sort().to_list()
    lines = [
        _stairs(frontiers.filter(pl.col("date") == moment), high, moment == moments[-1])
        for moment in moments[-EARLIER - 1 :]
    ]
    now = _at(frontiers, when)
    beaten = _sold(points, when).join(now, on="contestant_id", how="anti")
    marks = [_best(row, when) for row in now.to_dicts()]
    marks += [_beaten(row) for row in beaten.to_dicts()]
    stamp = Note(when.isoformat(), high, 0, anchor="right", above=22, bold=True)
    return scatter.build(marks, x, y, size, lines, [stamp], HEIGHT[size])


def _sold(points: pl.DataFrame, day: date) -> pl.DataFrame:
    until = pl.col("until")
    return points.filter((pl.col("since") <= day) & (until.is_null() | (until > day)))


def _at(frontiers: pl.DataFrame, day: date) -> pl.DataFrame:
    """Who stood on the frontier on a day: it holds until the next one."""
    before = frontiers.filter(pl.col("date") <= day)
    held = before.filter(pl.col("date") == before["date"].max())
    return held.drop_nulls("contestant_id")


def _end(value: Any, factor: float, empty: float) -> float:
    return empty if value is None else float(value) * factor


def _stairs(held: pl.DataFrame, high: float, last: bool) -> Curve:
    best = held.drop_nulls("contestant_id").sort("cost_per_1k_usd", "accuracy", "contestant_id")
    return stairs(best.select("cost_per_1k_usd", "accuracy").iter_rows(), high, faint=not last)


def _best(row: Row, when: date) -> Point:
    new = bool(row["new"]) and row["date"] == when
    said = "on the frontier from this day" if new else "on the frontier"
    return _point(row, said, ORANGE if new else BLUE, row["name"], 100 * new + row["accuracy"])


def _beaten(row: Row) -> Point:
    return _point(row, "beaten by then", GREY, "", 0.0)


def _point(row: Row, said: str, colour: str, label: str, weight: float) -> Point:
    return Point(
        key=str(row["contestant_id"]),
        name=str(label),
        x=float(row["cost_per_1k_usd"]),
        y=100 * float(row["accuracy"]),
        hover=scatter.lines(
            str(row["name"]),
            f"Capability {capability(row['accuracy'])}",
            f"{usd(row['cost_per_1k_usd'])} per 1,000 tasks",
            said,
        ),
        colour=colour,
        faint=not label,
        weight=float(weight),
    )


def describe(points: pl.DataFrame, frontiers: pl.DataFrame, day: str | None = None) -> str:
    """The frontier of a day in words."""
    known = days(points)
    if not known:
        return "The frontier over time: no day is known."
    when = day if day in known else known[-1]
    now = _at(frontiers, date.fromisoformat(when)).sort("cost_per_1k_usd", "contestant_id")
    told = [
        f"{r['name']} {capability(r['accuracy'])} for {usd(r['cost_per_1k_usd'])}"
        for r in now.to_dicts()[-8:]
    ]
    return (
        f"Capability (0 to 100) against cost per 1,000 tasks as it stood on {when}. On the "
        f"frontier: {'; '.join(told) or 'nobody'}."
    )
