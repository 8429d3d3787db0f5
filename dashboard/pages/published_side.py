"""Beside the chart of published results: its frontier as a list, or what the line says."""

from __future__ import annotations

import html

import polars as pl
import streamlit as st

from dashboard.figures.axes import Axis
from dashboard.figures.published_size_plot import drawn
from data.analysis.published import FEWEST, SizeFit, portion
from data.wording import size

LISTED, APART, ENDS = 12, 4, 4
"""Rows of the lists: as many as fit beside the chart. The table has them all."""
FIRST = {
    "cost_per_question": "cheapest",
    "output_tokens": "fewest tokens",
    "duration_s": "fastest",
}


def bought(placed: pl.DataFrame, axis: Axis) -> None:
    """The collection's frontier, and those that can't stand in it."""
    best = placed.filter(pl.col("place") == "frontier")
    first = FIRST[axis.column]
    with st.container(border=True, key="evidence"):
        st.html(
            f'<p class="card-title">Its frontier, {first} first</p>'
            '<div class="list-head quiet"><span>model</span><span>score</span>'
            f"<span>{html.escape(axis.short)}</span></div>"
            + "".join(
                _rank(row["name"], f"{row['score']:.1f}", axis.amount(row[axis.column]))
                for row in best.head(LISTED).to_dicts()
            )
        )
        if best.height > LISTED:
            st.caption(f"and {best.height - LISTED} more in the table")
        _apart(placed)


def explained(sized: pl.DataFrame, fit: SizeFit | None, rows: pl.DataFrame) -> None:
    """What the line says, and who stands farthest from it."""
    with st.container(border=True, key="evidence"):
        if fit is None:
            models = sized.filter("fitted")["model"].n_unique()
            told = "one size" if models >= FEWEST else f"{models} of at least {FEWEST} models"
            st.html(
                f'<p class="card-title">No line is fitted: {told}</p>'
                '<div class="list-head quiet"><span>model</span><span>score</span>'
                "<span>parameters</span></div>" + "".join(_ranked(sized))
            )
        else:
            st.html('<p class="card-title">What size explains</p>')
            st.html(_facts(fit))
            far = sized.filter("fitted").sort("residual", "contestant_id", descending=[True, False])
            ends = ENDS if fit.by_active is None and fit.total.thinking is None else ENDS - 1
            for title, part in (
                ("Most above the line", far.head(ends)),
                ("Most below", far.tail(ends).reverse()),
            ):
                st.html(
                    f'<div class="list-head quiet"><span>{title}</span><span>score</span>'
                    "<span>points off</span></div>"
                    + "".join(
                        _rank(r["name"], f"{r['score']:.1f}", f"{r['residual']:+.1f}")
                        for r in part.to_dicts()
                    )
                )
        unknown = rows.height - sized.height
        if unknown:
            st.caption(f"{unknown} without a known size: not drawn, in the table.")
        _doubted(sized)


def _doubted(sized: pl.DataFrame) -> None:
    """Entries that the line leaves out, and whether the chart does too."""
    inside = set(drawn(sized)["contestant_id"])
    for row in sized.filter(~pl.col("fitted")).head(APART).to_dicts():
        where = "drawn hollow" if row["contestant_id"] in inside else "outside the chart"
        st.html(
            f'<p class="provenance"><b>Doubted</b>, not fitted, {where}: '
            f"{html.escape(row['name'])}, {row['score']:.1f}.</p>"
        )


def _facts(fit: SizeFit) -> str:
    """What size adds, then the shares that it is made of, then the line's own figures.

    The shares are of the rows that the sentence speaks of: those that state both sizes.
    """
    main = fit.by_total or fit.total
    pairs = [("Total parameters explain", portion(main.added))]
    if fit.by_active is not None:
        pairs.append(("Active parameters explain", portion(fit.by_active.added)))
    if main.thinking_r2 is not None:
        together = portion(main.r2)
        if fit.by_active is not None:
            together = f"{together}, active {portion(fit.by_active.r2)}"
        pairs.append(("Size and thinking together", together))
        if fit.compared < fit.results and fit.by_total is not None:
            pairs.append((f"Together, over all {fit.results}", portion(fit.total.r2)))
        pairs.append(("Thinking alone", portion(main.thinking_r2)))
    line = fit.total
    pairs.append(("Ten times the parameters", f"{line.slope:+.1f} points"))
    if line.thinking is not None:
        pairs.append(("Thinking", f"{line.thinking:+.1f} points"))
    pairs.append(("Spread about the line", f"{line.deviation:.1f} points"))
    inside = "".join(f"<dt>{html.escape(a)}</dt><dd>{html.escape(b)}</dd>" for a, b in pairs)
    return f'<dl class="facts">{inside}</dl>'


def _ranked(sized: pl.DataFrame) -> list[str]:
    rows = sized.sort("score", "contestant_id", descending=[True, False]).head(LISTED).to_dicts()
    return [_rank(r["name"], f"{r['score']:.1f}", size(r["params_total"])) for r in rows]


def _rank(name: str, score: str, amount: str) -> str:
    """One line of a list, escaped; a name that is too long is cut by the style sheet."""
    text = html.escape(name, quote=True)
    return (
        f'<p class="rank"><em title="{text}">{text}</em><b>{html.escape(score)}</b>'
        f"<b>{html.escape(amount)}</b></p>"
    )


def _apart(placed: pl.DataFrame) -> None:
    """Results that have no place on the axis, by reason."""
    rows = placed.filter(pl.col("place") == "apart")
    if rows.is_empty():
        return
    st.html(f'<p class="card-title">Listed apart <small>{rows.height}</small></p>')
    ordered = rows.sort("score", "contestant_id", descending=[True, False])
    for (reason,), part in ordered.group_by("apart_reason", maintain_order=True):
        names = [html.escape(name) for name in part["name"].head(APART).to_list()]
        more = part.height - len(names)
        tail = f" and {more} more, in the table" if more else ""
        st.html(
            f'<p class="provenance"><b>{html.escape(str(reason)).capitalize()}</b>: '
            f"{', '.join(names)}{tail}.</p>"
        )
