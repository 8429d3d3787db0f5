"""The Published page: what others measured, each collection by itself and never beside our own."""

from __future__ import annotations

from functools import cache

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures import published as figure
from dashboard.pages import frontier_head, published_chart, published_head, published_shelf
from dashboard.pages.published_method import method as explain
from dashboard.pages.published_side import bought as list_bought
from dashboard.pages.published_side import explained as list_explained
from dashboard.pages.published_table import table as tabulate
from data.analysis import published
from data.catalog import facts, results
from data.catalog.results import Collection
from data.errors import IsocostError

TABS = ["Chart", "Table", "Method", "Download"]
ORDER = (*published.SPENT, published.SIZE)


def page() -> None:
    """Draw the page; a mistake in the user's own catalogue is said in one line."""
    size = theme.screen()
    try:
        choices = collections()
        if choices:
            _show(choices, size)
        else:
            _nothing()
    except IsocostError as error:
        st.error(theme.plain(str(error)), icon=":material/error:")
    theme.watch_screen(size)


def rows(collection: str) -> pl.DataFrame:
    """A collection's results with facts, amounts per question, and the notes beside them."""
    if published_shelf.is_imported(collection):
        return published_shelf.prepared(collection)
    return _of_catalogue(collection)


@cache
def _of_catalogue(collection: str) -> pl.DataFrame:
    found = results.frame(collection)
    notes = [result.note for result in results.results(collection)]
    return published.prepared(
        found.with_columns(note=pl.Series(notes, dtype=pl.String)), facts.frame()
    )


def collections() -> dict[str, Collection]:
    """Collections that can be drawn by what the picker calls them: those with a cost first, then
    tokens, then size; imported ones before the catalogue's."""
    mine = _named([held.about for held in published_shelf.imported().values()])
    return {**mine, **_catalogue()}


@cache
def _catalogue() -> dict[str, Collection]:
    return _named(sorted(results.collections().values(), key=lambda about: about.id))


def _named(offered: list[Collection]) -> dict[str, Collection]:
    found = []
    for about in offered:
        axes = published.axes(rows(about.id))
        if axes:
            title = " ".join(about.title.split())
            label = f"{title} · {', '.join(axes).lower()}"
            found.append((ORDER.index(axes[0]), label, about))
    named: dict[str, Collection] = {}
    for _, label, about in sorted(found, key=lambda entry: entry[0]):
        named[f"{label} · {about.id}" if label in named else label] = about
    return named


def _nothing() -> None:
    with st.container(key="head"):
        st.title("Measured by others", anchor=False)
    st.caption("The catalogue holds no published results that can be drawn.")


def _show(choices: dict[str, Collection], size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head = st.container(key="head")
    about, axis = _filters(choices, size)
    found = rows(about.id)
    by_size = axis == published.SIZE
    shown = published.sized(found, about.closed_book) if by_size else published.placed(found, axis)
    fit = published.fit_size(shown) if by_size else None
    with head:
        st.title("Measured by others", anchor=False)
        frontier_head.sentence(
            published.explained(shown, fit, published.short(about.title))
            if by_size
            else published.bought(shown, axis)
        )
        published_head.provenance(about, found, size)
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if not (table.open or method.open or download.open):
        with chart:
            left, right = st.columns([2.45 if size == "wide" else 1.8, 1], gap="medium")
            if by_size:
                if fit is not None:
                    shown = published.residuals(shown, fit)
                with left:
                    published_chart.against_size(shown, fit, about, size)
                with right:
                    list_explained(shown, fit, found)
            else:
                with left:
                    published_chart.against(shown, figure.AXES[axis], about, size)
                with right:
                    list_bought(shown, figure.AXES[axis])
    if table.open:
        with table:
            tabulate(found)
    if method.open:
        with method:
            explain(about)
    if download.open:
        with download:
            # The export layer is loaded only for those who download.
            from dashboard.pages.published_download import download as save

            save(about)


def _filters(choices: dict[str, Collection], size: theme.Size) -> tuple[Collection, str]:
    """One row: the collection, and what its scores are drawn against when there is a choice."""
    with st.container(horizontal=True, vertical_alignment="center", key="filters"):
        label = st.selectbox(
            "Collection",
            list(choices),
            key="collection",
            label_visibility="collapsed",
            width="stretch" if size == "phone" else 520,
            bind="query-params",
        )
        about = choices[label or next(iter(choices))]
        axes = published.axes(rows(about.id))
        if len(axes) < 2:
            return about, axes[0]
        place = st.popover("Axis", icon=":material/tune:") if size == "phone" else st.container()
        with place:
            axis = st.segmented_control(
                "Horizontal axis",
                axes,
                default=axes[0],
                required=True,
                key="by",
                label_visibility="collapsed",
                bind="query-params",
            )
    return about, axis if axis in axes else axes[0]
