"""One model by level: its contestants' lines in front of everybody's."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from dashboard.figures import scatter
from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import text_width
from dashboard.figures.models import HALF, HEIGHT
from dashboard.figures.palette import LINE, faded, share_colour
from dashboard.figures.scatter import _decades
from dashboard.figures.sheet import Figure, layout, rounded, sheet
from dashboard.figures.traces import line
from data.wording import count_tick, percent, tokens

APART_PX = 15
"""Pixels between two names at the lines' ends."""


def build(
    levels: pl.DataFrame,
    column: str,
    dials: Mapping[str, str | None],
    shares: Mapping[str, float | None],
    size: Size = "wide",
) -> Figure | None:
    """`column`: 'output_tokens' (log scale) or 'accuracy'. None without two levels of its own."""
    log = column == "output_tokens"
    known = levels.filter(pl.col(column).is_not_null() & ((pl.col(column) > 0) | (not log)))
    known = known.sort("contestant_id", "level")
    mine = known.filter("mine")
    steps = sorted(mine["level"].unique().to_list())
    if len(steps) < 2:
        return None
    scale = 1.0 if log else 100.0
    room = sheet(HALF)
    figure = layout(room, {}, {})
    figure["height"] = HEIGHT[size]
    own = [of for _, of in mine.group_by("contestant_id", maintain_order=True)]
    names = [dials.get(of["contestant_id"][0]) or "" for of in own]
    names = [n if len(n) <= 14 else f"{n[:13]}…" for n in names]
    right = round(max((text_width(n, room.font) for n in names), default=0)) + 14
    figure["margin"] |= {"l": 44, "r": right, "t": 8, "b": 44}
    every = sorted(known["level"].unique().to_list())
    ends = _ends([scale * v for v in known[column]], log)
    figure["xaxis"] |= {
        "range": [every[0] - 0.15, every[-1] + 0.1],
        "tickvals": every[:: max(1, math.ceil(len(every) / 10))],
        "title": {"text": "Level: harder →", "font": {"size": 13}, "standoff": 6},
    }
    figure["yaxis"] |= {"range": [rounded(e) for e in ends], "type": "log" if log else "linear"}
    if log:
        marks = _decades(*ends, 6)
        figure["yaxis"] |= {"tickvals": marks, "ticktext": [count_tick(m) for m in marks]}
    else:
        figure["yaxis"] |= {"tickvals": [0, 25, 50, 75, 100],
                            "ticktext": ["0%", "25%", "50%", "75%", "100%"]}  # fmt: skip
    data = [_others(known.filter(~pl.col("mine")), column, scale)]
    data += [_own(of, column, scale, shares) for of in own]
    figure["annotations"] = _named(own, names, column, scale, ends, figure)
    return {"data": data, "layout": figure}


def _ends(values: list[float], log: bool) -> tuple[float, float]:
    if not log:
        return -3.0, 104.0
    low, high = math.log10(min(values)), math.log10(max(values))
    pad = max(0.05 * (high - low), (0.6 - (high - low)) / 2, 0.04)
    return low - pad, high + pad


def _others(rows: pl.DataFrame, column: str, scale: float) -> Figure:
    x: list[float | None] = []
    y: list[float | None] = []
    for _, of in rows.group_by("contestant_id", maintain_order=True):
        x += [*of["level"], None]
        y += [*(rounded(scale * v) for v in of[column]), None]
    return line("others", x, y, 1, faded(LINE, 0.22))


def _own(
    rows: pl.DataFrame, column: str, scale: float, shares: Mapping[str, float | None]
) -> Figure:
    who, name = rows["contestant_id"][0], rows["name"][0]
    colour = share_colour(shares.get(who))
    said: Callable[[float], str] = (
        (lambda v: f"{tokens(v)} tokens a task") if column == "output_tokens" else
        (lambda v: f"{percent(v)} solved")
    )  # fmt: skip
    return line(name, rows["level"].to_list(), [rounded(scale * v) for v in rows[column]],
                2.6, colour) | {
        "mode": "lines+markers",
        "marker": {"size": 7, "color": colour},
        "hoverinfo": "text",
        "hovertext": [
            scatter.lines(name, f"level {level}", said(v))
            for level, v in rows.select("level", column).iter_rows()
        ],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "customdata": [[who]] * rows.height,
        "name": html.escape(name),
        "cliponaxis": False,
    }  # fmt: skip


def _named(
    own: list[pl.DataFrame],
    names: list[str],
    column: str,
    scale: float,
    ends: tuple[float, float],
    figure: Figure,
) -> list[dict[str, Any]]:
    """Names at the lines' ends, apart from each other and inside the plot."""
    log, margin = column == "output_tokens", figure["margin"]
    height = figure["height"] - margin["t"] - margin["b"]
    apart = APART_PX / height * (ends[1] - ends[0])
    found = []
    for of, name in zip(own, names, strict=True):
        value = scale * of[column][-1]
        found.append([math.log10(value) if log else value, name, of["level"][-1]])
    found = sorted((f for f in found if f[1]), key=lambda f: (f[0], f[1]))
    for i in range(1, len(found)):
        found[i][0] = max(found[i][0], found[i - 1][0] + apart)
    over = found[-1][0] - ends[1] if found else 0.0
    if over > 0:
        for i in range(len(found) - 1, -1, -1):
            ceiling = ends[1] if i == len(found) - 1 else found[i + 1][0] - apart
            found[i][0] = min(found[i][0], ceiling)
    return [
        {
            "text": html.escape(name), "x": level, "y": rounded(place), "xanchor": "left",
            "yanchor": "middle", "xshift": 7, "showarrow": False, "font": {"size": 12},
            "captureevents": False,
        }
        for place, name, level in found
    ]  # fmt: skip


def describe(levels: pl.DataFrame, column: str) -> str:
    """The lines in words."""
    log = column == "output_tokens"
    told = []
    for _, of in (
        levels.filter("mine")
        .drop_nulls(column)
        .sort("contestant_id", "level")
        .group_by("contestant_id", maintain_order=True)
    ):
        first, last = of[column][0], of[column][-1]
        said = (tokens if log else percent)(first), (tokens if log else percent)(last)
        told.append(
            f"{of['name'][0]} {said[0]} at level {of['level'][0]} to {said[1]} at level "
            f"{of['level'][-1]}"
        )
    what = "Output tokens per task" if log else "Share solved"
    return f"{what} by level: {'; '.join(told) or 'not known'}."
