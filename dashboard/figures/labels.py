"""Greedy placement of text beside points, in pixels: Plotly has no automatic placement.

A label is tried around its point, best place first, and dropped when every place is taken: no
label ever lies over another, over a point, over a line it was told of, or outside the plot. Nor
does it stand where another point is about as near as its own: a reader would give it to that one.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Box(NamedTuple):
    """A rectangle in pixels; y grows upwards from the bottom of the plot."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: Box) -> bool:
        """Whether the two overlap; touching edges do not."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )


class Dot(NamedTuple):
    """A drawn marker: its centre and its radius, in pixels."""

    x: float
    y: float
    radius: float

    def gap(self, box: Box) -> float:
        """Pixels from the marker's edge to the nearest edge of a box."""
        across = max(box.left - self.x, 0.0, self.x - box.right)
        up = max(box.bottom - self.y, 0.0, self.y - box.top)
        return max(0.0, math.hypot(across, up) - self.radius)


class Wish(NamedTuple):
    """A text that wants a place beside a point."""

    text: str
    x: float
    y: float
    bold: bool = False
    below: bool = False
    """Only beside or under its point: above it a name would seem to belong to the line there."""
    radius: float = 5.0
    """Of the point's marker."""

    @property
    def dot(self) -> Dot:
        return Dot(self.x, self.y, self.radius)


class Label(NamedTuple):
    """A text that has one: its box, and the offset of its anchor from the point."""

    wish: Wish
    box: Box
    shift_x: float
    shift_y: float
    anchor: str
    """'left', 'right' or 'center': which end of the text stands at the offset."""


PLACES = (
    ("right", -9, 11),
    ("right", -2, 17),
    ("center", 0, 20),
    ("right", -13, 0),
    ("left", 9, -13),
    ("left", 13, 0),
    ("right", -9, 30),
    ("right", -9, -15),
    ("center", 0, -20),
    ("left", 6, 17),
    ("right", 28, 21),
    ("left", 9, -30),
    ("right", 28, 31),
    ("right", 28, -21),
)
"""Anchor and offset of the text's middle. Up and left first: nothing beats a frontier point, so
the space above its left is free."""

UNDER = [p for p in PLACES if p[2] < 0] + [p for p in PLACES if 0 <= p[2] <= 11]

WIDTHS = {"ijlIftr.,:'|·- ()[]/": 0.36, "mwMW@%": 0.92, "ABCDEFGHJKLNOPQRSTUVXYZ": 0.68}
"""Width in em of characters far from the average, in wide fonts such as Inter."""


NEARER = 0.7
"""How much nearer its own point must be to a label than any other: the share of their distances."""
WIDER = (1.0, 1.07, 1.2, 1.4, 1.8, 2.6)
"""Widths a plot may have in units of its least: points move apart, and texts stay as they are."""


def text_width(text: str, font_px: float, bold: bool = False) -> float:
    """A safe estimate of the width of a text, since the reader's font is not known here."""
    ems = sum(next((w for chars, w in WIDTHS.items() if c in chars), 0.58) for c in text)
    return ems * font_px * (1.06 if bold else 1.0)


def place(
    wishes: Iterable[Wish],
    taken: Sequence[Box],
    width: float,
    height: float,
    font_px: float,
    most: int,
    dots: Sequence[Dot] = (),
    farthest: float = math.inf,
) -> list[Label]:
    """Labels in the order of the wishes, at most `most`, none over another nor over `taken`.

    `dots` are all drawn markers, those of the wishes too; `farthest` is how many pixels a label may
    stand from its own.
    """
    placed: list[Label] = []
    for wish in wishes:
        if len(placed) == most:
            break
        for anchor, dx, dy in UNDER if wish.below else PLACES:
            box = _box(wish, anchor, dx, dy, font_px)
            inside = box.left >= 0 and box.right <= width and box.bottom >= 0 and box.top <= height
            if not inside or any(box.meets(b) for b in taken):
                continue
            if any(box.meets(label.box) for label in placed):
                continue
            if wish.dot.gap(box) > farthest or not belongs(box, wish.dot, dots):
                continue
            placed.append(Label(wish, box, dx, dy, anchor))
            break
    return placed


def belongs(box: Box, own: Dot, dots: Sequence[Dot]) -> bool:
    """Whether a label can only be taken for its own point's, at any width of the plot.

    Another marker at the same place makes it nobody's.
    """
    others = list(dots)
    if own in others:
        others.remove(own)
    for wider in WIDER:
        shift = own.x * (wider - 1)
        there = Box(box.left + shift, box.bottom, box.right + shift, box.top)
        moved = (dot._replace(x=dot.x * wider) for dot in others)
        near = min((dot.gap(there) for dot in moved), default=math.inf)
        if own.gap(box) >= NEARER * near:
            return False
    return True


def _box(wish: Wish, anchor: str, dx: float, dy: float, font_px: float) -> Box:
    width = text_width(wish.text, font_px, wish.bold)
    x, y, half = wish.x + dx, wish.y + dy, 0.62 * font_px
    left = {"left": x, "right": x - width, "center": x - width / 2}[anchor]
    return Box(left, y - half, left + width, y + half)


def cut(name: str, most: float, font: float) -> str:
    """A name that fits beside the plot: sizes and efforts stand at its end, so the middle goes."""
    if text_width(name, font) <= most:
        return name
    head, tail = name[: len(name) // 2], name[len(name) // 2 :]
    while head and text_width(f"{head}…{tail}", font) > most:
        head, tail = (head[:-1], tail) if len(head) > len(tail) else (head, tail[1:])
    return f"{head.rstrip()}…{tail.lstrip()}"
