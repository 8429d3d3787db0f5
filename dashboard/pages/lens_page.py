"""What the page of a lens is: filters, one computed sentence, charts, tables, method, download."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.pages import costing, filters, frontier_head, lens_table
from dashboard.pages.frame import TABS, config, framed
from data.lenses import Tables
from data.pricing.words import basis_words
from data.view import View

Figure = dict[str, Any]


@dataclass(frozen=True)
class Material:
    """What the charts of a page are drawn of."""

    shown: query.Shown
    placed: pl.DataFrame
    """The view's contestants with their facts and places on the frontier."""
    beside: Mapping[str, Tables]
    """Tables of other lenses, by lens."""

    @property
    def tables(self) -> Tables:
        return self.shown.tables


@dataclass(frozen=True)
class Chart:
    """One chart of a lens."""

    name: str
    """What the reader chooses it by; it stands in the address."""
    note: str
    """What it shows, in HTML of our own."""
    build: Callable[[Material, theme.Size], Figure | None]
    """The figure; None: there is nothing to draw."""
    describe: Callable[[Material], str]
    """The figure in words, for its alt text."""
    empty: str = "The rows of this view give it nothing to draw."
    """What is said when there is nothing to draw: what is missing, and how to get it."""


@dataclass(frozen=True)
class LensPage:
    """One page. The numbers and the sentence are the lens's own."""

    lens: str
    """A name of data.lenses."""
    title: str
    charts: tuple[Chart, ...]
    method: str
    """Markdown of our own: what each number means, in short sections."""
    options: Callable[[query.Source, str], Mapping[str, Any]] = field(default=lambda *_: {})
    """(source, campaign) -> what the lens is asked beyond the view, from widgets it draws."""
    options_in_row: bool = False
    """Whether its widgets stand in the row of filters: at most one popover."""
    side: Callable[[Material, theme.Size], None] | None = None
    """What stands beside the first chart."""
    beside: tuple[str, ...] = ()
    """Other lenses whose tables the charts need."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """What tables are called, where their name does not say it."""


def show(page: LensPage) -> None:
    """Draw a lens's page."""
    framed(page.title, lambda source, size: _draw(page, source, size))


def _draw(page: LensPage, source: query.Source, size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head = st.container(key="head")
    options: dict[str, Any] = {}

    def ask(campaign: str) -> None:
        options.update(page.options(source, campaign))

    what = filters.bar(source, size, axes=False, more=ask if page.options_in_row else None)
    if not page.options_in_row:
        ask(what.campaign)
    with head:
        st.title(page.title, anchor=False)
    if not query.contestants(source, what):
        filters.no_match()
        return
    shown = query.shown(source, what, page.lens, options)
    with head:
        frontier_head.sentence(shown.sentence)
        provenance(source, shown, what, size)
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if not (table.open or method.open or download.open):
        with chart:
            beside = {n: query.shown(source, what, n, {}).tables for n in page.beside}
            _charts(page, Material(shown, query.placed(source, what), beside), size)
    if table.open:
        with table:
            lens_table.tables(shown.tables, page.headings)
    if method.open:
        with method:
            st.markdown(page.method.replace("$", "\\$"))
            st.caption(f"Interval: {theme.plain(shown.interval)}")
    if download.open:
        with download:
            # The export layer is loaded only for those who download.
            from dashboard.pages.lens_download import download as save

            save(source, what, page.lens, options)


def provenance(source: query.Source, shown: query.Shown, what: View, size: theme.Size) -> None:
    """The grey line: how much, how new, which prices, what kind of data."""
    found = query.campaigns(source).filter(campaign=what.campaign)
    newest = found["last_at"][0]
    parts = [
        f"{shown.attempts:,} graded attempts to {newest:%Y-%m-%d}",
        f"{shown.contestants} contestants",
        basis_words(what.basis),
        f"campaign {what.campaign}",
        (shown.note or "").replace("`", ""),
    ]
    parts = [parts[0].replace("graded ", ""), parts[3]] if size == "phone" else parts
    parts += [costing.misread()]
    st.html(f'<p class="provenance">{html.escape(" · ".join(filter(None, parts)))}</p>')


def _charts(page: LensPage, material: Material, size: theme.Size) -> None:
    chart = page.charts[0]
    if len(page.charts) > 1:
        chosen = _chosen([c.name for c in page.charts], size)
        chart = next((c for c in page.charts if c.name == chosen), chart)
    if page.side is None or chart is not page.charts[0]:
        _one(page, chart, material, size)
        return
    left, right = st.columns([2.45 if size == "wide" else 1.8, 1], gap="medium")
    with left:
        _one(page, chart, material, size)
    with right, st.container(key="evidence"):
        page.side(material, size)


def _chosen(names: list[str], size: theme.Size) -> str | None:
    if size == "phone":
        return st.selectbox(
            "Chart", names, key="show", label_visibility="collapsed", bind="query-params"
        )
    return st.segmented_control(
        "Chart", names, default=names[0], required=True, key="show",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def _one(page: LensPage, chart: Chart, material: Material, size: theme.Size) -> None:
    st.html(f'<p class="chart-note">{chart.note}</p>')
    figure = chart.build(material, size)
    if figure is None:
        with st.container(border=True, key="no-points"):
            st.markdown("**There is nothing to draw yet.**")
            st.caption(theme.plain(chart.empty))
        return
    st.plotly_chart(
        figure, key="chart", width="stretch", config=config(page.lens),
        alt=chart.describe(material),
    )  # fmt: skip
