"""Names in the frontier chart: who gets one, where it fits, and the note in the corner."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dashboard.figures import labels
from dashboard.figures.frontier_plot import BEATEN_DOT, Plot, bar
from dashboard.figures.frontier_text import Row
from dashboard.figures.labels import Box, Dot, Label, Wish


def _obstacles(plot: Plot) -> list[Box]:
    """Points, their bars and the edges of the staircase, that no label may cover."""
    boxes = []
    for row in plot.rows:
        x, y = plot.pixel(row)
        half = radius(plot, row) + 1
        boxes.append(Box(x - half, y - half, x + half, y + half))
        if row["place"] == "frontier":
            low, high = (plot.height_of(end) for end in bar(row))
            boxes.append(Box(x - 1, low, x + 1, high))
    centres = [plot.pixel(row) for row in plot.of("frontier")]
    if centres:
        centres = [(centres[0][0], 0.0), *centres, (float(plot.screen.width), centres[-1][1])]
    for (x0, y0), (x1, y1) in pairwise(centres):
        boxes.append(Box(x0, y0 - 1, x1, y0 + 1))
        boxes.append(Box(x1 - 1, min(y0, y1), x1 + 1, max(y0, y1)))
    return boxes


def radius(plot: Plot, row: Row) -> float:
    """Of a row's marker, in pixels."""
    return (plot.screen.dot if row["place"] == "frontier" else BEATEN_DOT) / 2


def dots(plot: Plot) -> list[Dot]:
    """Every marker that is drawn."""
    return [Dot(*plot.pixel(row), radius(plot, row)) for row in plot.rows]


def _wishes(plot: Plot) -> list[Wish]:
    """Who is named, most wanted first: the pick, both ends, the rest of the frontier, beaten."""
    best = plot.of("frontier")
    ends = [best[-1], best[0]] if best else []
    picks = [row for row in plot.rows if row.get("is_pick")]
    # Steep steps first: where capability jumps, a name says most.
    jumps = sorted(
        range(len(best)),
        key=lambda i: (best[i - 1]["accuracy"] - best[i]["accuracy"] if i else -1, i),
    )
    beaten = plot.of("beaten") if len(plot.rows) <= plot.screen.labels else []
    ordered = [*picks, *ends, *(best[i] for i in jumps), *reversed(beaten)]
    unique = {row["contestant_id"]: row for row in ordered}
    return [
        Wish(
            row["name"],
            *plot.pixel(row),
            bool(row.get("is_pick")),
            row["place"] != "frontier",
            radius(plot, row),
        )
        for row in unique.values()
    ]


def _note_left(plot: Plot) -> float:
    """The note stands right of the gutter, if there is one."""
    if plot.x.zero is None:
        return 0
    return 2 * plot.screen.width * (plot.x.zero - plot.x.low) / (plot.x.high - plot.x.low)


def _note_box(plot: Plot) -> Box:
    left, width = _note_left(plot), 150 if plot.screen.labels > 6 else 70
    return Box(left, plot.screen.plot_height - 44, left + width, plot.screen.plot_height)


def _free_corner(plot: Plot) -> bool:
    note = _note_box(plot)
    return not any(note.meets(box) for box in _obstacles(plot))


def place(plot: Plot) -> list[Label]:
    """The labels that fit, as boxes in pixels."""
    corner = [_note_box(plot)] if _free_corner(plot) else []
    taken: Sequence[Box] = [*_obstacles(plot), *corner]
    screen = plot.screen
    return labels.place(
        _wishes(plot),
        taken,
        screen.width,
        screen.plot_height,
        screen.font,
        screen.labels,
        dots(plot),
    )


def notes(plot: Plot) -> list[dict[str, Any]]:
    """Labels and the corner note, as Plotly annotations."""
    found = [_annotation(plot, label) for label in place(plot)]
    return [*found, _note(plot)] if _free_corner(plot) else found


def _annotation(plot: Plot, label: Label) -> dict[str, Any]:
    wish = label.wish
    text = html.escape(wish.text)
    low, high = plot.x.low, plot.x.high
    return {
        "text": f"<b>{text}</b>" if wish.bold else text,
        "x": round(low + (high - low) * wish.x / plot.screen.width, 4),
        "y": round(plot.y[0] + (plot.y[1] - plot.y[0]) * wish.y / plot.screen.plot_height, 4),
        "xanchor": label.anchor,
        "yanchor": "middle",
        "xshift": label.shift_x,
        "yshift": label.shift_y,
        "showarrow": False,
        "font": {"size": plot.screen.font},
        "captureevents": False,
    }


def _note(plot: Plot) -> dict[str, Any]:
    wide = plot.screen.labels > 6
    return {
        "text": "<b>↖ better</b>" + (f"<br>more capable {plot.axis.less}" if wide else ""),
        "xref": "paper",
        "yref": "paper",
        "x": round(_note_left(plot) / plot.screen.width, 4),
        "y": 1,
        "xanchor": "left",
        "yanchor": "top",
        "xshift": 8,
        "yshift": -6,
        "align": "left",
        "showarrow": False,
        "font": {"size": plot.screen.font},
    }
