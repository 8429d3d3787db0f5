"""The tier x task matrix: the smallest size of model that is not detectably worse than the best."""

from __future__ import annotations

import html
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.forest import BLUE, GREY, LONGEST
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import cut, text_width
from dashboard.figures.palette import LINE, faded
from dashboard.figures.sheet import Figure, layout, sheet
from data.analysis.price_kinds import WORDS
from data.analysis.tiers import ORDER, UNKNOWN
from data.wording import percent, points, usd

ROW_PX = {"wide": 38, "medium": 38, "phone": 48}
MOST = 40
"""Tasks that are drawn; the table has all."""


def build(tiers: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """A row for each task, a column for each tier: accuracy and cost of the tier's best."""
    rows = tiers.drop_nulls("accuracy").sort("category", "task", "tier")
    keys = rows.select("category", "task").unique(maintain_order=True).rows()[:MOST]
    if not keys:
        return None
    columns = [tier for tier in (*ORDER, UNKNOWN) if (rows["tier"] == tier).any()]
    base = sheet(size)
    names = [cut(task, min(LONGEST[size], 92 if size == "phone" else 999), base.font)
             for _, task in keys]  # fmt: skip
    left = round(max(text_width(name, base.font) for name in names)) + 16
    height = 34 + 8 + ROW_PX[size] * len(keys)
    room = replace(base, left=left, height=height, top=34, bottom=8)
    places = {key: len(keys) - 1 - i for i, key in enumerate(keys)}
    cells = [
        (columns.index(row["tier"]), places[row["category"], row["task"]], row)
        for row in rows.to_dicts()
        if (row["category"], row["task"]) in places
    ]
    x: Figure = {
        "side": "top", "range": [-0.5, len(columns) - 0.5], "showgrid": False,
        "tickvals": list(range(len(columns))), "ticktext": _heads(columns, size),
    }  # fmt: skip
    y: Figure = {
        "range": [-0.5, len(keys) - 0.5], "showgrid": False,
        "tickvals": list(places.values()), "ticktext": [html.escape(n) for n in names],
    }  # fmt: skip
    figure: Figure = {
        "data": [_hovers(cells)],
        "layout": layout(room, x, y, [_words(*cell, size, base.font) for cell in cells]),
    }
    figure["layout"]["shapes"] = [_box(*cell) for cell in cells]
    return figure


def _heads(columns: list[str], size: Size) -> list[str]:
    said = {"< 10B": "below 10B", "10-100B": "10 to 100B", "> 100B": "above 100B"}
    if size == "phone":
        said = {"< 10B": "< 10B", "10-100B": "10-100B", "> 100B": "> 100B", UNKNOWN: "unknown"}
    return [html.escape(said.get(column, column)) for column in columns]


def _hovers(cells: list[tuple[int, int, dict[str, Any]]]) -> Figure:
    """Marks that nobody sees: what hovering a cell says."""
    return {
        "type": "scatter", "name": "points", "mode": "markers", "showlegend": False,
        "x": [x for x, _, _ in cells], "y": [y for _, y, _ in cells],
        "hovertext": [_hover(row) for _, _, row in cells],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[row["contestant_id"]] for _, _, row in cells],
        "marker": {"size": 26, "symbol": "square", "opacity": 0, "color": GREY},
    }  # fmt: skip


def _hover(row: dict[str, Any]) -> str:
    against = ""
    if not row["is_best"] and row["difference"] is not None:
        ends = row["difference_low"], row["difference_high"]
        between = "" if None in ends else f" ({_signed(ends[0])} to {_signed(ends[1])})"
        against = f"{_signed(row['difference'])} points to the best{between}"
    shown = row["detectable"]
    return scatter.lines(
        f"{row['task']}, {row['tier']}",
        str(row["name"]),
        f"Accuracy {percent(row['accuracy'])}, "
        f"{'no price known' if row['cost_per_1k_usd'] is None else _cost(row)}",
        "The best of all" if row["is_best"] else against,
        _verdict(row),
        f"{row['samples']:,} shared samples"
        + ("" if shown is None else f" show a difference of {points(shown)} points"),
    )


def _verdict(row: dict[str, Any]) -> str:
    if row["is_smallest_adequate"]:
        return "The smallest tier that is not detectably worse"
    if row["is_best"]:
        return ""
    return "Detectably worse" if row["detectably_worse"] else "Not detectably worse"


def _cost(row: dict[str, Any]) -> str:
    return f"{usd(row['cost_per_1k_usd'])} for 1,000 ({WORDS[row['prices']]})"


def _signed(share: float) -> str:
    return f"{'+' if share >= 0 else '-'}{points(abs(share))}"


def _words(x: int, y: int, row: dict[str, Any], size: Size, font: int) -> Figure:
    """Accuracy, and what it costs; the smallest adequate tier is bold, the best has a star."""
    right = percent(row["accuracy"]) + (" ★" if row["is_best"] else "")
    cost = "" if row["cost_per_1k_usd"] is None else usd(row["cost_per_1k_usd"])
    said = html.escape(right), html.escape(cost)
    text = "<br>".join(filter(None, said)) if size == "phone" else "   ".join(filter(None, said))
    return {
        "text": f"<b>{text}</b>" if row["is_smallest_adequate"] else text, "x": x, "y": y,
        "showarrow": False, "font": {"size": font - (size == "phone")}, "captureevents": False,
        "opacity": 0.75 if row["detectably_worse"] else 1,
    }  # fmt: skip


def _box(x: int, y: int, row: dict[str, Any]) -> Figure:
    """Blue: the smallest adequate; outlined: no worse but larger; grey: detectably worse."""
    fill, edge = faded(LINE, 0.0), faded(BLUE, 0.55)
    if row["is_smallest_adequate"]:
        fill, edge = faded(BLUE, 0.25), BLUE
    elif row["detectably_worse"]:
        fill, edge = faded(LINE, 0.10), faded(LINE, 0.0)
    return {
        "type": "rect", "xref": "x", "yref": "y", "layer": "below",
        "x0": x - 0.47, "x1": x + 0.47, "y0": y - 0.41, "y1": y + 0.41,
        "fillcolor": fill, "line": {"width": 1.4, "color": edge},
    }  # fmt: skip


def describe(tiers: pl.DataFrame) -> str:
    """The matrix in words."""
    rows = tiers.filter("is_smallest_adequate").sort("category", "task")
    told = [
        f"{r['task']} {r['tier']} ({percent(r['accuracy'])}, "
        f"{'no price' if r['cost_per_1k_usd'] is None else usd(r['cost_per_1k_usd'])} for 1,000)"
        for r in rows.head(12).to_dicts()
    ]
    return (
        "Tasks by size of model. The smallest tier that is not detectably worse than the best: "
        f"{'; '.join(told) or 'none'}."
    )
