"""Traces that several charts draw."""

from __future__ import annotations

from typing import Any


def line(name: str, x: list[Any], y: list[Any], width: float, colour: str) -> dict[str, Any]:
    """A plain line without hover or legend; None in x and y parts it."""
    return {
        "type": "scatter",
        "name": name,
        "mode": "lines",
        "x": x,
        "y": y,
        "line": {"width": width, "color": colour},
        "hoverinfo": "skip",
        "showlegend": False,
    }
