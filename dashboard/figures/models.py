"""One model among all: where its contestants sit, before everybody's grey field."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.axes import Axis, capability_range, scale
from dashboard.figures.frontier_plot import Size
from dashboard.figures.frontier_text import hover
from dashboard.figures.labels import Box, text_width
from dashboard.figures.palette import GREY, LINE, faded, share_colour
from dashboard.figures.scatter import Curve, Note, Point, Span
from dashboard.figures.sheet import Figure, rounded, sheet

HEIGHT = {"wide": 316, "medium": 316, "phone": 330}
ASIDE_PX = 15.0
"""Pixels between a point and the middle of its name."""
GAP = "\u2009\u2009"
"""Thin spaces between the place of a name and its text."""
HALF: Size = "phone"
"""Two charts stand side by side: each has at least a phone's room."""


def build(
    placed: pl.DataFrame, contestants: pl.DataFrame, axis: Axis, size: Size = "wide"
) -> Figure | None:
    """A model's contestants, joined, before everybody's grey field and the frontier.

    None where none of them has a place.
    """
    dials = dict(contestants.select("contestant_id", "dial").iter_rows())
    # Whoever answered only part of this has a mean of other samples; the model itself is hollow.
    part = (pl.col("apart_code") == "coverage").fill_null(False)
    held = placed.filter(~part | pl.col("contestant_id").is_in(list(dials)))
    rows = held.drop_nulls(["accuracy", axis.column]).sort("contestant_id").to_dicts()
    mine = sorted(
        (row for row in rows if row["contestant_id"] in dials),
        key=lambda row: (row[axis.column], row["contestant_id"]),
    )
    if not mine:
        return None
    points = [_point(row, axis, dials) for row in rows]
    low, high = capability_range(*([100 * row["accuracy"] for row in rows] for _ in range(2)))
    free = any(row[axis.column] == 0 for row in rows)
    x = Span(axis.title, log=True, tick=axis.tick, zero=axis.zero if free else "")
    y = Span("", low=low, high=high + 4)
    notes = _names(mine, rows, axis, dials, (low, high + 4), HEIGHT[size])
    return scatter.build(points, x, y, HALF, _curves(rows, mine, axis), notes, HEIGHT[size])


def _names(
    mine: list[dict[str, Any]],
    rows: list[dict[str, Any]],
    axis: Axis,
    dials: dict[str, str | None],
    up: tuple[float, float],
    height: int,
) -> list[Note]:
    """The contestants' names: right below their points, where neither the staircase nor the
    model's own line runs, else left above; one that would lie over another is left out."""
    room = replace(sheet(HALF), height=height)
    across = scale([float(row[axis.column]) for row in rows])
    found: list[Note] = []
    taken: list[Box] = []
    for row in reversed(mine):
        text = dials[row["contestant_id"]] or row["name"]
        text = text if len(text) <= 22 else f"{text[:21]}…"
        x = across.fraction(float(row[axis.column])) * room.plot_width
        y = (100 * row["accuracy"] - up[0]) / (up[1] - up[0]) * room.plot_height
        wide = text_width(text, room.font)
        for side, above in (("left", -ASIDE_PX), ("right", ASIDE_PX), ("right", -ASIDE_PX)):
            start = x if side == "left" else x - wide
            box = Box(start, y + above - 7, start + wide, y + above + 7)
            if box.left >= 0 and box.right < room.plot_width and not any(map(box.meets, taken)):
                taken.append(box)
                at = float(row[axis.column])
                # Off the error bar and the staircase, which may rise right there.
                said = f"{GAP}{text}" if side == "left" else f"{text}{GAP}"
                found.append(Note(said, at, 100 * row["accuracy"], side, above))
                break
    return found


def _curves(rows: list[dict[str, Any]], mine: list[dict[str, Any]], axis: Axis) -> list[Curve]:
    """The frontier's staircase, and a line through the model's contestants."""
    best = sorted(
        (row for row in rows if row["place"] == "frontier"),
        key=lambda row: (row[axis.column], row["accuracy"], row["contestant_id"]),
    )
    tops = list(accumulate((100 * row["accuracy"] for row in best), max))
    x: list[float | None] = []
    y: list[float | None] = []
    for i, row in enumerate(best):
        before = [tops[i - 1]] if i else []
        x += [row[axis.column]] * (len(before) + 1)
        y += [*before, tops[i]]
    joined = Curve(
        [row[axis.column] for row in mine],
        [rounded(100 * row["accuracy"]) for row in mine],
        name="model",
        width=2.4,
        colour=faded(LINE, 0.9),
    )
    stairs = Curve(x, [None if v is None else rounded(v) for v in y], name="staircase", width=1.6)
    return [stairs, *([joined] if len(mine) > 1 else [])]


def _point(row: dict[str, Any], axis: Axis, dials: dict[str, str | None]) -> Point:
    own = row["contestant_id"] in dials
    low, high = row["accuracy_low"], row["accuracy_high"]
    shape = "diamond" if own and row["weights"] == "closed" else "circle"
    return Point(
        key=row["contestant_id"],
        name="",
        x=float(row[axis.column]),
        y=100 * row["accuracy"],
        hover=hover(row, axis),
        colour=share_colour(row["reasoning_share"]) if own else GREY,
        symbol=f"{shape}-open" if own and row["place"] == "apart" else shape,
        faint=not own,
        weight=row["accuracy"],
        y_range=(100 * low, 100 * high) if own and low is not None and high is not None else None,
    )


def describe(placed: pl.DataFrame, contestants: pl.DataFrame, axis: Axis) -> str:
    """The first chart in words."""
    ids = contestants["contestant_id"].to_list()
    rows = placed.filter(pl.col("contestant_id").is_in(ids)).sort("contestant_id").to_dicts()
    told = [
        f"{r['name']} {100 * r['accuracy']:.0f} at {axis.amount(r[axis.column])}"
        for r in rows
        if r["accuracy"] is not None
    ]
    title = axis.title.removesuffix(" (log scale)")
    return f"Capability (0 to 100) against {title}: {'; '.join(told) or 'none'}."
