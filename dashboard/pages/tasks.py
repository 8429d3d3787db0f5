"""The Tasks page: how difficult the levels turned out, and which tell nobody apart."""

from __future__ import annotations

import html

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.figures import tasks as figure
from dashboard.pages import address, filters, frontier_head, paging
from dashboard.pages.frame import TABS, config, framed
from data.analysis.levels import sentence

TITLE = "How hard the levels are"
SHOWN = {"wide": 12, "medium": 12, "phone": 9}
"""Tasks on one page of the chart: as many as stand above the fold. The table has all."""
METHOD = """
#### Difficulty
A Rasch fit places contestants and samples on one scale: a contestant of ability θ solves a sample
of difficulty b with probability 1 / (1 + exp(b − θ)). A level's difficulty is the mean of its
samples', in logits; 0 is the middle of the bank, and one logit more turns even odds into 27 %.
The bars are 95% intervals. Categories, tasks and levels share one scale, on every page of the
chart, so a hard level of one task can be held against an easy one of another.
#### Out of order, and saturated
Orange: a level that came out easier than the one below it, by more than 1.96 standard errors of
their difference. An outline: a level that every credible contestant solves, or none (*credible*:
with at least half of the best true score). It tells none of them apart; its difficulty is a
bound, and its samples are tokens without information: ask other levels of these contestants.
"""


def page() -> None:
    """Draw the page."""
    framed(TITLE, _show)


def _show(source: query.Source, size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head = st.container(key="head")
    campaign, rows = _filters(source, size)
    with head:
        st.title(TITLE, anchor=False)
        frontier_head.sentence(sentence(rows))
        tasks = rows["task"].n_unique()
        told = f"{rows.height} levels of {tasks} tasks · Rasch fit · campaign {campaign}"
        st.html(f'<p class="provenance">{html.escape(told)}</p>')
    address.tell()
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if rows.is_empty():
        chart.caption("No level with a scored answer is called so: clear the search or the filter.")
        return
    if not (table.open or method.open or download.open):
        with chart:
            _chart(rows, size)
    if table.open or download.open:
        from dashboard.pages import tasks_table

        with table:
            tasks_table.table(rows)
        with download:
            tasks_table.download(source, rows, campaign)
    if method.open:
        with method:
            st.markdown(METHOD)


def _filters(source: query.Source, size: theme.Size) -> tuple[str, pl.DataFrame]:
    """One row: category, a search, what has a remark; the campaign inside."""
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        first = st.container(width=150 if size == "phone" else "content")
        find = st.text_input(
            "Find a task", key="find", placeholder="Find a task", label_visibility="collapsed",
            width=170, bind="query-params",
        )  # fmt: skip
        with st.popover("Filters", icon=":material/tune:"):
            campaign = filters.campaign_of(source)
            only = st.toggle("Only tasks with a remark", key="remarked", bind="query-params")
        rows = query.difficulty(source, campaign)
        with first:
            categories = tuple(rows["category"].unique().sort().to_list())
            chosen = filters.category(categories, size)
    if chosen != filters.ALL:
        rows = rows.filter(pl.col("category") == chosen.lower())
    if find.strip():
        said = pl.col("task").str.to_lowercase()
        rows = rows.filter(said.str.contains(find.strip().lower(), literal=True))
    if only:
        rows = rows.filter(pl.col("remark").is_not_null().any().over("task"))
    return campaign, rows


def _chart(rows: pl.DataFrame, size: theme.Size) -> None:
    st.html(
        '<p class="chart-note whole"><b>Each number is a level</b> of the task at the left; the '
        "further right, the harder it was for your contestants. <b>Orange</b>: easier than the "
        "level below. <b>Outline</b>: solved by all of them, or by none.</p>"
    )
    tasks = rows["task"].unique(maintain_order=True).to_list()
    most = SHOWN[size]
    at = (paging.page(len(tasks), most, "tasks", "page") - 1) * most
    shown = rows.filter(pl.col("task").is_in(tasks[at : at + most]))
    st.plotly_chart(
        figure.build(shown, size, figure.ends(rows)),
        key="tasks-chart",
        width="stretch",
        config=config("tasks"),
        alt=figure.describe(shown),
    )
