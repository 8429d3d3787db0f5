"""Where published numbers come from: the grey line under the sentence."""

from __future__ import annotations

import html

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.pages import published_shelf
from data.analysis.published import short
from data.catalog.results import Collection
from data.catalog.sources import Source

WHO = 3
"""Evaluators that are named before the rest are counted."""


def provenance(about: Collection, rows: pl.DataFrame, size: theme.Size) -> None:
    """Who measured, how much and when, and where it was read and when."""
    count = f"{rows.height} result{'' if rows.height == 1 else 's'}"
    days = rows["measured"].drop_nulls().sort().to_list()
    if days:
        first, last = days[0], days[-1]
        count += f" of {first}" if first == last else f" from {first} to {last}"
    who = f"<b>measured by others</b>: {html.escape(evaluators(rows, about))}"
    parts = [who, count]
    if size == "phone":
        parts = [f"<b>measured by others</b> · {count}"]
    st.html(f'<p class="provenance">{" · ".join([*parts, _source(about, rows, size)])}</p>')


def evaluators(rows: pl.DataFrame, about: Collection) -> str:
    """'Aider', or the first few and how many more; the title where no one is named."""
    names = sorted({cut(name, 40) for name in rows["evaluator"].drop_nulls()})
    if not names:
        return short(about.title)
    more = len(names) - WHO
    return ", ".join(names[:WHO]) + (f" and {more} more" if more > 0 else "")


def _source(about: Collection, rows: pl.DataFrame, size: theme.Size) -> str:
    others = rows["source"].n_unique() - (1 if about.source in rows["source"] else 0)
    more = f" and {others} more source{'' if others == 1 else 's'}" if others > 0 else ""
    main = published_shelf.known()[about.source]
    licence = f" ({html.escape(main.licence)})" if main.licence else ""
    if size == "phone":
        return f"{link(main, 'source')}{licence}{more}"
    return f"source {link(main, cut(main.title))}{licence}{more}, read {main.checked}"


def link(source: Source, text: str) -> str:
    """The source as a link, where it has an address; everything escaped."""
    if source.url is None:
        return html.escape(text)
    address = html.escape(source.url, quote=True)
    return f'<a href="{address}" target="_blank" rel="noopener noreferrer">{html.escape(text)}</a>'


def cut(text: str, most: int = 70) -> str:
    """A title on one line of bounded length."""
    flat = " ".join(text.split())
    return flat if len(flat) <= most else flat[: most - 1].rstrip() + "…"
