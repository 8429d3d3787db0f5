"""The Download tab: the table behind the chart in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query
from data import export
from data.pricing.words import basis_slug
from data.study import Study
from data.view import View


def download(source: query.Source, placed: pl.DataFrame, what: View) -> None:
    """Files are made when they are asked for, not on every rerun."""
    st.markdown("**The table behind the chart**, with dates, prices and what the interval means")
    rows = st.segmented_control(
        "Rows", ["Frontier only", "All contestants"], default="Frontier only", required=True,
        key="rows", label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    which = "frontier" if rows == "Frontier only" else "all"

    def made(kind: str) -> Callable[[], str]:
        words = export.pareto_command(what, which, kind)

        def meta() -> dict[str, Any]:
            return export.provenance(Study(source.reader, what), words)

        return lambda: export.FORMATS[kind](export.pareto_table(placed, which, what.basis), meta())

    with st.container(horizontal=True):
        for label, kind, mime in (
            ("CSV", "csv", "text/csv"),
            ("Markdown", "md", "text/markdown"),
            ("JSON", "json", "application/json"),
        ):
            st.download_button(
                label,
                data=made(kind),
                file_name=f"isocost-{what.campaign}-{which}{basis_slug(what.basis)}.{kind}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"download-{kind}",
            )
    st.caption("The same table in a terminal:")
    st.code(export.pareto_command(what, which, "md"), language=None, wrap_lines=True)
    st.markdown("**The chart as a picture**")
    st.segmented_control(
        "Picture", ["PNG", "SVG"], default="PNG", required=True, key="picture",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    st.caption("Choose a format, then use the camera that appears over the chart.")
