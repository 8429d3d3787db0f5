"""Two contestants side by side on the samples that both answered."""

from __future__ import annotations

import html
from typing import Any

import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.figures import versus as figure
from dashboard.pages import choice, frontier_head
from dashboard.pages.frame import config
from data.analysis import versus as analysis
from data.view import View
from data.wording import percent, seconds, tokens, usd

Row = dict[str, Any]
MEASURES = {
    "accuracy": ("Capability", percent),
    "cost_per_1k_usd": ("Cost per 1,000 tasks", usd),
    "output_tokens": ("Output tokens per task", tokens),
    "duration_s": ("Time per task", seconds),
}
"""What stands in the table: measure -> (its words, how a value is written)."""


def choose(placed: pl.DataFrame, chosen: str) -> None:
    """The box that names the other one."""
    names = dict(placed.select("contestant_id", "name").iter_rows())
    others = [i for i in names if i != chosen]
    if not others:
        return
    options = [None, *sorted(others, key=lambda i: names[i].casefold())]
    other = choice.beside()
    st.selectbox(
        "Compare with",
        options,
        index=options.index(other) if other in others else 0,
        format_func=lambda i: "nobody" if i is None else names[i],
        key=f"versus-{chosen}",
        on_change=lambda: choice.set_beside(st.session_state[f"versus-{chosen}"]),
    )


def section(
    source: query.Source, what: View, placed: pl.DataFrame, chosen: str, size: theme.Size
) -> None:
    """The comparison, when the address names another contestant of this view."""
    other = choice.beside()
    names = dict(placed.select("contestant_id", "name").iter_rows())
    if other is None or other == chosen or other not in names:
        return
    a, b = names[chosen], names[other]
    rows, tasks = query.versus(source, what, chosen, other)
    st.subheader(f"{theme.plain(a)} beside {theme.plain(b)}", anchor="beside")
    frontier_head.sentence(analysis.sentence(rows, a, b))
    left, right = st.columns([1.6, 1], gap="medium")
    with left:
        drawing = figure.build(tasks, a, b, "phone" if size == "phone" else "medium")
        if drawing is None:
            st.caption("They have answered no sample in common.")
        else:
            st.html(
                '<p class="chart-note"><b>Points more or fewer than the other</b>, by task, on the '
                "samples that both answered. Outline: too close to call.</p>"
            )
            st.plotly_chart(
                drawing, key="versus", width="stretch", config=config("versus"),
                alt=figure.describe(tasks, a, b),
            )  # fmt: skip
    with right:
        st.html(_table(rows, a, b))
        st.button(
            "Swap the two", icon=":material/swap_horiz:", type="tertiary", key="swap",
            on_click=choice.swap,
        )  # fmt: skip


def _table(rows: pl.DataFrame, a: str, b: str) -> str:
    usual = rows["samples"][0]
    body = "".join(_line(row, row["samples"] != usual) for row in rows.to_dicts())
    head = f"<th></th><th>{html.escape(a)}</th><th>{html.escape(b)}</th>"
    return f'<table class="versus"><tr>{head}</tr>{body}</table>'


def _line(row: Row, counted: bool) -> str:
    words, said = MEASURES[row["measure"]]
    samples = f"<small>{row['samples']:,} samples of both</small>" if counted else ""
    cells = "".join(f"<td>{html.escape(said(row[side]))}</td>" for side in ("a", "b"))
    return f"<tr><th>{words}{samples}</th>{cells}</tr>"
