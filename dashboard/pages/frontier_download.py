"""The Download tab: the table behind the chart in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import query
from data.pricing.words import basis_slug
from data.reports import PARETO, Asked, command, make
from data.view import View


def download(source: query.Source, what: View) -> None:
    """Files are made when they are asked for, not on every rerun."""
    st.markdown("**The table behind the chart**, with dates, prices and what the interval means")
    rows = st.segmented_control(
        "Rows", ["Frontier only", "All contestants"], default="Frontier only", required=True,
        key="rows", label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    which = "frontier" if rows == "Frontier only" else "all"

    def made(kind: str) -> Callable[[], bytes]:
        asked = Asked(PARETO, kind, rows=which)
        return lambda: make(query.study(source, what, {}), asked).body

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
    said = command(what, Asked(PARETO, "md", rows=which))
    st.code(said, language=None, wrap_lines=True)
    st.markdown("**The chart as a picture**")
    st.segmented_control(
        "Picture", ["PNG", "SVG"], default="PNG", required=True, key="picture",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    st.caption("Choose a format, then use the camera that appears over the chart.")
