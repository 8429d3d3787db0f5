"""The Download tab: the table behind the chart in formats for reports, and the chart's picture."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import query
from dashboard.pages import saving
from dashboard.pages.saving import Offer
from data.formats import FORMATS
from data.pricing.words import basis_slug
from data.reports import PARETO, Asked, command, make
from data.view import View

KINDS = ("csv", "md", "json")


def download(source: query.Source, what: View) -> None:
    """Files are made when they are asked for, not on every rerun."""
    rows = st.segmented_control(
        "Rows", ["Frontier only", "All contestants"], default="Frontier only", required=True,
        key="rows", label_visibility="collapsed", bind="query-params",
    )  # fmt: skip
    which = "frontier" if rows == "Frontier only" else "all"
    stem = f"isocost-{what.campaign}-{which}{basis_slug(what.basis)}"

    def made(kind: str) -> Callable[[], bytes]:
        asked = Asked(PARETO, kind, rows=which)
        return lambda: make(query.study(source, what, {}), asked).body

    saving.files(
        "**The table behind the chart**, with dates, prices and what the interval means",
        [Offer(FORMATS[kind].title, kind, f"{stem}.{kind}", made(kind)) for kind in KINDS],
    )
    saving.terminal(command(what, Asked(PARETO, "md", rows=which)))
    saving.picture()
