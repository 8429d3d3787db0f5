"""The reader's own spend and what is in use: uploaded or typed, and held by the session alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.pages.bill_typed import COLUMNS, typed
from data.errors import IsocostError
from data.lenses.bill import AMOUNTS, WHOLE
from data.lenses.bill_read import read_as, repeated
from data.lenses.given import IN_WORDS as TITLES
from data.lenses.given import table
from data.view import View


def options(source: query.Source, campaign: str) -> Mapping[str, Any]:
    """The two tables, as far as they were given; empty ones where nothing at all is known."""
    marks = query.marked(source, campaign)
    known = query.placed(source, View(campaign)).select("name", "model").sort("name")
    tasks = list(query.choices(source, campaign).tasks)
    nothing = marks.is_empty() and not any(_held(kind) is not None for kind in TITLES)
    found: dict[str, Any] = {}
    with st.expander("My spend", expanded=nothing, icon=":material/upload_file:"):
        st.caption(
            "What was spent and what is used for each task today. Typed rows stand in the address, "
            "so a reload or a link brings them back; a file is kept in this session alone and has "
            "to be given again after a reload."
        )
        for kind, column in zip(TITLES, st.columns(2, gap="large"), strict=True):
            with column:
                frame = _uploaded(kind)
                if frame is None and _held(kind) is None:
                    frame = typed(kind, marks, known, tasks)
                    if frame is not None:
                        _told(frame)
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
        help=f"CSV with the columns {', '.join(COLUMNS[kind])}, parted by commas, semicolons or "
        "tabs.",
    )  # fmt: skip
    if file is not None and _held(kind) is None:
        numeric = (AMOUNTS, WHOLE) if kind == "spend" else ((), ())
        try:
            read = table(file.getvalue(), file.name, COLUMNS[kind], *numeric)
        except IsocostError as error:
            st.error(theme.plain(str(error)), icon=":material/error:")
            return None
        st.session_state[f"bill-{kind}"] = read
    held = _held(kind)
    if held is not None:
        _told(held, "Read: " if file is not None else "From before: ")
        if file is None:
            st.button("Forget them", key=f"forget-{kind}", on_click=_forget, args=(kind,))
    return held


def _told(frame: pl.DataFrame, before: str = "Read: ") -> None:
    """What was read, so that a number meant otherwise is seen."""
    again = repeated(frame)
    said = f"{before}{read_as(frame)}" + (f" {again}." if again else "")
    st.caption(theme.plain(said))


def _example(kind: str, known: pl.DataFrame, tasks: list[str]) -> str:
    task = tasks[0] if tasks else "sums"
    name, model = known.row(0) if known.height else ("A", "provider/a")
    row = f"{task},{model},12000,84.10" if kind == "spend" else f"{task},{name}"
    return f"{','.join(COLUMNS[kind])}\n{row}"
