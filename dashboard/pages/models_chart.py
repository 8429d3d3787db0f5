"""What the Models page shows of one model: figures, charts, facts and the way to its attempts."""

from __future__ import annotations

import html
from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from dashboard import navigation, query, theme
from dashboard.figures import model_levels, model_parts
from dashboard.figures import models as figure
from dashboard.figures.axes import AXES
from dashboard.pages.frame import config
from data.view import View
from data.wording import usd

Drawn = tuple[str, str, dict[str, Any] | None, str, str]
"""A chart: its key, its note in HTML of our own, the figure, its alt text, what is missing."""

LEVELS = "It takes two levels of which it answered every task: collect more, or choose one category"
PRICES = 12
"""Newest prices that are listed; the table has all."""


def chart(shown: query.Shown, placed: pl.DataFrame, what: View, size: theme.Size) -> None:
    """Four figures, four charts, what the catalogue knows, and the way to the attempts."""
    tables = shown.tables
    own, parts, levels = tables["contestants"], tables["parts"], tables["levels"]
    axis = next(axis for axis in AXES.values() if axis.column == what.x)
    dials = dict(own.select("contestant_id", "dial").iter_rows())
    shares = dict(own.select("contestant_id", "reasoning_share").iter_rows())
    cards = "".join(
        f"<div><span>{html.escape(row['figure'])}</span><b>{html.escape(row['value'])}</b>"
        f"<small>{html.escape(row['note'])}</small></div>"
        for row in tables["figures"].to_dicts()
    )
    st.html(f'<div class="figures">{cards}</div>')
    scored = parts.filter("mine").height > 0
    by = "category" if shown.note else "task"
    charts: list[Drawn] = [
        ("where", "<b>Where its contestants sit</b>: capability, 0 to 100; the others grey",
         figure.build(placed, own, axis, size), figure.describe(placed, own, axis),
         f"None of its contestants has both a score and a known figure ({axis.short}): choose "
         "another axis, or collect again."),
        ("parts", f"<b>Capability by {by}</b>: dots are its own, ticks everybody else",
         model_parts.build(parts, shares, size) if scored else None, model_parts.describe(parts),
         "None of its attempts has a score: collect again."),
        ("tokens", "<b>Output tokens per task</b> by level (log scale)",
         model_levels.build(levels, "output_tokens", dials, shares, size),
         model_levels.describe(levels, "output_tokens"), f"{LEVELS}, with tokens reported."),
        ("solved", "<b>Share solved</b> by level",
         model_levels.build(levels, "accuracy", dials, shares, size),
         model_levels.describe(levels, "accuracy"), f"{LEVELS}."),
    ]  # fmt: skip
    for pair in (charts[:2], charts[2:]):
        for column, drawn in zip(st.columns(2, gap="medium"), pair, strict=True):
            with column:
                _one(*drawn)
    _evidence(tables, what)


def _one(key: str, note: str, drawing: dict[str, Any] | None, alt: str, empty: str) -> None:
    st.html(f'<p class="chart-note">{note}</p>')
    if drawing is None:
        with st.container(border=True, key=f"no-{key}"):
            st.caption(theme.plain(empty))
        return
    st.plotly_chart(
        drawing, key=f"model-{key}", width="stretch", config=config(f"models-{key}"), alt=alt
    )


def _evidence(tables: Mapping[str, pl.DataFrame], what: View) -> None:
    """What the catalogue knows, with its sources; prices; the way to each contestant's attempts."""
    left, right = st.columns(2, gap="medium")
    with left:
        st.markdown("**Facts**")
        facts = tables["facts"].to_dicts()
        sources = list(dict.fromkeys(_read(row) for row in facts))
        if facts:
            st.html(_facts(facts, sources))
        else:
            st.caption("The catalogue has no entry for this model; isocost-catalog adds your own.")
    with right:
        st.markdown("**Its attempts**")
        for row in tables["contestants"].to_dicts():
            st.page_link(
                navigation.pages()["frontier"],
                label=f"{theme.plain(row['name'])}: {row['attempts']:,} attempts",
                query_params={"contestant": row["contestant_id"], "campaign": what.campaign},
            )
        st.markdown("**Its prices**, input / output per million tokens")
        prices = tables["prices"].to_dicts()
        rows = "".join(
            f"<dt>{html.escape(row['valid_from'] or '–')}</dt>"
            f"<dd>{usd(row['input_usd_per_mtok'])} / {usd(row['output_usd_per_mtok'])}"
            f"<small> {html.escape(row['deployment'])}, {html.escape(row['source'] or '')}</small>"
            "</dd>"
            for row in prices[-PRICES:]
        )
        if rows:
            st.html(f'<dl class="facts reading">{rows}</dl>')
        else:
            st.caption("No price list has it.")


def _facts(facts: list[dict[str, Any]], sources: list[str]) -> str:
    """Facts with the numbers of their sources, and the sources below."""
    rows = "".join(
        f"<dt>{html.escape(row['fact'])}</dt><dd>{html.escape(row['value'])}"
        f"<small> [{sources.index(_read(row)) + 1}]</small></dd>"
        for row in facts
    )
    listed = "<br>".join(f"[{i}] {html.escape(text)}" for i, text in enumerate(sources, 1))
    return f'<dl class="facts reading">{rows}</dl><p class="provenance">{listed}</p>'


def _read(row: dict[str, Any]) -> str:
    """Where a fact was read, and when."""
    when = f", read {row['checked']}" if row["checked"] else ""
    note = f"; {row['note']}" if row["note"] else ""
    return f"{row['source']}{when}{note}" if row["source"] else "no source"
