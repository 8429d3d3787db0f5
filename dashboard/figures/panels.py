"""Small multiples: a panel for each subject, its lines in front of everybody's, on shared axes."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dashboard.figures.frontier_plot import Size
from dashboard.figures.labels import cut, text_width
from dashboard.figures.palette import LINE, faded
from dashboard.figures.scatter import _decades
from dashboard.figures.scatter_parts import Span, widened
from dashboard.figures.sheet import GRID, Figure, Sheet, layout, rounded, sheet
from dashboard.figures.traces import line

COLUMNS = {"wide": 4, "medium": 3, "phone": 2}
PANEL_PX = {"wide": 172, "medium": 168, "phone": 150}
LEAST_PX = 340
"""A single row of panels has the height of other charts."""
MOST = {"wide": 16, "medium": 12, "phone": 8}
"""Panels that are drawn; the table has all."""

BOLD = 1.08
"""How much wider bold words are."""


@dataclass(frozen=True)
class Strand:
    """One line of a panel; `x` are whole steps such as levels. Dotted where `sure` is false."""

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    sure: tuple[bool, ...]
    colour: str


@dataclass(frozen=True)
class Panel:
    """One subject."""

    title: str
    figure: str
    """The number it is remembered by, beside its title."""
    strands: tuple[Strand, ...]


def build(
    panels: Sequence[Panel],
    size: Size = "wide",
    *,
    log: bool = True,
    tick: Callable[[float], str] = "{:g}".format,
    x_title: str = "Level",
    ends: tuple[float, float] | None = None,
    every: Sequence[Panel] = (),
) -> Figure | None:
    """The figure; None without a panel that has a line. `ends` of the y axis: else as it needs.

    `every`: panels whose lines stand faint behind, and set the axes; by default those drawn.
    """
    shown = [p for p in panels if any(len(s.x) > 1 for s in p.strands)][: MOST[size]]
    if not shown:
        return None
    columns = min(COLUMNS[size], len(shown))
    rows = math.ceil(len(shown) / columns)
    behind = [s for p in every or panels for s in p.strands]
    low, high = _ends([*(v for s in behind for v in s.y), *(ends or ())], log)
    steps = sorted({x for s in behind for x in s.x})
    room = sheet(size)
    figure = layout(room, {}, {})
    figure["height"] = max(PANEL_PX[size] * rows + 40, LEAST_PX)
    figure["margin"] |= {"t": 8, "b": 34, "r": 8}
    del figure["xaxis"], figure["yaxis"]
    data: list[Figure] = []
    for i, panel in enumerate(shown):
        number = "" if i == 0 else str(i + 1)
        x, y = _domain(i, columns, rows)
        figure[f"xaxis{number}"] = {
            "domain": x, "anchor": f"y{number}", "range": [steps[0] - 0.3, _right(steps)],
            "tickvals": _few(steps, 4 if size == "phone" else 6), "gridcolor": faded(LINE, 0.06),
            "zeroline": False, "fixedrange": True, "tickfont": {"size": 12},
            "showticklabels": i >= len(shown) - columns,
        }  # fmt: skip
        marks = _decades(low, high, 4) if log else None
        figure[f"yaxis{number}"] = {
            "domain": y, "anchor": f"x{number}", "range": [rounded(low), rounded(high)],
            "type": "log" if log else "linear", "gridcolor": GRID, "zeroline": False,
            "fixedrange": True, "tickfont": {"size": 12}, "nticks": 5,
            "showticklabels": i % columns == 0,
            **({"tickvals": marks, "ticktext": [tick(m) for m in marks]} if marks else {}),
        }  # fmt: skip
        data += _drawn(panel, behind, number, log)
        figure["annotations"] += [
            _title(panel, x, y, room),
            *_ends_named(panel, number, log, size, high - low),
        ]
    figure["annotations"].append(
        {
            "text": html.escape(x_title), "xref": "paper", "yref": "paper", "x": 0.5, "y": 0,
            "yshift": -32, "yanchor": "bottom", "showarrow": False, "font": {"size": 13},
        }
    )  # fmt: skip
    return {"data": data, "layout": figure}


def _ends(values: Sequence[float], log: bool) -> tuple[float, float]:
    places = [math.log10(v) if log else v for v in values if v > 0 or not log]
    low, high = min(places), max(places)
    low, high = widened(low, high, Span("", log=log))
    pad = 0.06 * (high - low)
    return low - pad, high + pad


def _right(steps: Sequence[float]) -> float:
    """Room at the right for the lines' names."""
    return steps[-1] + max(0.6, 0.3 * (steps[-1] - steps[0]))


