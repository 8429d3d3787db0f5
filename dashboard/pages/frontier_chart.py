"""The chart of the Frontier page: its note, its key, the figure and the mark on what is chosen."""

from __future__ import annotations

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard import query, theme
from dashboard.figures import frontier as figure
from dashboard.figures.axes import AXES, Axis
from dashboard.pages import choice, costing
from dashboard.pages.frame import config
from data.analysis.price_kinds import LIST, OWN, prices
from data.view import View

NOTES = {
    "phone": "<b>Capability</b>, 0–100: share of graded tasks solved.",
    "other": "<b>Capability</b>, 0–100: share of graded tasks solved; categories weigh the same, "
    "as do tasks and levels within them. Thin bars: 95% interval.",
}
PHONE_LEAVES_OUT = ("one model",)
"""Words of the key that a phone has no room for."""


@query.drawn
def _drawn(source: query.Source, what: View, size: theme.Size) -> tuple[figure.Figure, go.Figure]:
    """The figure, and as Plotly has checked it: half of what a rerun would take."""
    axis = next(axis for axis in AXES.values() if axis.column == what.x)
    drawing = figure.build(query.placed(source, what), axis, size)
    return drawing, go.Figure(drawing)


def chart(
    source: query.Source, what: View, placed: pl.DataFrame, axis: Axis, size: theme.Size
) -> None:
    """Draw the chart; a click chooses a contestant."""
    drawing, checked = _drawn(source, what, size)
    note = NOTES.get(size, NOTES["other"])
    st.html(f'<p class="chart-note">{note}</p>{key(placed, axis, size)}')
    if not figure.points(drawing):
        _nothing_to_draw(placed, axis)
        return
    st.plotly_chart(
        checked,
        key="chart",
        width="stretch",
        on_select=choice.from_chart,
        selection_mode="points",
        config=config("frontier"),
        alt=figure.describe(placed, axis),
    )
    chosen = choice.chosen()
    place = figure.locate(drawing, chosen) if chosen else None
    other = choice.beside()
    beside = figure.locate(drawing, other) if other else None
    if place:
        theme.highlight(place, *([beside] if beside else []))


def _nothing_to_draw(placed: pl.DataFrame, axis: Axis) -> None:
    with st.container(border=True, key="no-points"):
        st.markdown("**No contestant has a place in this chart.**")
        wanted = axis.title.removesuffix(" (log scale)").replace("$", "\\$")
        st.caption(f"{wanted} is not known for any of these {placed.height}; the list says why.")
        if costing.active():
            st.button("Reset prices", on_click=costing.reset, key="reset-prices-here")
        _other_axes(placed, axis)


def _other_axes(placed: pl.DataFrame, axis: Axis) -> None:
    """Ways to what is known instead: imported results often have tokens and no price."""
    known = [n for n, a in AXES.items() if a.column != axis.column and placed[a.column].count()]
    if known:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("There is something to see by", width="content")
            for name in known:
                st.button(
                    name, type="tertiary", key=f"by-{name}", on_click=_by, args=(name,),
                    icon=":material/arrow_forward:",
                )  # fmt: skip


def _by(name: str) -> None:
    st.session_state["axis"] = name


def key(placed: pl.DataFrame, axis: Axis, size: theme.Size) -> str:
    """What the marks mean, only those that can be seen."""
    seen = placed.filter(pl.col("place") != "apart")
    best = placed.filter(pl.col("place") == "frontier")
    words = [
        ("dot", "frontier", True),
        ("dot hollow", "may be beaten", (best["p_frontier"].fill_null(1.0) < 0.5).any()),
        ("dot small", "beaten", (seen["place"] == "beaten").any()),
        ("dot none", "not reported", seen["reasoning_share"].is_null().any()),
        ("dot square", "closed weights", (seen["weights"] == "closed").any()),
        ("dot own", "self-hosted", _mixed(seen)),
        ("stair", axis.best, True),
        ("thread", "one model", seen["model"].n_unique() < seen.height),
    ]
    if size == "phone":
        words = [word for word in words if word[1] not in PHONE_LEAVES_OUT]
    items = [reasoning_scale(size)]
    items += [f"<i class='{mark}'></i>{text}" for mark, text, shown in words if shown]
    return '<p class="key">' + "".join(f"<span>{item}</span>" for item in items) + "</p>"


def _mixed(seen: pl.DataFrame) -> bool:
    """Whether list prices and machines' time stand in one chart."""
    return {LIST, OWN} <= set(seen.select(prices()).to_series())


def reasoning_scale(size: theme.Size) -> str:
    """The key's first entry: what colour means."""
    noun = "Reasoning" if size == "phone" else "Reasoning share"
    return f"{noun} 0% <i class='bar'></i> 100%"
