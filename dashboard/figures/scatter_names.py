"""The texts of a chart of points: notes that stand whatever, and the names that find room."""

from __future__ import annotations

import html
from collections.abc import Sequence
from itertools import pairwise

from dashboard.figures import labels
from dashboard.figures.labels import Box, Dot, Wish, text_width
from dashboard.figures.scatter_parts import Curve, Note, Point, Span, place
from dashboard.figures.sheet import Figure, Sheet, rounded


def names(
    points: Sequence[Point],
    across: tuple[float, float],
    up: tuple[float, float],
    x: Span,
    y: Span,
    room: Sheet,
    fixed: Sequence[Note],
    curves: Sequence[Curve],
) -> list[Figure]:
    """The names that fit, heaviest first."""

    def left(value: float) -> float:
        at = across[0] if x.log and value <= 0 else place(value, x)
        return (at - across[0]) / (across[1] - across[0]) * room.plot_width

    def above(value: float) -> float:
        at = up[0] if y.log and value <= 0 else place(value, y)
        return (at - up[0]) / (up[1] - up[0]) * room.plot_height

    def pixel(p: Point) -> tuple[float, float]:
        return left(p.x), above(p.y)

    radius = room.dot / 2
    dots = [Dot(*pixel(p), radius) for p in points]
    taken = [Box(d.x - radius - 1, d.y - radius - 1, d.x + radius + 1, d.y + radius + 1)
             for d in dots]  # fmt: skip
    for d, p in zip(dots, points, strict=True):
        if p.y_range:
            taken.append(Box(d.x - 1, above(p.y_range[0]), d.x + 1, above(p.y_range[1])))
        if p.x_range:
            taken.append(Box(left(p.x_range[0]), d.y - 1, left(p.x_range[1]), d.y + 1))
    taken += [_box(n, left(n.x), above(n.y), room) for n in fixed]
    for curve in (c for c in curves if c.steps):
        at = [
            None if a is None or b is None else (left(a), above(b))
            for a, b in zip(curve.x, curve.y, strict=True)
        ]
        taken += [_piece(a, b) for a, b in pairwise(at) if a and b]
    ordered = sorted((p for p in points if p.name), key=lambda p: (p.faint, -p.weight, p.key))
    wishes = [Wish(p.name, *pixel(p), radius=radius) for p in ordered]
    places = {id(w): p for w, p in zip(wishes, ordered, strict=True)}
    found = labels.place(
        wishes, taken, room.plot_width, room.plot_height, room.font, room.labels, dots
    )
    return [
        {
            "text": html.escape(label.wish.text),
            "x": rounded(place(places[id(label.wish)].x, x)),
            "y": rounded(place(places[id(label.wish)].y, y)),
            "xanchor": label.anchor,
            "yanchor": "middle",
            "xshift": label.shift_x,
            "yshift": label.shift_y,
            "showarrow": False,
            "font": {"size": room.font},
            "captureevents": False,
        }
        for label in found
    ]


def _piece(a: tuple[float, float], b: tuple[float, float]) -> Box:
    """The room of a level or upright piece of a line."""
    return Box(min(a[0], b[0]) - 1, min(a[1], b[1]) - 1, max(a[0], b[0]) + 1, max(a[1], b[1]) + 1)


def curve_notes(curves: Sequence[Curve]) -> list[Note]:
    """Each curve's label, over its last point."""
    found = []
    for curve in curves:
        ends = [(a, b) for a, b in zip(curve.x, curve.y, strict=True) if a is not None]
        known = [(a, b) for a, b in ends if b is not None]
        if curve.label and known:
            found.append(Note(curve.label, *known[-1], anchor="right", above=9))
    return found


def _box(note: Note, x: float, y: float, room: Sheet) -> Box:
    width = text_width(note.text, room.font, note.bold)
    left = {"left": 0.0, "right": -width, "center": -width / 2}[note.anchor] + x + note.beside
    middle, half = y + note.above, 0.62 * room.font
    return Box(left, middle - half, left + width, middle + half)


def written(note: Note, x: Span, y: Span, room: Sheet) -> Figure:
    text = html.escape(note.text)
    return {
        "text": f"<b>{text}</b>" if note.bold else text,
        "x": rounded(place(note.x, x)),
        "y": rounded(place(note.y, y)),
        "xanchor": note.anchor,
        "yanchor": "middle",
        "xshift": note.beside,
        "yshift": note.above,
        "showarrow": False,
        "opacity": 0.85,
        "font": {"size": room.font - 1},
        "captureevents": False,
    }
