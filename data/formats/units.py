"""What a column's numbers are, by its name and type, and how its head says so."""

from __future__ import annotations

from typing import Literal

import polars as pl

from data.lens_words import ENDS, POINTS, SIZES, head, is_share

Unit = Literal[
    "text", "date", "flag", "list", "count", "usd", "share", "points", "seconds", "scale", "tokens",
    "number",
]  # fmt: skip
HEADS = {
    "ste": "STE",
    "cost_per_1k_usd": "US$ / 1k tasks",
    "p_frontier": "P(frontier)",
    "p_frontier_families": "P(frontier), other tasks",
    "contestant_id": "Contestant id",
    "model_id": "Model id",
}
SCALE = ("capability",)
"""Columns on 0 to 100."""


def base(column: str) -> str:
    """The column whose interval a column is an end of; itself where it is none."""
    for end in ENDS:
        column = column.removesuffix(end)
    return column


def unit(column: str, kind: pl.DataType) -> Unit:
    """What a column holds."""
    if isinstance(kind, pl.List):
        return "list"
    if isinstance(kind, pl.Boolean):
        return "flag"
    if kind.is_temporal():
        return "date"
    if not kind.is_numeric():
        return "text"
    name = base(column)
    if kind.is_integer() or name.startswith("params") or name in SIZES:
        return "count"
    if name in SCALE:
        return "scale"
    if is_share(name):
        return "share"
    if "usd" in name.split("_"):
        return "usd"
    if name in POINTS:
        return "points"
    if name.endswith("_s") and "per" not in name.split("_"):
        return "seconds"
    return "tokens" if name.endswith("tokens") else "number"


def titled(column: str, kind: pl.DataType) -> str:
    """A column's head, with its unit where its numbers don't show it."""
    name = base(column)
    said = HEADS.get(name) or head(name)
    tail = column[len(name) :].replace("_", " ")
    suffix = {"usd": "" if "$" in said else ", US$", "seconds": ", s"}.get(unit(column, kind), "")
    return f"{said[:1].upper()}{said[1:]}{tail}{suffix}"
