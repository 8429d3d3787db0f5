"""Dimensions that fit the tiles and those that don't, a row for each model, and what it costs."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from dashboard.figures.forest import BLUE, CLOSER_PX, LONGEST, ORANGE, ROW_PX
from dashboard.figures.frontier_plot import Size
from dashboard.figures.hardware import Row, hover
from dashboard.figures.labels import cut, text_width
from dashboard.figures.palette import LINE, RING, faded
from dashboard.figures.sheet import GRID, Figure, Sheet, layout, rounded, sheet, titled
from data.analysis.hardware import NAMES
from data.wording import percent

HEADS = {
    "hidden": ("Hidden size", "Width"), "ffn": ("Feed-forward", "FFN"),
    "head_dim": ("Head size", "Head"), "vocab": ("Vocabulary", "Vocab"),
    "kv_width": ("Key-value", "KV"),
}  # fmt: skip
"""Dimension -> what its column is called, and on a phone."""
MINE, OTHERS = "In this view", "Not in this view, flagged in the catalogue"
MATRIX = {"wide": 0.46, "medium": 0.46, "phone": 0.78}
"""Share of the plot's width that the columns take."""
MOST = 60
"""Rows that are drawn; the table has all."""
MANY = 14
Entry = Row | str
"""A model, or the heading of those below it."""


def dimensions(models: pl.DataFrame, measured: pl.DataFrame, size: Size = "wide") -> Figure | None:
    """A mark for each dimension of the view's models, then of those that the check flags; at the
    right the share of the accelerator's work that is of use."""
    entries = _entries(models, set(measured["model_id"]))
    if not entries:
        return None
    base = sheet(size)
    names = [_name(entry, LONGEST[size], base.font) for entry in entries]
    left = round(max(text_width(n, base.font) for n in names)) + 16
    row_px = CLOSER_PX if len(entries) > MANY else ROW_PX[size]
    # On a phone the button that saves the picture stands above the heads.
    top = 60 if size == "phone" else 34
    room = replace(base, left=left, top=top, height=top + base.bottom + row_px * len(entries) + 8)
    rows = [(len(entries) - 1 - i, e) for i, e in enumerate(entries) if not isinstance(e, str)]
    lowest = min(100 * float(row["tile_wave"]) for _, row in rows)
    low = min(80, 10 * math.floor(lowest / 10))
    figure = layout(room, _columns(size), _names(entries, names))
    figure["xaxis2"] = _use_axis(rows, low, room, size)
    figure["annotations"] = [*_headings(entries, room), *_shares(rows, size)]
    return {"data": [*_marks(rows), _use(rows, size)], "layout": figure}


def _entries(models: pl.DataFrame, mine: set[str]) -> list[Entry]:
    known = models.drop_nulls("tile_wave")
    rows = known.filter(pl.col("model_id").is_in(mine) | (pl.col("alignment") < 1))
    ordered = sorted(rows.to_dicts(), key=lambda r: (r["tile_wave"], r["model_id"]))
    found: list[Entry] = []
    for head, here in ((MINE, True), (OTHERS, False)):
        part = [row for row in ordered if (row["model_id"] in mine) == here]
        found += [head, *part] if part else []
    return found[:MOST]


def _name(entry: Entry, most: int, font: int) -> str:
    # A heading stands over the plot; its place among the names stays empty.
    return "" if isinstance(entry, str) else cut(str(entry["model_name"]), most, font)


def _columns(size: Size) -> Figure:
    return {
        "range": [-0.6, len(HEADS) - 0.4], "domain": [0, MATRIX[size]], "side": "top",
        "tickmode": "array", "tickvals": list(range(len(HEADS))),
        "ticktext": [names[size == "phone"] for names in HEADS.values()],
        "showgrid": False, "tickfont": {"size": 11.5 if size == "phone" else 12},
    }  # fmt: skip


def _names(entries: Sequence[Entry], names: Sequence[str]) -> Figure:
    places = [len(entries) - 1 - i for i, e in enumerate(entries) if not isinstance(e, str)]
    texts = [html.escape(n) for n, e in zip(names, entries, strict=True) if not isinstance(e, str)]
    return {
        "tickmode": "array", "tickvals": places, "ticktext": texts,
        "range": [-0.7, len(entries) - 0.3], "gridcolor": faded(LINE, 0.1),
    }  # fmt: skip


