"""What stands beside the bill: what is in use for each task, and the spend nobody measured."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import Any

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.pages.lens_page import Material
from data.analysis.cheaper import APART
from data.wording import amount

MOST = 8
"""Rows of a list; the table has all."""


def side(material: Material, size: theme.Size) -> None:
    """Draw both lists."""
    del size
    used, bill = material.tables["in_use"], material.tables["bill"]
    if used.is_empty() and bill.is_empty():
        return
    st.html('<p class="card-title">In use today</p>')
    if used.is_empty():
        st.caption("Not told yet: say under My spend which contestant does each task today.")
    _list(_used(row) for row in used.head(MOST).to_dicts())
    _more(used.height)
    apart = bill.filter(pl.col("verdict") == APART)
    st.html('<p class="card-title">Not measured, so not judged</p>')
    if apart.is_empty():
        st.caption("Nothing: every dollar belongs to a graded contestant.")
    _list(_apart(row) for row in apart.head(MOST).to_dicts())
    _more(apart.height)


def _list(rows: Iterable[tuple[str, str, str]]) -> None:
    """(what, dollars, what is said of it) as rows; text of the reader's own stays text."""
    items = "".join(
        f"<dt>{html.escape(usd)}</dt><dd><b>{html.escape(what)}</b><br>{html.escape(said)}</dd>"
        for what, usd, said in rows
    )
    if items:
        st.html(f'<dl class="facts reading">{items}</dl>')


def _more(rows: int) -> None:
    if rows > MOST:
        st.caption(f"And {rows - MOST:,} more: see the table.")


def _used(row: dict[str, Any]) -> tuple[str, str, str]:
    month, calls, usd = row["calls_per_month"], row["calls"], row["usd"]
    said = [str(row["name"])]
    if month is not None:
        cost = row["usd_per_month"]
        said += [f"{month:,.0f} calls a month" + ("" if cost is None else f", {_usd(cost)}")]
    elif calls is not None:
        said += [f"{calls:,} calls"]
    return str(row["task"]), _usd(usd), " · ".join(said)


def _apart(row: dict[str, Any]) -> tuple[str, str, str]:
    what = " · ".join(_cut(row[c]) for c in ("task", "model") if row[c]) or "no task, no model"
    return what, _usd(row["usd"]), str(row["reason"])


def _cut(text: object, most: int = 60) -> str:
    said = str(text)
    return said if len(said) <= most else f"{said[:most]}…"


def _usd(value: object) -> str:
    return amount(value) if isinstance(value, float) else "–"
