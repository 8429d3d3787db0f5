"""The preview of a report: its own text, never run; of binary formats what is in them."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Mapping

import polars as pl
import streamlit as st

from dashboard import theme
from data.formats.document import tidied, unmarked
from data.formats.document import titled as heading
from data.formats.parquet import KEY
from data.formats.units import titled, unit
from data.reports import Asked, Report

CHARACTERS = 40_000
"""Of a text that are shown; the file has all."""
ROWS = 200
"""Of a table that are shown."""
NUMBERS = {
    "share": "percent", "points": "percent", "count": "localized", "scale": "%.1f",
    "tokens": "%.1f",
}  # fmt: skip
"""Unit -> how the preview of a workbook shows it; whole otherwise."""


def preview(asked: Asked, report: Report) -> None:
    """Exactly what is exported."""
    if report.empty:
        st.caption(theme.plain(report.empty))
    if asked.format == "xlsx" and report.document:
        for sheet in report.document.sheets:
            _table(heading(sheet.name), tidied(sheet.frame), sheet.empty, named=True)
        said = unmarked(report.document.sentence)
        _about({**({"In short": said} if said else {}), **report.document.about})
    elif asked.format == "parquet":
        held = json.loads(pl.read_parquet_metadata(io.BytesIO(report.body))[KEY])
        frame = pl.read_parquet(io.BytesIO(report.body))
        _table(heading(held["table"]), frame, held.get("empty", ""), named=False)
        _about({"In short": held["sentence"], **held["about"]})
    else:
        _text(report.body.decode())


def _text(text: str) -> None:
    lines = text.count("\n")
    cut = text[:CHARACTERS].rsplit("\n", 1)[0] if len(text) > CHARACTERS else text
    st.code(cut, language=None, height=560 if lines > 24 else "content")
    if len(cut) < len(text):
        st.caption(f"The first {cut.count(chr(10)) + 1:,} of {lines:,} lines; the file has all.")


def _table(title: str, frame: pl.DataFrame, empty: str, named: bool) -> None:
    """A table as the file holds it, under its heads where the format has them."""
    st.markdown(f"**{theme.plain(title)}**")
    if frame.is_empty():
        st.caption(theme.plain(empty))
        return
    config = {
        name: st.column_config.Column(titled(name, kind) if named else name, pinned=i == 0)
        if not kind.is_numeric()
        else st.column_config.NumberColumn(
            titled(name, kind) if named else name,
            format=NUMBERS.get(unit(name, kind), "plain") if named else "plain",
        )
        for i, (name, kind) in enumerate(frame.schema.items())
    }
    st.dataframe(
        frame.head(ROWS), hide_index=True, column_config=config, placeholder="–",
        height=min(440, 38 + 35 * (min(frame.height, ROWS) + 1)),
        alt=f"{title}: {frame.height:,} rows of {frame.width} columns",
    )  # fmt: skip
    if frame.height > ROWS:
        st.caption(f"The first {ROWS} of {frame.height:,} rows; the file has all.")


def _about(told: Mapping[str, str]) -> None:
    st.markdown("**About**")
    rows = "".join(
        f"<dt>{html.escape(label)}</dt><dd>{html.escape(text)}</dd>" for label, text in told.items()
    )
    st.html(f'<dl class="facts reading">{rows}</dl>')