def _use_axis(rows: Sequence[tuple[int, Row]], low: float, room: Sheet, size: Size) -> Figure:
    share = 1 - MATRIX[size] - 0.03
    words = max(text_width(_said(row, size), room.font) for _, row in rows) + 20
    ticks = [100] if size == "phone" else list(range(int(low), 101, 10))
    # The words beside the farthest mark end within the plot.
    width = (100 - low) / max(0.2, 1 - words / (share * room.plot_width))
    return {
        "domain": [1 - share, 1], "anchor": "y", "fixedrange": True, "zeroline": False,
        "range": [low - 1, rounded(low + width)], "gridcolor": GRID, "side": "top",
        "tickmode": "array", "tickvals": ticks,
        "ticktext": ["Of use"] if size == "phone"
        else [f"{v}%" + (" of the work" if v == 100 else "") for v in ticks],
        "tickfont": {"size": 12}, "tickangle": 0, "showgrid": size != "phone",
        "title": titled(""),
    }  # fmt: skip


def _headings(entries: Sequence[Entry], room: Sheet) -> list[Figure]:
    return [
        {
            "text": f"<b>{html.escape(entry)}</b>", "xref": "paper", "x": 0,
            "xanchor": "left", "xshift": -room.left + 4, "y": len(entries) - 1 - i,
            "yanchor": "middle", "showarrow": False, "font": {"size": room.font},
            "captureevents": False,
        }
        for i, entry in enumerate(entries)
        if isinstance(entry, str)
    ]  # fmt: skip


def _marks(rows: Sequence[tuple[int, Row]]) -> list[Figure]:
    """Dimensions that are multiples of 64, small and blue; the others, large and orange."""
    found = []
    for name, colour, symbol, dot in (
        ("fits", BLUE, "circle", 7),
        ("flags", ORANGE, "diamond", 13),
    ):
        places = [
            (x, y, row)
            for y, row in rows
            if row["alignment"] is not None
            for x, key in enumerate(HEADS)
            if (key in (row["flagged"] or [])) == (name == "flags")
        ]
        found.append(
            {
                "type": "scatter", "mode": "markers", "name": name, "showlegend": False,
                "x": [p[0] for p in places], "y": [p[1] for p in places], "cliponaxis": False,
                "hovertext": [hover(p[2], str(p[2]["model_name"])) for p in places],
                "hovertemplate": "%{hovertext}<extra></extra>",
                "marker": {"size": dot, "color": colour, "symbol": symbol, "line": {"width": 0}},
            }
        )  # fmt: skip
    return found


def _use(rows: Sequence[tuple[int, Row]], size: Size) -> Figure:
    shown = [] if size == "phone" else rows
    return {
        "type": "scatter", "mode": "markers", "name": "use", "xaxis": "x2", "showlegend": False,
        "x": [rounded(100 * row["tile_wave"]) for _, row in shown], "y": [y for y, _ in shown],
        "customdata": [[html.escape(str(row["model_id"]))] for _, row in shown],
        "hovertext": [hover(row, str(row["model_name"])) for _, row in shown],
        "hovertemplate": "%{hovertext}<extra></extra>", "cliponaxis": False,
        "marker": {
            "size": 10, "line": {"width": 1, "color": RING},
            "color": [ORANGE if row["worst_dimension"] else BLUE for _, row in shown],
        },
    }  # fmt: skip


def _said(row: Row, size: Size) -> str:
    worst, share = row["worst_dimension"], percent(row["tile_wave"])
    if worst is None or size == "phone":
        return share
    step = row["worst_power"]
    return f"{share}, {NAMES[worst]} {'odd' if step == 1 else f'a multiple of {step} only'}"


def _shares(rows: Sequence[tuple[int, Row]], size: Size) -> list[Figure]:
    return [
        {
            "text": html.escape(_said(row, size)), "xref": "x2", "yref": "y", "y": y,
            "x": 100 if size == "phone" else rounded(100 * row["tile_wave"]),
            "xanchor": "center" if size == "phone" else "left", "yanchor": "middle",
            "xshift": 0 if size == "phone" else 9, "showarrow": False, "font": {"size": 13},
            "captureevents": False,
        }
        for y, row in rows
    ]  # fmt: skip


def describe(models: pl.DataFrame, measured: pl.DataFrame) -> str:
    """The fits in words."""
    flagged = models.filter(pl.col("alignment") < 1).sort("alignment", "model_id")
    told: list[Any] = [
        f"{r['model_name']} {r['alignment']:.2f} ({NAMES[r['worst_dimension']]})"
        for r in flagged.head(8).to_dicts()
    ]
    mine = measured["model_id"].n_unique()
    return (
        f"Five dimensions of {mine} models asked here and share of the accelerator's work that is "
        f"of use. Of {models.height} models of the catalogue, flagged: "
        f"{'; '.join(told) or 'none'}."
    )
