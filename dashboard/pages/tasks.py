"""The Tasks page: how difficult the levels turned out, and which tell nobody apart."""

from __future__ import annotations

import html
from collections.abc import Callable

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.figures import tasks as figure
from dashboard.pages import filters, frontier_head, tables
from dashboard.pages.frame import TABS, config, framed
from data.analysis.levels import sentence

TITLE = "How hard the levels are"
ALL = "All"
METHOD = """
#### Difficulty
A Rasch fit places contestants and samples on one scale: a contestant of ability θ solves a sample
of difficulty b with probability 1 / (1 + exp(b − θ)). A level's difficulty is the mean of its
samples', in logits; 0 is the middle of the bank, and one logit more turns even odds into 27 %.
The bars are 95% intervals. Categories, tasks and levels share one scale, so a hard level of one
task can be held against an easy one of another.
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
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        campaign = filters.campaign_of(source)
        rows = query.difficulty(source, campaign)
        categories = rows["category"].unique().sort().to_list()
        options = [ALL, *(c.capitalize() for c in categories)]
        chosen = st.selectbox("Category", options, key="category", bind="query-params")
    if chosen and chosen != ALL:
        rows = rows.filter(pl.col("category") == chosen.lower())
    with head:
        st.title(TITLE, anchor=False)
        frontier_head.sentence(sentence(rows))
        tasks = rows["task"].n_unique()
        told = f"{rows.height} levels of {tasks} tasks · Rasch fit · campaign {campaign}"
        st.html(f'<p class="provenance">{html.escape(told)}</p>')
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if rows.is_empty():
        chart.caption("No level of this category has a scored answer.")
        return
    if not (table.open or method.open or download.open):
        with chart:
            _chart(rows, size)
    if table.open:
        with table:
            _table(rows)
    if method.open:
        with method:
            st.markdown(METHOD)
    if download.open:
        with download:
            _download(source, rows, campaign)


def _chart(rows: pl.DataFrame, size: theme.Size) -> None:
    st.html(
        '<p class="chart-note"><b>Each number is a level</b> of the task at the left; the further '
        "right, the harder it was for your contestants. <b>Orange</b>: easier than the level "
        "below. <b>Outline</b>: solved by all of them, or by none.</p>"
    )
    st.plotly_chart(
        figure.build(rows, size),
        key="tasks-chart",
        width="stretch",
        config=config("tasks"),
        alt=figure.describe(rows),
    )


def _table(rows: pl.DataFrame) -> None:
    column = st.column_config
    shown = rows.select(
        task="task",
        level="level",
        difficulty=pl.col("level_difficulty").round(2),
        error=(1.96 * pl.col("level_difficulty_se")).round(2),
        right=100 * pl.col("share_right"),
        samples="samples",
        who="credible",
        remark="remark",
    )
    tables.show(
        shown,
        {
            "task": column.TextColumn("Task", pinned=True),
            "level": column.NumberColumn("Level", width=70),
            "difficulty": column.NumberColumn("Difficulty (logits)", format="%+.2f"),
            "error": column.NumberColumn("± (95 %)", format="%.2f", width=90),
            "right": column.ProgressColumn("Right", min_value=0, max_value=100, format="%.0f%%"),
            "samples": column.NumberColumn("Samples", width=90),
            "who": column.NumberColumn("Credible contestants"),
            "remark": column.TextColumn("Remark"),
        },
        "Each level with its difficulty, share right and remark",
    )


def _download(source: query.Source, rows: pl.DataFrame, campaign: str) -> None:
    # The export layer is loaded only for those who download.
    from data import export, lens_export
    from data.study import Study
    from data.view import View

    command = f'isocost tasks calibrate --json --campaign "{campaign}"'

    def made(kind: str) -> Callable[[], str]:
        def text() -> str:
            meta = export.provenance(Study(source.reader, View(campaign)), command)
            return lens_export.FORMATS[kind]({"levels": rows}, sentence(rows), meta)

        return text

    st.markdown("**The table behind the chart**, with what it was made from")
    with st.container(horizontal=True):
        for label, kind, mime in (
            ("CSV", "csv", "text/csv"),
            ("Markdown", "md", "text/markdown"),
            ("JSON", "json", "application/json"),
        ):
            st.download_button(
                label,
                data=made(kind),
                file_name=f"isocost-tasks-{campaign}.{kind}",
                mime=mime,
                on_click="ignore",
                icon=":material/download:",
                key=f"download-{kind}",
            )
    st.caption("The same in a terminal:")
    st.code(command, language=None, wrap_lines=True)
