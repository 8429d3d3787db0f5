"""The evidence beside the chart: the frontier as a list, or what is known about one contestant."""

from __future__ import annotations

import html
from typing import Any

import polars as pl
import streamlit as st

from dashboard.figures.axes import Axis
from dashboard.figures.frontier_text import doubtful, interval, standing
from dashboard.pages import choice, frontier_versus
from dashboard.theme import plain
from data.wording import percent, points, seconds, size, tokens, usd

Row = dict[str, Any]
LISTED, APART = 14, 5
"""Rows of the two lists: as many as fit beside the chart. The table has them all."""


def panel(placed: pl.DataFrame, axis: Axis) -> None:
    """The card at the side."""
    chosen = choice.chosen()
    with st.container(border=True, key="evidence"):
        if chosen is None:
            _list(placed, axis)
            return
        rows = placed.filter(pl.col("contestant_id") == chosen).to_dicts()
        if rows:
            _one(rows[0], axis)
            frontier_versus.choose(placed, chosen)
        else:
            st.markdown("**The chosen contestant is not in this view.**")
            st.caption("The filters leave it out, or it belongs to another campaign.")
        st.button(
            "Back to the list",
            icon=":material/close:",
            type="tertiary",
            on_click=choice.choose,
            args=(None,),
            key="back",
        )


def _list(placed: pl.DataFrame, axis: Axis) -> None:
    best = placed.filter(pl.col("place") == "frontier").to_dicts()
    order = {"cost_per_1k_usd": "cheapest", "output_tokens": "fewest tokens"}
    st.html(
        f'<p class="card-title">Frontier, {order.get(axis.column, "fastest")} first</p>'
        '<div class="list-head quiet"><span>contestant</span><span>capability</span>'
        f"<span>{html.escape(axis.short)}</span></div>"
    )
    with st.container(key="list"):
        for row in best[:LISTED]:
            _row(row, axis)
        if any(doubtful(row) for row in best[:LISTED]):
            st.caption("○ may be beaten: on the frontier in under half of the resamples.")
        if not best:
            st.caption("Nothing stands on the frontier here.")
    if len(best) > LISTED:
        st.caption(f"and {len(best) - LISTED} more in the table")
    _apart(placed)
    st.caption("Select a point or a name to see its evidence.")


def _row(row: Row, axis: Axis) -> None:
    """One button whose label has three parts; the style sheet lays them out as columns."""
    amount = plain(axis.amount(row[axis.column]))
    mark = "○ " if doubtful(row) else ""
    st.button(
        f"*{mark}{plain(row['name'])}* **{points(row['accuracy'])}** **{amount}**",
        type="tertiary",
        width="stretch",
        key=f"pick-{row['contestant_id']}",
        on_click=choice.choose,
        args=(row["contestant_id"],),
    )


def _apart(placed: pl.DataFrame) -> None:
    rows = placed.filter(pl.col("place") == "apart").to_dicts()
    if not rows:
        return
    st.html(f'<p class="card-title">Listed apart <small>{len(rows)}</small></p>')
    with st.container(key="apart"):
        for row in rows[:APART]:
            st.button(
                f"*{plain(row['name'])}* · {plain(row['apart_reason'])}",
                type="tertiary",
                width="stretch",
                key=f"pick-{row['contestant_id']}",
                on_click=choice.choose,
                args=(row["contestant_id"],),
            )
    if len(rows) > APART:
        st.caption(f"and {len(rows) - APART} more in the table")


def _one(row: Row, axis: Axis) -> None:
    st.html(f'<p class="card-title">{html.escape(row["name"])}</p>')
    with st.container(horizontal=True, gap="xsmall"):
        icon, colour, word = {
            "frontier": (":material/check:", "green", "On the frontier"),
            "beaten": (":material/trending_down:", "orange", "Beaten"),
            "apart": (":material/block:", "gray", "Listed apart"),
        }[row["place"]]
        st.badge(word, icon=icon, color=colour)  # type: ignore[arg-type]
        if row["lab"]:
            place = f" · {row['country']}" if row["country"] else ""
            st.badge(plain(row["lab"] + place), color="blue")
        if row["weights"]:
            st.badge(f"{plain(row['weights'])} weights", color="violet")
        if row["kind"] != "writer":
            st.badge(plain(row["kind"]), color="gray")
    if row["place"] != "frontier":
        st.html(f'<p class="provenance">{html.escape(standing(row, axis))}</p>')
        if row["beaten_by"]:
            st.button(
                f"See {plain(row['beaten_by_name'])}",
                icon=":material/arrow_forward:",
                type="tertiary",
                on_click=choice.choose,
                args=(row["beaten_by"],),
                key="see-beater",
            )
    st.html(f'<dl class="facts">{"".join(_facts(row))}</dl>')
    st.markdown(f"[Read its {row['attempts']:,} attempts, prompt by prompt](#attempts)")


def _facts(row: Row) -> list[str]:
    share = row["reasoning_share"]
    chance, families = row["p_frontier"], row["p_frontier_families"]
    sizes = [size(row[c]) for c in ("params_total", "params_active") if row[c]]
    troubles = [f"{row[c]} {c}" for c in ("failed", "refused", "truncated") if row[c]]
    facts = [
        ("Capability", points(row["accuracy"]), interval(row)),
        ("Cost per 1,000 tasks", usd(row["cost_per_1k_usd"]), ""),
        ("Output tokens per task", tokens(row["output_tokens"]), ""),
        ("of which reasoning", "not reported" if share is None else percent(share), ""),
        ("Input tokens per task", tokens(row["input_tokens"]), ""),
        ("Time per task", seconds(row["duration_s"]), ""),
        ("CPU time per task", seconds(row["cpu_s"]) if row["cpu_s"] is not None else "", ""),
        (
            "On the frontier in resamples",
            percent(chance) if chance is not None else "",
            "",
        ),
        # With one task a category it is the same figure.
        ("the same, tasks drawn too", percent(families) if families != chance else "", ""),
        ("Parameters, total / active", " / ".join(dict.fromkeys(sizes)), ""),
        ("Architecture", row["architecture"] or "", ""),
        ("Attempts", f"{row['attempts']:,}", f" {', '.join(troubles)}" if troubles else ""),
    ]
    return [
        f"<dt>{html.escape(name)}</dt><dd>{html.escape(value)}"
        f"<small>{html.escape(more)}</small></dd>"
        for name, value, more in facts
        if value
    ]
