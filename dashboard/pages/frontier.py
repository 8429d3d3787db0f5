"""The Frontier page: what capability costs."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.figures.axes import AXES, Axis
from dashboard.pages import choice, filters, frontier_head
from dashboard.pages import frontier_versus as versus
from dashboard.pages.frame import TABS, framed
from dashboard.pages.frontier_attempts import attempts
from dashboard.pages.frontier_chart import chart as draw
from dashboard.pages.frontier_evidence import panel
from dashboard.pages.frontier_method import method as explain
from dashboard.pages.frontier_table import table as tabulate
from data.analysis.headline import headline
from data.view import View

TITLE = "What capability costs"


def page() -> None:
    """Draw the page."""
    framed(TITLE, _show)


def _show(source: query.Source, size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head = st.container(key="head")
    what = filters.bar(source, size)
    placed = query.placed(source, what)
    axis = next(axis for axis in AXES.values() if axis.column == what.x)
    with head:
        st.title(TITLE, anchor=False)
        if not placed.is_empty():
            frontier_head.sentence(headline(placed, what.x))
            frontier_head.provenance(source, placed, what, size)
    if placed.is_empty():
        filters.no_match()
        return
    choice.settle(placed)
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if not (table.open or method.open or download.open):
        with chart:
            _chart(source, what, placed, axis, size)
    if table.open:
        with table:
            tabulate(placed, axis)
    if method.open:
        with method:
            explain()
    if download.open:
        with download:
            # The export layer is loaded only for those who download.
            from dashboard.pages.frontier_download import download as save

            save(source, what)


def _chart(
    source: query.Source, what: View, placed: pl.DataFrame, axis: Axis, size: theme.Size
) -> None:
    left, right = st.columns([2.45 if size == "wide" else 1.8, 1], gap="medium")
    with left:
        draw(source, what, placed, axis, size)
    with right:
        panel(placed, axis)
    chosen = placed.filter(pl.col("contestant_id") == (choice.chosen() or ""))
    if chosen.height:
        versus.section(source, what, placed, chosen["contestant_id"][0], size)
        attempts(source, what, chosen.row(0, named=True))
