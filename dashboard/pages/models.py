"""The Models page: one model beside all others, chosen in the address by its id."""

from __future__ import annotations

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.pages import address, filters, frontier_head, lens_page, lens_table
from dashboard.pages.frame import TABS, framed
from dashboard.pages.models_chart import chart as draw
from data.analysis.one_model import chosen as chosen_of
from data.analysis.one_model import keyed
from data.view import View

TITLE = "One model among all"
KEY = "model"
HEADINGS = {
    "figures": "In short", "contestants": "Its contestants", "parts": "By task, beside everybody's",
    "levels": "By level, beside everybody's", "facts": "Facts, with where they were read",
    "prices": "Prices over time, US$ per million tokens", "models": "All models of this view",
}  # fmt: skip
METHOD = """
#### Its contestants
One entry of the catalogue at every effort, prompt and deployment that was asked. *Rank* is by the
best accuracy among a model's contestants that answered nearly all samples; hollow: answered fewer.
What effort buys is the paired difference between its wordiest and its tersest contestant, over the
samples that both answered, with its 95 % interval.
#### Beside everybody's
Grey: everybody else of the view. By task: dots are its contestants, ticks the others; with many
tasks, categories. By level: means over a level's tasks, for who answered all of them. Colour is the
reasoning share of output.
#### Facts and prices
The catalogue's, each with its source and the day it was read. Prices are lists'; what a contestant
was charged stands on the Frontier page.
"""


def page() -> None:
    """Draw the page."""
    framed(TITLE, _show)


def _show(source: query.Source, size: theme.Size) -> None:
    # The sentence stands above the filters that it depends on.
    head, pick = st.container(key="head"), st.container(key="pick")
    what = filters.bar(source, size)
    placed = query.placed(source, what)
    if placed.is_empty():
        with head:
            st.title(TITLE, anchor=False)
        filters.no_match()
        return
    asked = st.query_params.get(KEY) or st.query_params.get("contestant")
    with pick:
        model = _choose(source, what, placed, asked)
    shown = query.shown(source, what, "models", {"model": model})
    listed = dict(shown.tables["models"].select("model", "name").iter_rows())
    with head:
        st.title(theme.plain(listed.get(model, TITLE)), anchor=False)
        frontier_head.sentence(shown.sentence)
        lens_page.provenance(source, shown, what, size)
    with st.container(key="tab"):
        chart, table, method, download = st.tabs(TABS, key="view", bind="query-params")
    if not (table.open or method.open or download.open):
        with chart:
            draw(shown, placed, what, size)
    if table.open:
        with table:
            lens_table.tables(shown.tables, HEADINGS)
    if method.open:
        with method:
            st.markdown(METHOD)
            lens_page.further("models")
    if download.open:
        with download:
            # The export layer is loaded only for those who download.
            from dashboard.pages.lens_download import download as save

            save(source, what, "models", {"model": model})


def _choose(source: query.Source, what: View, placed: pl.DataFrame, asked: str | None) -> str:
    """The model that the address names, or the ablest; a choice goes into the address."""
    rows = keyed(placed)
    named = chosen_of(rows, asked) or _in_other_letters(rows, asked)
    key = named or chosen_of(rows, None) or ""
    names = query.shown(source, what, "models", {"model": key}).tables["models"]
    labels = dict(names.select("model", "name").iter_rows())

    def follow() -> None:
        st.query_params[KEY] = st.session_state["model-choice"]
        st.query_params.pop("contestant", None)

    # The address leads: a link, or a filter that leaves the chosen one out, moves the box, too.
    st.session_state["model-choice"] = key
    st.selectbox(
        "Model", list(labels), format_func=lambda k: labels.get(k, k), key="model-choice",
        on_change=follow, width=420,
    )  # fmt: skip
    if asked and named is None:
        line = address.missing("the model", asked, labels.values())
        address.show(f"{line} Shown is the ablest: {labels.get(key, key)}.")
    return key


def _in_other_letters(rows: pl.DataFrame, asked: str | None) -> str | None:
    """The model that is called so but for capitals, by its key or a contestant's name or id."""
    said = (asked or "").strip().casefold()
    for column in ("key", "contestant_id", "model_name", "name"):
        for text, key in (
            rows.select(pl.col(column).alias("said"), "key").drop_nulls().sort("key").iter_rows()
        ):
            if text.casefold() == said:
                return str(key)
    return None
