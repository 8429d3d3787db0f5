"""Colours of the charts: each at least 3:1 against both themes' backgrounds."""

from __future__ import annotations

SEQUENTIAL = (
    "#1C7FD6",
    "#597EC6",
    "#7B7CB7",
    "#9579A7",
    "#AA7696",
    "#BB7385",
    "#C97173",
    "#D5715E",
    "#DF7144",
    "#E8711A",
)
"""A continuous scale from nothing (blue) to everything (orange)."""

GREY = "#7A8794"
"""Not reported."""
LINE = "#6B7B8C"
"""Staircases and bars."""
RING = "#1B2733"
"""Outline of a filled point; it vanishes on a dark background, where none is needed."""
OWN_RING = "#6B7B8C"
"""Thick outline of a self-hosted point: its dollars are a machine's time; seen on both themes."""


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def share_colour(share: float | None) -> str:
    """Colour of a share from 0 to 1; grey when it was not reported."""
    if share is None:
        return GREY
    place = min(max(share, 0.0), 1.0) * (len(SEQUENTIAL) - 1)
    low = min(int(place), len(SEQUENTIAL) - 2)
    pairs = zip(_channels(SEQUENTIAL[low]), _channels(SEQUENTIAL[low + 1]), strict=True)
    red, green, blue = (round(a + (b - a) * (place - low)) for a, b in pairs)
    return f"#{red:02X}{green:02X}{blue:02X}"


def faded(colour: str, alpha: float) -> str:
    """The same colour as rgba() with an opacity."""
    red, green, blue = _channels(colour)
    return f"rgba({red},{green},{blue},{alpha})"
