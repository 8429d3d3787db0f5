"""The reader's own spend and what is in use: uploaded or typed, and held by the session alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query, theme
from data.errors import IsocostError
from data.lenses.bill import IN_USE, SPEND
from data.lenses.given import table
from data.view import View

TITLES = {"spend": "Spend log", "in_use": "What is in use"}
COLUMNS: Mapping[str, Sequence[str]] = {"spend": SPEND, "in_use": IN_USE}


def options(source: query.Source, campaign: str) -> Mapping[str, Any]:
    """The two tables, as far as they were given; empty ones where nothing at all is known."""
    marks = query.marked(source, campaign)
    known = query.placed(source, View(campaign)).select("name", "model").sort("name")
    tasks = list(query.choices(source, campaign).tasks)
    nothing = marks.is_empty() and not any(_held(kind) is not None for kind in TITLES)
    found: dict[str, Any] = {}
    with st.expander("My spend", expanded=nothing, icon=":material/upload_file:"):
        st.caption("What was spent and what is used for each task today. It stays in this session.")
        for kind, column in zip(TITLES, st.columns(2, gap="large"), strict=True):
            with column:
                frame = _uploaded(kind)
                if frame is None and _held(kind) is None:
                    frame = _typed(kind, marks, known, tasks)
                    st.caption("Or as a CSV file such as")
                    st.code(_example(kind, known, tasks), language=None)
                if frame is not None:
                    found[kind] = frame
    if marks.is_empty() and "in_use" not in found:
        # Nothing says what is in use: an empty bill, whose page tells the first step.
        empty = {k: pl.DataFrame(schema=dict.fromkeys(c, pl.String)) for k, c in COLUMNS.items()}
        return empty | found
    return found


def _held(kind: str) -> pl.DataFrame | None:
    held: pl.DataFrame | None = st.session_state.get(f"bill-{kind}")
    return held


def _forget(kind: str) -> None:
    """Also when the reader takes the file away, or puts another in its place."""
    st.session_state.pop(f"bill-{kind}", None)


def _uploaded(kind: str) -> pl.DataFrame | None:
    """The table of an uploaded file; it outlives a visit to another page."""
    file = st.file_uploader(
        TITLES[kind], type="csv", key=f"file-{kind}", on_change=_forget, args=(kind,),
        help=f"CSV with the columns {', '.join(COLUMNS[kind])}.",
    )  # fmt: skip
    if file is not None and _held(kind) is None:
        try:
            st.session_state[f"bill-{kind}"] = table(file.getvalue(), file.name, COLUMNS[kind])
        except IsocostError as error:
            st.error(theme.plain(str(error)), icon=":material/error:")
            return None
    held = _held(kind)
    if held is not None and file is not None:
        st.caption(f"{held.height:,} rows were read.")
    elif held is not None:
        st.caption(f"{held.height:,} rows from before are held in this session.")
        st.button("Forget them", key=f"forget-{kind}", on_click=_forget, args=(kind,))
    return held


def _typed(
    kind: str, marks: pl.DataFrame, known: pl.DataFrame, tasks: list[str]
) -> pl.DataFrame | None:
    """Rows typed on the page; None where there is none, or they are what is marked anyway."""
    column = st.column_config
    config: dict[str, Any] = {"task": column.SelectboxColumn("Task", options=tasks)}
    if kind == "spend":
        start = pl.DataFrame(schema=dict.fromkeys(("task", "model"), pl.String) |
                             {"calls": pl.Int64, "usd": pl.Float64})  # fmt: skip
        config |= {
            "model": column.TextColumn("Model", help="As the log calls it."),
            "calls": column.NumberColumn("Calls", min_value=0, step=1),
            "usd": column.NumberColumn("US$", min_value=0.0),
        }
    else:
        start = marks.select("task", "contestant").sort("task", "contestant")
        config |= {
            "contestant": column.SelectboxColumn("Contestant", options=known["name"].to_list())
        }
    rows = st.data_editor(
        start, num_rows="dynamic", key=f"typed-{kind}", column_config=config, hide_index=True,
        height=150, alt=f"{TITLES[kind]}: rows to type",
    )  # fmt: skip
    full = rows.drop_nulls("usd" if kind == "spend" else ["task", "contestant"])
    return None if full.is_empty() or full.equals(start) else full


def _example(kind: str, known: pl.DataFrame, tasks: list[str]) -> str:
    task = tasks[0] if tasks else "sums"
    name, model = known.row(0) if known.height else ("A", "provider/a")
    row = f"{task},{model},12000,84.10" if kind == "spend" else f"{task},{name}"
    return f"{','.join(COLUMNS[kind])}\n{row}"
