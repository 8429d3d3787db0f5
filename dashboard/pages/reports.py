"""The Reports page: tables as files, previewed as they leave, with the command that makes them."""

from __future__ import annotations

import shlex
from typing import Any

import streamlit as st

from dashboard import query, theme
from dashboard.pages import filters, frontier_head, reports_whole, saving
from dashboard.pages.frame import framed
from dashboard.pages.reports_preview import preview
from dashboard.pages.saving import Offer
from data.errors import IsocostError
from data.formats import FORMATS
from data.lenses import LENSES, OPTIONS
from data.reports import PARETO, Asked, Report, command, file_name, make
from data.view import View

TITLE = "Reports"
NAMES = {"Pareto table": PARETO, **{name.capitalize(): name for name in LENSES}}
"""What the address calls a report -> what the command does."""
ROWS = {"Frontier only": "frontier", "All contestants": "all"}
TITLES = {f.title: f.name for f in FORMATS.values()}
WHOLE = "All tables"


_HASH: Any = {query.Source: lambda s: (s.path, s.generation), View: repr, Asked: repr}


@st.cache_data(show_spinner=False, max_entries=16, hash_funcs=_HASH)
def made(source: query.Source, what: View, asked: Asked) -> Report:
    """The file of a view, made once."""
    return make(query.study(source, what, asked.options), asked)


def page() -> None:
    """Draw the page."""
    framed(TITLE, _draw)


def _draw(source: query.Source, size: theme.Size) -> None:
    found = filters.headed(source, size, TITLE)
    if found is None:
        return
    head, what = found
    left, right = st.columns([1, 2.45], gap="large") if size != "phone" else (st.container(),) * 2
    with left, st.container(key="report-choices"):
        title = st.selectbox(
            "Report", [*NAMES, reports_whole.NAME], key="report", bind="query-params"
        )
        if title == reports_whole.NAME:
            reports_whole.draw(source, what, head, right)
            return
        asked, problem = _asked(source, what, NAMES[title or "Pareto table"])
        if problem is None:
            try:
                with st.spinner("Writing the file", show_time=False):
                    report = made(source, what, asked)
            except IsocostError as error:
                problem = str(error)
    if problem is not None:
        with right, st.container(border=True, key="no-report"):
            st.markdown("**This report can't be made yet.**")
            st.caption(theme.plain(problem))
        return
    with left:
        _out(what, asked, report)
    with head:
        frontier_head.sentence(_said(asked, report, what))
    with right, st.container(key="report-preview"):
        preview(asked, report)


def _asked(source: query.Source, what: View, name: str) -> tuple[Asked, str | None]:
    """What to write, from widgets that live in the address; or why it can't be asked for."""
    kind = TITLES[
        st.pills(
            "Format", list(TITLES), default="Markdown", required=True, key="format",
            bind="query-params",
        ) or "Markdown"
    ]  # fmt: skip
    if name == PARETO:
        rows = st.segmented_control(
            "Rows", list(ROWS), default="Frontier only", required=True, key="rows",
            bind="query-params",
        )  # fmt: skip
        return Asked(PARETO, kind, rows=ROWS[rows or "Frontier only"]), None
    try:
        with st.spinner("Looking through the lens", show_time=False):
            shown = query.shown(source, what, name, {})
    except IsocostError as error:
        return Asked(name, kind), str(error)
    tables = [*shown.tables, *shown.more]
    offered = tables if FORMATS[kind].single else [WHOLE, *tables]
    table = st.selectbox("Table", offered, key="table", bind="query-params") or offered[0]
    if OPTIONS.get(name):
        st.caption("With the usual settings of this lens; its own page and flags take others.")
    return Asked(name, kind, table=None if table == WHOLE else table), None


def _out(what: View, asked: Asked, report: Report) -> None:
    kind, name = FORMATS[asked.format], file_name(what, asked)
    saving.button(Offer(f"Download {kind.title}", kind.name, name, report.body), primary=True)
    saving.terminal(f"{command(what, asked)} -o {shlex.quote(name)}")


def _said(asked: Asked, report: Report, what: View) -> str:
    """What is about to leave, in one sentence."""
    many = f"{report.rows:,} row{'' if report.rows == 1 else 's'}"
    size = len(report.body)
    told = f"{size:,} bytes" if size < 1000 else f"{size / 1000:,.1f} kB"
    subject = "The Pareto table" if asked.name == PARETO else f"What the lens {asked.name} shows"
    title = FORMATS[asked.format].title
    return f"**{subject}** as {title}: **{many}**, {told}, of campaign {what.campaign}."
