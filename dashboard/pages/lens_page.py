"""What the page of a lens is: filters, one computed sentence, charts, tables, method, download."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.pages import address, costing, filters, frontier_head, lens_table
from dashboard.pages.frame import TABS, config, framed
from dashboard.pages.lens_record import Beside
from dashboard.pages.lens_record import Chart as Chart
from dashboard.pages.lens_record import LensPage as LensPage
from dashboard.pages.lens_record import Material as Material
from data.pricing.words import basis_words
from data.view import View

LONGEST_NOTE = 130
"""Characters of a lens's note that stand above the chart; a longer one is read with the method."""


def show(page: LensPage) -> None:
    """Draw a lens's page."""
    framed(page.title, lambda source, size: _draw(page, source, size))


def _draw(page: LensPage, source: query.Source, size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head = st.container(key="head")
    options: dict[str, Any] = {}

    def ask(campaign: str) -> None:
        options.update(page.options(source, campaign))

    if page.bar:
        what = page.bar(source, size)
    else:
        what = filters.bar(source, size, axes=False, more=ask if page.options_in_row else None)
    if not page.options_in_row:
        ask(what.campaign)
    with head:
        st.title(page.title, anchor=False)
    placed = pl.DataFrame() if page.bar else query.placed(source, what)
    if placed.is_empty() and not page.bar:
        filters.no_match()
        return
    shown = query.shown(source, what, page.lens, options)
    with head:
        if page.brief and size == "phone":
            _brief(page.brief(shown.tables))
        frontier_head.sentence(shown.sentence)
        provenance(source, shown, what, size, priced=page.bar is None)
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if not (table.open or method.open or download.open):
        with chart:
            beside = Beside(lambda n: query.shown(source, what, n, {}).tables)
            _charts(page, Material(shown, placed, beside), size)
    if table.open:
        with table:
            lens_table.tables(shown.tables, page.headings)
    if method.open:
        with method:
            st.markdown(page.method.replace("$", "\\$"))
            st.caption(f"Interval: {theme.plain(shown.interval)}")
            if shown.note:
                st.caption(theme.plain(shown.note.replace("`", "")))
            further(page.lens)
    if download.open:
        with download:
            # The export layer is loaded only for those who download.
            from dashboard.pages.lens_download import download as save

            save(source, what, page.lens, options)


def _brief(figures: Sequence[Sequence[str]]) -> None:
    """The answer in a few figures; the sentence beneath has the rest."""
    cards = "".join(
        f"<div><span>{html.escape(what)}</span><b>{html.escape(value)}</b>"
        f"<small>{html.escape(remark)}</small></div>"
        for what, value, remark in figures
    )
    if cards:
        st.html(f'<div class="figures brief">{cards}</div>')


def further(word: str) -> None:
    """The way to the section of the Method page that explains a lens in full."""
    # Loaded only for those who read on.
    from data import method

    anchor = method.anchor(word)
    if anchor:
        link = f'<a href="method#{html.escape(anchor)}" target="_self">In full, with formulas</a>'
        st.html(f'<p class="provenance">{link}</p>')


def provenance(
    source: query.Source, shown: query.Shown, what: View, size: theme.Size, priced: bool = True
) -> None:
    """The grey line: how much, how new, which prices (where they matter), what kind of data."""
    found = query.campaigns(source).filter(campaign=what.campaign)
    newest = found["last_at"][0]
    note = (shown.note or "").replace("`", "")
    parts = [
        f"{_count(shown.attempts, 'graded attempt')} to {newest:%Y-%m-%d}",
        _count(shown.contestants, "contestant"),
        basis_words(what.basis) if priced else "",
        query.origin(source, what.campaign),
        f"campaign {what.campaign}",
        note if len(note) <= LONGEST_NOTE else "",
    ]
    parts = [parts[0].replace("graded ", ""), parts[4]] if size == "phone" else parts
    parts += [costing.misread()]
    st.html(f'<p class="provenance">{html.escape(" · ".join(filter(None, parts)))}</p>')


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


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
    address.settle("show", names, "the chart")
    address.tell("show")
    if size == "phone":
        return st.selectbox(
            "Chart", names, key="show", label_visibility="collapsed", bind="query-params"
        )
    return st.segmented_control(
        "Chart", names, default=names[0], required=True, key="show",
        label_visibility="collapsed", bind="query-params",
    )  # fmt: skip


def _others(page: LensPage, chart: Chart, material: Material, size: theme.Size) -> None:
    """The charts of the page that have something to draw, where the chosen one has nothing."""
    drawn = [c.name for c in page.charts if c is not chart and c.build(material, size)]
    if drawn:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("There is something to see under", width="content")
            for name in drawn:
                st.button(
                    name, type="tertiary", key=f"see-{name}", on_click=_see, args=(name,),
                    icon=":material/arrow_forward:",
                )  # fmt: skip


def _see(name: str) -> None:
    st.session_state["show"] = name


def _one(page: LensPage, chart: Chart, material: Material, size: theme.Size) -> None:
    if chart.ask:
        material = replace(material, asked=chart.ask(material))
    st.html(f'<p class="chart-note whole">{chart.noted(material)}</p>')
    figure = chart.build(material, size)
    if figure is None:
        with st.container(border=True, key="no-points"):
            st.markdown("**There is nothing to draw yet.**")
            st.caption(theme.plain(chart.empty))
            _others(page, chart, material, size)
        return
    st.plotly_chart(
        figure, key="chart", width="stretch", config=config(page.lens),
        alt=chart.describe(material),
    )  # fmt: skip
