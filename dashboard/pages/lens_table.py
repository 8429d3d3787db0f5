"""A lens's frames as tables: units by the columns' names, an interval beside its value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard.pages import tables as plain_tables
from data.lens_words import POINTS, head, is_share, shown_columns
from data.lenses import Tables

ROWS = 1000
"""Rows of one table that are shown; the download has all."""


def tables(found: Tables, headings: Mapping[str, str]) -> None:
    """Every frame under its heading; empty ones say so."""
    for name, frame in found.items():
        said = headings.get(name, name.replace("_", " ").capitalize())
        st.markdown(f"**{said}**")
        if frame.is_empty():
            st.caption("No row yet.")
            continue
        shown, columns = readable(frame.head(ROWS))
        plain_tables.show(shown, columns, f"{said}: {frame.height:,} rows")
        if frame.height > ROWS:
            st.caption(f"The first {ROWS:,} of {frame.height:,} rows; the download has all.")


def readable(frame: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, Any]]:
    """(the frame in the units people read, how its columns are shown).

    Numbers stay numbers, so that a click on a head sorts them.
    """
    config, columns, kept = st.column_config, {}, []
    for i, name in enumerate(shown_columns(frame)):
        value, kind = pl.col(name), frame.schema[name]
        title, first = titled(name), i == 0
        if isinstance(kind, pl.List):
            kept.append(value.list.eval(pl.element().cast(pl.String)).list.join("; ").alias(name))
            columns[name] = config.TextColumn(title)
        elif kind.is_float():
            scale = 100.0 if is_share(name) or name in POINTS else 1.0
            form = "%.1f%%" if is_share(name) else "%+.1f pts" if name in POINTS else "plain"
            rounded = (value * scale).round(1) if scale > 1 else value.round_sig_figs(4)
            kept.append(rounded)
            columns[name] = config.NumberColumn(title, format=form)
            kept += _interval(frame, name, scale, columns)
        elif kind.is_integer():
            kept.append(value)
            columns[name] = config.NumberColumn(title, format="localized")
        else:
            kept.append(value)
            columns[name] = config.Column(title, pinned=first)
    return frame.select(kept), columns


def titled(name: str) -> str:
    """A column's head: its words, with the unit that its name tells."""
    words = head(name)
    money = "usd" in name.split("_") and "$" not in words and not is_share(name)
    said = words.replace("ste", "STE", 1) if words.split(" ")[0] == "ste" else words
    return f"{said[:1].upper()}{said[1:]}{', $' if money else ''}"


def _interval(
    frame: pl.DataFrame, name: str, scale: float, columns: dict[str, Any]
) -> list[pl.Expr]:
    """'61.2 to 74.0' beside a value that has both ends."""
    low, high = f"{name}_low", f"{name}_high"
    if low not in frame.columns or high not in frame.columns:
        return []
    columns[f"{name}_interval"] = st.column_config.TextColumn(f"{titled(name)}, 95 %")
    ends = [
        (pl.col(end) * scale).round(1) if scale > 1 else pl.col(end).round_sig_figs(3)
        for end in (low, high)
    ]
    both = pl.col(low).is_not_null() | pl.col(high).is_not_null()
    words = [end.cast(pl.String).fill_null("–") for end in ends]
    return [pl.when(both).then(pl.format("{} to {}", *words)).alias(f"{name}_interval")]
