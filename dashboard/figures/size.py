"""Size: what closed models' scores are worth in parameters, and total against active ones."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures import forest, scatter
from dashboard.figures.forest import BLUE, GREY, ORANGE, Bar
from dashboard.figures.frontier_plot import Size
from dashboard.figures.scatter import Curve, Point, Span
from dashboard.figures.sheet import Figure
from data import wording
from data.analysis.calibration import ABOVE, BELOW, INSIDE
from data.analysis.published import short
from data.wording import percent, portion

SYMBOLS = {INSIDE: "circle", ABOVE: "triangle-right", BELOW: "triangle-left"}
ORDER = (INSIDE, ABOVE, BELOW)
ENDS = ("params_low", "params_high")
TENS = (0, 20, 40, 60, 80, 100)


def fullest(closed: pl.DataFrame) -> pl.DataFrame:
    """The collection of which most closed models are read."""
    if closed.is_empty():
        return closed
    counts = closed.group_by("collection").len().sort("len", "collection", descending=[True, False])
    return closed.filter(pl.col("collection") == counts["collection"][0])


def closed(frame: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """Sizes of open models with the closed ones' scores; what is but a bound comes last, in grey.

    `frame`: rows of one collection.
    """
    rows = frame.filter(pl.col("kind").is_in(list(ORDER))) if frame.width else frame
    drawn = sorted(rows.to_dicts(), key=lambda r: (ORDER.index(r["kind"]), -r["score"], r["name"]))
    bars = [_closed(row, size) for row in drawn]
    narrow = size == "phone"
    title = "Parameters (log scale)" if narrow else (
        "Parameters of an open model with that score (log scale)"
    )  # fmt: skip
    axis = Span(title, log=True, tick=lambda v: wording.size(round(v)))
    return forest.build([bar for bar in bars if bar.value > 0], axis, size)


def _closed(row: dict[str, Any], size: Size) -> Bar:
    inside = row["kind"] == INSIDE
    low, high = (row[end] for end in ENDS)
    at = row["params_estimate"] if inside else low if row["kind"] == ABOVE else high
    said = _size(at) if inside else f"{row['kind']} {_size(at)}"
    if not inside and size != "phone":
        said += ", outside calibration"
    elif size != "phone":
        said += ", no upper end" * (high is None) + f", score {row['score']:g}"
    return Bar(
        str(row["name"]),
        at or 0.0,
        scatter.lines(
            str(row["name"]),
            f"Score {row['score']:g}",
            f"like an open model of {_size(at)} parameters ({_interval(row)})" if inside
            else f"{row['kind']} {_size(at)} parameters",
            str(row["note"] or ""),
        ),
        low=low if inside else None,
        high=high if inside else None,
        colour=BLUE if inside else GREY,
        hollow=not inside,
        said=said,
        symbol=SYMBOLS[row["kind"]],
    )  # fmt: skip


def _interval(row: dict[str, Any]) -> str:
    low, high = (row[end] for end in ENDS)
    ends = f"{_size(low)} to {_size(high)}" if high is not None else f"{_size(low)} or more"
    return f"90 %: {ends}"


def _size(value: float | None) -> str:
    return wording.size(None if value is None else round(value))


def explained(frame: pl.DataFrame, titles: dict[str, str], size: Size = "wide") -> Figure | None:
    """R2 of scores on total parameters against that on active ones, a point a collection."""
    rows = frame.drop_nulls(["r2_total", "r2_active"]) if frame.width else frame
    if rows.is_empty():
        return None
    named = _named(rows["collection"].unique().sort().to_list(), titles)
    marks = [_explained(row, named) for row in rows.to_dicts()]
    narrow = size == "phone"
    x = Span("Active explain, %" if narrow else "Explained by active parameters, %",
             low=0, high=104, ticks=TENS)  # fmt: skip
    y = Span("", low=0, high=104, ticks=TENS)
    diagonal = Curve([0, 100], [0, 100], "as much", label="as much", dash="dot")
    return scatter.build(marks, x, y, size, [diagonal])


def _named(collections: list[str], titles: dict[str, str]) -> dict[str, str]:
    """Short titles; the ids where two would be the same."""
    found = {name: short(titles.get(name, name)) for name in collections}
    said = list(found.values())
    return {name: title if said.count(title) == 1 else name for name, title in found.items()}


def _explained(row: dict[str, Any], named: dict[str, str]) -> Point:
    whole = row["subset"] == "all"
    title = named[row["collection"]]
    name = title if whole else f"{title}, MoE"
    return Point(
        key=f"{row['collection']}/{row['subset']}",
        name=name,
        x=100 * max(0.0, row["r2_active"]),
        y=100 * max(0.0, row["r2_total"]),
        hover=scatter.lines(
            name,
            f"{row['n']} results of {row['models']} models"
            + ("" if whole else ", mixtures of experts alone"),
            f"Total parameters explain {portion(row['r2_total'])}, {_p(row['p_total'])}",
            f"Active parameters explain {portion(row['r2_active'])}, {_p(row['p_active'])}",
            "" if row["thinking_r2"] is None
            else f"of it thinking alone: {portion(row['thinking_r2'])}",
        ),
        colour=BLUE if whole else ORANGE,
        symbol="circle" if whole else "square",
        weight=row["n"],
    )  # fmt: skip


def _p(p: float | None) -> str:
    if p is None:
        return "what they add to the other can't be told"
    return f"beside the other p {'< 0.001' if p < 0.001 else f'= {p:.2g}'}"


def describe_closed(frame: pl.DataFrame, title: str) -> str:
    """The readings in words."""
    rows = frame.filter(pl.col("kind") == INSIDE) if frame.width else frame
    told = [
        f"{r['name']} {_size(r['params_estimate'])} ({_interval(r)})"
        for r in rows.head(8).to_dicts()
    ]
    outside = frame.height - rows.height
    return (
        f"Sizes of open models with closed models' scores on {short(title)}. Inside "
        f"calibration: {'; '.join(told) or 'none'}. Outside it, or without a bound: {outside}."
    )


def describe_explained(frame: pl.DataFrame, titles: dict[str, str]) -> str:
    """The points in words."""
    rows = frame.filter(pl.col("subset") == "all").sort("n", "collection", descending=[True, False])
    told = [
        f"{short(titles.get(r['collection'], r['collection']))} total {percent(r['r2_total'])}, "
        f"active {percent(r['r2_active'])}"
        for r in rows.head(8).to_dicts()
    ]
    return f"How much of the scores parameters explain: {'; '.join(told) or 'not known'}."
