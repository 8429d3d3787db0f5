"""The charts of the Published page, each with a note that says who measured and a key."""

from __future__ import annotations

import html
from typing import Any

import polars as pl
import streamlit as st

from dashboard import theme
from dashboard.figures import published as figure
from dashboard.figures import published_size as size_figure
from dashboard.figures import published_size_plot
from dashboard.figures.axes import Axis
from dashboard.pages.frontier_chart import reasoning_scale
from data.analysis.published import SizeFit, short
from data.catalog.results import Collection

Words = list[tuple[str, str, bool]]
PHONE_WORDS = {
    "mixture of experts": "mixture",
    "doubted, not fitted": "doubted",
    "thinking not told": "not told",
}
"""Shorter words of the key."""

UNKNOWN = {
    "cost_per_question": "no cost told: at the edge",
    "output_tokens": "no tokens told: at the edge",
    "duration_s": "no time told: at the edge",
}
"""Words of the key for results that have a height and no place."""


def against(placed: pl.DataFrame, axis: Axis, about: Collection, size: theme.Size) -> None:
    """Scores against cost, tokens or time, with the collection's own frontier."""
    note = _note(about, size)
    seen = placed.filter(pl.col("place") != "apart")
    if seen.is_empty():
        st.html(note)
        st.caption("No result has a place in this chart; the list beside it says why.")
        return
    coloured = figure.coloured(placed)
    closed = bool((seen["weights"] == "closed").any())
    dot = "dot" if coloured else "dot others"
    words: Words = [
        (dot, "its frontier", True),
        (f"{dot} small", "beaten", bool((seen["place"] == "beaten").any())),
        ("dot none", "not reported", coloured and bool(seen["reasoning_share"].has_nulls())),
        (f"{dot} square", "closed weights", closed),
        ("dot doubt", UNKNOWN[axis.column], not figure.unplaced(placed, axis).is_empty()),
        ("stair", axis.best, True),
        ("thread", "one model", size != "phone" and seen["model"].n_unique() < seen.height),
    ]
    first = [reasoning_scale(size)] if coloured else []
    st.html(note + _key(words, first))
    _draw(
        figure.build(placed, axis, size),
        figure.describe(placed, axis, short(about.title)),
        about,
    )


def against_size(
    sized: pl.DataFrame, fit: SizeFit | None, about: Collection, size: theme.Size
) -> None:
    """Scores against parameters, with the fitted line."""
    note = _note(about, size)
    if sized.is_empty():
        st.html(note)
        st.caption("No result has a known size.")
        return
    seen = published_size_plot.drawn(sized)
    told = set(seen["thinking"].to_list())
    moe = bool((seen["mixture"] == "moe").any())
    split = fit is not None and fit.total.thinking is not None
    shade = _shade(told)
    words: Words = [
        ("dot thinks", "thinking", True in told),
        ("dot answers", "no thinking", False in told),
        ("dot none", "thinking not told", None in told and len(told) > 1),
        ("dot others", "a model", told == {None} and not moe),
        (f"dot {shade}", "dense", moe and not (seen["mixture"] == "moe").all()),
        (f"dot box {shade}", "mixture of experts", moe),
        ("thread", "active to total", moe),
        ("dot doubt", "doubted, not fitted", not seen["fitted"].all()),
        ("stair answers-line", "fitted lines", split),
        ("stair", "fitted line", fit is not None and not split),
    ]
    if size == "phone":
        words = [
            (mark, PHONE_WORDS.get(text, text), shown and text not in ("active to total", "dense"))
            for mark, text, shown in words
        ]
    st.html(note + _key(words))
    _draw(
        size_figure.build(sized, fit, size),
        size_figure.describe(sized, fit, short(about.title)),
        about,
    )


def _shade(told: set[bool | None]) -> str:
    """The class of the colour that every point has; of the two halves where points differ."""
    if told == {None}:
        return "others"
    if len(told - {None}) == 2:
        return "both"
    return "thinks" if True in told else "answers"


def _note(about: Collection, size: theme.Size) -> str:
    metric = html.escape(" ".join(about.metric.split()))
    metric = metric if len(metric) < 120 else metric[:119] + "…"
    if size == "phone":
        # On one line: the style sheet cuts what is too long.
        return f'<p class="chart-note" title="{metric}"><b>Score</b>, 0–100: {metric}.</p>'
    return (
        f'<p class="chart-note"><b>Score</b>, 0–100, measured by others: {metric}. None of your '
        "own attempts is in this chart.</p>"
    )


def _key(words: Words, first: list[str] | None = None) -> str:
    items = (first or []) + [
        f"<i class='{mark}'></i>{_second(mark)}{text}" for mark, text, shown in words if shown
    ]
    return '<p class="key">' + "".join(f"<span>{item}</span>" for item in items) + "</p>"


def _second(mark: str) -> str:
    """The fitted lines are two, each in its colour."""
    return "<i class='stair thinks-line'></i>" if mark.endswith("answers-line") else ""


def _draw(drawing: dict[str, Any], alt: str, about: Collection) -> None:
    st.plotly_chart(
        drawing,
        key="published-chart",
        width="stretch",
        config={
            "displaylogo": False,
            "modeBarButtons": [["toImage"]],
            "toImageButtonOptions": {
                "format": "png",
                "filename": f"isocost-published-{about.id}",
                "scale": 2,
            },
            "showTips": False,
            "doubleClick": False,
        },
        alt=alt,
    )