def _few(steps: Sequence[float], most: int) -> list[float]:
    return list(steps[:: max(1, math.ceil(len(steps) / most))])


def _domain(i: int, columns: int, rows: int) -> tuple[list[float], list[float]]:
    row, column = divmod(i, columns)
    gap_x, head = 0.03, 0.2
    width, height = (1 - gap_x * (columns - 1)) / columns, 1 / rows
    left, top = column * (width + gap_x), 1 - row * height
    return [rounded(left), rounded(left + width)], [
        rounded(top - height * (1 - 0.03)), rounded(top - head * height),
    ]  # fmt: skip


def _drawn(panel: Panel, every: Sequence[Strand], number: str, log: bool) -> list[Figure]:
    x: list[float | None] = []
    y: list[float | None] = []
    for s in every:
        x += [*s.x, None]
        y += [*(rounded(v) if v > 0 or not log else None for v in s.y), None]
    where = {"xaxis": f"x{number}", "yaxis": f"y{number}"}
    found = [line("others", x, y, 0.8, faded(LINE, 0.13)) | where]
    for s in panel.strands:
        for sure, dash in ((True, "solid"), (False, "dot")):
            values = _part(s, sure, log)
            if any(v is not None for v in values):
                drawn = line(s.name, list(s.x), values, 2.4 if sure else 1.8, s.colour) | where
                drawn["line"]["dash"] = dash
                found.append(drawn)
    return found


def _part(strand: Strand, sure: bool, log: bool) -> list[float | None]:
    """The steps that are as sure; a dotted piece begins and ends where solid ones do."""
    found: list[float | None] = []
    for i, value in enumerate(strand.y):
        mine = strand.sure[i] == sure
        joins = not sure and not all(strand.sure[max(0, i - 1) : i + 2])
        found.append(rounded(value) if (mine or joins) and (value > 0 or not log) else None)
    return found


def _title(panel: Panel, x: list[float], y: list[float], room: Sheet) -> Figure:
    figure = f"  {html.escape(panel.figure)}" if panel.figure else ""
    most = (x[1] - x[0]) * room.plot_width - text_width(figure, 13)
    name = cut(panel.title, most / BOLD, 13)
    return {
        "text": f"<b>{html.escape(name)}</b>{figure}", "xref": "paper", "yref": "paper",
        "x": x[0], "y": y[1], "xanchor": "left", "yanchor": "bottom", "yshift": 4,
        "showarrow": False, "font": {"size": 13}, "captureevents": False,
    }  # fmt: skip


def _ends_named(panel: Panel, number: str, log: bool, size: Size, width: float) -> list[Figure]:
    """Names at the lines' ends, apart from each other."""
    named = (s for s in panel.strands if s.y and s.name and (s.y[-1] > 0 or not log))
    ends = sorted(((s.y[-1], s) for s in named), key=lambda e: e[0])
    found, last = [], -math.inf
    for value, s in ends:
        place = math.log10(value) if log else value
        apart = 0.14 if log else 0.14 * width
        place = max(place, last + apart)
        last = place
        found.append(
            {
                "text": html.escape(s.name), "xref": f"x{number}", "yref": f"y{number}",
                "x": s.x[-1], "y": rounded(place), "xanchor": "left", "yanchor": "middle",
                "xshift": 4, "showarrow": False, "captureevents": False,
                "font": {"size": 11 if size == "phone" else 12, "color": s.colour},
            }
        )  # fmt: skip
    return found
