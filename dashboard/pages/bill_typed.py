"""Rows of spend, and of what is in use, typed on the page: the address keeps them if short."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard import theme
from data.errors import IsocostError
from data.lenses import written
from data.lenses.bill import AMOUNTS, IN_USE, SPEND, WHOLE
from data.lenses.given import IN_WORDS

COLUMNS = {"spend": SPEND, "in_use": IN_USE}
MOST = 1500
"""Characters of typed rows that the address keeps; browsers and mail cut longer ones."""


def typed(
    kind: str, marks: pl.DataFrame, known: pl.DataFrame, tasks: list[str]
) -> pl.DataFrame | None:
    """Rows typed on the page; None where there is none, or they are what is marked anyway."""
    usual = marks.select(IN_USE).sort(IN_USE) if kind == "in_use" else _empty(kind)
    rows = st.data_editor(
        _start(kind, usual), num_rows="dynamic", key=f"typed-{kind}", hide_index=True, height=150,
        column_config=_config(kind, known, tasks), alt=f"{IN_WORDS[kind]}: rows to type",
    )  # fmt: skip
    full = rows.drop_nulls("usd" if kind == "spend" else IN_USE)
    if full.equals(usual):
        _keep(kind, "")
        return None
    _keep(kind, encoded(full))
    try:
        return None if full.is_empty() else _read(kind, full)
    except IsocostError as error:
        st.error(theme.plain(str(error)), icon=":material/error:")
        return None


def _read(kind: str, rows: pl.DataFrame) -> pl.DataFrame:
    return written.numbers(rows, IN_WORDS[kind], AMOUNTS, WHOLE) if kind == "spend" else rows


def _start(kind: str, usual: pl.DataFrame) -> pl.DataFrame:
    """What the editor begins with: it must stay the same while rows are typed into it."""
    key = f"start-{kind}"
    if f"typed-{kind}" not in st.session_state or key not in st.session_state:
        text = st.query_params.get(kind) or st.session_state.get(f"rows-{kind}", "")
        held = decoded(str(text), COLUMNS[kind])
        st.session_state[key] = usual if held.is_empty() else held
    start: pl.DataFrame = st.session_state[key]
    return start


def _keep(kind: str, text: str) -> None:
    """In the session, for another visit of the page, and in the address, for a reload."""
    st.session_state[f"rows-{kind}"] = text
    if text and len(text) <= MOST:
        st.query_params[kind] = text
    else:
        st.query_params.pop(kind, None)
    if len(text) > MOST:
        st.caption(
            ":red[Too many rows for the address: a reload loses them. Upload them as a file.]"
        )


def _empty(kind: str) -> pl.DataFrame:
    return pl.DataFrame(schema=dict.fromkeys(COLUMNS[kind], pl.String))


def _config(kind: str, known: pl.DataFrame, tasks: list[str]) -> dict[str, Any]:
    column = st.column_config
    config: dict[str, Any] = {"task": column.SelectboxColumn("Task", options=tasks)}
    if kind == "in_use":
        names = known["name"].to_list()
        return {**config, "contestant": column.SelectboxColumn("Contestant", options=names)}
    # As text: a number column drops the signs that tell how a number is meant.
    return {
        **config,
        "model": column.TextColumn("Model", help="As the log calls it."),
        "calls": column.TextColumn("Calls", help="Such as 12,000."),
        "usd": column.TextColumn("US$", help="Such as 84.10 or $1,234.50."),
    }


def encoded(rows: pl.DataFrame) -> str:
    """The rows as CSV without a head."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows.iter_rows())
    return out.getvalue().strip()


def decoded(text: str, columns: Sequence[str]) -> pl.DataFrame:
    """The rows of `encoded`; what has other columns is left out."""
    rows = [row for row in csv.reader(io.StringIO(text[:MOST])) if len(row) == len(columns)]
    cells = [[cell or None for cell in row] for row in rows]
    return pl.DataFrame(cells, schema=dict.fromkeys(columns, pl.String), orient="row")
