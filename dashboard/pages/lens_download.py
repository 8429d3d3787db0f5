"""The Download tab of a lens: its tables in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from dashboard import query
from data.pricing.words import basis_slug
from data.reports import Asked, command, make
from data.view import View

MIMES = {"md": "text/markdown", "json": "application/json"}


def download(
    source: query.Source, what: View, lens: str, options: dict[str, Any], picture: bool = True
) -> None:
    """Files are made when they are asked for, not on every rerun."""
    shown = query.shown(source, what, lens, options)
    stem = f"isocost-{lens}-{what.campaign}{basis_slug(what.basis)}"

    def made(kind: str, table: str | None) -> Callable[[], bytes]:
        asked = Asked(lens, kind, table=table, options=options)
        return lambda: make(query.study(source, what, options), asked).body

    st.markdown("**All tables in one file**, with what they were made from")
    with st.container(horizontal=True):
        for label, kind in (("Markdown", "md"), ("JSON", "json")):
            _button(label, made(kind, None), f"{stem}.{kind}", MIMES[kind], kind)
    st.markdown("**One table as CSV**")
    with st.container(horizontal=True):
        for name in (*shown.tables, *shown.more):
            said = name.replace("_", " ").capitalize()
            _button(said, made("csv", name), f"{stem}-{name}.csv", "text/csv", f"csv-{name}")
    st.caption("The same in a terminal:")
    asked = Asked(lens, "md", options=options)
    st.code(command(what, asked), language=None, wrap_lines=True)
    if not picture:
        return
    st.markdown("**The chart as a picture**")
    st.segmented_control(
        "Picture", ["PNG", "SVG"], default="PNG", required=True, key="picture",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    st.caption("Choose a format, then use the camera that appears over the chart.")


def _button(label: str, data: Callable[[], bytes], name: str, mime: str, key: str) -> None:
    st.download_button(
        label, data=data, file_name=name, mime=mime, on_click="ignore",
        icon=":material/download:", key=f"download-{key}",
    )  # fmt: skip
