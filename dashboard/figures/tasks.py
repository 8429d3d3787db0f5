"""Levels on one scale of difficulty: a row for each task, a numbered point for each level."""

from __future__ import annotations

from typing import Any

import polars as pl

from dashboard.figures.frontier_plot import Size
from dashboard.figures.palette import LINE, faded
from data.analysis.levels import OUT_OF_ORDER

Figure = dict[str, Any]
USUAL, WRONG = "#146BB8", "#B8500B"
"""Blue and orange, dark enough for white numbers (4.5:1)."""
ROW_PX = {"wide": 38, "medium": 38, "phone": 40}
NEAR = {"wide": 0.02, "medium": 0.03, "phone": 0.06}
"""Share of the axis within which two points cover each other."""
Z = 1.96


def build(
    rows: pl.DataFrame, size: Size = "wide", span: tuple[float, float] | None = None
) -> Figure:
    """The figure as a dict; `rows` as data.analysis.levels.remarked gives them.

    `span`: the axis's ends in logits, where it is to be the same beside other tasks.
    """
    span = span or ends(rows)
    tasks = rows["task"].unique(maintain_order=True).to_list()
    rows = _spread(rows, tasks, size, span)
    return {
        "data": [_joined(rows), *(_points(rows, kind) for kind in ("telling", "bound"))],
        "layout": _layout(span, tasks, size),
    }


def describe(rows: pl.DataFrame) -> str:
    """The chart in words, for its alt text."""
    parts = []
    for (task,), of in rows.group_by("task", maintain_order=True):
        ends = of["level_difficulty"].sort()
        parts.append(f"{task} from {ends[0]:+.1f} to {ends[-1]:+.1f} in {of.height} levels")
    return f"Difficulty of each level in logits, easy at the left: {'; '.join(parts)}."


def ends(rows: pl.DataFrame) -> tuple[float, float]:
    """The easiest and the hardest level, in logits."""
    found = rows["level_difficulty"].sort().to_list()
    return found[0], found[-1]


def _spread(
    rows: pl.DataFrame, tasks: list[str], size: Size, span: tuple[float, float]
) -> pl.DataFrame:
    """With `row`, counted from below, and `aside`: points don't cover each other."""
    place = {task: len(tasks) - 1 - i for i, task in enumerate(tasks)}
    near = NEAR[size] * max(1.0, span[1] - span[0])
    aside: dict[tuple[str, int], float] = {}
    for (task,), of in rows.sort("level_difficulty", "level").group_by("task", maintain_order=True):
        last, step = None, 0
        for level, x in of.select("level", "level_difficulty").iter_rows():
            step = step + 1 if last is not None and x - last < near else 0
            last = x
            aside[str(task), level] = (0.0, 0.36, -0.36)[step % 3]
    moved = [aside[key] for key in rows.select("task", "level").iter_rows()]
    return rows.with_columns(
        row=pl.col("task").replace_strict(place, return_dtype=pl.Float64),
        aside=pl.Series(moved, dtype=pl.Float64),
    )


def _joined(rows: pl.DataFrame) -> Figure:
    x: list[float | None] = []
    y: list[float | None] = []
    for _, of in rows.group_by("task", maintain_order=True):
        x += [*(round(v, 3) for v in of["level_difficulty"]), None]
        y += [*of["row"], None]
    return {
        "type": "scatter", "mode": "lines", "name": "tasks", "x": x, "y": y, "hoverinfo": "skip",
        "line": {"width": 1, "color": faded(LINE, 0.35)}, "showlegend": False,
    }  # fmt: skip


def _points(rows: pl.DataFrame, kind: str) -> Figure:
    """Levels that tell contestants apart are filled; the others are outlines: bounds."""
    bound = pl.col("saturated").is_not_null()
    of = rows.filter(bound if kind == "bound" else ~bound).to_dicts()
    colours = [WRONG if r["remark"] == OUT_OF_ORDER else USUAL for r in of]
    errors = [Z * r["level_difficulty_se"] if r["level_difficulty_se"] else 0.0 for r in of]
    figure: Figure = {
        "type": "scatter",
        "mode": "markers+text",
        "name": kind,
        "x": [round(r["level_difficulty"], 3) for r in of],
        "y": [r["row"] + r["aside"] for r in of],
        "text": [str(r["level"]) for r in of],
        "textfont": {"size": 11, **({"color": "#FFFFFF"} if kind == "telling" else {})},
        "customdata": [[f"{r['task']} {r['level']}"] for r in of],
        "hovertext": [_hover(r) for r in of],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "marker": {
            "size": 16,
            "color": colours,
            "symbol": "circle" if kind == "telling" else "circle-open",
            "line": {"width": 0 if kind == "telling" else 1.6, "color": colours},
        },
        "cliponaxis": False,
        "showlegend": False,
    }
    if kind == "telling":
        figure["error_x"] = {
            "type": "data", "array": [round(e, 3) for e in errors], "width": 0, "thickness": 1.1,
            "color": faded(LINE, 0.6),
        }  # fmt: skip
    return figure


def _hover(row: dict[str, Any]) -> str:
    share, error = row["share_right"], row["level_difficulty_se"]
    lines = [
        f"<b>{row['task']}, level {row['level']}</b>",
        f"difficulty {row['level_difficulty']:+.2f}"
        + (f" (±{Z * error:.2f})" if error is not None else ""),
        f"{row['samples']:,} samples",
    ]
    if share is not None:
        lines.append(f"{100 * share:.0f} % right, of {row['credible']:,} credible contestants")
    if row["remark"]:
        lines.append(f"<b>{row['remark']}</b>")
    return "<br>".join(lines)


def _layout(span: tuple[float, float], tasks: list[str], size: Size) -> Figure:
    low, high = span
    longest = max(map(len, tasks))
    left = min(8 * longest + 16, 110 if size == "phone" else 220)
    return {
        "height": 84 + ROW_PX[size] * len(tasks),
        "margin": {"l": left, "r": 14, "t": 8, "b": 52, "autoexpand": False},
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {"align": "left", "font": {"size": 13}},
        "dragmode": False,
        "xaxis": {
            "range": [round(low - 0.8, 2), round(high + 0.8, 2)],
            "gridcolor": faded(LINE, 0.15),
            "zeroline": True,
            "zerolinecolor": faded(LINE, 0.5),
            "tickfont": {"size": 13},
            "title": {
                "text": "Difficulty, in logits: harder →", "font": {"size": 13}, "standoff": 6,
            },
            "fixedrange": True,
        },
        "yaxis": {
            "tickmode": "array",
            "tickvals": list(range(len(tasks))),
            "ticktext": tasks[::-1],
            "zeroline": False,
            "tickfont": {"size": 13 if size != "phone" else 12},
            "gridcolor": faded(LINE, 0.08),
            "range": [-0.7, len(tasks) - 0.3],
            "fixedrange": True,
        },
    }  # fmt: skip
