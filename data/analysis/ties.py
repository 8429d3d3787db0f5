"""Ties: who shares a place, and how a sentence names all of them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

ROUNDING = 1e-9
"""Figures nearer than this are one figure."""


def leading(rows: pl.DataFrame, column: str, least: bool = False) -> pl.DataFrame:
    """The rows that share the highest figure of a column (with `least` the lowest), by
    contestant_id. Rows without the figure take no part."""
    known = rows.filter(pl.col(column).is_not_null())
    far = pl.col(column) - (pl.col(column).min() if least else pl.col(column).max())
    return known.filter(far.abs() <= ROUNDING).sort("contestant_id")


def named(names: Sequence[str]) -> str:
    """'A', 'A and B', 'A and 3 others': who shares a place, in so many words."""
    first, *others = names
    if len(others) == 1:
        return f"{first} and {others[0]}"
    return f"{first} and {len(others)} others" if others else first
