"""One model by task: its contestants' dots among everybody's ticks."""

from __future__ import annotations

import html
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import text_width
from dashboard.figures.models import HALF, HEIGHT
from dashboard.figures.palette import LINE, RING, faded, share_colour
from dashboard.figures.sheet import Figure, layout, rounded, sheet
from dashboard.figures.traces import line
from data.wording import percent


def build(parts: pl.DataFrame, shares: dict[str, float | None], size: Size = "wide") -> Figure:
    """A row for each task (or category): a tick for everybody, strong dots for the model's own.

    `shares`: reasoning share of the model's contestants. Where it is best stands at the top.
    """
    own = parts.filter("mine").group_by("part").agg(pl.col("accuracy").max())
    names = own.sort("accuracy", "part", descending=[False, True])["part"].to_list()
    place = {name: i for i, name in enumerate(names)}
    rows = [row for row in parts.sort("part", "contestant_id").to_dicts() if row["part"] in place]
    room = sheet(HALF)
    cut = [n if len(n) <= 20 else f"{n[:19]}…" for n in names]
    left = round(max((text_width(n, room.font) for n in cut), default=20)) + 14
    figure = layout(room, {}, {})
    tall = HEIGHT[size]
    figure["height"] = min(tall, 60 + 64 * len(names)) if size == "phone" else tall
    figure["margin"] |= {"l": min(left, 150), "t": 8, "b": 44}
    figure["xaxis"] |= {
        "range": [-2, 102], "dtick": 20, "tick0": 0,
        "title": {"text": "Capability, 0 to 100", "font": {"size": 13}, "standoff": 6},
    }  # fmt: skip
    figure["yaxis"] |= {
        "tickmode": "array", "tickvals": list(place.values()), "gridcolor": faded(LINE, 0.08),
        "ticktext": [html.escape(n) for n in cut], "range": [-0.7, len(names) - 0.3],
    }  # fmt: skip
    mine = [row for row in rows if row["mine"]]
    others = [row for row in rows if not row["mine"]]
    return {"data": [_ticks(others, place), _reach(mine, place), _dots(mine, place, shares)],
            "layout": figure}  # fmt: skip


def _ticks(rows: list[dict[str, Any]], place: dict[str, int]) -> Figure:
    return {
        "type": "scatter", "name": "others", "mode": "markers",
        "x": [rounded(100 * row["accuracy"]) for row in rows],
        "y": [place[row["part"]] for row in rows],
        "marker": {
            "symbol": "line-ns-open", "size": 12, "color": faded(LINE, 0.55),
            "line": {"width": 1.2, "color": faded(LINE, 0.55)},
        },
        "hovertext": [_said(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False, "cliponaxis": False,
    }  # fmt: skip


def _reach(rows: list[dict[str, Any]], place: dict[str, int]) -> Figure:
    """From the least to the most able of the model's own, in each row."""
    x: list[float | None] = []
    y: list[float | None] = []
    for part, at in place.items():
        held = [100 * row["accuracy"] for row in rows if row["part"] == part]
        if len(held) > 1:
            x += [rounded(min(held)), rounded(max(held)), None]
            y += [at, at, None]
    return line("reach", x, y, 4, faded(LINE, 0.75))


def _dots(
    rows: list[dict[str, Any]], place: dict[str, int], shares: dict[str, float | None]
) -> Figure:
    return {
        "type": "scatter", "name": "mine", "mode": "markers",
        "x": [rounded(100 * row["accuracy"]) for row in rows],
        "y": [place[row["part"]] for row in rows],
        "customdata": [[row["contestant_id"]] for row in rows],
        "marker": {
            "size": 11, "color": [share_colour(shares.get(row["contestant_id"])) for row in rows],
            "line": {"width": 1, "color": RING},
        },
        "hovertext": [_said(row) for row in rows],
        "hovertemplate": "%{hovertext}<extra></extra>", "showlegend": False, "cliponaxis": False,
    }  # fmt: skip


def _said(row: dict[str, Any]) -> str:
    low, high = row["accuracy_low"], row["accuracy_high"]
    ends = "" if low is None or high is None else f" ({100 * low:.0f} to {100 * high:.0f})"
    return scatter.lines(
        row["name"],
        f"{row['part']}: {percent(row['accuracy'])}{ends}",
        f"rank {row['rank']} of {row['of']}, {row['samples']:,} samples",
    )


def describe(parts: pl.DataFrame) -> str:
    """The second chart in words."""
    own = parts.filter("mine").sort("accuracy", "part", descending=[True, False]).head(12)
    told = [
        f"{r['part']} {100 * r['accuracy']:.0f} ({r['name']}, rank {r['rank']} of {r['of']})"
        for r in own.to_dicts()
    ]
    return f"Capability by task beside everybody's: {'; '.join(told) or 'none'}."
